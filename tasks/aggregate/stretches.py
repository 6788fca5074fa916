"""The stretch of the year that ends with a period and that nobody reports, of every unit and of the whole district.

The half-year gives the second quarter, the third quarter nine months, the full year the fourth quarter. Each is made
in the boundaries of the period's cut-off day, so that units which merged in between go on as the one that took over.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal

import pandas as pd

from config.element import Element, Kind
from config.load import Declarations
from config.number import CellStatus
from config.period import Period, Window, stretch_ending
from config.unit import Unit
from config.validity import in_force
from tasks.aggregate.boundaries import in_boundaries_of, units_as_of
from tasks.aggregate.numbers import Told
from tasks.aggregate.parts import Mask
from tasks.aggregate.windows import Derived, increments
from tasks.store.stretches import FIGURES
from tasks.store.values import BELOW_NOTHING, DISTRICT_LEVEL, TOO_FEW, UNIT_LEVEL

ANSWERED = (CellStatus.NUMBER.value, CellStatus.NOT_APPLICABLE.value)
NOT_MADE = (Kind.RATE_WEIGHTED, Kind.FLOW_PERIOD)  # nothing weighs them, or they belong to one window alone

Row = tuple[object, ...]
Cell = tuple[Decimal | None, str]
Cells = Mapping[tuple[str, str], Cell]
UNKNOWN: Cell = (None, CellStatus.NOT_AVAILABLE.value)


@dataclass(frozen=True)
class _Owing:
    """Who owes figures of the stretch: those who report its last window, and those who were there before it only."""

    units: Mapping[str, Unit]
    gone: Mapping[str, Unit]

    def reporters(self, element: Element) -> list[str]:
        """Return the codes of the units that owe `element`."""
        everyone = {**self.units, **self.gone}
        return [code for code, unit in everyone.items() if unit.reports(element.reported_by)]


def stretch_of(windows: Mapping[Window, Told], declarations: Declarations, period: Period) -> pd.DataFrame:
    """Return the figures of the stretch that ends with `period`; no rows for a first quarter.

    Columns `FIGURES`: the whole district first, then unit by unit. `value` is `Decimal` or None: None where a part is
    missing (status `CellStatus.NOT_AVAILABLE`), where the parts come to less than nothing (`BELOW_NOTHING`), and in a
    total of too few units, or of which a unit that is gone would be an unknown part (`TOO_FEW`). `windows` holds what
    was said of the windows of the year.
    """
    stretch, day = stretch_ending(period.window), declarations.calendar.cut_off(period)
    then = {w: _as_of_period(told, declarations, Period(period.year, w), period) for w, told in windows.items()}
    made = increments(then, declarations.elements).get(stretch) if stretch else None
    if made is None:
        return pd.DataFrame(columns=FIGURES, dtype=object)
    owing = _owing(declarations, period, windows)
    asked = [e for e in declarations.elements.values() if in_force(e, day) and e.kind not in NOT_MADE]
    minimum, district = declarations.calendar.minimum_coverage, declarations.office.district
    cells = _cells(made)
    rows = [_total(cells, element, owing, minimum, district) for element in asked if element.additive]
    kinds = {unit.levels for unit in owing.units.values()}
    asked_of = {levels: [e.code for e in asked if any(map(e.reported_by.includes, levels))] for levels in kinds}
    rows += [row for code, unit in owing.units.items() for row in _of_unit(cells, code, asked_of[unit.levels])]
    return pd.DataFrame(rows, columns=FIGURES, dtype=object)


def _as_of_period(told: Told, declarations: Declarations, of: Period, period: Period) -> Told:
    """Return what was said of the period `of` in the boundaries of `period`."""
    if declarations.reporting(of).keys() == declarations.reporting(period).keys():
        return told
    return in_boundaries_of(told, declarations, of, declarations.calendar.cut_off(period))


def _owing(declarations: Declarations, period: Period, windows: Mapping[Window, Told]) -> _Owing:
    units, day = declarations.reporting(period), declarations.calendar.cut_off(period)
    before = [units_as_of(declarations, Period(period.year, w), day) for w in windows]
    gone = {code: unit for of_window in before for code, unit in of_window.items() if code not in units}
    return _Owing(units, gone)


def _cells(made: Derived) -> Cells:
    """Return what is known of each unit and element: a figure and how it came about, by (unit, element)."""
    lacking = set(made.negative)
    voids: Mask = made.not_applicable.to_numpy(dtype=bool)
    figures = made.numbers.to_numpy(dtype=object)
    found: dict[tuple[str, str], Cell] = {}
    for unit, of_unit, nothing in zip(made.numbers.index, figures, voids, strict=True):
        for element, figure, void in zip(made.numbers.columns, of_unit, nothing, strict=True):
            if not pd.isna(figure):
                status = CellStatus.NOT_APPLICABLE if void else CellStatus.NUMBER
                found[unit, element] = figure, status.value
            elif (unit, element) in lacking:
                found[unit, element] = None, BELOW_NOTHING
    return found


def _of_unit(cells: Cells, code: str, asked: Sequence[str]) -> list[Row]:
    told = ((element, *cells.get((code, element), UNKNOWN)) for element in asked)
    return [(UNIT_LEVEL, code, element, value, status, int(status in ANSWERED), 1) for element, value, status in told]


def _total(cells: Cells, element: Element, owing: _Owing, minimum: Decimal, district: str) -> Row:
    reporters = owing.reporters(element)
    told = {code: cells.get((code, element.code), UNKNOWN) for code in reporters}
    answered = [value for value, status in told.values() if value is not None and status in ANSWERED]
    lost = any(code in owing.gone and status not in ANSWERED for code, (_, status) in told.items())
    place, counts = (DISTRICT_LEVEL, district, element.code), (len(answered), len(reporters))
    if not answered:
        return (*place, *UNKNOWN, *counts)
    if lost or len(answered) < minimum * len(reporters):
        return (*place, None, TOO_FEW, *counts)
    arose = any(status == CellStatus.NUMBER for _, status in told.values())
    status = CellStatus.NUMBER if arose else CellStatus.NOT_APPLICABLE
    return (*place, sum(answered, Decimal(0)), status.value, *counts)
