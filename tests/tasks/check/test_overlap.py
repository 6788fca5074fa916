"""The double count that nobody declared."""

from __future__ import annotations

import math
from collections.abc import Sequence

import pytest
from hypothesis import given
from hypothesis import strategies as st

from config.load import Declarations, load
from config.settings import Settings
from tasks.check.overlap import FEWEST_ELEMENTS, least_units, overlap_share
from tasks.store.values import Value
from tests.factory import make_value

DECLARATIONS = load(Settings().config_dir)
ADDITIVE = [e for e in DECLARATIONS.elements.values() if e.additive][:12]
FIGURES = st.lists(st.integers(1, 1000), min_size=len(ADDITIVE), max_size=len(ADDITIVE))


def cells(figures: Sequence[int | None]) -> dict[str, Value]:
    return {e.code: make_value(e.code, figure) for e, figure in zip(ADDITIVE, figures, strict=True)}


@given(own=FIGURES, below=st.lists(FIGURES, min_size=1, max_size=18))
def test_figures_that_contain_those_below_overlap_wholly(own: list[int], below: list[list[int]]) -> None:
    total = [mine + sum(theirs) for mine, theirs in zip(own, zip(*below, strict=True), strict=True)]
    assert overlap_share(cells(total), [cells(b) for b in below], ADDITIVE, len(below)) == 1


@given(own=FIGURES, below=st.lists(FIGURES, min_size=1, max_size=18))
def test_the_order_of_the_units_below_does_not_matter(own: list[int], below: list[list[int]]) -> None:
    lower = [cells(b) for b in below]
    shares = [overlap_share(cells(own), order, ADDITIVE, 1) for order in (lower, lower[::-1])]
    assert shares[0] == shares[1]


def test_the_share_counts_the_elements_that_reach_the_sum_below() -> None:
    own = [2] * 3 + [1] * 9
    assert overlap_share(cells(own), [cells([1] * 12), cells([1] * 12)], ADDITIVE, 2) == 3 / 12


def test_too_few_units_below_prove_nothing() -> None:
    assert math.isnan(overlap_share(cells([9] * 12), [cells([1] * 12)], ADDITIVE, 2))


def test_elements_without_anything_below_are_not_compared() -> None:
    nothing: list[int | None] = [0] * (12 - FEWEST_ELEMENTS + 1) + [1] * (FEWEST_ELEMENTS - 1)
    assert math.isnan(overlap_share(cells([9] * 12), [cells(nothing)], ADDITIVE, 1))


def test_an_empty_cell_is_not_compared() -> None:
    own: list[int | None] = [None] * 2 + [0] * 10
    assert overlap_share(cells(own), [cells([1] * 12)], ADDITIVE, 1) == 0


@pytest.mark.parametrize(("expected", "least"), [(0, 1), (1, 1), (18, 15)])
def test_most_of_the_units_below_must_have_reported(declarations: Declarations, expected: int, least: int) -> None:
    assert least_units(expected, declarations.calendar) == least
