"""Formulas over whole columns: each is one pandas expression, computed once for all units."""

from __future__ import annotations

import ast
from collections.abc import Iterable, Mapping
from decimal import Decimal
from functools import cache
from typing import cast

import numpy as np
import numpy.typing as npt
import pandas as pd

from config.formula import UNITS

Figures = npt.NDArray[np.object_]
NO_AND_YES = np.array([Decimal(0), Decimal(1)], dtype=object)


def results(formulas: Iterable[str], figures: Mapping[str, pd.Series]) -> dict[str, Figures]:
    """Return what each of `formulas` gives for every unit, as `Decimal`; a comparison gives 1 or 0.

    `figures` has a column of `Decimal` for each element, none of them NaN (which no comparison bears), on one index.
    """
    spelled = {formula: _spelled(formula) for formula in formulas}
    index = next(iter(figures.values())).index if figures else pd.RangeIndex(0)
    numerals = {f"_{n}": n for _, numbers in spelled.values() for n in numbers}
    constants = {name: _column(n, index) for name, n in {UNITS: 1, **numerals}.items()}
    columns = {**figures, **constants}
    # What DataFrame.eval does, without preparing every column of the frame anew for every formula.
    return {
        formula: _as_decimals(cast(pd.Series, pd.eval(expression, engine="python", resolvers=[columns])))
        for formula, (expression, _) in spelled.items()
    }


class _Numerals(ast.NodeTransformer):
    def __init__(self) -> None:
        self.found: set[int] = set()

    def visit_Constant(self, node: ast.Constant) -> ast.Name:
        number = int(str(node.value))
        self.found.add(number)
        return ast.Name(f"_{number}", ast.Load())


@cache
def _spelled(formula: str) -> tuple[str, frozenset[int]]:
    """Return `formula` with names in place of numbers, and the numbers: pandas refuses `2 * C10` on decimals."""
    numerals = _Numerals()
    tree = numerals.visit(ast.parse(formula, mode="eval"))
    return ast.unparse(tree), frozenset(numerals.found)


def _column(number: int, index: pd.Index) -> pd.Series:
    return pd.Series([Decimal(number)] * len(index), index, dtype=object)


def _as_decimals(result: pd.Series) -> Figures:
    decimals: Figures = result.to_numpy(dtype=object)
    return NO_AND_YES[decimals.astype(np.int64)] if result.dtype == bool else decimals
