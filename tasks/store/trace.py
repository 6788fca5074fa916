"""Where a figure comes from: formula, numerator and denominator, each unit's part, each part's file, sheet and cell."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, fields
from datetime import date, datetime
from decimal import Decimal

import pandas as pd
from sqlalchemy import Connection

from config.indicator import Aggregation, Definition, Indicator
from config.load import Declarations
from config.number import CellStatus
from config.period import Period
from tasks.store.calculations import evaluation, inputs_of, latest_calculation
from tasks.store.plan_figures import CountedValue, figured_values
from tasks.store.submissions import submissions
from tasks.store.values import DISTRICT_LEVEL, UNIT_LEVEL, Submission, Value


@dataclass(frozen=True)
class Part:
    """One cell that was asked for a figure, with the text as typed.

    `counted` says whether it went into the figure: a unit that lacks any other part of it is left out as a whole.
    What was counted `from_list` has the rows of the list of plan tasks as its cell, and the typed figure beside it.
    """

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
    counted: bool
    from_list: bool = False
    typed_number: Decimal | None = None
    typed_sheet: str | None = None
    typed_cell: str | None = None


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
    level, code = (UNIT_LEVEL, asked.unit) if asked.unit else (DISTRICT_LEVEL, declarations.office.district)
    table = evaluation(connection, calculation)
    figure = _figure(table, level, code, asked.indicator)
    if figure is None:
        return None
    units = {asked.unit} if asked.unit else units_of(defined[0], declarations, period)
    used = set(inputs_of(connection, calculation))
    versions = [s for s in submissions(connection, str(period), asked.as_of) if s.id in used and s.unit in units]
    complete = _complete(table, asked.indicator)
    values = figured_values(connection, declarations, versions)
    names = {s.unit: declarations.reporter(s.unit, period).name for s in versions}
    parts = _parts(values, names, versions, _elements(*defined), complete)
    return Trace(str(period), level, code, asked.indicator, formula_of(*defined), figure, parts)


def _figure(table: pd.DataFrame, level: str, unit: str, indicator: str) -> Figure | None:
    rows = table[(table.level == level) & (table.unit == unit) & (table.indicator == indicator)]
    if rows.empty:
        return None
    return Figure(**{f.name: rows.iloc[0][f.name] for f in fields(Figure)})


def formula_of(indicator: Indicator, definition: Definition) -> Formula:
    """Return what `indicator` is by `definition`."""
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


def units_of(indicator: Indicator, declarations: Declarations, period: Period) -> set[str]:
    """Return the units whose figures make the district's; what is the district's alone is its own office's."""
    units = {u.code for u in declarations.reporting(period).values() if u.reports(indicator.reported_by)}
    district = declarations.office.district
    return {district} if indicator.rule is Aggregation.DISTRICT_ONLY and district in units else units


def _complete(table: pd.DataFrame, indicator: str) -> set[str]:
    rows = table[(table.level == UNIT_LEVEL) & (table.indicator == indicator) & (table.reported_units > 0)]
    return set(rows.unit)


def _parts(
    values: Mapping[int, Sequence[Value]],
    names: Mapping[str, str],
    versions: list[Submission],
    elements: set[str],
    complete: set[str],
) -> tuple[Part, ...]:
    return tuple(
        part_of(s, v, names[s.unit], s.unit in complete)
        for s in versions
        for v in values[s.id]
        if v.element in elements
    )


def is_answered(value: Value) -> bool:
    """Return whether the cell says something to count: a figure, or that nothing of the kind arose."""
    return value.number is not None or value.status is CellStatus.NOT_APPLICABLE


def part_of(submission: Submission, value: Value, unit_name: str, counted: bool) -> Part:
    """Return `value` of `submission` as a part of a figure."""
    from_list = isinstance(value, CountedValue)
    typed = value.typed if isinstance(value, CountedValue) else None
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
        counted=counted,
        from_list=from_list,
        typed_number=typed.number if typed else None,
        typed_sheet=typed.sheet if typed else None,
        typed_cell=typed.cell if typed else None,
    )
