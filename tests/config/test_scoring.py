"""Scoring sets: points add up, steps neither overlap nor gape, every figure is collected, or the file is refused."""

from __future__ import annotations

from decimal import Decimal
from functools import partial
from pathlib import Path

import pytest
import yaml
from hypothesis import given
from hypothesis import strategies as st

from config.criterion import Kind, NotApplicable, ScoringSet, Step
from config.load import Declarations, load
from config.scoring import load_scoring, scoring_in_force
from config.settings import PROJECT
from config.steps import fault_in_steps
from config.strict import DeclarationError
from config.trust import TRUST_NAMES, Trust
from tests.config.planted import refusal_of

SETS = PROJECT / "config" / "scoring"
DECLARED = load_scoring(SETS, load(PROJECT / "config"))
FAULTS = yaml.safe_load(Path(__file__).with_name("scoring_faults.yaml").read_text(encoding="utf-8"))


def in_force(name: str, year: int) -> ScoringSet:
    """Return the set as it stands for a year."""
    found = scoring_in_force(DECLARED, name, year)
    assert found is not None
    return found


@pytest.mark.parametrize("fault", FAULTS, ids=[fault["fault"] for fault in FAULTS])
def test_a_planted_fault_is_refused_with_its_file_and_line(
    declarations: Declarations, tmp_path: Path, fault: dict[str, str]
) -> None:
    refuse = partial(load_scoring, declarations=declarations)
    refusal_of(SETS, tmp_path / "scoring", {"file": "cap-xa/2021.yaml", **fault}, refuse)


def test_a_set_without_a_class_for_the_lowest_scores_is_refused(declarations: Declarations, tmp_path: Path) -> None:
    text = (SETS / "cap-xa/2023.yaml").read_text(encoding="utf-8").replace("Yếu, at_least: 0", "Yếu, at_least: 1")
    (tmp_path / "cap-xa").mkdir()
    (tmp_path / "cap-xa/2023.yaml").write_text(text, encoding="utf-8")
    with pytest.raises(DeclarationError, match="phải có một loại bắt đầu từ 0 điểm") as raised:
        load_scoring(tmp_path, declarations)
    assert raised.value.line == text[: text.index("grades:")].count("\n") + 1


@pytest.mark.parametrize("stray", ["2022.yaml", "cap-xa/2022.yml", "cap-xa/new/2022.yaml"])
def test_a_file_that_would_be_overlooked_is_refused(declarations: Declarations, tmp_path: Path, stray: str) -> None:
    (tmp_path / stray).parent.mkdir(exist_ok=True, parents=True)
    (tmp_path / stray).write_text("set: x\n", encoding="utf-8")
    with pytest.raises(DeclarationError, match="tệp sẽ bị bỏ qua"):
        load_scoring(tmp_path, declarations)


def test_where_there_is_no_folder_there_is_no_set(declarations: Declarations, tmp_path: Path) -> None:
    assert load_scoring(tmp_path / "none", declarations) == ()


def test_a_file_stands_from_its_year_until_the_next_one() -> None:
    assert [in_force("cap-xa", year).year for year in (2021, 2022, 2023, 2030)] == [2021, 2021, 2023, 2023]
    assert scoring_in_force(DECLARED, "qd-766", 2021) is None
    assert scoring_in_force(DECLARED, "another", 2025) is None


@pytest.mark.parametrize("year", [2022, 2023])
def test_the_groups_and_classes_of_the_decision_of_2022_are_its_own(year: int) -> None:
    scoring = in_force("qd-766", year)
    assert [group.weight for group in scoring.groups] == [18, 20, 22, 22, 18]
    assert {group.status for group in scoring.groups} == {Trust.SOURCED}
    assert [criterion.maximum for criterion in scoring.groups[3].criteria] == [12, 10]
    assert [(g.at_least, g.status) for g in scoring.grades if g.status is not Trust.SOURCED] == [
        (80, "provisional"),
        (70, "provisional"),
    ]
    assert [scoring.grade(Decimal(s)).name for s in ("100", "90", "89.99", "50", "49.99", "0")] == [
        "Xuất sắc", "Xuất sắc", "Tốt", "Trung bình", "Yếu", "Yếu",
    ]  # fmt: skip


def test_every_set_and_every_criterion_of_ours_says_that_it_is_ours() -> None:
    assert {scoring.status for scoring in DECLARED} == {Trust.OWN}
    assert {c.status for scoring in DECLARED for c in (*scoring.criteria, *scoring.adjustments)} == {Trust.OWN}
    assert TRUST_NAMES[Trust.OWN] == "do huyện tự đặt"


def test_the_set_of_ours_uses_every_kind_and_both_ways_of_not_applying() -> None:
    scoring = in_force("cap-xa", 2022)
    assert {c.kind for c in (*scoring.criteria, *scoring.adjustments)} == set(Kind)
    assert {c.not_applicable for c in scoring.criteria} == set(NotApplicable)


def test_every_degree_of_trust_has_a_name() -> None:
    assert set(TRUST_NAMES) == set(Trust)


bounds = st.lists(st.tuples(st.integers(-5, 5), st.booleans()), unique=True, max_size=6).map(sorted)


@given(bounds, st.decimals(-7, 7, places=1))
def test_every_figure_stands_on_exactly_one_step_of_a_staircase(edges: list[tuple[int, bool]], value: Decimal) -> None:
    starts = [{}, *({"above" if behind else "at_least": Decimal(at)} for at, behind in edges)]
    ends = [*({"at_most" if behind else "below": Decimal(at)} for at, behind in edges), {}]
    steps = [Step(points=Decimal(0), **start, **end) for start, end in zip(starts, ends, strict=True)]
    assert fault_in_steps(steps) is None
    assert sum(step.holds(value) for step in steps) == 1


def test_no_step_at_all_is_no_staircase() -> None:
    assert fault_in_steps([]) == (0, "chưa có bậc nào")
