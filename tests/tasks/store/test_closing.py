"""A period closes with its final release or some time after its deadline, and opens again for whom it was reopened."""

from __future__ import annotations

from datetime import datetime, timedelta

import pandas as pd
import pytest

from config.element import Level
from config.load import Declarations
from config.period import Period
from config.settings import Settings
from tasks.store import tables
from tasks.store.approvals import Approval, add_approval
from tasks.store.calculations import Basis, Published, add_calculation, add_release
from tasks.store.closing import Closing, closing_of
from tasks.store.database import reading, writing
from tasks.store.reopenings import Reopening, add_reopening
from tests.factory import COMMUNE, NEIGHBOUR, NOW, PERIOD, at, run_at

EMPTY_FIGURES = pd.DataFrame(columns=[c.name for c in tables.indicator_value.columns])
H1 = Period.parse(PERIOD)
LAST = at("2022-07-31T23:59")  # 45 days after the communes' deadline of 16/06/2022
OPENING = Reopening(COMMUNE, PERIOD, "Nhầm cột", at("2022-08-10T08:00"), at("2022-08-20T23:59"))


@pytest.fixture
def published(declarations: Declarations) -> Closing:
    """Return the closing of a period that was published in its time."""
    return Closing(H1, declarations.calendar, NOW, None, (OPENING,))


@pytest.mark.parametrize(
    ("received", "is_closed"), [(at("2022-06-20T09:30"), False), (LAST, False), (at("2022-08-01T00:00"), True)]
)
def test_what_is_late_within_the_declared_days_still_counts(
    published: Closing, received: datetime, is_closed: bool
) -> None:
    assert published.is_closed(NEIGHBOUR, Level.COMMUNE, received, received) is is_closed


def test_the_district_has_its_own_deadline(published: Closing) -> None:
    assert not published.is_closed("893", Level.DISTRICT, at("2022-08-04T12:00"), at("2022-08-05T12:00"))
    assert published.is_closed("893", Level.DISTRICT, at("2022-08-05T12:00"), at("2022-08-05T12:00"))


@pytest.mark.parametrize("first_release", [None, at("2022-08-01T00:00"), at("2026-01-05T08:00")])
def test_a_period_that_nobody_published_in_its_time_is_taken_in_whenever_it_comes(
    declarations: Declarations, first_release: datetime | None
) -> None:
    closing = Closing(H1, declarations.calendar, first_release, None, ())
    assert not closing.is_closed(COMMUNE, Level.COMMUNE, at("2026-01-06T08:00"), at("2026-01-06T08:00"))


def test_a_final_release_closes_at_once(declarations: Declarations) -> None:
    closing = Closing(H1, declarations.calendar, NOW, NOW + timedelta(days=1), ())
    assert closing.is_closed(COMMUNE, Level.COMMUNE, NOW, NOW + timedelta(days=2))


@pytest.mark.parametrize(
    ("unit", "received", "now", "is_closed"),
    [
        (COMMUNE, "2022-08-12T08:00", "2022-08-12T09:00", False),
        (COMMUNE, "2022-08-20T23:00", "2022-08-22T08:00", False),  # in time, collected later
        (COMMUNE, "2022-08-21T00:00", "2022-08-22T08:00", True),  # it has closed itself again
        (COMMUNE, "2022-08-09T08:00", "2022-08-09T09:00", True),  # not yet reopened
        (NEIGHBOUR, "2022-08-12T08:00", "2022-08-12T09:00", True),
    ],
)
def test_a_reopening_lets_one_unit_in_until_its_last_day(
    published: Closing, unit: str, received: str, now: str, is_closed: bool
) -> None:
    assert published.is_closed(unit, Level.COMMUNE, at(received), at(now)) is is_closed


def test_who_may_send_again_is_known_for_every_moment(published: Closing) -> None:
    assert published.open_again(at("2022-08-15T08:00")) == (OPENING,)
    assert published.open_again(at("2022-08-09T08:00")) == ()
    assert published.open_again(at("2022-08-21T00:00")) == ()


def test_the_closing_is_what_was_known_at_a_moment(settings: Settings, declarations: Declarations) -> None:
    approval = Approval(PERIOD, "r001", "0" * 64, "chu-tich", "Chủ tịch", NOW + timedelta(days=2))
    with writing(settings.database) as connection:
        key = add_calculation(connection, Basis(PERIOD, (), "", None), EMPTY_FIGURES, run_at(NOW))
        add_release(connection, Published(PERIOD, "r001", key, NOW), "0" * 64, run_at(NOW))
        add_approval(connection, approval, run_at(approval.approved_at))
        add_reopening(connection, OPENING, run_at(OPENING.opened_at))
    known = []
    with reading(settings.database) as connection:
        for moment in (NOW - timedelta(days=1), NOW, approval.approved_at, OPENING.opened_at):
            closing = closing_of(connection, declarations, H1, moment)
            known.append((bool(closing.first_release), bool(closing.first_final), len(closing.reopenings)))
    assert known == [(False, False, 0), (True, False, 0), (True, True, 0), (True, True, 1)]
