"""Reopenings: a period that has closed, opened once more for one unit, with the reason and until when."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import Connection, insert, select

from tasks.store import tables
from tasks.store.audit import note
from tasks.store.values import Run


@dataclass(frozen=True)
class Reopening:
    """One unit may send figures of a closed period again, from `opened_at` until `until`, both inclusive."""

    unit: str
    period: str
    reason: str
    opened_at: datetime
    until: datetime

    def covers(self, unit: str, received_at: datetime, now: datetime) -> bool:
        """Return whether what `unit` sent at `received_at` counts when it is taken in at `now`."""
        return self.unit == unit and self.opened_at <= now and received_at <= self.until


def add_reopening(connection: Connection, reopening: Reopening, run: Run) -> None:
    """Keep `reopening` and say so in the audit, with its reason."""
    connection.execute(insert(tables.reopening).values(**vars(reopening), run_id=run.id))
    note(connection, run, "period.reopened", f"{reopening.unit}/{reopening.period}", reopening.reason)


def reopenings(connection: Connection, period: str, as_of: datetime) -> list[Reopening]:
    """Return the reopenings of `period` known at `as_of`, oldest first."""
    r = tables.reopening.c
    query = select(tables.reopening).where(r.period == period, r.opened_at <= as_of).order_by(r.id)
    rows = connection.execute(query)
    return [Reopening(row.unit, row.period, row.reason, row.opened_at, row.until) for row in rows]


def reopened_for(found: Iterable[Reopening], unit: str, received_at: datetime, now: datetime) -> Reopening | None:
    """Return the last of `found` under which what `unit` sent at `received_at` counts at `now`, or None."""
    return next((r for r in reversed(list(found)) if r.covers(unit, received_at, now)), None)
