"""Past figures in today's boundaries: a merged unit is the sum of those that went into it, wherever sums mean something.

Sums are made of what may be added up; rates are computed again from the summed parts, and an average is weighed again.
What cannot be added up (a yes or no) is missing for a merged unit. The district's own office, which nobody took over,
stays a row of its own, so that the whole stays the whole.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace
from datetime import date
from decimal import Decimal
from enum import StrEnum

import pandas as pd

from config.element import Element, Kind
from config.load import Declarations
from config.period import Period
from config.unit import Unit
from tasks.aggregate.indicators import indicator_values
from tasks.aggregate.numbers import MISSING
from tasks.aggregate.windows import Told

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
    numbers, voids = told.numbers, told.not_applicable
    everyone = [code for codes in forerunners.values() for code in codes]
    numbers = numbers.reindex(index=everyone, fill_value=MISSING)
    voids = voids.reindex(index=everyone, fill_value=False)
    merged = {heir: list(codes) for heir, codes in forerunners.items()}
    figures = pd.DataFrame(MISSING, pd.Index(list(merged), dtype=str), numbers.columns, dtype=object)
    nothing = pd.DataFrame(False, figures.index, numbers.columns)
    for heir, codes in merged.items():
        figures.loc[heir] = _one(numbers.loc[codes], voids.loc[codes], elements, weights)
        nothing.loc[heir] = voids.loc[codes].all(axis=0)
    return Told(figures, nothing)


def _one(
    numbers: pd.DataFrame, voids: pd.DataFrame, elements: Mapping[str, Element], weights: Mapping[str, str]
) -> list[Decimal]:
    if len(numbers) == 1:
        return list(numbers.iloc[0])
    return [_merged(code, numbers, voids, elements, weights) for code in numbers.columns]


def _merged(
    code: str,
    numbers: pd.DataFrame,
    voids: pd.DataFrame,
    elements: Mapping[str, Element],
    weights: Mapping[str, str],
) -> Decimal:
    if elements[code].additive:
        return sum(numbers[code], start=Decimal(0))
    weight = weights.get(code)
    if weight is None or weight not in numbers:
        return MISSING
    weighed = ~voids[code]
    if not weighed.any():
        return Decimal(0)  # nothing arose anywhere: `not_applicable` says so
    whole = sum(numbers.loc[weighed, weight], start=Decimal(0))
    products = sum(numbers.loc[weighed, code] * numbers.loc[weighed, weight], start=Decimal(0))
    return products / whole if whole.is_nan() or whole else MISSING


def _forerunners(declarations: Declarations, period: Period, today: date) -> dict[str, list[str]]:
    """Return who reported `period` by who stands for them on `today`; whom nobody took over stands for itself.

    The order is that of reporting, by the first forerunner.
    """
    day = declarations.calendar.cut_off(period)
    found: dict[str, list[str]] = {}
    for code, heir in declarations.units.heirs(day, max(day, today)).items():
        found.setdefault(code if heir is None else heir, []).append(code)
    return found
