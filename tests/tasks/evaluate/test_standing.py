"""Standing: changes since an earlier period, who leads, who improved, who needs help, and by which criteria."""

from __future__ import annotations

from dataclasses import replace
from decimal import Decimal

import pandas as pd
from hypothesis import given
from hypothesis import strategies as st

from config.period import Period
from tasks.evaluate.scoring import Scores
from tasks.evaluate.standing import CHANGES, STANDINGS, standings, with_changes
from tests.tasks.evaluate.scoring_factory import COMMUNES, DECLARED, SET, VOID, came, make_set, score_of, scored

ONE, TWO, THREE, FOUR, FIVE = COMMUNES[:5]
BEFORE = Period.parse("2021-YEAR")
HOI_AN = "30673"


def changed(now: Scores, before: Scores | None) -> Scores:
    """Return the scores with their changes."""
    return replace(now, units=with_changes(now.units, before.units if before else None, DECLARED))


def named(now: Scores, before: Scores | None = None) -> pd.DataFrame:
    """Return the units that stand out."""
    return standings(now, before, SET, DECLARED)


def of(table: pd.DataFrame, standing: str) -> list[str]:
    """Return the units that are named for `standing`."""
    return table.loc[table["standing"] == standing, "unit"].to_list()


def test_a_change_is_told_in_points_and_in_ranks() -> None:
    before = scored({ONE: came(done=60), TWO: came(done=80)}, period=BEFORE)
    now = changed(scored({ONE: came(done=90), TWO: came(done=80)}), before)
    row = score_of(now, ONE)
    assert [row[name] for name in CHANGES] == [Decimal("7.6"), Decimal("1.8"), 2, 1]
    assert (score_of(now, TWO)["change"], score_of(now, TWO)["rank_change"]) == (0, -1)


def test_without_an_earlier_score_there_is_no_change() -> None:
    now = scored({ONE: came(), TWO: came()})
    assert score_of(changed(now, None), ONE)["change"] is None
    assert score_of(changed(now, scored({TWO: came()}, period=BEFORE)), ONE)["change"] is None


def test_scores_by_another_version_of_the_set_are_not_compared() -> None:
    before = scored({ONE: came(done=50)}, make_set(year=2022), BEFORE)
    assert score_of(changed(scored({ONE: came()}), before), ONE)["change"] is None


def test_a_unit_that_took_others_over_is_not_compared_with_what_it_was() -> None:
    before = scored({HOI_AN: came(done=50)}, period=Period.parse("2024-YEAR"))
    now = scored({HOI_AN: came()}, period=Period.parse("2025-YEAR"))
    assert score_of(changed(now, before), HOI_AN)["change"] is None
    renamed = scored({HOI_AN: came()}, period=Period.parse("2024-YEAR"))
    earlier = scored({HOI_AN: came(done=50)}, period=Period.parse("2022-YEAR"))
    assert score_of(changed(renamed, earlier), HOI_AN)["change"] == 3


def test_the_highest_the_most_improved_and_those_in_need_are_named() -> None:
    before = scored({unit: came(done=50) for unit in COMMUNES}, period=BEFORE)
    done = dict(zip(COMMUNES, range(95, 5, -5), strict=False))
    table = named(scored({unit: came(done=share) for unit, share in done.items()}), before)
    assert table.columns.to_list() == STANDINGS
    assert of(table, "điểm cao nhất") == list(COMMUNES[:3])
    assert of(table, "tiến bộ nhất") == list(COMMUNES[:3])
    assert of(table, "cần hỗ trợ") == list(reversed(COMMUNES[-3:]))


def test_whoever_is_in_the_lowest_class_needs_help() -> None:
    now = scored({unit: came(done=0, overdue=4) for unit in COMMUNES})
    table = named(now)
    assert of(table, "điểm cao nhất") == []
    assert set(of(table, "cần hỗ trợ")) == set(COMMUNES)


def test_the_best_of_the_lowest_class_is_no_example() -> None:
    now = scored({unit: came(done=place, overdue=4) for place, unit in enumerate(COMMUNES)})
    assert of(named(now), "điểm cao nhất") == []


def test_where_all_are_equal_nobody_stands_out() -> None:
    assert len(named(scored({unit: came() for unit in COMMUNES}))) == 0
    assert len(named(scored({}))) == 0


def test_the_criteria_that_decided_it_are_named_with_their_points() -> None:
    units = {ONE: came(done=100, overdue=0), TWO: came(done=50, overdue=1), THREE: came(done=50, overdue=1)}
    table = named(scored({**units, FOUR: came(done=50, overdue=3)})).set_index("unit")
    assert table.loc[ONE, "decided_by"] == "I.1 Nhiệm vụ kế hoạch: +3,00; II.1 Nhiệm vụ quá hạn: +1,00"
    assert table.loc[FOUR, "decided_by"] == "II.1 Nhiệm vụ quá hạn: −2,00"


def test_a_penalty_is_a_reason_too() -> None:
    units = {ONE: came(disciplined=2), TWO: came(), THREE: came(), FOUR: came()}
    table = named(scored(units)).set_index("unit")
    assert table.loc[ONE, "decided_by"] == "P.1 Kỷ luật: −2,00"


def test_an_improvement_is_decided_by_what_the_unit_had_itself_before() -> None:
    before = scored({ONE: came(done=40, overdue=2), TWO: came()}, period=BEFORE)
    table = named(scored({ONE: came(done=90, overdue=2), TWO: came(done=99)}), before)
    row = table[table["standing"] == "tiến bộ nhất"].iloc[0]
    assert (row["unit"], row["decided_by"]) == (ONE, "I.1 Nhiệm vụ kế hoạch: +3,00")


def test_what_did_not_apply_is_no_reason() -> None:
    units = {ONE: came(done=VOID, overdue=3), TWO: came(), THREE: came(), FOUR: came()}
    table = named(scored(units)).set_index("unit")
    assert table.loc[ONE, "decided_by"] == "II.1 Nhiệm vụ quá hạn: −3,00"


@given(st.lists(st.integers(0, 100), min_size=1, max_size=len(COMMUNES)))
def test_nobody_is_both_an_example_and_in_need_of_help(shares: list[int]) -> None:
    table = named(scored({unit: came(done=share) for unit, share in zip(COMMUNES, shares, strict=False)}))
    assert not set(of(table, "điểm cao nhất")) & set(of(table, "cần hỗ trợ"))
