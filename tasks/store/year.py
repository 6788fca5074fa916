"""How a year stands: who owes which of its four reports, and where each of them is."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime

import pandas as pd
from sqlalchemy import Connection

from config.load import Declarations
from config.period import Period, Window
from config.unit import Unit
from tasks.store.frames import MISSING, submissions_frame
from tasks.store.values import REFUSED

NOT_DUE = "not_due"  # nothing came, and the days that the report covers are not over


@dataclass(frozen=True)
class Place:
    """One report of one unit: the state of its newest version, or of what came instead of one.

    It is `days_late` when its first version was: what a unit sends after that is a correction.
    """

    state: str
    version: int | None
    days_late: int | None
    days_early: int | None = None


@dataclass(frozen=True)
class YearRow:
    """The reports of one unit, as it was called then; a window that it does not owe has none."""

    unit: str
    unit_name: str
    windows: Mapping[Window, Place]


def year_grid(connection: Connection, declarations: Declarations, year: int, as_of: datetime) -> list[YearRow]:
    """Return a row for each unit that owes a report of `year`, in the order of reporting, as known at `as_of`.

    A unit that was renamed or merged within the year has a row under each of its names.
    """
    today = as_of.astimezone(declarations.calendar.zone).date()
    found: dict[tuple[str, date], tuple[Unit, dict[Window, Place]]] = {}
    for period in (Period(year, window) for window in Window):
        newest = _newest(submissions_frame(connection, declarations, period, as_of))
        over = declarations.calendar.cut_off(period) < today
        for unit in declarations.reporting(period).values():
            place = newest[unit.code]
            silent = place.state == MISSING and not over
            row = found.setdefault((unit.code, unit.valid_from), (unit, {}))
            row[1][period.window] = Place(NOT_DUE, None, None) if silent else place
    return [YearRow(unit.code, unit.name, windows) for unit, windows in found.values()]


def _newest(frame: pd.DataFrame) -> dict[str, Place]:
    """Return where each unit's report is: its newest version, else a file that could not be used, else nothing."""
    without = frame[frame["version"].isna()].sort_values("state", key=lambda c: c.isin(REFUSED))
    versions = frame[frame["version"].notna()].sort_values("version")
    places = {row["unit"]: Place(str(row["state"]), None, None) for row in without.to_dict("records")}
    late = versions.groupby("unit")["days_late"].first()
    return places | {
        row["unit"]: Place(str(row["state"]), int(row["version"]), int(late[row["unit"]]), int(row["days_early"]))
        for row in versions.to_dict("records")
    }
