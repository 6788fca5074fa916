"""Formulas: sums, products and comparisons of elements, and nothing else of Python."""

from __future__ import annotations

import pytest

from config.formula import elements_of


@pytest.mark.parametrize(
    ("expression", "elements"),
    [
        ("A01", {"A01"}),
        ("C20 + C21", {"C20", "C21"}),
        ("D03 - D02", {"D02", "D03"}),
        ("A12 + A13 + A15", {"A12", "A13", "A15"}),
        ("2 * (C20 + C21)", {"C20", "C21"}),
        ("-A01", {"A01"}),
        ("A16 >= 1", {"A16"}),
        ("G07 == 1", {"G07"}),
        ("A01 != A02", {"A01", "A02"}),
        ("1", set()),
        ("units", set()),
    ],
)
def test_a_formula_reads_these_elements(expression: str, elements: set[str]) -> None:
    assert elements_of(expression) == elements


def test_units_counts_units_only_when_it_stands_alone() -> None:
    assert elements_of("C01 + units") == {"C01", "units"}


@pytest.mark.parametrize(
    "expression",
    [
        "A01.sum()",
        "A01.values",
        "A01.__class__",
        "__import__('os')",
        "abs(A01)",
        "A01[0]",
        "'A01'",
        'f"{A01}"',
        "b'A01'",
        "1.5 * A01",
        "1j",
        "True",
        "None",
        "...",
        "A01 / A02",
        "A01 // 2",
        "A01 % 2",
        "A01 ** 9",
        "A01 & A02",
        "~A01",
        "not A01",
        "A01 and A02",
        "A01 if A02 else A03",
        "A01 in A02",
        "A01 is A02",
        "lambda: A01",
        "(A01 := 1)",
        "[A01]",
        "(A01, A02)",
        "{A01}",
        "{A01: 1}",
        "[x for x in A01]",
        "*A01",
        "await A01",
        "yield A01",
        "@A01",
    ],
)
def test_what_is_more_than_sums_and_comparisons_is_refused_naming_the_formula(expression: str) -> None:
    with pytest.raises(ValueError, match=r"chỉ được gồm mã chỉ tiêu, số|không đúng cú pháp") as refusal:
        elements_of(expression)
    assert expression in str(refusal.value)


@pytest.mark.parametrize("expression", ["(A16 >= 1) + A01", "-(A16 >= 1)", "2 * (G07 == 1)", "A01 >= (A02 == 1)"])
def test_a_comparison_stands_by_itself(expression: str) -> None:
    with pytest.raises(ValueError, match="một so sánh không được nằm trong phép tính khác"):
        elements_of(expression)


@pytest.mark.parametrize(
    "expression", ["", "A01 +", "A01 A02", "A01 = 1", "A01; A02", "import os", "A01 +\nA02", "(A01"]
)
def test_what_is_not_an_expression_is_refused_as_bad_syntax(expression: str) -> None:
    with pytest.raises(ValueError, match="không đúng cú pháp"):
        elements_of(expression)
