"""Stretches of a year that nobody reports: the second quarter, nine months, the fourth quarter. Derived, never asked.

Flows are windows added and taken away, and never less than nothing; a stock is that of the last day; an opening balance
is what was pending on the eve; totals are summed anew from their parts. Source: `design/evaluation.md`, over time.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from decimal import Decimal

import numpy as np
import pandas as pd

from config.element import Element, Kind
from config.period import RECIPES, Recipe, Stretch, Window
from tasks.aggregate.numbers import MISSING

LAST_DAY = (Kind.STOCK, Kind.CLOSING_BALANCE, Kind.BASELINE)


@dataclass(frozen=True, eq=False)
class Told:
    """What units said of a window: the two frames of `number_frame`, units × elements."""

    numbers: pd.DataFrame
    not_applicable: pd.DataFrame


@dataclass(frozen=True, eq=False)
class Derived(Told):
    """The same of a stretch; `negative` lists (unit, element) of flows that came to less than nothing.

    Such an increment is no figure: it is missing in `numbers`, and one of the windows it was made of is wrong.
    """

    negative: tuple[tuple[str, str], ...]


def increments(windows: Mapping[Window, Told], elements: Mapping[str, Element]) -> dict[Stretch, Derived]:
    """Return each stretch whose windows are all in `windows`, over every unit and element that they know.

    What one of the windows lacks is missing: an element that ended in between, a unit that was not there. So are
    averages, which nothing weighs here, and counts within a single window (`flow_period`). The frames of one year
    must be in the same boundaries: see `tasks/aggregate/boundaries.py`.
    """
    made = {s: recipe for s, recipe in RECIPES.items() if windows.keys() >= set(recipe.windows)}
    return {stretch: _derived({w: windows[w] for w in r.windows}, r, elements) for stretch, r in made.items()}


def _derived(windows: Mapping[Window, Told], recipe: Recipe, elements: Mapping[str, Element]) -> Derived:
    index, codes = _axes(windows.values())
    numbers = {w: told.numbers.reindex(index=index, columns=codes, fill_value=MISSING) for w, told in windows.items()}
    voids = {
        w: told.not_applicable.reindex(index=index, columns=codes, fill_value=False) for w, told in windows.items()
    }
    figures = pd.DataFrame(MISSING, index, codes, dtype=object)
    nothing = pd.DataFrame(False, index, codes)
    for code in codes:
        source = _source(elements[code], recipe, numbers, voids)
        if source is not None:
            figures[code], nothing[code] = source
    negative = _less_than_nothing(figures, [c for c in codes if elements[c].kind is Kind.FLOW_CUM_YEAR])
    for unit, code in negative:
        figures.loc[unit, code] = MISSING
    for code in codes:
        if parts := elements[code].parts:
            figures[code] = _sum(figures, parts)
            nothing[code] = nothing.reindex(columns=list(parts), fill_value=False).all(axis=1)
    return Derived(figures, nothing, negative)


def _source(
    element: Element, recipe: Recipe, numbers: Mapping[Window, pd.DataFrame], voids: Mapping[Window, pd.DataFrame]
) -> tuple[pd.Series, pd.Series] | None:
    """Return figures and voids of an element of the stretch, or None for what comes about in another way or not."""
    code = element.code
    if element.kind is Kind.FLOW_CUM_YEAR:
        added = sum((numbers[w][code] for w in recipe.plus), start=Decimal(0))
        taken = sum((numbers[w][code] for w in recipe.minus), start=Decimal(0))
        return added - taken, pd.concat([v[code] for v in voids.values()], axis=1).all(axis=1)
    if element.kind in LAST_DAY:
        return numbers[recipe.last][code], voids[recipe.last][code]
    if element.kind is Kind.OPENING_BALANCE:
        window, balance = _eve(element, recipe)
        known = balance in numbers[window]
        return (numbers[window][balance], voids[window][balance]) if known else None
    return None


def _eve(element: Element, recipe: Recipe) -> tuple[Window, str]:
    """Return the window and the element that say what was pending when the stretch began."""
    if recipe.after is None:
        return recipe.first or recipe.last, element.code
    return recipe.after, element.continues or element.code


def _less_than_nothing(figures: pd.DataFrame, flows: list[str]) -> tuple[tuple[str, str], ...]:
    of_flows = figures[flows].to_numpy(dtype=object)
    known = ~figures[flows].isna().to_numpy(dtype=bool)
    below = np.zeros(of_flows.shape, dtype=bool)
    below[known] = of_flows[known] < 0
    return tuple((str(figures.index[row]), flows[column]) for row, column in zip(*np.nonzero(below), strict=True))


def _sum(figures: pd.DataFrame, parts: Iterable[str]) -> pd.Series:
    asked = figures.reindex(columns=list(parts), fill_value=MISSING)
    return sum((asked[code] for code in asked), start=pd.Series(Decimal(0), figures.index, dtype=object))


def _axes(windows: Iterable[Told]) -> tuple[pd.Index, list[str]]:
    index = pd.Index([], dtype=str)
    codes: set[str] = set()
    for told in windows:
        index = index.append(told.numbers.index[~told.numbers.index.isin(index)])
        codes |= set(told.numbers.columns)
    return index, sorted(codes)
