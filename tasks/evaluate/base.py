"""Where the road to a target starts."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from decimal import Decimal

import pandas as pd

from config.number import CellStatus
from config.unit import Units
from tasks.store.values import DISTRICT_LEVEL, UNIT_LEVEL

DISTRICT, UNIT = DISTRICT_LEVEL, UNIT_LEVEL
NUMBER = CellStatus.NUMBER.value

Key = tuple[str, str, str]  # level, unit, indicator: a unit's road starts from its own figure


@dataclass(frozen=True)
class Base:
    """A level, and the day on which it stood there; a declared one is stated by a document, others were calculated."""

    value: Decimal
    day: date
    is_declared: bool = False


Bases = Mapping[Key, Base]


def bases_of(indicator_values: pd.DataFrame, day: date) -> dict[Key, Base]:
    """Return the values of an earlier period, cut off on `day`, as bases for a later one: those that have a number."""
    known = indicator_values[indicator_values["state"] == NUMBER]
    columns = (known[name].tolist() for name in ("level", "unit", "indicator", "value"))
    return {(level, unit, code): Base(value, day) for level, unit, code, value in zip(*columns, strict=True)}


def without_merged(bases: Bases, units: Units, day: date) -> dict[Key, Base]:
    """Return `bases` without those of units that took others over by `day`: the code stands for another area now.

    Bases that were restated in the boundaries of `day` need no such care.
    """
    grown = {then: _grown(units, then, day) for then in {base.day for base in bases.values()}}
    return {key: base for key, base in bases.items() if key[0] == DISTRICT or key[1] not in grown[base.day]}


def _grown(units: Units, then: date, now: date) -> set[str | None]:
    gone = [u for u in units.all if u.valid_to is not None and then <= u.valid_to < now]
    return {u.successor for u in gone if u.successor != u.code}
