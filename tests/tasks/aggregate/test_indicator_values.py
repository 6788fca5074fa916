"""Indicators over units: which figures are summed, who counts, and when there is no value."""

from __future__ import annotations

from dataclasses import replace
from datetime import date
from decimal import Decimal
from typing import Any

import pytest

from config.element import ReportedBy
from config.indicator import Definition
from config.load import Declarations
from config.period import ALL_PERIODS, Period
from config.unit import Units
from tasks.aggregate.indicators import State
from tests.factory import COMMUNE, DISTRICT, NEIGHBOUR
from tests.tasks.aggregate.factory import (
    EMPTY,
    EVERY_UNIT,
    NOT_APPLICABLE,
    PERIOD,
    THIRD,
    computed,
    declare,
    make_indicator,
    row_of,
    sent,
)

AVERAGE: dict[str, Any] = {
    "numerator": "C80",
    "denominator": "1",
    "aggregation": "weighted_mean:C14",
    "unit_of_measure": "phút",
}
SHARE_OF_UNITS: dict[str, Any] = {
    "numerator": "G07 == 1",
    "denominator": "units",
    "aggregation": "share_of_units_meeting",
}


def test_the_published_plan_of_2022_is_one_fifth_done(declarations: Declarations) -> None:
    own = row_of(computed(declarations, {DISTRICT: sent(A01=65, A02=13)}), DISTRICT)
    assert (own["numerator"], own["denominator"], own["value"], own["state"]) == (13, 65, 20, "number")


def test_a_total_is_a_ratio_of_sums_and_not_a_mean_of_ratios(declarations: Declarations) -> None:
    small, large = sent(A01=10, A02=10), sent(A01=90, A02=0)
    whole = row_of(
        computed(declare(declarations, make_indicator(), units=EVERY_UNIT[:2]), {DISTRICT: small, COMMUNE: large})
    )
    assert (whole["numerator"], whole["denominator"], whole["value"]) == (10, 100, 10)


def test_a_value_is_not_rounded(declarations: Declarations) -> None:
    frame = computed(
        declare(declarations, make_indicator(), units=(DISTRICT,)), {DISTRICT: sent(A01=100000, A02=98945)}
    )
    assert row_of(frame)["value"] == Decimal("98.945")


def test_what_is_no_percentage_is_not_multiplied(declarations: Declarations) -> None:
    declared = declare(declarations, make_indicator(unit_of_measure="hồ sơ"), units=(DISTRICT,))
    assert row_of(computed(declared, {DISTRICT: sent(A01=4, A02=10)}))["value"] == Decimal("2.5")


@pytest.mark.parametrize("gap", [{"A01": EMPTY}, {"A02": EMPTY}])
def test_a_unit_that_lacks_either_part_is_in_neither_sum_nor_in_the_coverage(
    declarations: Declarations, gap: dict[str, object]
) -> None:
    declared = declare(declarations, make_indicator(minimum_coverage=Decimal("0.5")))
    whole = row_of(
        computed(
            declared,
            {
                DISTRICT: sent(A01=10, A02=5),
                COMMUNE: sent(A01=10, A02=5),
                NEIGHBOUR: sent(**{"A01": 999, "A02": 999, **gap}),  # type: ignore[arg-type]
                THIRD: sent(A01=20, A02=0),
            },
        )
    )
    assert (whole["numerator"], whole["denominator"]) == (10, 40)
    assert (whole["reported_units"], whole["expected_units"]) == (3, 4)


def test_of_a_unit_whose_parts_are_missing_it_is_said_that_it_has_not_reported(declarations: Declarations) -> None:
    frame = computed(declare(declarations, make_indicator()), {COMMUNE: sent(A01=10, A02=EMPTY)})
    for unit in (COMMUNE, NEIGHBOUR):  # the one left a gap, the other sent nothing at all
        row = row_of(frame, unit)
        assert row["state"] == State.NOT_REPORTED
        assert (row["numerator"], row["denominator"], row["value"], row["reported_units"]) == (None, None, None, 0)


def test_khong_phat_sinh_counts_as_nought_in_the_sums(declarations: Declarations) -> None:
    declared = declare(declarations, make_indicator(numerator="A02 + A03"), units=EVERY_UNIT[:2])
    frame = computed(declared, {DISTRICT: sent(A01=10, A02=5, A03=NOT_APPLICABLE), COMMUNE: sent(A01=10, A02=1, A03=4)})
    whole = row_of(frame)
    assert (whole["value"], whole["reported_units"]) == (50, 2)
    assert row_of(frame, DISTRICT)["value"] == 50


def test_a_ratio_with_nothing_under_it_is_khong_phat_sinh(declarations: Declarations) -> None:
    declared = declare(declarations, make_indicator(), units=(DISTRICT,))
    for nothing in (0, NOT_APPLICABLE):
        frame = computed(declared, {DISTRICT: sent(A01=nothing, A02=0)})
        for row in (row_of(frame), row_of(frame, DISTRICT)):
            assert (row["state"], row["value"]) == (State.NOT_APPLICABLE, None)
            assert (row["denominator"], row["reported_units"]) == (0, 1)


def test_a_unit_with_nothing_under_its_ratio_still_counts_in_the_total(declarations: Declarations) -> None:
    declared = declare(declarations, make_indicator(), units=EVERY_UNIT[:2])
    whole = row_of(computed(declared, {DISTRICT: sent(A01=0, A02=0), COMMUNE: sent(A01=4, A02=1)}))
    assert (whole["value"], whole["reported_units"], whole["expected_units"]) == (25, 2, 2)


def test_an_average_is_weighed(declarations: Declarations) -> None:
    declared = declare(declarations, make_indicator(**AVERAGE), units=EVERY_UNIT[:2])
    frame = computed(declared, {DISTRICT: sent(C80="12.5", C14=300), COMMUNE: sent(C80=20, C14=100)})
    whole = row_of(frame)
    assert (whole["numerator"], whole["denominator"], whole["value"]) == (5750, 400, Decimal("14.375"))
    assert row_of(frame, DISTRICT)["value"] == Decimal("12.5")


def test_a_unit_without_an_average_to_weigh_is_left_out_of_both_sums_but_has_reported(
    declarations: Declarations,
) -> None:
    declared = declare(declarations, make_indicator(**AVERAGE), units=EVERY_UNIT[:2])
    frame = computed(declared, {DISTRICT: sent(C80="12.5", C14=300), COMMUNE: sent(C80=NOT_APPLICABLE, C14=100)})
    whole = row_of(frame)
    assert (whole["denominator"], whole["value"]) == (300, Decimal("12.5"))
    assert (whole["reported_units"], whole["expected_units"]) == (2, 2)
    assert row_of(frame, COMMUNE)["state"] == State.NOT_APPLICABLE


def test_a_unit_without_the_weight_is_left_out(declarations: Declarations) -> None:
    declared = declare(declarations, make_indicator(**AVERAGE, minimum_coverage=Decimal("0.5")), units=EVERY_UNIT[:2])
    whole = row_of(computed(declared, {DISTRICT: sent(C80=10, C14=300), COMMUNE: sent(C80=20, C14=EMPTY)}))
    assert (whole["value"], whole["reported_units"]) == (10, 1)


def test_a_share_of_units_is_of_those_that_reported(declarations: Declarations) -> None:
    declared = declare(declarations, make_indicator(**SHARE_OF_UNITS, minimum_coverage=Decimal("0.5")))
    frame = computed(declared, {DISTRICT: sent(G07=1), COMMUNE: sent(G07=0), NEIGHBOUR: sent(G07=EMPTY)})
    whole = row_of(frame)
    assert (whole["numerator"], whole["denominator"], whole["value"]) == (1, 2, 50)
    assert (whole["reported_units"], whole["expected_units"]) == (2, 4)
    assert [row_of(frame, unit)["value"] for unit in (DISTRICT, COMMUNE)] == [100, 0]


def test_a_sum_is_divided_by_nothing(declarations: Declarations) -> None:
    declared = declare(
        declarations,
        make_indicator(denominator="1", aggregation="sum", unit_of_measure="nhiệm vụ"),
        units=EVERY_UNIT[:2],
    )
    frame = computed(declared, {DISTRICT: sent(A02=7), COMMUNE: sent(A02=5)})
    assert row_of(frame)["value"] == 12
    assert row_of(frame, COMMUNE)["value"] == 5


def test_what_is_the_districts_alone_is_its_offices_figure(declarations: Declarations) -> None:
    declared = declare(declarations, make_indicator(aggregation="district_only"))
    frame = computed(declared, {DISTRICT: sent(A01=10, A02=5), COMMUNE: sent(A01=10, A02=9)})
    whole = row_of(frame)
    assert (whole["value"], whole["reported_units"], whole["expected_units"]) == (50, 1, 1)
    assert row_of(frame, COMMUNE)["value"] == 90


@pytest.mark.parametrize(
    ("reported_by", "expected", "units"),
    [
        (ReportedBy.DISTRICT, 1, [DISTRICT]),
        (ReportedBy.COMMUNE, 3, list(EVERY_UNIT[1:])),
        (ReportedBy.BOTH, 4, list(EVERY_UNIT)),
    ],
)
def test_units_are_expected_to_report_what_their_level_reports(
    declarations: Declarations, reported_by: ReportedBy, expected: int, units: list[str]
) -> None:
    declared = declare(declarations, make_indicator(reported_by=reported_by))
    frame = computed(declared, {unit: sent(A01=2, A02=1) for unit in EVERY_UNIT})
    assert row_of(frame)["expected_units"] == row_of(frame)["reported_units"] == expected
    assert frame.loc[frame["level"] == "unit", "unit"].to_list() == units


@pytest.mark.parametrize(
    ("minimum", "state"),
    [(None, State.TOO_FEW_UNITS), (Decimal("0.75"), State.NUMBER), (Decimal("0.76"), State.TOO_FEW_UNITS)],
)
def test_below_the_minimum_coverage_the_districts_value_is_withheld_but_not_its_parts(
    declarations: Declarations, minimum: Decimal | None, state: State
) -> None:
    assert declarations.calendar.minimum_coverage == Decimal("0.8")
    declared = declare(declarations, make_indicator(minimum_coverage=minimum))
    frame = computed(declared, {unit: sent(A01=2, A02=1) for unit in EVERY_UNIT[:3]})
    whole = row_of(frame)
    assert whole["state"] == state
    assert (whole["value"] is None) == (state is State.TOO_FEW_UNITS)
    assert (whole["numerator"], whole["denominator"]) == (3, 6)
    assert (whole["reported_units"], whole["expected_units"]) == (3, 4)
    assert row_of(frame, COMMUNE)["value"] == 50


def test_of_what_nobody_reported_nothing_is_said_but_that(declarations: Declarations) -> None:
    whole = row_of(computed(declare(declarations, make_indicator()), {}))
    assert (whole["state"], whole["numerator"], whole["denominator"], whole["value"]) == (
        State.NOT_REPORTED, None, None, None,
    )  # fmt: skip
    assert (whole["reported_units"], whole["expected_units"]) == (0, 4)


def test_too_few_units_come_before_nothing_to_divide_by(declarations: Declarations) -> None:
    frame = computed(declare(declarations, make_indicator()), {COMMUNE: sent(A01=0, A02=0)})
    assert row_of(frame)["state"] == State.TOO_FEW_UNITS
    assert row_of(frame, COMMUNE)["state"] == State.NOT_APPLICABLE


def test_a_unit_that_owes_nothing_is_not_counted(declarations: Declarations) -> None:
    declared = declare(declarations, make_indicator(), units=(DISTRICT,))
    frame = computed(declared, {DISTRICT: sent(A01=2, A02=1), COMMUNE: sent(A01=2, A02=2)})
    assert row_of(frame)["value"] == 50
    assert (row_of(frame)["reported_units"], row_of(frame)["expected_units"]) == (1, 1)
    assert set(frame["unit"]) == {DISTRICT}


def test_the_definition_of_the_day_is_used(declarations: Declarations) -> None:
    before = Definition(date(2021, 7, 15), "A02", "A01", valid_to=date(2022, 8, 14))
    after = Definition(date(2022, 8, 15), "A03", "A01")
    declared = declare(declarations, make_indicator(definitions=(before, after)), units=(DISTRICT,))
    figures = {DISTRICT: sent(A01=10, A02=2, A03=7)}
    assert row_of(computed(declared, figures, Period.parse("2022-H1")))["value"] == 20
    assert row_of(computed(declared, figures, Period.parse("2022-Q3")))["value"] == 70


def test_an_indicator_that_no_unit_owes_any_more_has_no_row(declarations: Declarations) -> None:
    left = Units(tuple(replace(u, takes_over=None) for u in declarations.units.all))
    district_only = {"L01": make_indicator(reported_by=ReportedBy.DISTRICT)}
    assert (
        len(computed(replace(declarations, indicators=district_only, units=left), {}, Period.parse("2025-YEAR"))) == 0
    )


@pytest.mark.parametrize("aggregation", ["ratio_of_sums", "district_only"])
def test_what_the_district_alone_reported_is_owed_by_the_communes_that_took_it_over(
    declarations: Declarations, aggregation: str
) -> None:
    indicator = make_indicator(reported_by=ReportedBy.DISTRICT, aggregation=aggregation)
    declared, period = replace(declarations, indicators={"L01": indicator}), Period.parse("2025-Q3")
    figures = {unit: sent(A01=4, A02=place) for place, unit in enumerate(declared.reporting(period))}
    frame = computed(declared, figures, period)
    whole = row_of(frame)
    assert (whole["numerator"], whole["denominator"]) == (0 + 1 + 2 + 3 + 4 + 5, 24)
    assert (whole["reported_units"], whole["expected_units"]) == (6, 6)
    assert row_of(frame, "30643")["value"] == 50


def test_after_the_district_level_ended_the_total_is_of_the_new_communes(declarations: Declarations) -> None:
    declared = replace(declarations, indicators={"L01": make_indicator()})
    period = Period.parse("2025-YEAR")
    figures = {unit: sent(A01=4, A02=1) for unit in declared.reporting(period)}
    whole = row_of(computed(declared, figures, period))
    assert (whole["value"], whole["reported_units"], whole["expected_units"]) == (25, 6, 6)


def test_the_whole_district_comes_first_and_indicators_keep_the_order_of_content(declarations: Declarations) -> None:
    frame = computed(declarations, {})
    units = list(declarations.reporting(PERIOD))
    assert frame["level"].to_list() == sorted(frame["level"], key=["district", "unit"].index)
    assert frame.loc[frame["level"] == "district", "indicator"].to_list() == list(declarations.defined(PERIOD))
    assert list(dict.fromkeys(frame.loc[frame["level"] == "unit", "unit"])) == units


@pytest.mark.parametrize("period", ALL_PERIODS, ids=str)
def test_every_period_of_the_programme_can_be_computed(declarations: Declarations, period: Period) -> None:
    frame = computed(declarations, {}, period)
    assert set(frame["state"]) <= {State.NOT_REPORTED}
    assert frame["value"].isna().all()


def test_units_with_nothing_to_meet_are_left_out_of_a_share_but_have_reported(declarations: Declarations) -> None:
    asked = declare(declarations, make_indicator(**SHARE_OF_UNITS))
    frame = computed(
        asked,
        {
            DISTRICT: sent(G07=NOT_APPLICABLE),
            COMMUNE: sent(G07=1),
            NEIGHBOUR: sent(G07=0),
            THIRD: sent(G07=1),
        },
    )
    whole = row_of(frame)
    assert (whole["numerator"], whole["denominator"], whole["reported_units"]) == (2, 3, 4)
    assert row_of(frame, DISTRICT)["state"] == State.NOT_APPLICABLE


@pytest.mark.parametrize("asked", [SHARE_OF_UNITS, {"numerator": "G07", "denominator": "1", "aggregation": "sum"}])
def test_where_nothing_came_up_anywhere_the_whole_says_so(declarations: Declarations, asked: dict[str, Any]) -> None:
    frame = computed(
        declare(declarations, make_indicator(**asked)), dict.fromkeys(EVERY_UNIT, sent(G07=NOT_APPLICABLE))
    )
    assert row_of(frame)["state"] == State.NOT_APPLICABLE
