"""What the store says is still owed: forms not issued, periods with submissions and no release, letters not sent."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime

from sqlalchemy import Connection, func, select

from tasks.store import tables
from tasks.store.audit import note
from tasks.store.values import Run

ISSUED = "form.issued"
EVALUATED = "stage.evaluated"


def issued_units(connection: Connection, period: str) -> set[str]:
    """Return the codes of the units to which the form of `period` has been issued by schedule."""
    a = tables.audit.c
    rows = connection.execute(select(a.detail).where(a.action == ISSUED, a.subject == period))
    return set(rows.scalars())


def note_issued(connection: Connection, period: str, units: Iterable[str], run: Run) -> None:
    """Say that the form of `period` has been issued to each of `units`."""
    for unit in units:
        note(connection, run, ISSUED, period, unit)


def is_stage_evaluated(connection: Connection, stage: str, year: int) -> bool:
    """Return whether `stage` has been evaluated by schedule with the figures of `year`."""
    a = tables.audit.c
    query = select(a.id).where(a.action == EVALUATED, a.subject == stage, a.detail == str(year))
    return connection.execute(query).first() is not None


def note_stage_evaluated(connection: Connection, stage: str, year: int, run: Run) -> None:
    """Say that `stage` has been evaluated by schedule with the figures of `year`."""
    note(connection, run, EVALUATED, stage, str(year))


def filed_periods(connection: Connection) -> set[str]:
    """Return the periods for which some unit has submitted."""
    return set(connection.execute(select(tables.submission.c.period).distinct()).scalars())


def released_periods(connection: Connection) -> set[str]:
    """Return the periods of which some release was published."""
    return set(connection.execute(select(tables.release.c.period).distinct()).scalars())


def oldest_unsent(connection: Connection) -> datetime | None:
    """Return when the letter was written that has waited longest, or None when none waits."""
    o = tables.outbox.c
    return connection.execute(select(func.min(o.written_at)).where(o.sent_at.is_(None))).scalar()
