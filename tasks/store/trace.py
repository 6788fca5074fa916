"""Where a figure comes from: formula, numerator and denominator, each unit's part, each part's file, sheet and cell."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, fields
from datetime import date, datetime
from decimal import Decimal

import pandas as pd
from sqlalchemy import Connection

from config.indicator import Definition, Indicator
from config.load import Declarations
from config.period import Period
from config.unit import Unit
from tasks.store.calculations import evaluation, inputs_of, latest_calculation
from tasks.store.submissions import submissions, values_of
from tasks.store.values import Submission, Value

DISTRICT = "district"
UNIT = "unit"


@dataclass(frozen=True)
class Part:
    """One cell that went into a figure, with the text as typed."""

    unit: str
    unit_name: str
    element: str
    status: str
    number: Decimal | None
    text: str
    sheet: str | None
    cell: str | None
    submission: int
    version: int
    file_name: str
    sha256: str
    received_at: datetime


@dataclass(frozen=True)
class Question:
    """Which figure is asked about: `unit` None is the district's total."""

    period: Period
    indicator: str
    unit: str | None
    as_of: datetime


@dataclass(frozen=True)
class Formula:
    """What an indicator is, by the definition in force."""

    name: str
    unit_of_measure: str
    aggregation: str
    numerator: str
    denominator: str
    definition_from: date


@dataclass(frozen=True)
class Figure:
    """What came of the formula, and how it stands against its target."""

    numerator: Decimal | None
    denominator: Decimal | None
    value: Decimal | None
    reported_units: int
    expected_units: int
    target: Decimal | None
    target_year: int | None
    status: str


@dataclass(frozen=True)
class Trace:
    """One figure and everything it was made from."""

    period: str
    level: str
    unit: str
    indicator: str
    formula: Formula
    figure: Figure
    parts: tuple[Part, ...]


def trace(connection: Connection, declarations: Declarations, asked: Question) -> Trace | None:
    """Return how a figure was made; None when its period has not been calculated or it is no part of it."""
    period = asked.period
    calculation = latest_calculation(connection, str(period), asked.as_of)
    defined = declarations.defined(period).get(asked.indicator)
    if calculation is None or defined is None:
        return None
    level, code = (UNIT, asked.unit) if asked.unit else (DISTRICT, declarations.office.district)
    figure = _figure(evaluation(connection, calculation), level, code, asked.indicator)
    if figure is None:
        return None
    units = {asked.unit} if asked.unit else _units_of(defined[0], declarations, period)
    used = set(inputs_of(connection, calculation))
    versions = [s for s in submissions(connection, str(period), asked.as_of) if s.id in used and s.unit in units]
    parts = _parts(connection, declarations.reporting(period), versions, _elements(*defined))
    return Trace(str(period), level, code, asked.indicator, _formula(*defined), figure, parts)


def _figure(table: pd.DataFrame, level: str, unit: str, indicator: str) -> Figure | None:
    rows = table[(table.level == level) & (table.unit == unit) & (table.indicator == indicator)]
    if rows.empty:
        return None
    return Figure(**{f.name: rows.iloc[0][f.name] for f in fields(Figure)})


def _formula(indicator: Indicator, definition: Definition) -> Formula:
    return Formula(
        indicator.name,
        indicator.unit_of_measure,
        indicator.aggregation,
        definition.numerator,
        definition.denominator,
        definition.valid_from,
    )


def _elements(indicator: Indicator, definition: Definition) -> set[str]:
    return set(definition.elements) | ({indicator.weight} if indicator.weight else set())


def _units_of(indicator: Indicator, declarations: Declarations, period: Period) -> set[str]:
    units = declarations.reporting(period).values()
    return {u.code for u in units if indicator.reported_by.includes(u.level)}


def _parts(
    connection: Connection, units: Mapping[str, Unit], versions: list[Submission], elements: set[str]
) -> tuple[Part, ...]:
    values = values_of(connection, [s.id for s in versions])
    return tuple(_part(s, v, units[s.unit].name) for s in versions for v in values[s.id] if v.element in elements)


def _part(submission: Submission, value: Value, unit_name: str) -> Part:
    return Part(
        unit=submission.unit,
        unit_name=unit_name,
        element=value.element,
        status=str(value.status),
        number=value.number,
        text=value.text,
        sheet=value.sheet,
        cell=value.cell,
        submission=submission.id,
        version=submission.version,
        file_name=submission.file_name,
        sha256=submission.sha256,
        received_at=submission.received_at,
    )
