"""The stretch that ends with a period: of every unit and of the whole, across a merger too; missing is never zero."""

from __future__ import annotations

from collections.abc import Mapping
from decimal import Decimal
from typing import Any

import pandas as pd

from config.load import load
from config.number import CellStatus
from config.period import Period, Window
from config.settings import PROJECT
from tasks.aggregate.numbers import Told, number_frame
from tasks.aggregate.stretches import stretch_of
from tasks.store.stretches import increments_frame
from tasks.store.values import BELOW_NOTHING, TOO_FEW
from tests.factory import COMMUNE, DISTRICT
from tests.tasks.aggregate.factory import EMPTY, NOT_APPLICABLE, sent

DECLARED = load(PROJECT / "config")
H1_2022, Q3_2025 = Period.parse("2022-H1"), Period.parse("2025-Q3")
MISSING, NUMBER, VOID = (s.value for s in (CellStatus.NOT_AVAILABLE, CellStatus.NUMBER, CellStatus.NOT_APPLICABLE))

Figures = Mapping[str, int | CellStatus]


def everyone(period: Period, figure: int | CellStatus, **others: int | CellStatus) -> dict[str, Figures]:
    """Return C11 of every unit of `period`: `figure`, or what `others` says of a unit (`u30628=5`)."""
    return {code: {"C11": others.get(f"u{code}", figure)} for code in DECLARED.reporting(period)}


def stretch(period: Period, **windows: Mapping[str, Figures]) -> pd.DataFrame:
    """Return the stretch that ends with `period`, made of what units said of each window."""
    told = {Window(w): Told(*number_frame({u: sent(**f) for u, f in of.items()})) for w, of in windows.items()}
    return increments_frame(stretch_of(told, DECLARED, period), DECLARED, period)


def row(frame: pd.DataFrame, level: str, unit: str, element: str = "C11") -> dict[str, Any]:
    """Return the one row of a figure."""
    rows = frame[(frame["level"] == level) & (frame["unit"] == unit) & (frame["element"] == element)]
    assert len(rows) == 1
    return {str(k): v for k, v in rows.iloc[0].items()}


def told(frame: pd.DataFrame, level: str = "district", unit: str = DISTRICT) -> tuple[Any, ...]:
    """Return value, status, and how many units gave it out of how many."""
    found = row(frame, level, unit)
    return found["value"], found["status"], found["reported_units"], found["expected_units"]


def test_the_second_quarter_of_a_unit_and_of_the_whole_says_what_it_is_made_of() -> None:
    made = stretch(H1_2022, Q1=everyone(H1_2022, 40), H1=everyone(H1_2022, 100))
    assert told(made, "unit", COMMUNE) == (Decimal(60), NUMBER, 1, 1)
    assert told(made) == (Decimal(60 * 19), NUMBER, 19, 19)
    found = row(made, "unit", COMMUNE)
    assert (found["stretch"], found["stretch_name"]) == ("Q2", "Quý II năm 2022")
    assert found["made_of"] == "2022-H1 - 2022-Q1"


def test_a_missing_part_gives_no_figure_and_is_left_out_of_the_total() -> None:
    made = stretch(H1_2022, Q1=everyone(H1_2022, 40, **{f"u{COMMUNE}": EMPTY}), H1=everyone(H1_2022, 100))
    assert told(made, "unit", COMMUNE) == (None, MISSING, 0, 1)
    assert told(made) == (Decimal(60 * 18), NUMBER, 18, 19)


def test_a_window_that_nobody_sent_gives_no_figure_at_all() -> None:
    made = stretch(H1_2022, Q1={}, H1=everyone(H1_2022, 100))
    assert told(made) == (None, MISSING, 0, 19)
    assert made["value"].isna().all()


def test_a_total_of_too_few_units_is_no_figure() -> None:
    first = {unit: {"C11": 40} for unit in list(DECLARED.reporting(H1_2022))[:10]}
    assert told(stretch(H1_2022, Q1=first, H1=everyone(H1_2022, 100))) == (None, TOO_FEW, 10, 19)


def test_an_increment_below_nothing_is_said_and_is_no_figure() -> None:
    made = stretch(H1_2022, Q1=everyone(H1_2022, 40), H1=everyone(H1_2022, 100, **{f"u{COMMUNE}": 39}))
    assert told(made, "unit", COMMUNE) == (None, BELOW_NOTHING, 0, 1)
    assert told(made)[2:] == (18, 19)


def test_nothing_arose_in_both_windows_is_no_number_but_not_missing() -> None:
    made = stretch(H1_2022, Q1=everyone(H1_2022, NOT_APPLICABLE), H1=everyone(H1_2022, NOT_APPLICABLE))
    assert told(made) == (Decimal(0), VOID, 19, 19)


def test_nine_months_across_the_merger_are_those_of_the_new_units() -> None:
    before = Period.parse("2025-H1")
    made = stretch(Q3_2025, H1=everyone(before, 10), Q3=everyone(Q3_2025, 5))
    assert told(made, "unit", "30628") == (Decimal(3 * 10 + 5), NUMBER, 1, 1)  # three communes went into it
    assert set(made[made["level"] == "unit"]["unit"]) == set(DECLARED.reporting(Q3_2025))


def test_a_whole_that_would_lack_the_district_office_of_before_is_no_figure() -> None:
    before = Period.parse("2025-H1")
    made = stretch(Q3_2025, H1=everyone(before, 10), Q3=everyone(Q3_2025, 5))
    assert told(made) == (None, TOO_FEW, 6, 7)


def test_a_first_quarter_ends_no_stretch_of_its_own() -> None:
    assert stretch(Period.parse("2022-Q1"), Q1=everyone(H1_2022, 40)).empty
