"""Past figures in today's boundaries: a merged unit is the sum of those that went into it, where sums mean something.

Sums are made of what may be added up; rates are computed again from the summed parts, and an average is weighed again.
What cannot be added up (a yes or no) is missing for a merged unit. The district's own office, which nobody took over,
stays a row of its own, so that the whole stays the whole.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date
from decimal import Decimal
from enum import StrEnum

import numpy as np
import pandas as pd

from config.element import Element, Kind
from config.load import Declarations
from config.period import Period
from config.unit import Unit
from tasks.aggregate.formula import Figures
from tasks.aggregate.indicators import indicator_values
from tasks.aggregate.numbers import MISSING, Told
from tasks.aggregate.parts import Mask

BOUNDARIES = "boundaries"  # the column that says which boundaries a row is in


class Boundaries(StrEnum):
    """The two ways in which a past period can be shown; the values are the labels that stand beside the figures."""

    THEN = "địa giới khi báo cáo"
    TODAY = "địa giới hiện nay"


def views(told: Told, declarations: Declarations, period: Period, today: date) -> dict[Boundaries, pd.DataFrame]:
    """Return the indicator values of `period` in the boundaries of its cut-off and in those of `today`.

    Each has the columns of `indicator_values` and `boundaries`, which names the view it belongs to.
    """
    restated = in_boundaries_of(told, declarations, period, today)
    units = units_as_of(declarations, period, today)
    tables = {
        Boundaries.THEN: indicator_values(told.numbers, told.not_applicable, declarations, period),
        Boundaries.TODAY: indicator_values(restated.numbers, restated.not_applicable, declarations, period, units),
    }
    return {view: table.assign(**{BOUNDARIES: view.value}) for view, table in tables.items()}


def in_boundaries_of(told: Told, declarations: Declarations, period: Period, today: date) -> Told:
    """Return what units said of `period` as those who stand for them on `today` would have said it."""
    return restate(told, _forerunners(declarations, period, today), declarations.elements, weights_of(declarations))


def units_as_of(declarations: Declarations, period: Period, today: date) -> dict[str, Unit]:
    """Return who owes figures of `period` in the boundaries of `today`: heirs under their names of today.

    They owe what their forerunners owed: a level taken over later is nothing that they reported then.
    """
    then, now = declarations.reporting(period), declarations.units.on(today)
    found: dict[str, Unit] = {}
    for heir, codes in _forerunners(declarations, period, today).items():
        first = then[codes[0]]
        found[heir] = replace(now[heir], takes_over=first.takes_over) if heir in now else first
    return found


def weights_of(declarations: Declarations) -> dict[str, str]:
    """Return the element that weighs each average, as the indicators that use it declare."""
    return {
        code: indicator.weight
        for indicator in declarations.indicators.values()
        if indicator.weight
        for definition in indicator.definitions
        for code in definition.elements
        if declarations.elements[code].kind is Kind.RATE_WEIGHTED
    }


def restate(
    told: Told, forerunners: Mapping[str, Sequence[str]], elements: Mapping[str, Element], weights: Mapping[str, str]
) -> Told:
    """Return a row for each heir in `forerunners`, made of the rows of those it stands for.

    A figure is there only when every forerunner gave one: missing never becomes zero. One that stands for itself
    alone keeps its row as it is.
    """
    everyone = [code for codes in forerunners.values() for code in codes]
    codes = [str(code) for code in told.numbers.columns]
    figures = told.numbers.reindex(index=everyone).to_numpy(dtype=object, copy=True)
    figures[pd.isna(figures)] = MISSING
    voids: Mask = told.not_applicable.reindex(index=everyone).eq(True).to_numpy(dtype=bool)
    merge = _Merge(codes, elements, weights)
    ends = np.cumsum([len(group) for group in forerunners.values()])
    rows = [range(end - len(group), end) for end, group in zip(ends, forerunners.values(), strict=True)]
    index = pd.Index(list(forerunners), dtype=str)
    return Told(
        pd.DataFrame([merge.figures(figures[r], voids[r]) for r in rows], index, codes, dtype=object),
        pd.DataFrame([voids[r].all(axis=0) for r in rows], index, codes, dtype=bool),
    )


@dataclass(frozen=True, eq=False)
class _Merge:
    """How rows of units become one: by element, in the order of the columns."""

    codes: Sequence[str]
    elements: Mapping[str, Element]
    weights: Mapping[str, str]

    def figures(self, figures: Figures, voids: Mask) -> Figures:
        """Return one row of figures made of several."""
        row: Figures = figures.sum(axis=0)
        if len(figures) == 1:
            return row
        for column, code in enumerate(self.codes):
            if not self.elements[code].additive:
                row[column] = self._average(column, figures, voids)
        return row

    def _average(self, column: int, figures: Figures, voids: Mask) -> Decimal:
        weighed = ~voids[:, column]
        if not weighed.any():
            return Decimal(0)  # nothing arose anywhere: `not_applicable` says so
        weight = self.weights.get(self.codes[column])
        if weight is None or weight not in self.codes:
            return MISSING
        weights = figures[weighed, self.codes.index(weight)]
        whole, products = weights.sum(), (figures[weighed, column] * weights).sum()
        return Decimal(products / whole) if whole else MISSING


def _forerunners(declarations: Declarations, period: Period, today: date) -> dict[str, list[str]]:
    """Return who reported `period` by who stands for them on `today`; whom nobody took over stands for itself.

    The order is that of reporting, by the first forerunner.
    """
    day = declarations.calendar.cut_off(period)
    found: dict[str, list[str]] = {}
    for code, heir in declarations.units.heirs(day, max(day, today)).items():
        found.setdefault(code if heir is None else heir, []).append(code)
    return found
