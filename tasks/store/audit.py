"""The audit: who or what did what, when."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import Connection, func, insert, select

from tasks.store import tables
from tasks.store.values import Run


def note(connection: Connection, run: Run, action: str, subject: str, detail: str) -> None:
    """Add one line to the audit, in the transaction of what it tells of."""
    connection.execute(
        insert(tables.audit).values(at=run.now, who=run.id, action=action, subject=subject, detail=detail)
    )


def last_moment(connection: Connection) -> datetime | None:
    """Return the latest moment at which anything was done, or None in a new store."""
    return connection.execute(select(func.max(tables.audit.c.at))).scalar()


def first_known(connection: Connection) -> datetime | None:
    """Return the earliest moment at which anything was done, or None in a new store."""
    return connection.execute(select(func.min(tables.audit.c.at))).scalar()
