"""Alerts: what a unit was told to mend, and whether it has; opened by one letter, closed by another."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum

from sqlalchemy import Connection, insert, select

from tasks.store import tables
from tasks.store.values import Run


class Event(StrEnum):
    """What a letter did to the alert of its unit."""

    OPENED = "opened"
    CLOSED = "closed"


@dataclass(frozen=True)
class Alert:
    """What stands open between a unit and the data team: the last letter that asked, and on what it was sent.

    `received_at` is when that came which the letter tells of; `since` is when the first letter asked that has not been
    followed since.
    """

    unit: str
    period: str
    letter_key: str
    received_at: datetime
    since: datetime
    letters: int


def note_alert(connection: Connection, event: Event, alert: Alert, run: Run) -> None:
    """Keep that the letter of `alert` opened or closed it."""
    connection.execute(
        insert(tables.alert).values(
            unit=alert.unit,
            period=alert.period,
            event=event,
            letter_key=alert.letter_key,
            received_at=alert.received_at,
            at=run.now,
            run_id=run.id,
        )
    )


def open_alerts(connection: Connection, period: str, as_of: datetime) -> dict[str, Alert]:
    """Return the alerts of `period` that were open at `as_of`, by unit."""
    a = tables.alert.c
    found: dict[str, Alert] = {}
    query = select(tables.alert).where(a.period == period, a.at <= as_of).order_by(a.id)
    for row in connection.execute(query):
        if row.event == Event.CLOSED:
            found.pop(row.unit, None)
            continue
        before = found.get(row.unit)
        since, letters = (before.since, before.letters) if before else (row.at, 0)
        found[row.unit] = Alert(row.unit, period, row.letter_key, row.received_at, since, letters + 1)
    return found
