"""The audit: who or what did what, when."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime

from sqlalchemy import Connection, func, insert, select

from tasks.store import tables
from tasks.store.values import Run

Line = tuple[str, str, str]  # action, subject, detail


def note(connection: Connection, run: Run, action: str, subject: str, detail: str) -> None:
    """Add one line to the audit, in the transaction of what it tells of."""
    note_all(connection, run, [(action, subject, detail)])


def note_all(connection: Connection, run: Run, lines: Sequence[Line]) -> None:
    """Add `lines` to the audit in one statement, in the transaction of what they tell of."""
    rows = [
        {"at": run.now, "who": run.id, "action": action, "subject": subject, "detail": detail}
        for action, subject, detail in lines
    ]
    if rows:
        connection.execute(insert(tables.audit), rows)


def last_moment(connection: Connection) -> datetime | None:
    """Return the latest moment at which anything was done, or None in a new store."""
    return connection.execute(select(func.max(tables.audit.c.at))).scalar()


def first_known(connection: Connection) -> datetime | None:
    """Return the earliest moment at which anything was done, or None in a new store."""
    return connection.execute(select(func.min(tables.audit.c.at))).scalar()
