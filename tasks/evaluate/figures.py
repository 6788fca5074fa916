"""Figures to score: what each unit's indicators and elements came to, or which kind of nothing."""

from __future__ import annotations

from collections.abc import Mapping
from decimal import Decimal

import pandas as pd

from config.number import NOTHING_NAMES, Nothing
from tasks.evaluate.base import UNIT

Figure = Decimal | Nothing
Figures = Mapping[tuple[str, str], Figure]  # by unit and code; what is not there is missing
_NOT_APPLICABLE = NOTHING_NAMES[Nothing.NOT_APPLICABLE]


def figures_of_indicators(frame: pd.DataFrame) -> dict[tuple[str, str], Figure]:
    """Return the units' figures of an indicator or evaluation frame; where there is no value its state says why."""
    rows = frame[frame["level"] == UNIT]
    word = "state" if "state" in frame else "status"
    columns = (rows[name].tolist() for name in ("unit", "indicator", "value", word))
    return {(unit, code): _figure(value, state) for unit, code, value, state in zip(*columns, strict=True)}


def figures_of_elements(numbers: pd.DataFrame, not_applicable: pd.DataFrame) -> dict[tuple[str, str], Figure]:
    """Return the figures of a number frame: units × elements, NaN where missing, and where «không phát sinh»."""
    return {
        (str(unit), str(code)): Nothing.NOT_APPLICABLE if void else _figure(value, "")
        for unit, values, voids in zip(numbers.index, numbers.to_numpy(), not_applicable.to_numpy(), strict=True)
        for code, value, void in zip(numbers.columns, values, voids, strict=True)
    }


def figures_of_units(numbers: pd.DataFrame, not_applicable: pd.DataFrame, indicators: pd.DataFrame) -> Figures:
    """Return the figures of elements and of indicators together: what a scoring set can ask for."""
    return {**figures_of_elements(numbers, not_applicable), **figures_of_indicators(indicators)}


def _figure(value: object, state: str) -> Figure:
    if isinstance(value, Decimal) and not value.is_nan():
        return value
    return Nothing.NOT_APPLICABLE if state == _NOT_APPLICABLE else Nothing.NOT_AVAILABLE
