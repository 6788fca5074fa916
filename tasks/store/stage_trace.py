"""Where a figure of a stage comes from: every cell of the units it covers, in the period that it is of."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date
from decimal import Decimal

import pandas as pd
from sqlalchemy import Connection

from config.formula import elements_of
from config.indicator import Definition, Indicator
from config.load import Declarations
from config.period import Period, Window
from tasks.store.plan_figures import figured_values
from tasks.store.stage_frames import BOUNDARIES, StageFrames
from tasks.store.trace import Formula, Part, formula_of, is_answered, part_of, units_of
from tasks.store.values import DISTRICT_LEVEL, UNIT_LEVEL, Submission, Value

Cells = Mapping[int, tuple[Value, ...]]  # by the id of their submission


@dataclass(frozen=True)
class Origin:
    """What one end of a road was made from: a period's formula and cells, or the document that states the figure."""

    value: Decimal | None
    day: date | None
    period: str
    formula: Formula | None
    document: str
    parts: tuple[Part, ...]


@dataclass(frozen=True)
class Aim:
    """What a figure is to reach, and the document that says so."""

    value: Decimal | None
    year: int | None
    document: str


@dataclass(frozen=True)
class StageTrace:
    """One figure of a stage: where it set out, where it stands, what it is to reach, and how that was judged."""

    stage: str
    level: str
    unit: str
    unit_name: str
    boundaries: str
    indicator: str
    name: str
    unit_of_measure: str
    base: Origin
    current: Origin
    target: Aim
    status: str
    p: Decimal | None
    q: Decimal | None
    r: Decimal | None
    reported_units: int
    expected_units: int


def base_period(day: date | None, is_declared: bool) -> Period | None:
    """Return the full year whose figure is the base of that day; None where there is none or a document states it."""
    return None if day is None or is_declared else Period(day.year, Window.YEAR)


def cells_of(connection: Connection, declarations: Declarations, frames: StageFrames) -> Cells:
    """Return the cells of every submission that a base or a current figure of `frames` can be made from."""
    used = set()
    for frame in (frames.table, frames.units):
        bases = zip(frame["base_date"].tolist(), frame["base_is_declared"].tolist(), strict=True)
        used |= {str(base_period(day, declared)) for day, declared in set(bases)}
        used |= {period for period in frame["period"] if period}
    return figured_values(connection, declarations, [sent for sent in frames.inputs if sent.period in used])


def parts_in(
    frames: StageFrames, declarations: Declarations, cells: Cells, code: str, period: Period
) -> tuple[Part, ...]:
    """Return every cell that was asked for the indicator `code` in `period`, unit by unit.

    The cells of a unit count when it answered all that the formula asks, each with a number or «không phát sinh»; one
    that left any of them out is left out as a whole.
    """
    defined = declarations.defined(period).get(code)
    if defined is None:
        return ()
    units, asked = declarations.reporting(period), units_of(defined[0], declarations, period)
    elements = _elements(*defined)
    return tuple(
        part
        for sent in frames.inputs
        if sent.period == str(period) and sent.unit in asked
        for part in _parts(sent, units[sent.unit].name, cells.get(sent.id, ()), elements)
    )


def heir_of(part: Part, period: Period, declarations: Declarations, later: date) -> str:
    """Return the unit that stands on `later` for the one that typed `part`: itself where it has no successor."""
    return declarations.units.heir(part.unit, declarations.calendar.cut_off(period), later) or part.unit


def stage_trace(
    frames: StageFrames, declarations: Declarations, cells: Cells, indicator: str, unit: str | None
) -> StageTrace | None:
    """Return how a figure of the stage was made, of the whole district where `unit` is None; None without such a row.

    A unit is shown in the latest boundaries, with the cells of the units whose area it took over.
    """
    rows = frames.table if unit is None else _latest(frames.units)
    rows = rows[(rows["indicator"] == indicator) & (unit is None or rows["unit"] == unit)]
    if rows.empty:
        return None
    row = rows.iloc[0]
    declared = declarations.indicators[indicator]
    target = declared.targets.get(row["target_year"]) if row["target_year"] else None
    asked = _Asked(frames, declarations, cells, indicator, unit)
    begun = base_period(row["base_date"], row["base_is_declared"])
    now = Period.parse(row["period"]) if row["period"] else None
    baseline = declared.baseline
    stated = baseline.document if baseline and row["base_is_declared"] else ""
    return StageTrace(
        stage=frames.stage,
        level=UNIT_LEVEL if unit else DISTRICT_LEVEL,
        unit=row["unit"],
        unit_name=row["unit_name"],
        boundaries=str(row.get(BOUNDARIES, "")),
        indicator=indicator,
        name=declared.name,
        unit_of_measure=declared.unit_of_measure,
        base=asked.origin(row["base"], row["base_date"], begun, stated),
        current=asked.origin(row["value"], declarations.calendar.cut_off(now) if now else None, now),
        target=Aim(row["target"], row["target_year"], target.document or "" if target else ""),
        status=row["status"],
        p=row["p"],
        q=row["q"],
        r=row["r"],
        reported_units=int(row["reported_units"]),
        expected_units=int(row["expected_units"]),
    )


@dataclass(frozen=True)
class _Asked:
    """The figure that is asked about, `unit` None being the whole district, and what it was made from."""

    frames: StageFrames
    declarations: Declarations
    cells: Cells
    indicator: str
    unit: str | None

    def origin(self, value: Decimal | None, day: date | None, period: Period | None, document: str = "") -> Origin:
        """Return where `value` comes from; a figure of no period has no formula and no cells."""
        defined = self.declarations.defined(period).get(self.indicator) if period else None
        if period is None or defined is None:
            return Origin(value, day, "", None, document, ())
        parts = parts_in(self.frames, self.declarations, self.cells, self.indicator, period)
        mine = tuple(part for part in parts if self.unit is None or self._heir(part, period) == self.unit)
        return Origin(value, day, str(period), formula_of(*defined), document, mine)

    def _heir(self, part: Part, period: Period) -> str:
        later: date = max(self.frames.table["figures_to"])
        return heir_of(part, period, self.declarations, later)


def _latest(units: pd.DataFrame) -> pd.DataFrame:
    return units if units.empty else units[units[BOUNDARIES] == units[BOUNDARIES].iloc[-1]]


def _elements(indicator: Indicator, definition: Definition) -> frozenset[str]:
    weight = elements_of(indicator.weight) if indicator.weight else frozenset[str]()
    return definition.elements | weight


def _parts(sent: Submission, name: str, values: Iterable[Value], elements: frozenset[str]) -> tuple[Part, ...]:
    asked = [value for value in values if value.element in elements]
    counted = {value.element for value in asked if is_answered(value)} == elements
    return tuple(part_of(sent, value, name, counted) for value in asked)
