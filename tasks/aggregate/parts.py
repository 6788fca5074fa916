"""Numerators and denominators: what each unit brings into each indicator, and their sums over units."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass
from decimal import Decimal

import numpy as np
import numpy.typing as npt
import pandas as pd

from config.element import Element, Kind
from config.indicator import Aggregation, Definition, Indicator
from config.unit import Unit
from tasks.aggregate.formula import Figures, results

Mask = npt.NDArray[np.bool_]
Counts = npt.NDArray[np.int64]
Defined = tuple[tuple[Indicator, Definition], ...]


@dataclass(frozen=True, eq=False)
class Parts:
    """Both parts of every indicator (columns), of units or of a total of them (rows).

    `reported` and `expected` count units; where none reported, both parts are 0 and mean nothing.
    """

    numerator: Figures
    denominator: Figures
    reported: Counts
    expected: Counts


@dataclass(frozen=True, eq=False)
class _Received:
    """What the expected units sent, by element: figures (0 where missing), and where they are missing or void."""

    figures: Mapping[str, pd.Series]
    missing: Mapping[str, Mask]
    not_applicable: Mapping[str, Mask]


def parts_of_units(
    numbers: pd.DataFrame,
    not_applicable: pd.DataFrame,
    units: Mapping[str, Unit],
    defined: Defined,
    elements: Mapping[str, Element],
) -> Parts:
    """Return the parts of every one of `units`, one row each, in their order.

    A unit that lacks any element of an indicator has not reported it. One that says «không phát sinh» for an average,
    or for all that a sum or a share of units asks, has, but brings nothing into either sum: there is nothing to weigh
    and nothing to meet.
    """
    received = _received(numbers, not_applicable, units, defined)
    formulas = {f for i, d in defined for f in (d.numerator, d.denominator, i.weight) if f}
    result = results(sorted(formulas), received.figures)
    owed = _owed(units, defined)
    numerator, denominator = np.full((2, *owed.shape), Decimal(0), dtype=object)
    reported = np.zeros(owed.shape, dtype=np.int64)
    for k, (indicator, definition) in enumerate(defined):
        complete = owed[:, k] & ~_any(received.missing, _elements(indicator, definition))
        averages = [c for c in definition.elements if elements[c].kind is Kind.RATE_WEIGHTED]
        counted = complete & ~_any(received.not_applicable, averages)
        if indicator.rule in (Aggregation.SUM, Aggregation.SHARE_OF_UNITS_MEETING):
            counted &= ~_all(received.not_applicable, definition.elements)
        weight = result[indicator.weight] if indicator.weight else Decimal(1)
        numerator[counted, k] = (result[definition.numerator] * weight)[counted]
        denominator[counted, k] = (result[definition.denominator] * weight)[counted]
        reported[:, k] = complete
    return _undivided(Parts(numerator, denominator, reported, owed.astype(np.int64)), defined)


def total(parts: Parts, units: Collection[str], defined: Defined, district: str) -> Parts:
    """Return the sums of `parts` over `units`, as one row; what is the district's alone is taken from its office.

    Where no such office is among `units` any more, it is the sum of those who took its duties over.
    """
    elsewhere: Mask = np.array([district in units and code != district for code in units], dtype=bool)
    district_only: Mask = np.array([i.rule is Aggregation.DISTRICT_ONLY for i, _ in defined], dtype=bool)
    counted = ~(elsewhere[:, None] & district_only)
    sums = Parts(
        numerator=_sum(parts.numerator, counted),
        denominator=_sum(parts.denominator, counted),
        reported=parts.reported.sum(axis=0, keepdims=True, where=counted),
        expected=parts.expected.sum(axis=0, keepdims=True, where=counted),
    )
    return _undivided(sums, defined)


def _owed(units: Mapping[str, Unit], defined: Defined) -> Mask:
    """Return units × indicators: whether the unit reports the indicator, for its own level or one it took over."""
    alike = {unit.levels: unit for unit in units.values()}
    rows = {levels: [unit.reports(i.reported_by) for i, _ in defined] for levels, unit in alike.items()}
    return np.array([rows[unit.levels] for unit in units.values()], dtype=bool).reshape(len(units), len(defined))


def _received(
    numbers: pd.DataFrame, not_applicable: pd.DataFrame, units: Mapping[str, Unit], defined: Defined
) -> _Received:
    codes = sorted(set().union(*(_elements(i, d) for i, d in defined)))
    expected = numbers.reindex(index=list(units), columns=codes).astype(object)
    voids = not_applicable.reindex(index=list(units), columns=codes, fill_value=False).to_numpy(dtype=bool)
    gaps = expected.isna().to_numpy(dtype=bool)
    figures = expected.to_numpy(dtype=object, copy=True)
    # The 0 keeps comparisons from raising on NaN; no unit with a gap in an indicator is counted in it.
    figures[gaps] = Decimal(0)
    return _Received(
        figures={code: pd.Series(figures[:, k], expected.index) for k, code in enumerate(codes)},
        missing={code: gaps[:, k] for k, code in enumerate(codes)},
        not_applicable={code: voids[:, k] for k, code in enumerate(codes)},
    )


def _elements(indicator: Indicator, definition: Definition) -> frozenset[str]:
    return definition.elements | ({indicator.weight} if indicator.weight else frozenset())


def _any(masks: Mapping[str, Mask], codes: Iterable[str]) -> Mask:
    found: Mask = np.any([masks[code] for code in codes], axis=0)
    return found


def _all(masks: Mapping[str, Mask], codes: Iterable[str]) -> Mask:
    found: Mask = np.all([masks[code] for code in codes], axis=0)
    return found


def _sum(figures: Figures, counted: Mask) -> Figures:
    kept = figures.copy()
    kept[~counted] = Decimal(0)
    sums: Figures = kept.sum(axis=0, keepdims=True)
    return sums


def _undivided(parts: Parts, defined: Defined) -> Parts:
    """Return `parts` with 1 under every plain sum: it is divided by nothing, least of all by how many units it has.

    Where units reported but none had anything to count, it stays 0: nothing came up.
    """
    sums = np.array([i.rule is Aggregation.SUM for i, _ in defined], dtype=bool)
    denominator = parts.denominator.copy()
    denominator[sums & (denominator != 0)] = Decimal(1)
    return Parts(parts.numerator, denominator, parts.reported, parts.expected)
