"""Periods beside each other: what lies before one, what it is called within a sentence."""

from __future__ import annotations

import pytest

from config.load import Declarations
from config.period import ALL_PERIODS, RECIPES, Period, Stretch, Window


def test_earlier_periods_are_told_the_nearest_first(declarations: Declarations) -> None:
    for period in ALL_PERIODS:
        days = [declarations.calendar.cut_off(p) for p in (period, *period.before)]
        assert days == sorted(days, reverse=True)
        assert len(period.before) == ALL_PERIODS.index(period)


@pytest.mark.parametrize(
    ("period", "year_ago", "name"),
    [
        ("2022-H1", "2021-H1", "6 tháng đầu năm 2022"),
        ("2030-Q1", "2029-Q1", "quý I năm 2030"),
        ("2021-YEAR", None, "năm 2021"),
    ],
)
def test_the_same_window_a_year_ago_and_the_name_within_a_sentence(
    period: str, year_ago: str | None, name: str
) -> None:
    found = Period.parse(period)
    assert (found.year_ago and str(found.year_ago), found.name_within) == (year_ago, name)


def test_stretches_that_nobody_reports_are_made_of_windows_that_are() -> None:
    assert {stretch: recipe.windows for stretch, recipe in RECIPES.items()} == {
        Stretch.Q2: (Window.H1, Window.Q1),
        Stretch.NINE_MONTHS: (Window.H1, Window.Q3),
        Stretch.Q4: (Window.YEAR, Window.H1, Window.Q3),
    }
    assert [r.name.format(year=2022) for r in RECIPES.values()] == [
        "Quý II năm 2022", "9 tháng đầu năm 2022", "Quý IV năm 2022",
    ]  # fmt: skip
