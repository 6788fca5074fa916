"""The audit: who or what did what, when."""

from __future__ import annotations

from sqlalchemy import Connection, insert

from tasks.store import tables
from tasks.store.values import Run


def note(connection: Connection, run: Run, action: str, subject: str, detail: str) -> None:
    """Add one line to the audit, in the transaction of what it tells of."""
    connection.execute(
        insert(tables.audit).values(at=run.now, who=run.id, action=action, subject=subject, detail=detail)
    )
