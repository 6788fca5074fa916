"""Stretches of a year that nobody reports: the second quarter, nine months, the fourth quarter. Derived, never asked.

Flows are windows added and taken away, and never less than nothing; a stock is that of the last day; an opening balance
is what was pending on the eve; totals are summed anew from their parts. Source: `docs/danh-gia.md`.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal
from typing import Any

import numpy as np
import pandas as pd

from config.element import Element, Kind
from config.period import RECIPES, Recipe, Stretch, Window
from tasks.aggregate.formula import Figures
from tasks.aggregate.numbers import MISSING, Told
from tasks.aggregate.parts import Mask

LAST_DAY = (Kind.STOCK, Kind.CLOSING_BALANCE, Kind.BASELINE)


@dataclass(frozen=True, eq=False)
class Derived(Told):
    """What units would have said of a stretch; `negative` lists (unit, element) of flows that came to less than 0.

    Such an increment is no figure: it is missing in `numbers`, and one of the windows it was made of is wrong.
    """

    negative: tuple[tuple[str, str], ...]


@dataclass(frozen=True, eq=False)
class _Columns:
    """One window by element: figures and voids of every unit, in one order; what is not there is missing."""

    figures: Mapping[str, Figures]
    voids: Mapping[str, Mask]


def increments(windows: Mapping[Window, Told], elements: Mapping[str, Element]) -> dict[Stretch, Derived]:
    """Return each stretch whose windows are all in `windows`, over every unit and element that they know.

    What one of the windows lacks is missing: an element that ended in between, a unit that was not there. So are
    averages, which nothing weighs here, and counts within a single window (`flow_period`). The frames of one year
    must be in the same boundaries: see `tasks/aggregate/boundaries.py`.
    """
    made = {s: recipe for s, recipe in RECIPES.items() if windows.keys() >= set(recipe.windows)}
    return {stretch: _derived({w: windows[w] for w in r.windows}, r, elements) for stretch, r in made.items()}


def _derived(windows: Mapping[Window, Told], recipe: Recipe, elements: Mapping[str, Element]) -> Derived:
    units = list(dict.fromkeys(str(u) for told in windows.values() for u in told.numbers.index))
    codes = sorted({str(code) for told in windows.values() for code in told.numbers.columns})
    aligned = {window: _aligned(told, units, codes) for window, told in windows.items()}
    figures = {code: _figures(elements[code], recipe, aligned, len(units)) for code in codes}
    voids = {code: _voids(elements[code], recipe, aligned, len(units)) for code in codes}
    negative = [(row, c) for c in codes if elements[c].kind is Kind.FLOW_CUM_YEAR for row in _below_zero(figures[c])]
    for row, code in negative:
        figures[code][row] = MISSING
    for code, parts in ((c, elements[c].parts) for c in codes):
        if parts and figures.keys() >= set(parts):
            figures[code] = _sum([figures[part] for part in parts])
            voids[code] = _all([voids[part] for part in parts])
    found = tuple((units[row], code) for row, code in negative)
    return Derived(_frame(figures, units), _frame(voids, units), found)


def _figures(element: Element, recipe: Recipe, windows: Mapping[Window, _Columns], units: int) -> Figures:
    """Return the figures of an element over the stretch; missing where they come about in another way."""
    code = element.code
    if element.kind is Kind.FLOW_CUM_YEAR:
        taken = [-windows[w].figures[code] for w in recipe.minus]
        return _sum([*(windows[w].figures[code] for w in recipe.plus), *taken])
    if element.kind in LAST_DAY:
        return windows[recipe.last].figures[code]
    if element.kind is Kind.OPENING_BALANCE:
        window, balance = _eve(element, recipe)
        return windows[window].figures.get(balance, _filled(MISSING, units))
    return _filled(MISSING, units)


def _voids(element: Element, recipe: Recipe, windows: Mapping[Window, _Columns], units: int) -> Mask:
    """Return for which units nothing of an element arose in the stretch."""
    if element.kind is Kind.FLOW_CUM_YEAR:
        return _all([columns.voids[element.code] for columns in windows.values()])
    if element.kind in LAST_DAY:
        return windows[recipe.last].voids[element.code]
    if element.kind is Kind.OPENING_BALANCE:
        window, balance = _eve(element, recipe)
        return windows[window].voids.get(balance, np.zeros(units, dtype=bool))
    return np.zeros(units, dtype=bool)


def _eve(element: Element, recipe: Recipe) -> tuple[Window, str]:
    """Return the window and the element that say what was pending when the stretch began."""
    if recipe.after is None:
        return recipe.plus[0], element.code  # it begins with the year, as does the first window that it is made of
    return recipe.after, element.continues or element.code


def _below_zero(figures: Figures) -> list[int]:
    return [row for row, figure in enumerate(figures) if not figure.is_nan() and figure < 0]


def _aligned(told: Told, units: list[str], codes: list[str]) -> _Columns:
    figures = told.numbers.reindex(index=units, columns=codes).to_numpy(dtype=object, copy=True)
    figures[pd.isna(figures)] = MISSING
    voids: Mask = told.not_applicable.reindex(index=units, columns=codes).eq(True).to_numpy(dtype=bool)
    return _Columns(dict(zip(codes, figures.T, strict=True)), dict(zip(codes, voids.T, strict=True)))


def _filled(figure: Decimal, units: int) -> Figures:
    return np.full(units, figure, dtype=object)


def _sum(columns: Sequence[Figures]) -> Figures:
    total: Figures = np.array(columns, dtype=object).sum(axis=0)
    return total


def _all(masks: Sequence[Mask]) -> Mask:
    result: Mask = np.all(masks, axis=0)
    return result


def _frame(columns: Mapping[str, Figures] | Mapping[str, Mask], units: Sequence[str]) -> pd.DataFrame:
    table: dict[str, Any] = {code: column.copy() for code, column in columns.items()}
    return pd.DataFrame(table, index=pd.Index(list(units), dtype=str))
