"""Which calculations a late correction has made old: full years that later roads start from, and what rests on them."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import Connection

from config.load import Declarations
from config.period import ALL_PERIODS, Period, Window
from tasks.aggregate.period import basis_of
from tasks.store.calculations import base_of, find_calculation, latest_calculation


def outdated_year(connection: Connection, declarations: Declarations, period: Period, as_of: datetime) -> Period | None:
    """Return the first full year before `period` whose figures are not those of what counts at `as_of`, or None.

    Calculated anew one after the other, the years give the base that the road of `period` starts from.
    """
    for year in (p for p in reversed(period.before) if p.window is Window.YEAR):
        basis = basis_of(connection, declarations, year, as_of)
        if basis.submissions and find_calculation(connection, basis) is None:
            return year
    return None


def outdated_road(connection: Connection, declarations: Declarations, period: Period, as_of: datetime) -> Period | None:
    """Return the first period after `period` whose figures were judged from a base that is no longer the latest."""
    for later in ALL_PERIODS[ALL_PERIODS.index(period) + 1 :]:
        calculation, before = latest_calculation(connection, str(later), as_of), later.last_full_year
        if calculation is None or before is None:
            continue
        if base_of(connection, calculation) != latest_calculation(connection, str(before), as_of):
            return later
    return None
