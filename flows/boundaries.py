"""A period in two sets of boundaries, as one CSV file: those of its cut-off, and those of a later day."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime
from pathlib import Path

import pandas as pd

from config.load import Declarations
from config.period import Period
from config.settings import Settings
from tasks.aggregate.boundaries import BOUNDARIES, Boundaries, units_as_of, views
from tasks.aggregate.indicators import DISTRICT
from tasks.aggregate.period import basis_of, told_of
from tasks.publish.open_data import as_csv
from tasks.store.database import reading
from tasks.store.files import write_whole

COLUMNS = [
    BOUNDARIES, "period", "level", "unit", "unit_name", "indicator", "name", "numerator", "denominator", "value",
    "unit_of_measure", "reported_units", "expected_units", "state",
]  # fmt: skip


@dataclass(frozen=True)
class Question:
    """Which period, as known at which moment, beside the boundaries of which day."""

    period: Period
    known_at: datetime
    today: date


def write_boundaries(settings: Settings, declarations: Declarations, question: Question, file: Path) -> int:
    """Write the indicators asked for in both boundaries to `file`, a row each; return how many rows."""
    period, today = question.period, question.today
    with reading(settings.database) as connection:
        basis = basis_of(connection, declarations, period, question.known_at)
        told = told_of(connection, basis, declarations)
    both = views(told, declarations, period, today)
    names = {
        Boundaries.THEN: {code: unit.name for code, unit in declarations.reporting(period).items()},
        Boundaries.TODAY: {code: unit.name for code, unit in units_as_of(declarations, period, today).items()},
    }
    table = pd.concat([_named(both[view], names[view], declarations, period) for view in Boundaries])
    write_whole(file, as_csv(table, COLUMNS, declarations.calendar.zone))
    return len(table)


def _named(table: pd.DataFrame, units: dict[str, str], declarations: Declarations, period: Period) -> pd.DataFrame:
    indicators = declarations.indicators
    return table.assign(
        period=str(period),
        unit_name=table["unit"].map(units).where(table["level"] != DISTRICT, declarations.district_name(period)),
        name=table["indicator"].map({code: i.name for code, i in indicators.items()}),
        unit_of_measure=table["indicator"].map({code: i.unit_of_measure for code, i in indicators.items()}),
    )
