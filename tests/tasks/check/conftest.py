"""Submissions to be checked: sound ones in which every figure is 0, and what a test says differs."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from decimal import Decimal
from itertools import count
from typing import Any

import pytest

from config.element import Level
from config.form import FormVersion
from config.load import Declarations
from config.number import CellStatus, Fault
from config.period import Period
from config.settings import Settings
from expectations.suite import Rule, load_rules
from tasks.check.judge import Filed, check
from tasks.check.outcome import CheckResult
from tasks.store.values import State, Value
from tests.factory import DISTRICT, make_submission, make_value

PERIOD = Period.parse("2022-H1")
Stated = int | Decimal | CellStatus | tuple[Fault, str]


@pytest.fixture(scope="session")
def rules(declarations: Declarations) -> tuple[Rule, ...]:
    return load_rules(Settings().expectations_dir, declarations)


@pytest.fixture(scope="session")
def district(declarations: Declarations) -> FormVersion:
    form = declarations.form(Level.DISTRICT, PERIOD)
    assert form is not None
    return form


@pytest.fixture(scope="session")
def commune(declarations: Declarations) -> FormVersion:
    form = declarations.form(Level.COMMUNE, PERIOD)
    assert form is not None
    return form


@pytest.fixture(scope="session")
def filed(declarations: Declarations) -> Callable[..., Filed]:
    """Build a submission of 2022-H1 on a form: `cells` by element code, `about` for the submission itself."""
    ids = count(1)

    def build(form: FormVersion, cells: dict[str, Stated] | None = None, **about: Any) -> Filed:
        facts = {"unit": DISTRICT} if form.level is Level.DISTRICT else {}
        changes = {"id": next(ids), "form_version": form.id, "state": State.RECEIVED, **facts, **about}
        return make_submission(**changes), _values(declarations, form, cells or {})

    return build


@pytest.fixture(scope="session")
def checked(declarations: Declarations, rules: tuple[Rule, ...]) -> Callable[..., CheckResult]:
    """Check submissions of 2022-H1 by the declared rules."""

    def build(form: FormVersion, *submissions: Filed, below: Sequence[Filed] = ()) -> CheckResult:
        return check(submissions, declarations, rules, form, PERIOD, below=below)

    return build


def _values(declarations: Declarations, form: FormVersion, cells: dict[str, Stated]) -> tuple[Value, ...]:
    codes = [e.code for e in declarations.rows(form, PERIOD)]
    assert set(cells) <= set(codes)
    return tuple(
        _value(code, section.sheet, f"{form.columns.value}{form.first_row + place}", cells.get(code, 0))
        for section in form.sections
        for place, code in enumerate(section.elements)
        if code in codes
    )


def _value(code: str, sheet: str, cell: str, stated: Stated) -> Value:
    place = {"sheet": sheet, "cell": cell}
    if isinstance(stated, tuple):
        fault, text = stated
        where = {**place, "cell": None} if fault is Fault.ROW_MISSING else place
        return make_value(code, None, status=CellStatus.UNREADABLE, fault=fault, text=text, **where)
    if isinstance(stated, CellStatus):
        return make_value(code, None, status=stated, **place)
    return make_value(code, str(stated), **place)
