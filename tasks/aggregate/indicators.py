"""Indicators of the whole district and of each unit, with how many units they rest on."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from enum import StrEnum

import numpy as np
import pandas as pd

from config.load import Declarations
from config.number import NOTHING_NAMES, CellStatus, Nothing
from config.period import Period
from config.unit import Unit
from tasks.aggregate.formula import Figures
from tasks.aggregate.parts import Defined, Mask, Parts, parts_of_units, total
from tasks.store.values import DISTRICT_LEVEL, UNIT_LEVEL

DISTRICT, UNIT = DISTRICT_LEVEL, UNIT_LEVEL


class State(StrEnum):
    """Whether there is a value, and if not, why."""

    NUMBER = CellStatus.NUMBER.value
    NOT_REPORTED = "chưa báo cáo"
    TOO_FEW_UNITS = "chưa đủ số liệu"
    NOT_APPLICABLE = NOTHING_NAMES[Nothing.NOT_APPLICABLE]


def indicator_values(
    numbers: pd.DataFrame,
    not_applicable: pd.DataFrame,
    declarations: Declarations,
    period: Period,
    units: Mapping[str, Unit] | None = None,
) -> pd.DataFrame:
    """Return every indicator defined for `period`: of the whole district first, then of each unit that reports it.

    Columns: level, unit, indicator, numerator, denominator, value (`Decimal` or None, exact, a percentage times 100),
    reported_units, expected_units, state. `numbers` and `not_applicable` are those of `number_frame`; rows of units
    that owe nothing for `period` are left aside, as is an indicator that no unit owes. With `units`, those are the
    ones that owe: see `tasks/aggregate/boundaries.py`. Source: `docs/danh-gia.md`.
    """
    units = declarations.reporting(period) if units is None else units
    district = declarations.office.district
    defined = tuple(declarations.defined(period).values())
    of_units = parts_of_units(numbers, not_applicable, units, defined, declarations.elements)
    of_district = total(of_units, units, defined, district)
    minimum = _minimum_coverage(defined, declarations)
    return pd.concat(
        [
            _rows(DISTRICT, [district], of_district, defined, minimum),
            _rows(UNIT, list(units), of_units, defined, minimum),
        ],
        ignore_index=True,
    )


def _minimum_coverage(defined: Defined, declarations: Declarations) -> Figures:
    default = declarations.calendar.minimum_coverage
    declared = [i.minimum_coverage for i, _ in defined]
    return np.array([default if d is None else d for d in declared], dtype=object)


def _rows(level: str, units: Sequence[str], parts: Parts, defined: Defined, minimum: Figures) -> pd.DataFrame:
    owed, answered = parts.expected > 0, parts.reported > 0
    states = _states(parts, minimum)
    row, column = np.nonzero(owed)
    return pd.DataFrame(
        {
            "level": level,
            "unit": np.array(units, dtype=object)[row],
            "indicator": np.array([i.code for i, _ in defined], dtype=object)[column],
            "numerator": _where(answered, parts.numerator)[owed],
            "denominator": _where(answered, parts.denominator)[owed],
            "value": _quotients(parts, defined, states == State.NUMBER)[owed],
            "reported_units": parts.reported[owed],
            "expected_units": parts.expected[owed],
            "state": states[owed],
        }
    ).astype({"numerator": object, "denominator": object, "value": object})


def _states(parts: Parts, minimum: Figures) -> Figures:
    return np.select(
        [parts.reported == 0, parts.reported < minimum * parts.expected, parts.denominator == 0],
        [State.NOT_REPORTED.value, State.TOO_FEW_UNITS.value, State.NOT_APPLICABLE.value],
        State.NUMBER.value,
    ).astype(object)


def _quotients(parts: Parts, defined: Defined, known: Mask) -> Figures:
    """Return numerator times factor over denominator where it is `known`, else None; nothing is rounded."""
    factors = np.array([i.factor for i, _ in defined], dtype=object)
    values = np.full(known.shape, None, dtype=object)
    np.divide(parts.numerator * factors, parts.denominator, out=values, where=known)
    return values


def _where(known: Mask, figures: Figures) -> Figures:
    shown = figures.copy()
    shown[~known] = None
    return shown
