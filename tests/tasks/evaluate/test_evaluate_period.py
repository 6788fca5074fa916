"""The evaluation of a period: which target, which base, which state comes first."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from datetime import date
from decimal import Decimal
from typing import Any

import pandas as pd
import pytest

from config.indicator import Baseline, Definition, Direction, Pace
from config.load import Declarations
from config.number import CellStatus
from config.period import ALL_PERIODS, Period
from tasks.aggregate.indicators import State
from tasks.evaluate.base import Base, Bases, bases_of, without_merged
from tasks.evaluate.goal import goals
from tasks.evaluate.period import evaluate
from tasks.evaluate.status import Status
from tasks.publish.content import EVALUATION, EVALUATION_GROUNDS
from tasks.store.values import Value
from tests.factory import COMMUNE, DISTRICT
from tests.tasks.aggregate.factory import (
    EMPTY,
    EVERY_UNIT,
    PERIOD,
    computed,
    declare,
    make_indicator,
    make_target,
    row_of,
    sent,
)

YEAR_BEFORE = date(2021, 12, 14)
OF_DISTRICT = ("district", DISTRICT, "L01")
FROM_ZERO, FROM_LEVEL = Pace.FROM_ZERO, Pace.FROM_LEVEL
GROUNDS = ["base", "base_date", "p", "q", "r", "cagr_ratio", "needed_pace"]


def judged(
    declarations: Declarations,
    values: Mapping[str, tuple[Value, ...]],
    period: Period = PERIOD,
    bases: Bases | None = None,
) -> pd.DataFrame:
    """Return the evaluation of what units sent."""
    return evaluate(computed(declarations, values, period), declarations, period, bases or {})


def one(  # the one indicator, of a district whose office alone reports
    declarations: Declarations,
    done: int | str,
    period: str = "2022-H1",
    bases: Bases | None = None,
    **changes: Any,
) -> dict[str, Any]:
    """Return the district's row of an indicator of which `done` out of 100 is reached."""
    declared = declare(declarations, make_indicator(**changes), units=(DISTRICT,))
    figures = {DISTRICT: sent(A01=100, A02=done)}
    return row_of(judged(declared, figures, Period.parse(period), bases))


def test_the_frame_has_the_columns_of_the_published_file_and_then_the_grounds(declarations: Declarations) -> None:
    assert judged(declarations, {}).columns.to_list() == [*EVALUATION, *EVALUATION_GROUNDS]


def test_the_published_plan_of_2022_is_far_behind_at_the_half_year(declarations: Declarations) -> None:
    row = row_of(judged(declarations, {DISTRICT: sent(A01=65, A02=13)}), DISTRICT)
    assert (row["period"], row["unit_name"], row["unit_of_measure"]) == ("2022-H1", "Huyện Chợ Mới", "%")
    assert (row["value"], row["target"], row["target_year"], row["target_status"]) == (20, 100, 2022, "provisional")
    assert (row["base"], row["base_date"], row["p"]) == (0, date(2021, 12, 15), Decimal("0.2"))
    assert row["q"] == Decimal(181) / 381
    assert row["r"] == Decimal("0.2") * 381 / 181
    assert row["status"] == "chậm nhiều"
    assert row["cagr_ratio"] is None
    assert row["definition_from"] == date(2021, 7, 15)


def test_a_figure_is_compared_with_its_target_before_it_is_rounded(declarations: Declarations) -> None:
    target = {2022: make_target("98.95")}
    assert one(declarations, "98.945", targets=target)["status"] == Status.NO_BASE
    assert one(declarations, "98.95", targets=target)["status"] == Status.MET


@pytest.mark.parametrize(
    ("values", "status"),
    [
        ({}, Status.NOT_REPORTED),
        ({COMMUNE: sent(A01=100, A02=100)}, Status.TOO_FEW_UNITS),
        ({unit: sent(A01=0, A02=0) for unit in EVERY_UNIT}, Status.NOT_APPLICABLE),
    ],
)
def test_where_there_is_no_value_the_state_says_why_and_nothing_is_judged(
    declarations: Declarations, values: dict[str, tuple[Value, ...]], status: Status
) -> None:
    row = row_of(judged(declare(declarations, make_indicator(pace=FROM_ZERO)), values))
    assert row["status"] == status
    assert (row["target"], row["target_year"]) == (100, 2022)
    assert [row[name] for name in GROUNDS] == [None] * len(GROUNDS)
    assert not row["methods_disagree"]


def test_aggregation_and_evaluation_use_the_same_words() -> None:
    assert {state.value for state in State} - {CellStatus.NUMBER} <= {status.value for status in Status}


def test_without_a_target_nothing_is_judged(declarations: Declarations) -> None:
    row = one(declarations, 50, targets={})
    assert (row["status"], row["value"], row["target"], row["target_year"], row["target_status"]) == (
        Status.NO_TARGET, 50, None, None, None,
    )  # fmt: skip


@pytest.mark.parametrize(
    ("declared", "chosen"), [((2022, 2025), 2022), ((2021, 2030, 2025), 2025), ((2030,), 2030), ((2021,), None)]
)
def test_the_nearest_target_that_is_not_past_is_judged_against(
    declarations: Declarations, declared: tuple[int, ...], chosen: int | None
) -> None:
    row = one(declarations, 50, targets={year: make_target(year - 1950) for year in declared})
    assert row["target_year"] == chosen
    assert row["target"] == (None if chosen is None else chosen - 1950)


def test_every_unit_is_held_against_the_target_too(declarations: Declarations) -> None:
    declared = declare(declarations, make_indicator(pace=FROM_ZERO), units=EVERY_UNIT[:2])
    frame = judged(declared, {DISTRICT: sent(A01=10, A02=10), COMMUNE: sent(A01=10, A02=1)})
    assert [row_of(frame, unit)["status"] for unit in (DISTRICT, COMMUNE)] == ["đạt", "chậm nhiều"]
    assert row_of(frame, COMMUNE)["unit_name"] == "Thị trấn Chợ Mới"


# Where the road starts: figures that begin anew each year


@pytest.mark.parametrize("period", ["2022-Q1", "2022-H1", "2022-YEAR"])
def test_what_begins_anew_each_year_sets_out_from_nothing_on_its_windows_first_day(
    declarations: Declarations, period: str
) -> None:
    row = one(declarations, 10, period, pace=FROM_ZERO)
    assert (row["base"], row["base_date"], row["p"]) == (0, date(2021, 12, 15), Decimal("0.1"))


def test_the_third_quarter_alone_says_nothing_of_the_year(declarations: Declarations) -> None:
    row = one(declarations, 10, "2022-Q3", pace=FROM_ZERO)
    assert (row["status"], row["base"], row["r"]) == (Status.NO_BASE, None, None)
    assert one(declarations, 100, "2022-Q3", pace=FROM_ZERO)["status"] == Status.MET


def test_towards_the_target_of_a_later_year_only_full_years_are_comparable(declarations: Declarations) -> None:
    later: dict[str, Any] = {
        "pace": FROM_ZERO,
        "targets": {2025: make_target(100)},
        "bases": {OF_DISTRICT: Base(Decimal(92), YEAR_BEFORE)},
    }
    assert one(declarations, 45, "2022-H1", **later)["status"] == Status.NO_BASE
    year = one(declarations, 94, "2022-YEAR", **later)
    assert (year["base"], year["p"]) == (92, Decimal("0.25"))


# Where the road starts: levels


def test_a_level_sets_out_from_the_last_full_year(declarations: Declarations) -> None:
    row = one(declarations, 60, bases={OF_DISTRICT: Base(Decimal(50), YEAR_BEFORE)})
    assert (row["base"], row["base_date"], row["p"]) == (50, YEAR_BEFORE, Decimal("0.2"))
    assert row["q"] == Decimal(182) / 382
    assert row["cagr_ratio"] is not None


def test_a_level_without_a_past_has_no_base_unless_it_has_arrived(declarations: Declarations) -> None:
    assert one(declarations, 60)["status"] == Status.NO_BASE
    assert one(declarations, 100)["status"] == Status.MET


def test_a_unit_sets_out_from_its_own_figure_and_never_from_the_districts(declarations: Declarations) -> None:
    declared = declare(declarations, make_indicator(), units=EVERY_UNIT[:2])
    bases = {OF_DISTRICT: Base(Decimal(50), YEAR_BEFORE), ("unit", COMMUNE, "L01"): Base(Decimal(20), YEAR_BEFORE)}
    frame = judged(declared, {unit: sent(A01=10, A02=6) for unit in EVERY_UNIT[:2]}, bases=bases)
    assert row_of(frame)["base"] == 50
    assert row_of(frame, COMMUNE)["base"] == 20
    assert row_of(frame, DISTRICT)["base"] is None


def test_a_series_is_not_chained_over_a_change_of_definition(declarations: Declarations) -> None:
    before = Definition(date(2021, 1, 1), "A03", "A01", valid_to=date(2021, 12, 31))
    after = Definition(date(2022, 1, 1), "A02", "A01")
    bases = {OF_DISTRICT: Base(Decimal(50), YEAR_BEFORE)}
    row = one(declarations, 60, bases=bases, definitions=(before, after))
    assert (row["status"], row["base"], row["definition_from"]) == (Status.NO_BASE, None, date(2022, 1, 1))


def test_a_declared_baseline_serves_the_whole_district_when_there_is_no_year_before(
    declarations: Declarations,
) -> None:
    baseline = Baseline(date(2020, 12, 31), Decimal(40), "Báo cáo 1/BC-UBND")
    declared = declare(declarations, make_indicator(baseline=baseline), units=(DISTRICT,))
    figures = {DISTRICT: sent(A01=100, A02=60)}
    frame = judged(declared, figures)
    assert (row_of(frame)["base"], row_of(frame)["base_date"]) == (40, date(2020, 12, 31))
    assert row_of(frame, DISTRICT)["base"] is None
    bases = {OF_DISTRICT: Base(Decimal(50), YEAR_BEFORE)}
    assert row_of(judged(declared, figures, bases=bases))["base"] == 50


def test_the_values_of_a_year_become_the_bases_of_the_next(declarations: Declarations) -> None:
    declared = declare(declarations, make_indicator(), units=EVERY_UNIT[:2])
    values = computed(declared, {DISTRICT: sent(A01=10, A02=6), COMMUNE: sent(A01=10, A02=EMPTY)})
    # The total rests on one unit of two and is withheld: no base either.
    assert bases_of(values, YEAR_BEFORE) == {("unit", DISTRICT, "L01"): Base(Decimal(60), YEAR_BEFORE)}


@pytest.mark.parametrize(("later", "kept"), [(date(2023, 6, 14), True), (date(2025, 9, 14), False)])
def test_a_unit_that_took_others_over_does_not_set_out_from_its_former_self(
    declarations: Declarations, later: date, kept: bool
) -> None:
    # Hội An became a town in 2023 and is still the same place; in 2025 two more communes became part of it.
    base = Base(Decimal(50), date(2022, 12, 14))
    bases = {("unit", "30673", "L01"): base, OF_DISTRICT: base}
    assert without_merged(bases, declarations.units, later) == (bases if kept else {OF_DISTRICT: base})


# Ranges


@pytest.mark.parametrize(
    ("low", "high", "shown", "status"),
    [
        (None, "100", "100", Status.MET),
        ("95", "100", "100", Status.MET),
        ("99", None, "99", Status.OUTSIDE),
        (None, "97.9", "97.9", Status.OUTSIDE),
    ],
)
def test_a_range_is_judged_inside_or_outside(
    declarations: Declarations, low: str | None, high: str | None, shown: str, status: Status
) -> None:
    bounds = {"low": low and Decimal(low), "high": high and Decimal(high)}
    targets = {2022: make_target(None, **bounds)}
    row = one(declarations, 98, direction=Direction.RANGE, targets=targets)
    assert (row["status"], row["target"], row["r"]) == (status, Decimal(shown), None)


def test_less_is_better_where_the_declaration_says_so(declarations: Declarations) -> None:
    bases = {OF_DISTRICT: Base(Decimal(20), YEAR_BEFORE)}
    down: dict[str, Any] = {"direction": Direction.DOWN, "targets": {2022: make_target(5)}, "bases": bases}
    assert [one(declarations, done, **down)["status"] for done in (5, 10, 21)] == ["đạt", "đúng tiến độ", "xấu đi"]


# The frame


def test_rows_come_in_order_whatever_order_the_values_had(declarations: Declarations) -> None:
    values = computed(declarations, {unit: sent(A01=10, A02=6, B01=3, B02=3) for unit in EVERY_UNIT})
    in_order = evaluate(values, declarations, PERIOD, {})
    pd.testing.assert_frame_equal(evaluate(values.sample(frac=1, random_state=1), declarations, PERIOD, {}), in_order)
    units = list(declarations.reporting(PERIOD))
    assert list(dict.fromkeys(in_order["level"])) == ["district", "unit"]
    assert in_order.loc[in_order["level"] == "district", "indicator"].to_list() == list(declarations.defined(PERIOD))
    assert list(dict.fromkeys(in_order.loc[in_order["level"] == "unit", "unit"])) == units


def test_figures_are_decimals_or_none_and_years_are_whole(declarations: Declarations) -> None:
    frame = judged(declarations, {unit: sent(A01=10, A02=6) for unit in declarations.reporting(PERIOD)})
    for name in ("numerator", "denominator", "value", "target", *GROUNDS[:1], *GROUNDS[2:]):
        assert {type(figure) for figure in frame[name]} <= {Decimal, type(None)}, name
    assert {type(year) for year in frame["target_year"]} == {int, type(None)}
    assert {type(day) for day in frame["base_date"]} == {date, type(None)}


def test_units_and_indicators_bear_their_names_of_that_day(declarations: Declarations) -> None:
    names = {
        period: set(judged(declarations, {}, Period.parse(period)).query("unit == '30673'")["unit_name"])
        for period in ("2022-YEAR", "2023-H1")
    }
    assert names == {"2022-YEAR": {"Xã Hội An"}, "2023-H1": {"Thị trấn Hội An"}}


def test_the_total_bears_the_districts_name_even_after_the_district_level_ended(declarations: Declarations) -> None:
    frame = judged(declarations, {}, Period.parse("2026-H1"))
    assert set(frame.loc[frame["level"] == "district", "unit_name"]) == {"Huyện Chợ Mới"}


@pytest.mark.parametrize("period", ALL_PERIODS, ids=str)
def test_every_period_of_the_programme_can_be_evaluated(declarations: Declarations, period: Period) -> None:
    codes = {code for form in declarations.forms for code in form.codes}
    figures = {unit: sent(**dict.fromkeys(sorted(codes), 1)) for unit in declarations.reporting(period)}
    values = computed(declarations, figures, period)
    bases = {
        key: replace(base, value=base.value / 2)
        for key, base in bases_of(values, date(period.year - 1, 12, 14)).items()
    }
    frame = evaluate(values, declarations, period, bases)
    assert len(frame) == len(values)
    assert set(frame["status"]) <= set(Status)


def test_a_declared_baseline_is_not_chained_over_a_break(declarations: Declarations) -> None:
    before, after = date(2021, 1, 1), date(2022, 8, 15)
    definitions = (
        Definition(before, "A02", "A01", valid_to=date(2022, 8, 14)),
        Definition(after, "A02", "A01"),
    )
    for day, comparable in ((date(2020, 12, 31), False), (date(2021, 12, 14), False), (date(2022, 12, 14), True)):
        broken = make_indicator(definitions=definitions, baseline=Baseline(day, Decimal(10), "QĐ 1"))
        goal = goals(declare(declarations, broken), Period.parse("2023-H1"))["L01"]
        assert (goal.base("district", "893", {}) is not None) is comparable
