"""What one run did, and when things last happened: for those who watch over the service."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import Connection, select

from tasks.store import tables
from tasks.store.audit import note
from tasks.store.values import Run, State

SERVING = "service.started"


@dataclass(frozen=True)
class Judged:
    """A version of a submission and the verdict that a run gave it."""

    unit: str
    period: str
    version: int
    state: State


def judged_by(connection: Connection, run_id: str) -> list[Judged]:
    """Return the verdicts that the run `run_id` gave, in order."""
    j, s = tables.judgement.c, tables.submission.c
    query = (
        select(s.unit, s.period, s.version, j.state)
        .join(tables.submission, j.submission_id == s.id)
        .where(j.run_id == run_id)
        .order_by(j.id)
    )
    return [Judged(r.unit, r.period, r.version, State(r.state)) for r in connection.execute(query)]


def note_serving(connection: Connection, run: Run) -> None:
    """Say that a service began to work on this store."""
    note(connection, run, SERVING, "", "")


def serving_since(connection: Connection) -> datetime | None:
    """Return when a service last began to work on this store; None when this store is worked by hand."""
    a = tables.audit.c
    query = select(a.at).where(a.action == SERVING).order_by(a.id.desc()).limit(1)
    return connection.execute(query).scalar()
