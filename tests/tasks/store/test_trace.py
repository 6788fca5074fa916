"""Facts about where a figure comes from."""

from __future__ import annotations

from datetime import date
from decimal import Decimal

import pandas as pd
import pytest
from sqlalchemy import Connection

from config.load import Declarations
from config.period import Period
from tasks.store.calculations import Basis, add_calculation, add_evaluation
from tasks.store.submissions import counted, submissions
from tasks.store.trace import Question, Trace, trace
from tasks.store.values import Run, State
from tests.factory import COMMUNE, DISTRICT, END_OF_TIME, NEIGHBOUR, at, keep_version, make_value

FIGURE = {
    "numerator": Decimal(23), "denominator": Decimal(85), "value": Decimal("27.058823529"), "reported_units": 2,
    "expected_units": 19, "state": "number",
}  # fmt: skip
JUDGED = {
    "target": Decimal(100), "target_year": 2022, "target_status": "sourced", "status": "chậm nhiều",
    "definition_from": date(2021, 1, 1), "base": None, "base_date": None, "p": None, "q": None, "r": None,
    "cagr_ratio": None, "needed_pace": None, "methods_disagree": None,
}  # fmt: skip


def plan(done: int, tasks: int) -> tuple:  # type: ignore[type-arg]
    """Return the values that L01 reads, and one that it does not."""
    return (
        make_value("A01", tasks, sheet="CĐĐH", cell="D6"),
        make_value("A02", done, sheet="CĐĐH", cell="D7", text=f" {done} "),
        make_value("C14", 1),
    )


@pytest.fixture
def calculated(connection: Connection, run: Run) -> Connection:
    """Return a store in which L01 was calculated from the district and a commune."""
    keep_version(connection, unit=DISTRICT, form_version="district/2021", values=plan(13, 65), file_name="huyen.xlsx")
    keep_version(connection, values=plan(10, 20))
    counting = tuple(counted(submissions(connection, "2022-H1", END_OF_TIME)))
    basis = Basis("2022-H1", counting, declarations="digest", base=None)
    keys = [("district", DISTRICT), ("unit", DISTRICT), ("unit", COMMUNE)]
    rows = [{"level": level, "unit": unit, "indicator": "L01"} for level, unit in keys]
    key = add_calculation(connection, basis, pd.DataFrame([{**r, **FIGURE} for r in rows]), run)
    add_evaluation(connection, key, pd.DataFrame([{**r, **JUDGED} for r in rows]))
    return connection


def ask(connection: Connection, declarations: Declarations, unit: str | None, indicator: str = "L01") -> Trace | None:
    """Return what the store says of a figure of 2022-H1."""
    return trace(connection, declarations, Question(Period.parse("2022-H1"), indicator, unit, END_OF_TIME))


def test_the_districts_figure_names_every_cell_it_was_made_from(
    calculated: Connection, declarations: Declarations
) -> None:
    found = ask(calculated, declarations, None)
    assert found is not None
    assert (found.level, found.unit, found.figure.value) == ("district", DISTRICT, Decimal("27.058823529"))
    assert {(p.unit, p.element, p.number, p.sheet, p.cell) for p in found.parts} == {
        (DISTRICT, "A01", Decimal(65), "CĐĐH", "D6"),
        (DISTRICT, "A02", Decimal(13), "CĐĐH", "D7"),
        (COMMUNE, "A01", Decimal(20), "CĐĐH", "D6"),
        (COMMUNE, "A02", Decimal(10), "CĐĐH", "D7"),
    }


def test_a_unit_that_lacks_a_part_is_shown_as_left_out(
    connection: Connection, declarations: Declarations, run: Run
) -> None:
    keep_version(connection, unit=DISTRICT, form_version="district/2021", values=plan(13, 65))
    keep_version(connection, values=(make_value("A01", 20), make_value("A02", None)))
    counting = tuple(counted(submissions(connection, "2022-H1", END_OF_TIME)))
    reported = {("district", DISTRICT): 1, ("unit", DISTRICT): 1, ("unit", COMMUNE): 0}
    rows = [{"level": level, "unit": u, "indicator": "L01", "reported_units": n} for (level, u), n in reported.items()]
    key = add_calculation(
        connection, Basis("2022-H1", counting, "digest", None), pd.DataFrame([FIGURE | r for r in rows]), run
    )
    add_evaluation(connection, key, pd.DataFrame([JUDGED | r for r in rows]))
    found = ask(connection, declarations, None)
    assert found is not None
    assert {(p.unit, p.element, p.counted) for p in found.parts} == {
        (DISTRICT, "A01", True), (DISTRICT, "A02", True), (COMMUNE, "A01", False), (COMMUNE, "A02", False),
    }  # fmt: skip


def test_a_part_names_its_file_and_the_text_as_typed(calculated: Connection, declarations: Declarations) -> None:
    found = ask(calculated, declarations, DISTRICT)
    assert found is not None
    done = next(p for p in found.parts if p.element == "A02")
    assert (done.file_name, done.text, done.version, done.unit_name) == ("huyen.xlsx", " 13 ", 1, "Huyện Chợ Mới")


def test_a_units_figure_has_its_own_parts_only(calculated: Connection, declarations: Declarations) -> None:
    found = ask(calculated, declarations, COMMUNE)
    assert found is not None
    assert {p.unit for p in found.parts} == {COMMUNE}


def test_the_formula_is_the_one_in_force(calculated: Connection, declarations: Declarations) -> None:
    found = ask(calculated, declarations, None)
    assert found is not None
    assert {found.formula.numerator, found.formula.denominator} == {"A02", "A01"}


def test_a_version_that_came_after_the_calculation_is_no_part_of_it(
    calculated: Connection, declarations: Declarations
) -> None:
    keep_version(calculated, State.ACCEPTED, values=plan(19, 20), moment=at("2022-06-23T08:00"))
    found = ask(calculated, declarations, COMMUNE)
    assert found is not None
    assert {p.number for p in found.parts} == {10, 20}


@pytest.mark.parametrize(("unit", "indicator"), [(NEIGHBOUR, "L01"), (None, "L02"), (None, "P05b"), (None, "KHÔNG")])
def test_a_figure_that_was_not_made_has_no_trace(
    calculated: Connection, declarations: Declarations, unit: str | None, indicator: str
) -> None:
    assert ask(calculated, declarations, unit, indicator) is None


def test_a_period_that_was_not_calculated_has_no_trace(connection: Connection, declarations: Declarations) -> None:
    assert ask(connection, declarations, None) is None
