"""The pace towards a target: worked examples, and what holds for every series."""

from __future__ import annotations

import doctest
from datetime import date
from decimal import Decimal
from fractions import Fraction
from pathlib import Path
from typing import Any

import pytest
from hypothesis import assume, given
from hypothesis import strategies as st

from config.indicator import Direction
from config.number import round_half_up
from config.strict import read_document
from tasks.evaluate import pace, status
from tasks.evaluate.pace import Day, Judgement, Range, judge
from tasks.evaluate.status import Status

EXAMPLES = read_document(Path(__file__).with_name("examples.yaml")).data["examples"]
MEASURES = {"p": "p", "q": "q", "r": "r", "cagr": "cagr_ratio", "needed": "needed_pace"}
UP, DOWN = Direction.UP, Direction.DOWN
WORST_TO_BEST = [Status.WORSE, Status.VERY_SLOW, Status.SLOW, Status.ON_PACE, Status.MET]

figures = st.decimals(-10_000, 10_000, places=3)
years = st.integers(0, 20)
directions = st.sampled_from([UP, DOWN])


@pytest.mark.parametrize("example", EXAMPLES, ids=lambda example: example["name"])
def test_a_worked_example(example: dict[str, Any]) -> None:
    judged = judge(
        _number(example["b"]),
        Decimal(example["c"]),
        _target(example["g"]),
        example["t0"],
        example["t"],
        example["T"],
        Direction(example["direction"]),
    )
    expected = dict(example["expect"])
    assert judged.status == expected.pop("status")
    assert judged.methods_disagree == expected.pop("disagree", False)
    actual = {name: getattr(judged, measure) for name, measure in MEASURES.items()}
    assert {n: _as_stated(actual[n], e) for n, e in expected.items()} == expected
    assert {n for n, figure in actual.items() if figure is not None} == set(expected)


def test_the_examples_show_every_status_that_can_be_judged() -> None:
    shown = {example["expect"]["status"] for example in EXAMPLES}
    assert shown == set(Status) - {Status.NOT_REPORTED, Status.TOO_FEW_UNITS, Status.NOT_APPLICABLE}


def test_an_example_that_is_wrong_in_its_last_digit_is_noticed() -> None:
    assert _as_stated(Decimal("0.59152"), Decimal("0.5915")) == Decimal("0.5915")
    assert _as_stated(Decimal("0.59152"), Decimal("0.5916")) != Decimal("0.5916")
    assert _as_stated(None, Decimal(0)) != Decimal(0)


@pytest.mark.parametrize("module", [pace, status], ids=lambda module: module.__name__)
def test_the_examples_in_the_documentation_hold(module: Any) -> None:
    result = doctest.testmod(module)
    assert result.attempted > 0
    assert result.failed == 0


def test_the_pace_so_far_stands_beside_the_pace_needed() -> None:
    judged = judge(Decimal(50), Decimal(56), Decimal(80), 2020, 2022, 2025, UP)
    assert (judged.pace, judged.needed_pace) == (Decimal(3), Decimal(8))


def test_a_year_of_days_is_a_year() -> None:
    four_years = (date(2020, 1, 1), date(2024, 1, 1), date(2028, 1, 1))  # each four are 1461 days
    by_day = judge(Decimal(50), Decimal(56), Decimal(80), *four_years, UP)
    by_year = judge(Decimal(50), Decimal(56), Decimal(80), 2020, 2024, 2028, UP)
    assert by_day == by_year


@pytest.mark.parametrize(("cut_off", "status"), [(95, Status.ON_PACE), (60, Status.SLOW)])
def test_a_figure_without_end_does_not_slip_below_a_cut_off(cut_off: int, status: Status) -> None:
    for whole in range(2, 60):
        for gone in range(1, whole):
            current = Decimal(cut_off * gone) / whole  # as far as the cut-off asks, to the day
            assert judge(Decimal(0), current, Decimal(100), 0, gone, whole, UP).status is status


def test_a_base_that_is_the_target_but_for_the_last_digit_has_no_growth_rate() -> None:
    judged = judge(Decimal("99.99999999999999999999999999"), Decimal(90), Decimal(100), 2020, 2022, 2025, UP)
    assert (judged.status, judged.cagr_ratio) == (Status.WORSE, None)


@pytest.mark.parametrize(
    ("base_day", "day", "target_day"),
    [(2020, date(2022, 1, 1), date(2025, 1, 1)), (date(2020, 1, 1), 2022, 2025), (2020, 2022, date(2025, 1, 1))],
)
def test_days_and_years_are_not_mixed(base_day: Day, day: Day, target_day: Day) -> None:
    with pytest.raises(TypeError, match="mixed"):
        judge(Decimal(1), Decimal(2), Decimal(3), base_day, day, target_day, UP)


@pytest.mark.parametrize(("target", "direction"), [(Decimal(3), Direction.RANGE), (Range(high=Decimal(3)), UP)])
def test_a_range_and_its_direction_go_together(target: Decimal | Range, direction: Direction) -> None:
    with pytest.raises(ValueError, match="range"):
        judge(Decimal(1), Decimal(2), target, 2020, 2022, 2025, direction)


@given(figures, figures, figures, years, years, years, directions)
def test_the_mirror_image_is_judged_alike(
    b: Decimal, c: Decimal, g: Decimal, t0: int, t: int, end: int, direction: Direction
) -> None:
    judged = judge(b, c, g, t0, t, end, direction)
    mirrored = judge(-b, -c, -g, t0, t, end, DOWN if direction is UP else UP)
    assert _without_paces(mirrored) == _without_paces(judged)
    assert mirrored.pace == (None if judged.pace is None else -judged.pace)
    assert mirrored.needed_pace == (None if judged.needed_pace is None else -judged.needed_pace)


@given(figures, figures, figures, figures, years, years, years, directions)
def test_a_better_figure_is_never_judged_worse(
    b: Decimal, c: Decimal, d: Decimal, g: Decimal, t0: int, t: int, end: int, direction: Direction
) -> None:
    assume(t0 < t and t0 < end)
    worse, better = sorted((c, d), reverse=direction is DOWN)
    low, high = judge(b, worse, g, t0, t, end, direction), judge(b, better, g, t0, t, end, direction)
    assert WORST_TO_BEST.index(low.status) <= WORST_TO_BEST.index(high.status)
    if low.r is not None and high.r is not None:
        assert low.r <= high.r


@given(figures, figures, figures, years, years, years, directions)
def test_the_same_is_found_with_exact_fractions(
    b: Decimal, c: Decimal, g: Decimal, t0: int, t: int, end: int, direction: Direction
) -> None:
    judged = judge(b, c, g, t0, t, end, direction)
    assert judged.status is _by_fractions(b, c, g, t0, t, end, direction)
    if judged.r is not None:
        p, q = Fraction(c - b) / Fraction(g - b), Fraction(t - t0, end - t0)
        for figure, exact in ((judged.p, p), (judged.q, q), (judged.r, p / q)):
            assert figure is not None
            assert abs(Fraction(figure) - exact) <= abs(exact) / 10**27


@given(figures, figures, figures, years, years, years, directions, st.integers(1, 10**6), st.integers(1, 100))
def test_neither_the_unit_of_measure_nor_the_calendar_matters(
    b: Decimal, c: Decimal, g: Decimal, t0: int, t: int, end: int, direction: Direction, times: int, later: int
) -> None:
    judged = judge(b, c, g, t0, t, end, direction)
    other = judge(b * times, c * times, g * times, t0 + later, t + later, end + later, direction)
    assert (other.status, other.p, other.q, other.r) == (judged.status, judged.p, judged.q, judged.r)


@given(figures, figures, figures, years, years, years, directions)
def test_growth_rates_are_had_only_where_all_figures_have_one_sign(
    b: Decimal, c: Decimal, g: Decimal, t0: int, t: int, end: int, direction: Direction
) -> None:
    judged = judge(b, c, g, t0, t, end, direction)
    one_sign = min(b, c, g) > 0 or max(b, c, g) < 0
    assert (judged.cagr_ratio is not None) == (one_sign and judged.r is not None)
    if judged.cagr_ratio is not None and judged.r is not None:
        assert (judged.cagr_ratio > 0) == (judged.r > 0)


@given(st.decimals("0.001", 10_000, places=3), st.decimals("0.001", 10_000, places=3), years, years)
def test_steady_growth_at_the_required_rate_has_a_ratio_of_one(b: Decimal, g: Decimal, gone: int, left: int) -> None:
    assume(gone and left and g != b)
    current = b * (g / b) ** (Decimal(gone) / (gone + left))
    ratio = judge(b, current, g, 0, gone, gone + left, UP if g > b else DOWN).cagr_ratio
    assert ratio is not None
    assert abs(ratio - 1) < Decimal("1e-12")


def _by_fractions(b: Decimal, c: Decimal, g: Decimal, t0: int, t: int, end: int, direction: Direction) -> Status:
    """Return the status by `docs/danh-gia.md`, worked out anew."""
    sign = 1 if direction is UP else -1
    if sign * c >= sign * g:
        return Status.MET
    if t <= t0 or end <= t0:
        return Status.NO_BASE
    if sign * b >= sign * g:
        return Status.WORSE
    r = Fraction(c - b) * (end - t0) / (Fraction(g - b) * (t - t0))
    if r < 0:
        return Status.WORSE
    if r < Fraction(60, 100):
        return Status.VERY_SLOW
    return Status.SLOW if r < Fraction(95, 100) else Status.ON_PACE


def _without_paces(judged: Judgement) -> tuple[object, ...]:
    return (judged.status, judged.p, judged.q, judged.r, judged.cagr_ratio, judged.methods_disagree)


def _number(figure: int | Decimal | None) -> Decimal | None:
    return None if figure is None else Decimal(figure)


def _target(target: int | Decimal | dict[str, int] | None) -> Decimal | Range | None:
    if isinstance(target, dict):
        return Range(**{bound: Decimal(figure) for bound, figure in target.items()})
    return _number(target)


def _as_stated(figure: Decimal | None, stated: int | Decimal) -> Decimal | None:
    exponent = Decimal(stated).as_tuple().exponent
    assert isinstance(exponent, int)
    return None if figure is None else round_half_up(figure, -exponent)
