"""Nobody submits for another: every unit's form by every way that a unit has, over the whole district."""

from __future__ import annotations

from datetime import date

import pytest

from config.load import Declarations
from config.period import Period
from tasks.collect.channel import Litter
from tasks.collect.draft import draft_of
from tasks.collect.envelope import Registry, open_mail
from tasks.collect.guard import Refusal
from tasks.collect.mail import parse_mail
from tasks.store.submissions import NewSubmission
from tests.factory import make_arrival
from tests.tasks.collect.mail.factory import AUTHSERV, FAILED, PASSED, make_mail, small_workbook
from tests.tasks.collect.test_identify import sealed

DAY = date(2022, 6, 15)
FORGED = f"{FAILED}\r\n{PASSED}"  # our server's word stands on top; what a sender writes below is nobody's


@pytest.fixture(scope="module")
def registry(declarations: Declarations) -> Registry:
    """Return the addresses of this repository."""
    return Registry(declarations.contacts, AUTHSERV, "tonghop-cchc@example.vn")


def by_folder(unit: str, _: Registry) -> str | None:
    """Return whose a file in the folder of `unit` is."""
    return unit


def by_mail(unit: str, registry: Registry, top: str = PASSED) -> str | None:
    """Return whose a mail from the address of `unit` is, None when it is nobody's."""
    address = next(c.email for c in registry.contacts if c.unit == unit and c.valid_from <= DAY)
    found = open_mail(make_mail([("a.xlsx", small_workbook())], sender=address, top=top), DAY, registry, parse_mail)
    return None if isinstance(found.verdict, Refusal | Litter) else found.unit


def by_forged_mail(unit: str, registry: Registry) -> str | None:
    """Return whose a mail is that only says it comes from the address of `unit`."""
    return by_mail(unit, registry, top=FORGED)


CHANNELS = {"folder": by_folder, "mail": by_mail, "forged mail": by_forged_mail}


def test_over_all_units_and_channels_a_form_counts_for_its_own_unit_alone(
    declarations: Declarations, period: Period, registry: Registry
) -> None:
    units = list(declarations.reporting(period))
    forms = {u.code: f.id for u in declarations.reporting(period).values() if (f := declarations.form(u.level, period))}
    grids = {unit: sealed(unit, form=forms[unit]) for unit in units}
    senders = {(name, unit): whose(unit, registry) for name, whose in CHANNELS.items() for unit in units}
    taken, tried = [], 0
    for (name, sender), unit in senders.items():
        for written_for, grid in grids.items():
            tried += 1
            if unit is None:
                continue
            draft = draft_of(grid, make_arrival(channel=name[:20], unit=unit), period, declarations)
            if isinstance(draft, NewSubmission):
                taken.append((name, sender, written_for, draft.unit))
            else:
                assert draft.code == "wrong_unit"
    assert tried == len(CHANNELS) * len(units) ** 2
    assert taken == [(name, unit, unit, unit) for name in ("folder", "mail") for unit in units]
