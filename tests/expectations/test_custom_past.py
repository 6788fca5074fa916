"""Our own expectations that hold figures against earlier ones, run by Great Expectations itself."""

from __future__ import annotations

from collections.abc import Callable

import pandas as pd
import pytest
from hypothesis import given
from hypothesis import strategies as st

from config.load import load
from config.settings import Settings
from expectations.custom_past import away, shifted, unusual
from expectations.suite import load_rules, rules_for
from tasks.check.run import run
from tests.examples import tried_on

DECLARATIONS = load(Settings().config_dir)
RULES = {
    r.rule: r for r in rules_for(load_rules(Settings().expectations_dir, DECLARATIONS), DECLARATIONS.elements.values())
}
COUNTS = st.integers(min_value=0, max_value=10**12)
NAN = float("nan")


def one(*figures: float) -> pd.DataFrame:
    """Return one row of the judged figure and its past."""
    return pd.DataFrame([figures], columns=["now", "past", "spread"][: len(figures)], dtype="float64")


def cries(found: pd.DataFrame) -> bool:
    """Return whether the one cell judged is at fault."""
    assert list(found.columns) == ["now"]
    return bool(found.iloc[0, 0])


@tried_on(8)
@given(rows=st.lists(st.tuples(COUNTS, st.integers(-3, 3)), min_size=1, max_size=30))
def test_a_flow_may_stay_or_grow_and_never_fall(frame_of: Callable, rows: list) -> None:
    frame = frame_of([{"C11": before + step, "prev_floor_C11": before} for before, step in rows])
    violations = run(frame, [RULES["TX01"]]).violations
    assert [v.position for v in violations] == [i for i, (_, step) in enumerate(rows) if step < 0]
    assert {v.elements for v in violations} <= {("C11",)}


def test_each_cell_is_held_against_its_own_past(frame_of: Callable) -> None:
    rows = [{"A02": 5, "prev_floor_A02": 9, "C11": 9, "prev_floor_C11": 5, "C12": 1, "prev_floor_C12": 2}]
    (violation,) = run(frame_of(rows), [RULES["TX01"]]).violations
    assert violation.elements == ("A02", "C12")


def test_where_either_side_is_missing_nothing_is_at_fault() -> None:
    for figures in ((NAN, 5.0), (5.0, NAN), (NAN, NAN)):
        assert not cries(away(one(*figures), min_ratio=1, max_ratio=1))
        assert not cries(shifted(one(*figures), factor=10, leeway=0.25, smallest=1))
        assert not cries(unusual(one(*figures, 1.0), deviations=1, least=0))


@pytest.mark.parametrize(("now", "fault"), [(75, False), (74.9, True), (125, False), (125.1, True)])
def test_slack_is_added_to_what_the_ratios_allow(now: float, fault: bool) -> None:
    assert cries(away(one(now, 100), min_ratio=0.8, max_ratio=1.2, slack=5)) is fault


@pytest.mark.parametrize(
    ("now", "past", "fault"),
    [
        (1000, 100, True),
        (100, 1000, True),
        (1250, 100, True),
        (800, 100, True),
        (1260, 100, False),
        (790, 100, False),
        (90, 9, False),  # too small to be a slip rather than a change
        (1000, 0, False),
        (0, 1000, False),
        (0, 0, False),
        (100000, 100, False),
    ],
)
def test_a_figure_about_ten_times_off_is_at_fault_either_way(now: float, past: float, fault: bool) -> None:
    assert cries(shifted(one(now, past), factor=10, leeway=0.25, smallest=100)) is fault


@given(now=COUNTS, past=COUNTS)
def test_a_slip_is_a_slip_whichever_of_the_two_is_wrong(now: int, past: int) -> None:
    kwargs = {"factor": 1000.0, "leeway": 0.25, "smallest": 1000.0}
    assert cries(shifted(one(now, past), **kwargs)) is cries(shifted(one(past, now), **kwargs))


@pytest.mark.parametrize(("spread", "now", "fault"), [(3, 115, False), (3, 116, True), (0, 110, False), (0, 111, True)])
def test_a_spread_is_never_taken_as_less_than_the_least(spread: float, now: float, fault: bool) -> None:
    assert cries(unusual(one(now, 100, spread), deviations=5, least=2)) is fault
