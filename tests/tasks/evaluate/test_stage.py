"""The evaluation of a stage: where roads begin, which figure counts, and where series break."""

from __future__ import annotations

import time
from collections.abc import Mapping
from dataclasses import replace
from datetime import date
from decimal import Decimal
from pathlib import Path
from typing import Any

import pandas as pd
import pytest
from hypothesis import assume, given
from hypothesis import strategies as st

from config.element import Kind, ReportedBy
from config.indicator import Baseline, Definition, Direction, Indicator, Pace
from config.load import Declarations, load
from config.number import round_half_up
from config.period import ALL_PERIODS, Period
from config.settings import PROJECT
from config.strict import read_document
from tasks.evaluate.period import evaluate
from tasks.evaluate.series import History
from tasks.evaluate.stage import COLUMNS, evaluate_stage, evaluate_stage_units
from tests.factory import COMMUNE, DISTRICT, NEIGHBOUR
from tests.tasks.aggregate.factory import computed, declare, make_indicator, make_target, row_of, sent
from tests.tasks.evaluate.factory import came_to, history, history_of

DECLARED = load(PROJECT / "config")
EXAMPLES = read_document(Path(__file__).with_name("stage_examples.yaml")).data["examples"]
HOI_AN = "30673"  # renamed in 2023, took two others over in 2025
figures = st.decimals(0, 100, places=2)


def make_stock(**changes: Any) -> Indicator:
    """Return a share that stands at each cut-off, 80 % of it wanted by the end of 2025."""
    return make_indicator(**{"kind": Kind.STOCK, "targets": {2025: make_target(80)}, **changes})


def one(history: History, stage: str = "GD1", by: str | None = None, **changes: Any) -> dict[str, Any]:
    """Return the stage's row of the one indicator that `history` is about."""
    return row_of(evaluate_stage(history, declare(DECLARED, make_stock(**changes)), stage, by))


@pytest.mark.parametrize("example", EXAMPLES, ids=lambda example: example["name"])
def test_a_worked_example(example: dict[str, Any]) -> None:
    came = history_of({period: [came_to(value)] for period, value in example["figures"].items()})
    row = one(came, example["stage"], example.get("by"), **_changes(example["indicator"]))
    assert {name: _as_stated(row[name], stated) for name, stated in example["expect"].items()} == example["expect"]


def _changes(stated: Mapping[str, Any]) -> dict[str, Any]:
    readers = {
        "direction": Direction,
        "pace": Pace,
        "kind": Kind,
        "aggregation": str,
        "targets": lambda targets: {year: _target(target) for year, target in targets.items()},
        "baseline": lambda base: Baseline(base["day"], Decimal(base["value"]), "QĐ 1"),
    }
    return {name: readers[name](value) for name, value in stated.items()}  # type: ignore[operator]


def _target(stated: Any) -> Any:
    if not isinstance(stated, dict):
        return make_target(stated)
    return make_target(None, **{name: Decimal(bound) for name, bound in stated.items()})


def _as_stated(value: Any, stated: Any) -> Any:
    if not isinstance(stated, Decimal) or not isinstance(value, Decimal):
        return value
    return round_half_up(value, -int(stated.as_tuple().exponent))


def test_the_table_has_its_columns_and_a_row_for_each_indicator_that_the_stage_knew(declarations: Declarations) -> None:
    table = evaluate_stage(history(Y2022_H1=1), declarations, "GD1")
    assert table.columns.to_list() == COLUMNS
    known = [code for code, i in declarations.indicators.items() if i.definitions[0].valid_from <= date(2022, 6, 14)]
    assert table["indicator"].to_list() == known
    assert {"P05", "P06a"} <= set(known)
    assert "P05" not in set(evaluate_stage({}, declarations, "GD2")["indicator"])


def test_what_is_missing_is_none_and_not_a_number_that_is_none(declarations: Declarations) -> None:
    table = evaluate_stage({}, declarations, "GD1")
    assert set(table["status"]) <= {"chưa báo cáo", "chuỗi đã dừng"}
    assert all(value is None for name in ("base", "value", "p", "period") for value in table[name])


def test_the_coverage_is_that_of_the_figure_that_is_judged() -> None:
    row = row_of(
        evaluate_stage(
            history_of({"2021-YEAR": [came_to(50)], "2022-YEAR": [came_to(60, reported=16)]}),
            declare(DECLARED, make_stock()),
            "GD1",
        )
    )
    assert (row["reported_units"], row["expected_units"]) == (16, 19)


def test_a_row_says_which_target_it_is_held_against_and_how_far_that_can_be_trusted(declarations: Declarations) -> None:
    rows = evaluate_stage({}, declarations, "GD1").set_index("indicator")
    assert (rows.loc["P13", "target"], rows.loc["P13", "target_year"], rows.loc["P13", "target_status"]) == (
        15, 2025, "sourced",
    )  # fmt: skip
    assert rows.loc["P03", "target"] is None


def test_the_methods_are_told_apart_where_they_disagree() -> None:
    row = one(history(Y2021_YEAR=10, Y2023_YEAR=20))
    assert (row["status"], round_half_up(row["r"]), round_half_up(row["cagr_ratio"])) == (
        "chậm nhiều", Decimal("0.29"), Decimal("0.62"),
    )  # fmt: skip
    assert row["methods_disagree"]


# Breaks


OLD = make_stock(
    code="P05",
    superseded_by="P05b",
    definitions=(Definition(date(2021, 7, 15), "A02", "A01", date(2022, 8, 14)),),
)
NEW = make_stock(code="P05b", definitions=(Definition(date(2022, 8, 15), "A03", "A01"),))
BROKEN = declare(DECLARED, OLD, NEW)


def chain(**by_period: int) -> History:
    """Return a history in which the old indicator comes first and the new one after the break."""
    rows = {name.removeprefix("Y").replace("_", "-"): value for name, value in by_period.items()}
    return history_of(
        {name: [came_to(value, indicator="P05" if name < "2022-Q3" else "P05b")] for name, value in rows.items()}
    )


def test_a_replaced_series_stops_and_is_not_judged() -> None:
    table = evaluate_stage(chain(Y2021_YEAR=50, Y2022_H1=79, Y2022_YEAR=30, Y2023_YEAR=35), BROKEN, "GD1")
    row = row_of(table, indicator="P05")
    assert (row["value"], row["period"], row["status"]) == (79, "2022-H1", "chuỗi đã dừng")
    assert row["breaks"] == "chuỗi dừng ngày 14/08/2022, thay bằng P05b, không nối chuỗi; khi dừng: đúng tiến độ"
    assert row["not_assessed"] == "chuỗi số liệu đã dừng, thay bằng P05b"


def test_the_series_that_replaces_another_sets_out_from_its_own_first_year() -> None:
    table = evaluate_stage(chain(Y2021_YEAR=50, Y2022_H1=79, Y2022_YEAR=30, Y2023_YEAR=35), BROKEN, "GD1")
    row = row_of(table, indicator="P05b")
    assert (row["base"], row["base_year"], row["value"], row["p"]) == (30, 2022, 35, Decimal("0.1"))
    assert row["breaks"] == "tiếp sau P05 từ ngày 15/08/2022, không nối chuỗi"


def test_what_has_stopped_has_no_pace_to_keep_and_nothing_to_disagree_about() -> None:
    table = evaluate_stage(chain(Y2021_YEAR=10, Y2022_H1=16, Y2022_YEAR=30), BROKEN, "GD1")
    row = row_of(table, indicator="P05")
    assert (row["needed_pace"], row["methods_disagree"], row["r"] is None) == (None, False, False)


def test_before_its_last_day_a_series_is_judged_as_any_other() -> None:
    row = row_of(evaluate_stage(chain(Y2021_YEAR=50, Y2022_H1=79), BROKEN, "GD1"), indicator="P05")
    assert (row["status"], row["breaks"], row["not_assessed"]) == ("đúng tiến độ", "", "")


def test_a_series_that_nothing_replaces_is_judged_by_its_last_figure() -> None:
    row = one(
        history(Y2021_YEAR=50, Y2025_H1=85, Y2025_YEAR="chưa báo cáo"),
        definitions=(Definition(date(2021, 7, 15), "A02", "A01", date(2025, 6, 30)),),
    )
    assert (row["status"], row["period"]) == ("chưa báo cáo", "2025-YEAR")  # a row that the store would not have
    row = one(
        history_of(
            {"2021-YEAR": [came_to(50)], "2025-H1": [came_to(85)], "2025-YEAR": [came_to(1, indicator="another")]}
        ),
        definitions=(Definition(date(2021, 7, 15), "A02", "A01", date(2025, 6, 30)),),
    )
    assert (row["status"], row["period"]) == ("đạt", "2025-H1")
    assert row["breaks"].endswith("định nghĩa hết hiệu lực ngày 30/06/2025")


def test_figures_of_an_earlier_definition_of_the_same_indicator_are_no_base() -> None:
    changed = (
        Definition(date(2021, 7, 15), "A02", "A01", date(2022, 12, 31)),
        Definition(date(2023, 1, 1), "A03", "A01"),
    )
    row = one(history(Y2021_YEAR=50, Y2022_YEAR=60, Y2023_YEAR=40, Y2024_YEAR=44), definitions=changed)
    assert (row["base"], row["base_year"], row["value"], row["p"]) == (40, 2023, 44, Decimal("0.1"))
    assert row["breaks"] == "định nghĩa đổi từ ngày 01/01/2023, số trước đó không dùng"


def test_a_circle_of_reporters_that_changed_is_told(declarations: Declarations) -> None:
    declared = replace(declarations, indicators={"L01": make_stock()})
    row = row_of(evaluate_stage(history(Y2021_YEAR=50, Y2025_YEAR=90), declared, "GD1"))
    assert row["breaks"] == "phải báo cáo: trước 19 đơn vị (14/12/2021), nay 6 đơn vị (14/12/2025)"
    assert row_of(evaluate_stage(history(Y2021_YEAR=50, Y2024_YEAR=90), declared, "GD1"))["breaks"] == ""


def test_what_was_the_offices_alone_is_told_when_others_took_it_over() -> None:
    declared = replace(DECLARED, indicators={"L01": make_stock(aggregation="district_only")})
    row = row_of(evaluate_stage(history(Y2021_YEAR=50, Y2025_YEAR=90), declared, "GD1"))
    assert row["breaks"] == "phải báo cáo: trước 1 đơn vị (14/12/2021), nay 6 đơn vị (14/12/2025)"


# Unit by unit


def of_units(**figures: Mapping[str, int]) -> History:
    """Return what units came to: `of_units(Y2021_YEAR={COMMUNE: 50})`."""
    return history_of(
        {
            name.removeprefix("Y").replace("_", "-"): [came_to(value, unit) for unit, value in values.items()]
            for name, values in figures.items()
        }
    )


UNITS_OF_DISTRICT = replace(DECLARED, indicators={"L01": make_stock()})


def test_a_unit_sets_out_from_its_own_figure() -> None:
    came = of_units(Y2021_YEAR={COMMUNE: 50, NEIGHBOUR: 20}, Y2022_YEAR={COMMUNE: 65, NEIGHBOUR: 50})
    table = evaluate_stage_units(came, UNITS_OF_DISTRICT, "GD1")
    assert [(row_of(table, unit)["base"], row_of(table, unit)["p"]) for unit in (COMMUNE, NEIGHBOUR)] == [
        (50, Decimal("0.5")),
        (20, Decimal("0.5")),
    ]
    assert len(table) == 19
    assert row_of(table, DISTRICT)["status"] == "chưa báo cáo"


def test_the_districts_baseline_is_no_units_base() -> None:
    based = make_stock(baseline=Baseline(date(2020, 12, 31), Decimal(40), "QĐ 1"))
    came = of_units(Y2022_YEAR={COMMUNE: 65})
    table = evaluate_stage_units(came, replace(DECLARED, indicators={"L01": based}), "GD1")
    assert row_of(table, COMMUNE)["base"] is None


def test_a_unit_that_took_others_over_has_no_base_from_before(declarations: Declarations) -> None:
    came = of_units(Y2021_YEAR={HOI_AN: 50}, Y2024_YEAR={HOI_AN: 60}, Y2025_YEAR={HOI_AN: 70})
    row = row_of(evaluate_stage_units(came, UNITS_OF_DISTRICT, "GD1"), HOI_AN)
    assert (row["base"], row["value"], row["status"]) == (None, 70, "chưa có gốc")
    assert row["breaks"] == "sau ngày 30/06/2025 mã này là một địa bàn khác"


def test_figures_restated_in_todays_areas_are_compared() -> None:
    came = of_units(Y2021_YEAR={HOI_AN: 50}, Y2024_YEAR={HOI_AN: 60}, Y2025_YEAR={HOI_AN: 65})
    row = row_of(evaluate_stage_units(came, UNITS_OF_DISTRICT, "GD1", restated=True), HOI_AN)
    assert (row["base"], row["value"], row["p"], row["breaks"]) == (50, 65, Decimal("0.5"), "")


def test_a_new_name_is_no_break() -> None:
    came = of_units(Y2021_YEAR={HOI_AN: 50}, Y2024_YEAR={HOI_AN: 65})
    row = row_of(evaluate_stage_units(came, UNITS_OF_DISTRICT, "GD1"), HOI_AN)
    assert (row["unit_name"], row["base"], row["breaks"]) == ("Thị trấn Hội An", 50, "")


def test_a_unit_is_asked_only_for_what_its_level_reports() -> None:
    declared = replace(DECLARED, indicators={"L01": make_stock(reported_by=ReportedBy.COMMUNE)})
    table = evaluate_stage_units(of_units(Y2022_YEAR={COMMUNE: 50}), declared, "GD1")
    assert DISTRICT not in set(table["unit"])
    assert len(table) == 18


# What the judgement does not depend on


FROM_THE_START = (Definition(date(2021, 1, 1), "A02", "A01"),)


@given(st.dictionaries(st.sampled_from(ALL_PERIODS[:20]), figures, min_size=1), st.permutations(range(20)))
def test_the_order_of_the_history_does_not_matter(came: dict[Period, Decimal], order: list[int]) -> None:
    periods = sorted(came, key=lambda period: order[ALL_PERIODS.index(period)])
    straight = history_of({str(p): [came_to(came[p])] for p in came})
    assert one({p: straight[p] for p in periods}, definitions=FROM_THE_START) == one(
        straight, definitions=FROM_THE_START
    )


@given(st.dictionaries(st.sampled_from(ALL_PERIODS[:20]), figures), st.sampled_from(range(2021, 2026)))
def test_judged_by_a_month_is_judged_without_what_came_later(came: dict[Period, Decimal], year: int) -> None:
    known = {p: value for p, value in came.items() if DECLARED.calendar.cut_off(p) <= date(year, 6, 30)}
    assume(known)
    whole, cut = (history_of({str(p): [came_to(v)] for p, v in part.items()}) for part in (came, known))
    then = one(whole, by=f"{year}-06", definitions=FROM_THE_START)
    assert then == one(cut, definitions=FROM_THE_START)


def test_the_stored_evaluation_is_judged_as_its_indicator_values_are(declarations: Declarations) -> None:
    values = {
        period: computed(
            declarations, {unit: sent(A01=10, A02=done) for unit in declarations.reporting(period)}, period
        )
        for period, done in ((Period.parse("2021-YEAR"), 5), (Period.parse("2022-YEAR"), 8))
    }
    judged = {period: evaluate(frame, declarations, period, {}) for period, frame in values.items()}
    pd.testing.assert_frame_equal(
        evaluate_stage(judged, declarations, "GD1"), evaluate_stage(values, declarations, "GD1")
    )


# What does not exist


def test_a_stage_that_does_not_exist_is_refused_with_those_that_do(declarations: Declarations) -> None:
    with pytest.raises(ValueError, match="không có giai đoạn 'GD3': có GD1, GD2"):
        evaluate_stage({}, declarations, "GD3")


@pytest.mark.parametrize("by", ["2026-01", "2024-13", "2024", "12/2024", ""])
def test_a_month_that_is_not_in_the_stage_is_refused(declarations: Declarations, by: str) -> None:
    with pytest.raises(ValueError, match=r"không có tháng .* trong giai đoạn 2021–2025.* từ 2021-01 đến 2025-12"):
        evaluate_stage({}, declarations, "GD1", by)


@pytest.mark.slow
def test_ten_years_of_nineteen_units_take_a_moment(declarations: Declarations) -> None:
    came = {
        period: computed(declarations, {unit: sent(A01=10, A02=5) for unit in declarations.reporting(period)}, period)
        for period in ALL_PERIODS
    }
    start = time.thread_time()  # of the processor: what else the machine does counts for nothing
    for stage in ("GD1", "GD2"):
        evaluate_stage(came, declarations, stage)
        evaluate_stage_units(came, declarations, stage)
    assert time.thread_time() - start < 5
