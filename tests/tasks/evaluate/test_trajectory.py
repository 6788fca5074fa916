"""The line from base to target: where it stands each year, and what it has to do with the pace."""

from __future__ import annotations

from datetime import date
from decimal import Decimal
from typing import Any

from hypothesis import assume, given
from hypothesis import strategies as st

from config.indicator import Definition, Direction
from config.load import load
from config.number import round_half_up
from config.settings import PROJECT
from tasks.evaluate.series import History
from tasks.evaluate.stage import evaluate_stage
from tasks.evaluate.trajectory import COLUMNS, trajectory
from tests.tasks.aggregate.factory import declare, make_target, row_of
from tests.tasks.evaluate.factory import history
from tests.tasks.evaluate.test_stage import make_stock

DECLARED = load(PROJECT / "config")
figures = st.decimals(1, 100, places=2)


def years(history: History, stage: str = "GD1", by: str | None = None, **changes: Any) -> dict[int, dict[str, Any]]:
    """Return the rows of the one indicator by year."""
    table = trajectory(history, declare(DECLARED, make_stock(**changes)), stage, by)
    assert table.columns.to_list() == COLUMNS
    return {row["year"]: row for row in table.to_dict("records")}


def test_the_line_goes_evenly_from_base_to_target() -> None:
    rows = years(history(Y2021_YEAR=50, Y2022_YEAR=58))
    assert [rows[year]["day"] for year in (2021, 2025)] == [date(2021, 12, 14), date(2025, 12, 14)]
    # 1478 days lie between 14/12/2021 and 31/12/2025, and 30 points
    assert [rows[year]["line"] for year in range(2021, 2026)] == [
        Decimal(50), *(50 + Decimal(30) * days / 1478 for days in (365, 730, 1096, 1461)),
    ]  # fmt: skip


def test_the_figure_of_each_year_stands_beside_the_line_and_how_far_it_is_ahead() -> None:
    rows = years(history(Y2021_YEAR=50, Y2022_YEAR=60, Y2023_YEAR=55))
    assert [rows[year]["value"] for year in range(2021, 2026)] == [50, 60, 55, None, None]
    assert rows[2022]["gap"] > 0 > rows[2023]["gap"]
    assert round_half_up(rows[2022]["gap"], 10) == round_half_up(10 - Decimal(30) * 365 / 1478, 10)
    assert (rows[2024]["gap"], rows[2022]["target"], rows[2022]["target_year"]) == (None, 80, 2025)


def test_where_less_is_better_a_lower_figure_is_ahead() -> None:
    rows = years(history(Y2021_YEAR=30, Y2022_YEAR=20), direction=Direction.DOWN, targets={2025: make_target(15)})
    assert rows[2022]["gap"] > 0


def test_there_is_no_line_before_the_base() -> None:
    rows = years(history(Y2022_YEAR=50, Y2023_YEAR=58))
    assert [rows[year]["line"] is None for year in (2021, 2022, 2023)] == [True, False, False]


def test_from_a_base_that_meets_the_target_the_line_stays_at_the_target() -> None:
    rows = years(history(Y2021_YEAR=90, Y2022_YEAR=85, Y2023_YEAR=70))
    assert [rows[year]["line"] for year in (2022, 2023)] == [80, 80]
    assert (rows[2022]["gap"], rows[2023]["gap"]) == (5, -10)


def test_a_range_and_a_missing_target_have_no_line() -> None:
    came = history(Y2021_YEAR=90, Y2022_YEAR=85)
    bounds = {2025: make_target(None, high=Decimal(100))}
    assert years(came, direction=Direction.RANGE, targets=bounds)[2022]["line"] is None
    row = years(came, targets={})[2022]
    assert (row["line"], row["value"], row["gap"]) == (None, 85, None)


def test_a_target_after_the_stage_is_approached_but_not_reached_in_it() -> None:
    rows = years(history(Y2021_YEAR=50, Y2022_YEAR=58), targets={2030: make_target(90)})
    assert 50 < rows[2025]["line"] < 90


def test_years_of_another_definition_are_left_out() -> None:
    changed = (
        Definition(date(2021, 7, 15), "A02", "A01", date(2022, 12, 31)),
        Definition(date(2023, 1, 1), "A03", "A01"),
    )
    rows = years(history(Y2021_YEAR=50, Y2022_YEAR=60, Y2023_YEAR=40, Y2024_YEAR=44), definitions=changed)
    assert list(rows) == [2023, 2024, 2025]


def test_what_came_after_the_month_is_left_out() -> None:
    rows = years(history(Y2021_YEAR=50, Y2022_YEAR=60, Y2023_YEAR=55), by="2022-12")
    assert [rows[year]["value"] for year in (2021, 2022, 2023)] == [50, 60, None]


@given(figures, figures, figures, st.sampled_from([Direction.UP, Direction.DOWN]))
def test_a_figure_on_or_beyond_the_line_is_one_whose_pace_is_one_or_more(
    base: Decimal, current: Decimal, target: Decimal, direction: Direction
) -> None:
    assume(base != target and (base < target) == (direction is Direction.UP))
    came = history(Y2021_YEAR=base, Y2023_YEAR=current)
    changes: dict[str, Any] = {"direction": direction, "targets": {2025: make_target(str(target))}}
    gap = years(came, **changes)[2023]["gap"]
    r = row_of(evaluate_stage(came, declare(DECLARED, make_stock(**changes)), "GD1"))["r"]
    assert (gap >= 0) == (r >= 1)
