"""Alignment: what a district's plan lacks, sets lower, later or measures otherwise than the province."""

from __future__ import annotations

from dataclasses import replace
from datetime import date
from decimal import Decimal
from pathlib import Path
from typing import Any

import pytest

from config.alignment import Measure, Plan, PlannedIndicator, PlannedTarget, load_plans
from config.indicator import Definition, Direction, Target, TargetStatus
from config.load import Declarations
from config.settings import PROJECT
from config.strict import read_document
from config.trust import Trust
from tasks.evaluate.alignment import COLUMNS, Alignment, align
from tests.factory import DISTRICT
from tests.tasks.aggregate.factory import declare, make_indicator, make_target

EXAMPLES = read_document(Path(__file__).with_name("alignment_examples.yaml")).data["examples"]

MISALIGNED = (Alignment.LACKING, Alignment.LOWER, Alignment.LATER, Alignment.OTHERWISE)


def make_plan(**changes: Any) -> Plan:
    """Return a plan of the first stage that wants 80 of the one indicator by its end."""
    planned = PlannedIndicator(targets={2025: PlannedTarget(value=Decimal(80))})
    plan = Plan(DISTRICT, "GD1", "Kế hoạch", Trust.SOURCED, "KH 1", {"L01": planned})
    return replace(plan, **changes)


def bounds(stated: Any) -> dict[str, Decimal]:
    """Return the parts of a target as an example states it."""
    parts = stated if isinstance(stated, dict) else {"value": stated}
    return {name: Decimal(figure) for name, figure in parts.items()}


@pytest.mark.parametrize("example", EXAMPLES, ids=lambda example: example["name"])
def test_a_worked_example(declarations: Declarations, example: dict[str, Any]) -> None:
    targets = {
        year: Target(TargetStatus.SOURCED, "QĐ 1", **bounds(stated)) for year, stated in example["province"].items()
    }
    indicator = make_indicator(direction=Direction(example["direction"]), targets=targets)
    measured = Measure(example["measured"]) if "measured" in example else None
    wanted = {year: PlannedTarget(**bounds(stated)) for year, stated in (example["plan"] or {}).items()}
    plan = make_plan(indicators={"L01": PlannedIndicator(wanted, measured)} if wanted else {})
    row = align(plan, declare(declarations, indicator)).iloc[0]
    assert (row["alignment"], row["remark"]) == (example["expect"], example["remark"])


def test_the_examples_show_every_way_to_stand() -> None:
    assert {example["expect"] for example in EXAMPLES} == set(Alignment)


def test_both_targets_stand_in_the_row_with_their_years_and_documents(declarations: Declarations) -> None:
    declared = declare(declarations, make_indicator(targets={2025: make_target(90)}))
    table = align(make_plan(), declared)
    row = table.iloc[0]
    assert table.columns.to_list() == COLUMNS
    assert (row["province_target"], row["province_year"], row["province_status"], row["province_document"]) == (
        90, 2025, "sourced", "QĐ 1",
    )  # fmt: skip
    assert (row["district_target"], row["district_year"], row["plan"], row["plan_status"]) == (
        80, 2025, "893-GD1", "sourced",
    )  # fmt: skip


def test_what_is_wanted_in_another_unit_of_measure_differs_in_it(declarations: Declarations) -> None:
    minutes = make_indicator(unit_of_measure="phút", direction=Direction.DOWN, targets={2025: make_target(15)})
    assert align(make_plan(), declare(declarations, minutes))["remark"].to_list() == ["cho phép nhiều hơn tỉnh 65 phút"]


def test_a_plan_that_still_has_the_replaced_indicator_measures_its_successor_otherwise(
    declarations: Declarations,
) -> None:
    old = make_indicator(
        code="P05", superseded_by="P05b", definitions=(Definition(date(2021, 7, 15), "A02", "A01", date(2022, 8, 14)),)
    )
    new = make_indicator(code="P05b", valid_from=date(2022, 8, 15), targets={2025: make_target(80)})
    declared = declare(declarations, old, new)
    planned = make_plan().indicators["L01"]
    table = align(make_plan(indicators={"P05": planned}), declared)
    assert table[["indicator", "alignment", "remark"]].to_numpy().tolist() == [
        ["P05b", "đo cách khác", "kế hoạch còn theo P05, đã được thay bằng P05b"]
    ]
    both = align(make_plan(indicators={"P05": planned, "P05b": planned}), declared)
    assert both["alignment"].to_list() == ["khớp"]


def test_only_indicators_of_the_stage_are_held_against_the_plan(declarations: Declarations) -> None:
    later = make_indicator(valid_from=date(2026, 1, 1))
    assert len(align(make_plan(), declare(declarations, later))) == 0


def test_the_illustrative_plan_shows_a_few_of_each_kind_and_says_that_it_is_illustrative(
    declarations: Declarations,
) -> None:
    (plan,) = load_plans(PROJECT / "config" / "alignment", declarations)
    table = align(plan, declarations)
    assert set(table["plan_status"]) == {"illustrative"}
    counts = table["alignment"].value_counts()
    assert all(counts[kind.value] >= 1 for kind in MISALIGNED)
    assert counts["khớp"] > sum(counts[kind.value] for kind in MISALIGNED)
