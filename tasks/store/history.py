"""What came before a period: the figures of every earlier one, and when each unit sent, as known at a moment.

Of each earlier period the newest calculation known then counts, so a release that is made again for that moment shows
the same past, whatever has been corrected since.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import datetime

import pandas as pd
from sqlalchemy import Connection, and_, func, select

from config.period import Period
from tasks.store import tables
from tasks.store.calculations import latest_calculation

FIGURES = ["period", "level", "unit", "indicator", "value", "reported_units", "expected_units", "status"]
ARRIVALS = ["period", "unit", "versions", "received_at", "days_late"]


def _nothing(columns: list[str]) -> pd.DataFrame:
    return pd.DataFrame(columns=columns, dtype=object)


@dataclass(frozen=True, eq=False)
class Past:
    """Earlier periods, oldest first.

    * `figures`: a row with `FIGURES` for each period, level, unit and indicator; `value` an exact Decimal or None.
    * `arrivals`: a row with `ARRIVALS` for each period and unit that sent a workbook that could be taken in: how many
      versions, and when and how many days late the first of them came.
    """

    figures: pd.DataFrame = field(default_factory=lambda: _nothing(FIGURES))
    arrivals: pd.DataFrame = field(default_factory=lambda: _nothing(ARRIVALS))


def past(connection: Connection, period: Period, as_of: datetime) -> Past:
    """Return what was known at `as_of` of the periods before `period`."""
    before = [str(p) for p in reversed(period.before)]
    return Past(_figures(connection, before, as_of), _arrivals(connection, before, as_of))


def _figures(connection: Connection, periods: Sequence[str], as_of: datetime) -> pd.DataFrame:
    rows: list[tuple[object, ...]] = []
    i, e = tables.indicator_value.c, tables.evaluation.c
    same = and_(e.calculation_id == i.calculation_id, e.level == i.level, e.unit == i.unit, e.indicator == i.indicator)
    for period in periods:
        key = latest_calculation(connection, period, as_of)
        if key is None:
            continue
        query = (
            select(i.level, i.unit, i.indicator, i.value, i.reported_units, i.expected_units, e.status)
            .join(tables.evaluation, same)
            .where(i.calculation_id == key)
            .order_by(i.level, i.unit, i.indicator)
        )
        rows += [(period, *row) for row in connection.execute(query)]
    return pd.DataFrame(rows, columns=FIGURES, dtype=object)


def _arrivals(connection: Connection, periods: Sequence[str], as_of: datetime) -> pd.DataFrame:
    s = tables.submission.c
    known = select(s.period, s.unit, func.min(s.version).label("first"), func.count().label("versions"))
    first = known.where(s.kept_at <= as_of, s.period.in_(periods)).group_by(s.period, s.unit).subquery()
    same = and_(s.period == first.c.period, s.unit == first.c.unit, s.version == first.c.first)
    query = select(s.period, s.unit, first.c.versions, s.received_at, s.days_late).join(first, same)
    place = {period: n for n, period in enumerate(periods)}
    rows = sorted(connection.execute(query).all(), key=lambda row: (place[row.period], row.unit))
    return pd.DataFrame([tuple(row) for row in rows], columns=ARRIVALS, dtype=object)
