"""Past figures in today's boundaries: the sum of those that were merged, beside the boundaries of the day."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from datetime import date
from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from config.element import Level
from config.load import Declarations, load
from config.number import CellStatus
from config.period import Period
from config.settings import PROJECT
from tasks.aggregate.boundaries import (
    BOUNDARIES,
    Boundaries,
    in_boundaries_of,
    units_as_of,
    views,
    weights_of,
)
from tasks.aggregate.numbers import Told, number_frame
from tests.examples import tried_on
from tests.factory import DISTRICT
from tests.tasks.aggregate.factory import EMPTY, NOT_APPLICABLE, make_indicator, row_of, sent

DECLARED = load(PROJECT / "config")
H1_2022, TODAY = Period.parse("2022-H1"), date(2026, 1, 5)
CHO_MOI = ("30628", "30634", "30649")  # the three that became xã Chợ Mới (30628)
LONG_DIEN = ("30631", "30640", "30646")
UNITS = list(DECLARED.reporting(H1_2022))


def told(figures: Mapping[str, Mapping[str, int | str | Decimal | CellStatus]]) -> Told:
    """Return what units said, by unit and element."""
    return Told(*number_frame({unit: sent(**of_unit) for unit, of_unit in figures.items()}))


def restated(figures: Mapping[str, Mapping[str, int | str | Decimal | CellStatus]], today: date = TODAY) -> Told:
    """Return the same of 2022-H1 in the boundaries of `today`."""
    return in_boundaries_of(told(figures), DECLARED, H1_2022, today)


def test_a_merged_unit_is_the_sum_of_those_that_went_into_it() -> None:
    found = restated({unit: {"C11": place} for place, unit in enumerate(CHO_MOI, start=1)})
    assert found.numbers.loc["30628", "C11"] == 6


def test_the_figures_of_one_missing_forerunner_make_the_sum_missing() -> None:
    silent = restated({unit: {"C11": 5} for unit in CHO_MOI[:2]})
    empty = restated({CHO_MOI[0]: {"C11": 5}, CHO_MOI[1]: {"C11": 5}, CHO_MOI[2]: {"C11": EMPTY}})
    assert silent.numbers.loc["30628", "C11"].is_nan()
    assert empty.numbers.loc["30628", "C11"].is_nan()


def test_nothing_arose_in_a_merged_unit_only_where_nothing_arose_in_any() -> None:
    found = restated({u: {"C11": NOT_APPLICABLE, "C12": NOT_APPLICABLE if u == CHO_MOI[0] else 4} for u in CHO_MOI})
    assert list(found.not_applicable.loc["30628", ["C11", "C12"]]) == [True, False]
    assert list(found.numbers.loc["30628", ["C11", "C12"]]) == [0, 8]


def test_what_cannot_be_added_up_is_missing_for_a_merged_unit() -> None:
    found = restated({unit: {"G07": 1, "G11": 1} for unit in CHO_MOI})
    assert found.numbers.loc["30628", "G07"].is_nan()


def test_nothing_arose_in_a_merged_unit_also_where_it_cannot_be_added_up() -> None:
    found = restated({unit: {"G07": NOT_APPLICABLE} for unit in CHO_MOI})
    assert bool(found.not_applicable.loc["30628", "G07"])
    assert found.numbers.loc["30628", "G07"] == 0


def test_an_average_is_weighed_again() -> None:
    minutes = {CHO_MOI[0]: ("10", 100), CHO_MOI[1]: ("20", 300), CHO_MOI[2]: (NOT_APPLICABLE, 0)}
    found = restated({unit: {"C80": rate, "C14": dossiers} for unit, (rate, dossiers) in minutes.items()})
    assert found.numbers.loc["30628", "C80"] == Decimal("17.5")
    assert weights_of(DECLARED) == {"C80": "C14"}


def test_an_average_that_nothing_weighs_is_missing() -> None:
    found = restated({unit: {"C80": "10", "C14": 0} for unit in CHO_MOI})
    assert found.numbers.loc["30628", "C80"].is_nan()


def test_the_districts_own_office_stays_a_row_of_its_own() -> None:
    found = restated({DISTRICT: {"C11": 7, "G07": 1}})
    assert list(found.numbers.loc[DISTRICT, ["C11", "G07"]]) == [7, 1]
    units = units_as_of(DECLARED, H1_2022, TODAY)
    assert list(units) == [DISTRICT, "30628", "30631", "30658", "30643", "30664", "30673"]
    assert units["30643"].name == "Xã Cù Lao Giêng"
    assert not any(unit.levels >= {Level.DISTRICT} for code, unit in units.items() if code != DISTRICT)


def test_a_renamed_unit_keeps_its_figures_under_its_new_name() -> None:
    found = restated({"30673": {"C11": 3, "G07": 1}}, today=date(2024, 1, 1))
    assert list(found.numbers.loc["30673", ["C11", "G07"]]) == [3, 1]
    assert units_as_of(DECLARED, H1_2022, date(2024, 1, 1))["30673"].name == "Thị trấn Hội An"


def test_before_anything_changed_both_views_are_the_same() -> None:
    both = views(told({u: {"A01": 4, "A02": 1} for u in UNITS}), DECLARED, H1_2022, date(2022, 6, 22))
    then, now = (both[view].drop(columns=BOUNDARIES) for view in Boundaries)
    assert then.equals(now)


def test_both_views_are_labelled_and_rates_are_computed_anew() -> None:
    declared = replace(DECLARED, indicators={"L01": make_indicator()})
    figures = {unit: {"A01": 10, "A02": place % 10} for place, unit in enumerate(UNITS)}
    both = views(told(figures), declared, H1_2022, TODAY)
    assert set(both[Boundaries.THEN][BOUNDARIES]) == {"địa giới khi báo cáo"}
    assert set(both[Boundaries.TODAY][BOUNDARIES]) == {"địa giới hiện nay"}
    merged = row_of(both[Boundaries.TODAY], "30631")
    done = sum(figures[unit]["A02"] for unit in LONG_DIEN)
    assert (merged["numerator"], merged["denominator"], merged["value"]) == (done, 30, Decimal(done) * 100 / 30)
    whole = [row_of(both[view]) for view in Boundaries]
    assert whole[0]["value"] == whole[1]["value"]
    assert [w["expected_units"] for w in whole] == [19, 7]


def test_an_indicator_of_the_district_alone_stays_with_the_district_in_the_restated_past() -> None:
    both = views(told({DISTRICT: {"A06": 8, "A07": 2}}), DECLARED, H1_2022, TODAY)
    owed = both[Boundaries.TODAY].query("indicator == 'L03' and level == 'unit'")
    assert list(owed["unit"]) == [DISTRICT]


def test_an_ended_series_does_not_come_back_in_todays_boundaries() -> None:
    both = views(told({}), DECLARED, Period.parse("2022-Q3"), TODAY)
    for table in both.values():
        assert {"P05b", "P06b"} <= set(table["indicator"])
        assert not {"P05", "P06a"} & set(table["indicator"])


cells = st.one_of(st.integers(0, 10**9), st.sampled_from([NOT_APPLICABLE]))
of_a_unit = st.fixed_dictionaries({"A01": cells, "C11": cells, "C80": st.decimals(0, 600, places=2)})


@tried_on(40)
@given(st.fixed_dictionaries(dict.fromkeys(UNITS, of_a_unit)), st.dates(date(2022, 6, 14), date(2030, 12, 31)))
def test_the_sum_of_predecessors_equals_the_successor_and_the_whole_stays_the_whole(
    figures: dict[str, dict[str, int | CellStatus | Decimal]], today: date
) -> None:
    found, before = restated(figures, today).numbers, told(figures).numbers
    heirs = DECLARED.units.heirs(date(2022, 6, 14), today)
    for code in ("A01", "C11"):
        assert found[code].sum() == before[code].sum()
        for heir in found.index:
            mine = [before.loc[unit, code] for unit in UNITS if (heirs[unit] or unit) == heir]
            assert found.loc[heir, code] == sum(mine)


@pytest.mark.parametrize(("day", "rows"), [(date(2023, 1, 1), 19), (date(2025, 6, 30), 19), (date(2025, 7, 1), 7)])
def test_the_boundaries_are_those_of_the_day_asked_for(day: date, rows: int) -> None:
    assert len(restated({}, day).numbers) == rows
    assert len(units_as_of(DECLARED, H1_2022, day)) == rows


def test_a_period_after_the_merger_is_in_todays_boundaries_already(declarations: Declarations) -> None:
    period = Period.parse("2025-Q3")
    units = units_as_of(declarations, period, TODAY)
    assert units == declarations.reporting(period)
