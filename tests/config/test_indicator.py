"""Indicators: which are defined on a day, what they read, which target a year is held against."""

from __future__ import annotations

from datetime import date
from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from config.formula import UNITS
from config.indicator import Aggregation, Direction, Indicator, TargetStatus
from config.load import Declarations, load
from config.period import ALL_PERIODS, FIRST_YEAR, LAST_YEAR, Period
from config.settings import PROJECT
from config.validity import in_force

INDICATORS = load(PROJECT / "config").indicators


@pytest.mark.parametrize(
    ("period", "count", "absent"),
    [
        ("2021-H1", 0, set(INDICATORS)),  # NQ 76/NQ-CP is of 15/07/2021
        ("2021-Q3", 41, {"P05b", "P06b", "P09", "P10", "P12", "P18", "X08"}),
        ("2022-Q1", 41, {"P05b", "P06b", "P09", "P10", "P12", "P18", "X08"}),
        ("2022-H1", 43, {"P05b", "P06b", "P12", "P18", "X08"}),
        ("2022-Q3", 45, {"P05", "P06a", "P12"}),
        ("2023-Q1", 46, {"P05", "P06a"}),
        ("2025-Q3", 45, {"P05", "P06a", "X02"}),  # X02 ends with the district
    ],
)
def test_an_indicator_is_defined_from_its_first_day_to_its_last(
    declarations: Declarations, period: str, count: int, absent: set[str]
) -> None:
    defined = declarations.defined(Period.parse(period))
    assert len(defined) == count
    assert set(declarations.indicators) - set(defined) == absent


def test_the_old_and_the_new_series_are_never_defined_on_one_day(declarations: Declarations) -> None:
    for period in ALL_PERIODS:
        defined = declarations.defined(period)
        assert not any(i.superseded_by in defined for i, _ in defined.values())


def test_indicators_stand_in_the_order_of_the_contents(declarations: Declarations) -> None:
    contents = [i.content for i in declarations.indicators.values()]
    assert contents == sorted(contents)


@pytest.mark.parametrize("indicator", INDICATORS.values(), ids=INDICATORS)
def test_an_indicator_reads_only_elements_asked_of_every_unit_that_carries_it(
    declarations: Declarations, indicator: Indicator
) -> None:
    for definition in indicator.definitions:
        for code in definition.elements | ({indicator.weight} if indicator.weight else set()):
            element = declarations.elements[code]
            assert in_force(element, definition.valid_from)
            assert element.reported_by in ("both", indicator.reported_by)


@pytest.mark.parametrize(
    ("code", "year", "found"),
    [
        ("L01", 2021, (2022, 100)),
        ("L01", 2022, (2022, 100)),
        ("L01", 2023, (2025, 100)),
        ("L01", 2030, (2030, 100)),
        ("P05", 2022, (2025, 80)),
        ("P05", 2026, (2030, 90)),
        ("P13", 2022, (2022, 30)),
        ("P13", 2023, (2025, 15)),
        ("P06", 2025, (2025, 80)),
    ],
)
def test_a_year_is_held_against_the_nearest_target_not_before_it(code: str, year: int, found: tuple[int, int]) -> None:
    target = INDICATORS[code].target(year)
    assert target is not None
    assert (target[0], target[1].value) == (found[0], Decimal(found[1]))


@pytest.mark.parametrize(("code", "year"), [("P06", 2026), ("P18", 2026), ("M01", 2030), ("L06", 2022), ("P03", 2021)])
def test_a_target_that_nobody_set_is_never_made_up(code: str, year: int) -> None:
    assert INDICATORS[code].target(year) is None


@given(st.sampled_from(list(INDICATORS.values())), st.integers(FIRST_YEAR - 5, LAST_YEAR + 5))
def test_the_target_of_any_year_is_a_declared_one_and_none_lies_between(indicator: Indicator, year: int) -> None:
    found = indicator.target(year)
    later = [y for y in indicator.targets if y >= year]
    assert found == ((min(later), indicator.targets[min(later)]) if later else None)


def test_maintaining_the_payroll_is_judged_by_a_range_with_an_upper_bound(declarations: Declarations) -> None:
    ranges = [i.code for i in declarations.indicators.values() if i.direction is Direction.RANGE]
    assert ranges == ["M03"]
    target = declarations.indicators["M03"].targets[2022]
    assert (target.low, target.high, target.value) == (None, Decimal(100), None)


def test_the_waiting_time_is_weighed_by_dossiers_and_is_no_percentage(declarations: Declarations) -> None:
    waiting = declarations.indicators["P13"]
    assert (waiting.rule, waiting.weight, waiting.factor) == (Aggregation.WEIGHTED_MEAN, "C14", 1)
    assert (INDICATORS["L01"].weight, INDICATORS["L01"].factor) == (None, 100)


def test_shares_of_units_and_only_they_are_divided_by_units(declarations: Declarations) -> None:
    shares = {i.code for i in declarations.indicators.values() if i.rule is Aggregation.SHARE_OF_UNITS_MEETING}
    assert shares == {"L06", "X05", "X07", "X08"}
    for indicator in declarations.indicators.values():
        assert {d.denominator == UNITS for d in indicator.definitions} == {indicator.code in shares}


def test_online_services_are_two_series_that_meet_on_15_08_2022() -> None:
    old, new = INDICATORS["P05"], INDICATORS["P05b"]
    assert old.superseded_by == new.code
    assert old.definition(date(2022, 8, 14)) is not None
    assert old.definition(date(2022, 8, 15)) is None
    assert new.definition(date(2022, 8, 14)) is None
    assert new.definition(date(2022, 8, 15)) is not None


def test_a_target_of_another_province_or_ministry_is_marked_as_such() -> None:
    stand_ins = {
        (code, year)
        for code, indicator in INDICATORS.items()
        for year, target in indicator.targets.items()
        if target.status is TargetStatus.STAND_IN
    }
    assert stand_ins == {("T01", 2025), ("T03", 2025), ("P01", 2025), ("P12", 2025), ("P18", 2025)}
