"""Where the road to a target starts."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from decimal import Decimal

import pandas as pd

from config.number import CellStatus

DISTRICT, UNIT = "district", "unit"
NUMBER = CellStatus.NUMBER.value

Key = tuple[str, str, str]  # level, unit, indicator: a unit's road starts from its own figure


@dataclass(frozen=True)
class Base:
    """A level, and the day on which it stood there."""

    value: Decimal
    day: date


Bases = Mapping[Key, Base]


def bases_of(indicator_values: pd.DataFrame, day: date) -> dict[Key, Base]:
    """Return the values of an earlier period, cut off on `day`, as bases for a later one.

    They must be in the boundaries of the later period: after a merger a code may stand for another unit.
    """
    known = indicator_values[indicator_values["state"] == NUMBER]
    columns = (known[name].tolist() for name in ("level", "unit", "indicator", "value"))
    return {(level, unit, code): Base(value, day) for level, unit, code, value in zip(*columns, strict=True)}
