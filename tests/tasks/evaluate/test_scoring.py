"""Scores of units: points, what does not apply, what is missing, ranks and classes."""

from __future__ import annotations

import doctest
import time
from decimal import Decimal
from pathlib import Path
from typing import Any

import pandas as pd
import pytest
from hypothesis import given
from hypothesis import strategies as st
from pydantic import TypeAdapter

from config.criterion import Criterion
from config.load import Declarations
from config.period import ALL_PERIODS
from config.scoring import load_scoring, scoring_in_force
from config.settings import PROJECT
from config.strict import read_document
from tasks.aggregate.numbers import number_frame
from tasks.evaluate import scoring as scoring_module
from tasks.evaluate.figures import Figure, figures_of_elements, figures_of_indicators
from tasks.evaluate.marks import NO_CLAIMS, Claims
from tasks.evaluate.points import points_of
from tasks.evaluate.scoring import CRITERIA, UNITS, ranks, score_units
from tests.factory import DISTRICT
from tests.tasks.aggregate.factory import EMPTY, NOT_APPLICABLE, computed, sent
from tests.tasks.evaluate.scoring_factory import (
    COMMUNES,
    DECLARED,
    NO_FIGURE,
    PERIOD,
    SET,
    VOID,
    came,
    make_criterion,
    make_set,
    mark_of,
    score_of,
    scored,
)

ONE, TWO, THREE, FOUR = COMMUNES[:4]
EXAMPLES = read_document(Path(__file__).with_name("points_examples.yaml")).data["examples"]
SETS = load_scoring(PROJECT / "config" / "scoring", DECLARED)


@pytest.mark.parametrize("example", EXAMPLES, ids=lambda example: example["name"])
def test_a_worked_example(example: dict[str, Any]) -> None:
    stated = {key: value for key, value in example.items() if key not in {"name", "earns"}}
    criterion = TypeAdapter(Criterion).validate_python({"code": "1", "name": "x", "element": "A01", **stated})
    earned = {value: points_of(criterion, Decimal(value)) for value in example["earns"]}
    assert earned == example["earns"]


def test_the_examples_show_every_kind() -> None:
    kinds = {"choice", "step", "proportional", "step_count", "deduction", "bonus", "penalty"}
    assert {key for example in EXAMPLES for key in example} >= kinds


def test_the_examples_in_the_documentation_hold() -> None:
    result = doctest.testmod(scoring_module)
    assert result.attempted > 0
    assert result.failed == 0


# From figures to a score


def test_a_score_is_the_points_of_all_groups_with_bonus_and_penalty() -> None:
    row = score_of(scored({ONE: came(done=50, overdue=1, initiatives=1, disciplined=1)}), ONE)
    assert (row["group_I"], row["group_II"], row["bonus"], row["penalty"]) == (3, 3, Decimal("0.5"), 1)
    assert (row["points"], row["maximum"], row["score"]) == (6, 10, Decimal("5.5"))


def test_neither_bonus_nor_penalty_leads_out_of_the_scale() -> None:
    scores = scored({ONE: came(initiatives=9), TWO: came(done=0, overdue=9, disciplined=9)})
    assert [score_of(scores, unit)["score"] for unit in (ONE, TWO)] == [10, 0]


def test_the_frames_have_their_columns_and_a_row_for_every_unit_and_every_criterion() -> None:
    scores = scored({ONE: came()})
    assert scores.units.columns.to_list() == [*UNITS, "group_I", "group_II"]
    assert scores.criteria.columns.to_list() == CRITERIA
    assert len(scores.units) == len(COMMUNES)
    assert len(scores.criteria) == len(COMMUNES) * 4
    assert (score_of(scores, ONE)["set"], score_of(scores, ONE)["set_year"], score_of(scores, ONE)["set_status"]) == (
        "thu", 2021, "own",
    )  # fmt: skip


def test_only_units_of_the_level_of_the_set_are_scored() -> None:
    assert DISTRICT not in set(scored({ONE: came(), DISTRICT: came()}).units["unit"])


def test_a_mark_says_what_it_rests_on() -> None:
    mark = mark_of(scored({ONE: came(done=50)}), ONE)
    assert (mark["value"], mark["points"], mark["maximum"], mark["ground"]) == (50, 3, 6, "theo số liệu")
    assert (mark["kind"], mark["source"], mark["group"]) == ("proportional", "L01", "I")


# What does not apply


def test_what_does_not_apply_lowers_the_maximum_where_that_is_declared() -> None:
    row = score_of(scored({ONE: came(done=VOID, overdue=1)}), ONE)
    assert (row["points"], row["maximum"], row["score"]) == (3, 4, Decimal("7.5"))


def test_what_does_not_apply_earns_full_points_where_that_is_declared() -> None:
    row = score_of(scored({ONE: came(done=50, overdue=VOID)}), ONE)
    assert (row["points"], row["maximum"], row["score"]) == (7, 10, 7)


def test_a_bonus_or_penalty_that_does_not_apply_is_nothing() -> None:
    row = score_of(scored({ONE: came(initiatives=VOID, disciplined=VOID)}), ONE)
    assert (row["bonus"], row["penalty"], row["score"]) == (0, 0, 10)


def test_a_unit_to_which_nothing_applies_has_no_score() -> None:
    nothing = make_set(grades=SET.grades, groups=(SET.groups[0],), total=Decimal(6))
    row = score_of(scored({ONE: came(done=VOID), TWO: came()}, nothing), ONE)
    assert (row["score"], row["rank"]) == (None, None)


# What is missing


def test_a_missing_figure_earns_nothing_and_is_counted() -> None:
    eight_of_ten = make_set(
        make_criterion(maximum=Decimal(2)), make_criterion("I.2", maximum=Decimal(4), indicator="L02")
    )
    row = score_of(scored({ONE: {**came(done=NO_FIGURE), "L02": Decimal(100)}, TWO: came()}, eight_of_ten), ONE)
    assert (row["points"], row["maximum"], row["missing"], row["status"], row["score"]) == (8, 10, 1, "đã chấm", 8)


def test_below_the_minimum_coverage_there_is_neither_score_nor_rank() -> None:
    row = score_of(scored({ONE: came(done=NO_FIGURE), TWO: came()}), ONE)
    assert (row["status"], row["score"], row["rank"], row["grade"]) == ("chưa đủ số liệu", None, None, None)


def test_a_unit_that_sent_nothing_stands_last_without_a_rank() -> None:
    scores = scored({ONE: came()})
    row = score_of(scores, TWO)
    assert (row["status"], row["score"], row["rank"]) == ("chưa báo cáo", None, None)
    assert [row[name] for name in ("points", "maximum", "bonus", "penalty", "group_I")] == [None] * 5
    assert scores.units["unit"].iloc[0] == ONE


def test_what_nobody_was_asked_counts_for_nobody() -> None:
    asked = {code: figure for code, figure in came(overdue=1).items() if code != "L01"}
    scores = scored({ONE: asked, TWO: asked})
    assert (mark_of(scores, ONE)["ground"], mark_of(scores, ONE)["maximum"]) == ("kỳ này chưa thu thập", 0)
    assert (score_of(scores, ONE)["maximum"], score_of(scores, ONE)["score"]) == (4, Decimal("7.5"))


def test_what_only_units_of_another_level_were_asked_counts_for_nobody() -> None:
    asked = {code: figure for code, figure in came(overdue=1).items() if code != "L01"}
    scores = scored({ONE: asked, DISTRICT: came()})
    assert mark_of(scores, ONE)["ground"] == "kỳ này chưa thu thập"


def test_a_figure_that_a_choice_does_not_know_earns_nothing_and_is_told(declarations: Declarations) -> None:
    scoring = scoring_in_force(SETS, "cap-xa", 2022)
    assert scoring is not None
    mark = mark_of(score_units(scoring, {(ONE, "G07"): Decimal(2)}, declarations, PERIOD), ONE, "VI.4")
    assert (mark["ground"], mark["points"]) == ("số liệu ngoài các lựa chọn", 0)


# What people claim and appraise


def test_a_units_own_score_stands_beside_the_appraised_one() -> None:
    claimed = Claims({(ONE, "I.1"): Decimal(6), (ONE, "II.1"): Decimal(4)}, {})
    scores = scored({ONE: came(done=50), TWO: came()}, claims=claimed)
    assert (score_of(scores, ONE)["self_score"], score_of(scores, ONE)["score"]) == (10, 7)
    assert score_of(scores, TWO)["self_score"] is None
    assert mark_of(scores, ONE)["self_points"] == 6


def test_what_does_not_count_for_a_unit_cannot_be_claimed() -> None:
    claimed = Claims({(ONE, "I.1"): Decimal(6), (ONE, "II.1"): Decimal(3)}, {})
    assert score_of(scored({ONE: came(done=VOID)}, claims=claimed), ONE)["self_score"] == Decimal("7.5")


def test_appraised_points_stand_in_the_place_of_computed_ones() -> None:
    appraised = Claims({}, {(ONE, "I.1"): Decimal(5)})
    scores = scored({ONE: came(done=NO_FIGURE)}, claims=appraised)
    assert (mark_of(scores, ONE)["ground"], score_of(scores, ONE)["score"]) == ("theo thẩm định", 9)


# Ranks and classes


def test_equal_scores_share_a_rank() -> None:
    scores = scored({ONE: came(done=80), TWO: came(done=90), THREE: came(done=80), FOUR: came(done=70)})
    assert scores.units["unit"].to_list()[:4] == [TWO, ONE, THREE, FOUR]
    assert scores.units["rank"].to_list()[:4] == [1, 2, 2, 4]


def test_scores_that_differ_only_in_the_noise_of_a_quotient_are_equal() -> None:
    third = Decimal(1) / 3
    assert ranks([third + third + third, Decimal(1)]) == [1, 1]
    assert ranks([third + third + third, Decimal("0.5")]) == [1, 2]


@pytest.mark.parametrize(("done", "grade", "status"), [(100, "Tốt", "sourced"), (50, "Khá", "provisional")])
def test_a_class_says_how_far_its_bound_can_be_trusted(done: int, grade: str, status: str) -> None:
    row = score_of(scored({ONE: came(done=done)}), ONE)
    assert (row["grade"], row["grade_status"]) == (grade, status)


@pytest.mark.parametrize(("done", "grade"), [("83.333333333333333", "Khá"), ("83.34", "Tốt")])
def test_a_score_is_held_against_the_bound_before_it_is_rounded(done: str, grade: str) -> None:
    assert score_of(scored({ONE: came(done=done)}), ONE)["grade"] == grade  # 8,9999… prints as 9,00


# Where figures come from


def test_figures_of_indicators_tell_what_is_missing_from_what_did_not_arise(declarations: Declarations) -> None:
    frame = computed(declarations, {ONE: sent(A01=10, A02=5), TWO: sent(A01=0, A02=0)}, PERIOD)
    found = figures_of_indicators(frame)
    assert [found[unit, "L01"] for unit in (ONE, TWO, THREE)] == [50, VOID, NO_FIGURE]
    assert not any(unit == DISTRICT and found[unit, code] == 50 for unit, code in found)


def test_figures_of_elements_come_from_a_number_frame() -> None:
    values = {ONE: sent(A04=2, A16=NOT_APPLICABLE), TWO: sent(A04=EMPTY, A16=1)}
    expected = {(ONE, "A04"): Decimal(2), (ONE, "A16"): VOID, (TWO, "A04"): NO_FIGURE, (TWO, "A16"): Decimal(1)}
    assert figures_of_elements(*number_frame(values)) == expected


# What holds whatever units send

shares = st.one_of(st.decimals(0, 120, places=3), st.just(VOID), st.just(NO_FIGURE))
small = st.one_of(st.integers(0, 9), st.just(VOID), st.just(NO_FIGURE))
a_unit = st.builds(came, shares, small, small, small)
districts = st.dictionaries(st.sampled_from(COMMUNES), a_unit, min_size=1)
Units = dict[str, dict[str, Figure]]


@given(districts, st.randoms(use_true_random=False))
def test_the_order_of_units_does_not_matter(units: Units, random: Any) -> None:
    order = list(units)
    random.shuffle(order)
    pd.testing.assert_frame_equal(scored({unit: units[unit] for unit in order}).units, scored(units).units)


@given(districts)
def test_every_score_lies_on_the_scale_and_every_mark_within_its_maximum(units: Units) -> None:
    scores = scored(units)
    assert all(0 <= score <= SET.total for score in scores.units["score"] if score is not None)
    marks = scores.criteria[~scores.criteria["kind"].isin(["bonus", "penalty"])]
    assert all(0 <= points <= most for points, most in zip(marks["points"], marks["maximum"], strict=True))


@given(districts, st.sampled_from(COMMUNES))
def test_what_does_not_apply_never_hurts_where_it_is_declared_to_earn_full_points(units: Units, unit: str) -> None:
    units = {**units, unit: units.get(unit, came())}
    better = {**units, unit: {**units[unit], "A04": VOID}}
    before, after = (score_of(scored(u), unit)["score"] for u in (units, better))
    assert before is None or after >= before


@given(districts, st.sampled_from(COMMUNES))
def test_a_better_figure_never_costs_a_rank(units: Units, unit: str) -> None:
    units = {**units, unit: came(50, 2)}
    better = {**units, unit: came(60, 1)}
    before, after = (score_of(scored(u), unit)["rank"] for u in (units, better))
    assert after <= before


@given(districts)
def test_a_rank_is_one_more_than_the_units_that_are_better(units: Units) -> None:
    table = scored(units).units
    ranked = [(row["rank"], row["score"]) for row in table.to_dict("records") if row["score"] is not None]
    assert all(rank == 1 + sum(other > score for _, other in ranked) for rank, score in ranked)


@pytest.mark.slow
def test_ten_years_of_scores_take_a_moment(declarations: Declarations) -> None:
    sent_by = {unit: sent(A01=10, A02=5, A04=1) for unit in COMMUNES}
    frames = {period: computed(declarations, sent_by, period) for period in ALL_PERIODS}
    numbers = number_frame(sent_by)
    start = time.thread_time()  # of the processor: what else the machine does counts for nothing
    for period, frame in frames.items():
        found = {**figures_of_indicators(frame), **figures_of_elements(*numbers)}
        for name in ("cap-xa", "qd-766"):
            scoring = scoring_in_force(SETS, name, period.year)
            if scoring is not None:
                score_units(scoring, found, declarations, period, NO_CLAIMS)
    assert time.thread_time() - start < 5
