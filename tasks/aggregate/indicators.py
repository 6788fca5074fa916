"""Indicators of the whole district and of each unit, with how many units they rest on."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from decimal import Decimal
from enum import StrEnum

import numpy as np
import numpy.typing as npt
import pandas as pd

from config.element import Kind, Level
from config.indicator import Aggregation, Definition, Indicator
from config.load import Declarations
from config.number import NOTHING_NAMES, CellStatus, Nothing
from config.period import Period
from config.unit import Unit
from tasks.aggregate.formula import Figures, results
from tasks.aggregate.numbers import MISSING

DISTRICT, UNIT = "district", "unit"
Mask = npt.NDArray[np.bool_]
Counts = npt.NDArray[np.int64]
Defined = tuple[tuple[Indicator, Definition], ...]


class State(StrEnum):
    """Whether there is a value, and if not, why."""

    NUMBER = CellStatus.NUMBER.value
    NOT_REPORTED = "chưa báo cáo"
    TOO_FEW_UNITS = "chưa đủ số liệu"
    NOT_APPLICABLE = NOTHING_NAMES[Nothing.NOT_APPLICABLE]


@dataclass(frozen=True, eq=False)
class _Received:
    """What the expected units sent, by element: figures (0 where missing), and where one is missing or «kps»."""

    figures: Mapping[str, pd.Series]
    missing: Mapping[str, Mask]
    not_applicable: Mapping[str, Mask]


@dataclass(frozen=True, eq=False)
class _Parts:
    """Both parts of every indicator (columns) for units or a total of them (rows), 0 where nothing is counted."""

    numerator: Figures
    denominator: Figures
    reported: Counts
    expected: Counts


def indicator_values(
    numbers: pd.DataFrame, not_applicable: pd.DataFrame, declarations: Declarations, period: Period
) -> pd.DataFrame:
    """Return every indicator defined for `period`: of the whole district first, then of each unit that reports it.

    Columns: level, unit, indicator, numerator, denominator, value (`Decimal` or None, exact, a percentage times 100),
    reported_units, expected_units, state. `numbers` and `not_applicable` are those of `number_frame`; rows of units
    that owe nothing for `period` are left aside, as is an indicator that no unit owes. Source: `design/evaluation.md`.
    """
    units = declarations.reporting(period)
    defined = tuple(declarations.defined(period).values())
    owed = _owed(units, defined)
    received = _received(numbers, not_applicable, units, defined)
    of_units = _parts(received, defined, declarations, owed)
    in_total = owed & ~_left_to_the_district(units, defined, declarations.office.district)
    of_district = _total(of_units, in_total, _is_sum(defined))
    minimum = _minimum_coverage(defined, declarations)
    # A unit alone is all that is expected of it.
    return pd.concat(
        [
            _rows(DISTRICT, [declarations.office.district], of_district, defined, minimum),
            _rows(UNIT, list(units), of_units, defined, minimum),
        ],
        ignore_index=True,
    )


def _owed(units: Mapping[str, Unit], defined: Defined) -> Mask:
    """Return units × indicators: whether the unit's level reports the indicator."""
    levels = np.array([u.level for u in units.values()], dtype=object)
    by_level = {level: np.array([i.reported_by.includes(level) for i, _ in defined], dtype=bool) for level in Level}
    owed = np.zeros((len(units), len(defined)), dtype=bool)
    for level, reports in by_level.items():
        owed[levels == level] = reports
    return owed


def _left_to_the_district(units: Mapping[str, Unit], defined: Defined, district: str) -> Mask:
    elsewhere = np.array([code != district for code in units], dtype=bool)
    district_only = np.array([i.rule is Aggregation.DISTRICT_ONLY for i, _ in defined], dtype=bool)
    return np.logical_and.outer(elsewhere, district_only)


def _is_sum(defined: Defined) -> Mask:
    return np.array([i.rule is Aggregation.SUM for i, _ in defined], dtype=bool)


def _minimum_coverage(defined: Defined, declarations: Declarations) -> Figures:
    default = declarations.calendar.minimum_coverage
    declared = [i.minimum_coverage for i, _ in defined]
    return np.array([default if d is None else d for d in declared], dtype=object)


def _received(
    numbers: pd.DataFrame, not_applicable: pd.DataFrame, units: Mapping[str, Unit], defined: Defined
) -> _Received:
    codes = sorted(set().union(*(_elements(i, d) for i, d in defined)))
    expected = numbers.reindex(index=list(units), columns=codes, fill_value=MISSING).astype(object)
    voids = not_applicable.reindex(index=list(units), columns=codes, fill_value=False)
    gaps = expected.isna()
    # The 0 keeps comparisons from raising on NaN; no unit with a gap in an indicator is counted in it.
    filled = expected.mask(gaps, Decimal(0))
    return _Received(
        figures={code: filled[code] for code in codes},
        missing={code: gaps[code].to_numpy() for code in codes},
        not_applicable={code: voids[code].to_numpy(dtype=bool) for code in codes},
    )


def _elements(indicator: Indicator, definition: Definition) -> frozenset[str]:
    return definition.elements | ({indicator.weight} if indicator.weight else frozenset())


def _parts(received: _Received, defined: Defined, declarations: Declarations, owed: Mask) -> _Parts:
    formulas = {f for i, d in defined for f in (d.numerator, d.denominator, i.weight) if f}
    result = results(sorted(formulas), received.figures)
    numerator, denominator = np.full((2, *owed.shape), Decimal(0), dtype=object)
    reported = np.zeros(owed.shape, dtype=bool)
    for k, (indicator, definition) in enumerate(defined):
        weight = result[indicator.weight] if indicator.weight else Decimal(1)
        complete = owed[:, k] & ~_any(received.missing, _elements(indicator, definition))
        # Where no rate arose there is nothing to weigh, but the unit has answered.
        averages = {c for c in definition.elements if declarations.elements[c].kind is Kind.RATE_WEIGHTED}
        counted = complete & ~_any(received.not_applicable, averages)
        numerator[counted, k] = (result[definition.numerator] * weight)[counted]
        denominator[counted, k] = (result[definition.denominator] * weight)[counted]
        reported[:, k] = complete
    denominator[:, _is_sum(defined)] = Decimal(1)
    return _Parts(numerator, denominator, reported.astype(np.int64), owed.astype(np.int64))


def _any(masks: Mapping[str, Mask], codes: frozenset[str] | set[str]) -> Mask:
    return np.any([masks[code] for code in codes], axis=0)  # type: ignore[no-any-return]


def _total(parts: _Parts, in_total: Mask, is_sum: Mask) -> _Parts:
    """Return the sums over the units of `in_total`, as one row."""
    denominator = np.where(in_total, parts.denominator, Decimal(0)).sum(axis=0, keepdims=True)
    denominator[:, is_sum] = Decimal(1)
    return _Parts(
        np.where(in_total, parts.numerator, Decimal(0)).sum(axis=0, keepdims=True),
        denominator,
        np.where(in_total, parts.reported, 0).sum(axis=0, keepdims=True),
        in_total.sum(axis=0, keepdims=True),
    )


def _rows(level: str, units: list[str], parts: _Parts, defined: Defined, minimum: Figures) -> pd.DataFrame:
    states = _states(parts, minimum)
    owed = parts.expected > 0
    codes = np.array([i.code for i, _ in defined], dtype=object)
    row, column = np.nonzero(owed)
    silent = parts.reported == 0
    return pd.DataFrame(
        {
            "level": level,
            "unit": np.array(units, dtype=object)[row],
            "indicator": codes[column],
            "numerator": pd.Series(np.where(silent, None, parts.numerator)[owed], dtype=object),
            "denominator": pd.Series(np.where(silent, None, parts.denominator)[owed], dtype=object),
            "value": pd.Series(_values(parts, defined, states == State.NUMBER)[owed], dtype=object),
            "reported_units": parts.reported[owed],
            "expected_units": parts.expected[owed],
            "state": states[owed],
        }
    )


def _states(parts: _Parts, minimum: Figures) -> Figures:
    return np.select(
        [parts.reported == 0, parts.reported < minimum * parts.expected, parts.denominator == 0],
        [State.NOT_REPORTED.value, State.TOO_FEW_UNITS.value, State.NOT_APPLICABLE.value],
        State.NUMBER.value,
    ).astype(object)


def _values(parts: _Parts, defined: Defined, known: Mask) -> Figures:
    """Return numerator times factor over denominator where it is `known`, else None; nothing is rounded."""
    factors = np.array([i.factor for i, _ in defined], dtype=object)
    values = np.full(known.shape, None, dtype=object)
    np.divide(parts.numerator * factors, parts.denominator, out=values, where=known)
    return values
