"""Our own expectations, run by Great Expectations itself."""

from __future__ import annotations

from collections.abc import Callable

from hypothesis import given
from hypothesis import strategies as st

from config.load import load
from config.settings import Settings
from expectations.suite import load_rules, rules_for
from tasks.check.run import run
from tests.examples import tried_on

DECLARATIONS = load(Settings().config_dir)
RULES = {
    r.rule: r for r in rules_for(load_rules(Settings().expectations_dir, DECLARATIONS), DECLARATIONS.elements.values())
}
COUNTS = st.integers(min_value=0, max_value=10**12)
ROWS = st.lists(st.tuples(COUNTS, COUNTS, COUNTS, st.integers(-2, 2)), min_size=1, max_size=30)
HUNDREDTHS = st.integers(0, 10**9).map(lambda n: n / 100)


@tried_on(8)
@given(rows=ROWS)
def test_parts_make_the_whole_exactly_when_the_total_is_their_sum(frame_of: Callable, rows: list) -> None:
    frame = frame_of([{"C20": a, "C21": b, "C22": c, "C23": a + b + c + slip} for a, b, c, slip in rows])
    violations = run(frame, [RULES["ID12"]]).violations
    assert [v.position for v in violations] == [i for i, row in enumerate(rows) if row[3]]


@tried_on(8)
@given(rows=ROWS)
def test_a_figure_may_reach_the_sum_of_the_others_but_not_pass_it(frame_of: Callable, rows: list) -> None:
    frame = frame_of([{"C11": a, "C12": b, "C13": c, "C70": a + b + c + slip} for a, b, c, slip in rows])
    violations = run(frame, [RULES["ID21"]]).violations
    assert [v.position for v in violations] == [i for i, row in enumerate(rows) if row[3] > 0]


@tried_on(8)
@given(rows=st.lists(st.tuples(HUNDREDTHS, HUNDREDTHS, HUNDREDTHS), min_size=1, max_size=30))
def test_a_sum_of_decimals_is_not_failed_for_its_last_binary_digit(frame_of: Callable, rows: list) -> None:
    hundredths = [round((a + b + c) * 100) / 100 for a, b, c in rows]
    frame = frame_of([{"C20": a, "C21": b, "C22": c, "C23": t} for (a, b, c), t in zip(rows, hundredths, strict=True)])
    assert run(frame, [RULES["ID12"]]).violations == ()


def test_a_comparison_with_a_missing_figure_is_neither_failed_nor_counted_as_judged(frame_of: Callable) -> None:
    frame = frame_of([{"C20": 1, "C21": 1, "C23": 9}, {"C20": 1, "C21": 1, "C22": 1, "C23": 3}])
    result = run(frame, [RULES["ID12"]])
    assert result.violations == ()
    assert result.judged == {"ID12": 1}


def test_a_range_names_each_cell_outside_it_and_no_missing_one(frame_of: Callable) -> None:
    frame = frame_of([{"A01": -1, "A02": 5, "F05": -0.5}, {"A01": 0}])
    (violation,) = run(frame, [RULES["RG01"]]).violations
    assert (violation.position, violation.elements) == (0, ("A01", "F05"))
