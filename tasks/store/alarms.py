"""Alarms of the service: what should have happened and did not, kept in the audit from its first word to its last."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import Connection, Row, select

from tasks.store import tables
from tasks.store.audit import note
from tasks.store.values import Run

RAISED, CLOSED = "alarm.raised", "alarm.closed"


@dataclass(frozen=True)
class Alarm:
    """One thing that should have happened and did not: its kind, what it is about, and the sentence that says so."""

    kind: str
    subject: str
    sentence: str

    @property
    def key(self) -> str:
        """What the alarm is known by while it lasts, however its sentence changes meanwhile."""
        return f"{self.kind}:{self.subject}"


@dataclass(frozen=True)
class Standing:
    """An alarm that was raised and not closed: its sentence as it was told, since when, for which time."""

    key: str
    sentence: str
    since: datetime
    times: int


def standing_alarms(connection: Connection) -> dict[str, Standing]:
    """Return the alarms that were raised and not closed, by key, in the order in which they were raised."""
    standing, times = dict[str, Standing](), dict[str, int]()
    for line in _told(connection):
        if line.action == CLOSED:
            standing.pop(line.subject, None)
        else:
            times[line.subject] = times.get(line.subject, 0) + 1
            standing[line.subject] = Standing(line.subject, line.detail, line.at, times[line.subject])
    return standing


def times_raised(connection: Connection) -> dict[str, int]:
    """Return how often each alarm was raised before, by key."""
    found: dict[str, int] = {}
    for line in _told(connection):
        found[line.subject] = found.get(line.subject, 0) + (line.action == RAISED)
    return found


def note_raised(connection: Connection, alarms: Sequence[Alarm], run: Run) -> None:
    """Keep that `alarms` were told."""
    for alarm in alarms:
        note(connection, run, RAISED, alarm.key, alarm.sentence)


def note_closed(connection: Connection, over: Sequence[Standing], run: Run) -> None:
    """Keep that what `over` tells of has ended."""
    for alarm in over:
        note(connection, run, CLOSED, alarm.key, alarm.sentence)


def _told(connection: Connection) -> list[Row[Any]]:
    a = tables.audit.c
    query = select(a.action, a.subject, a.detail, a.at).where(a.action.in_((RAISED, CLOSED))).order_by(a.id)
    return list(connection.execute(query))
