"""Formulas over whole columns of decimals."""

from __future__ import annotations

from decimal import Decimal

import pandas as pd
import pytest
from hypothesis import given
from hypothesis import strategies as st

from tasks.aggregate.formula import results

FIGURES = {
    "C10": pd.Series([Decimal("0.1"), Decimal(7)], dtype=object),
    "C11": pd.Series([Decimal("0.2"), Decimal(-2)], dtype=object),
}


@pytest.mark.parametrize(
    ("formula", "expected"),
    [
        ("C10", ["0.1", "7"]),
        ("C10 + C11", ["0.3", "5"]),
        ("C10 - C11", ["-0.1", "9"]),
        ("-C10 + C11", ["0.1", "-9"]),
        ("2 * C10 - 1", ["-0.8", "13"]),
        ("C10 * C11", ["0.02", "-14"]),
        ("C10 >= 1", ["0", "1"]),
        ("C10 == C11", ["0", "0"]),
        ("C11 != -2", ["1", "0"]),
        ("1", ["1", "1"]),
        ("units", ["1", "1"]),
    ],
)
def test_a_formula_is_exact_on_decimals(formula: str, expected: list[str]) -> None:
    result = results([formula], FIGURES)[formula]
    assert result.tolist() == [Decimal(e) for e in expected]
    assert all(isinstance(figure, Decimal) for figure in result)


def test_a_tenth_and_two_tenths_are_three_tenths() -> None:
    assert results(["C10 + C11"], FIGURES)["C10 + C11"][0] == Decimal("0.3")


def test_every_formula_is_computed_over_no_units_too() -> None:
    nobody = {"C10": pd.Series([], dtype=object)}
    assert {f: len(r) for f, r in results(["C10", "C10 >= 1", "1"], nobody).items()} == {
        "C10": 0,
        "C10 >= 1": 0,
        "1": 0,
    }


@given(st.lists(st.tuples(*[st.integers(-(10**15), 10**15)] * 3), min_size=1, max_size=5))
def test_a_column_gives_what_each_unit_alone_gives(rows: list[tuple[int, int, int]]) -> None:
    figures = {
        code: pd.Series([Decimal(row[k]) for row in rows], dtype=object) for k, code in enumerate(("A01", "A02", "A03"))
    }
    assert results(["A01 + A02 - 3 * A03"], figures)["A01 + A02 - 3 * A03"].tolist() == [
        a + b - 3 * c for a, b, c in rows
    ]
