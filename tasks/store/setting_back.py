"""Undoing a clock that ran ahead: what is dated after now is dated anew, and the audit says so.

Nothing but moments changes, and how late a submission was by them; each change is a line of the audit, so that a
rebuilding from the journal ends with the same rows.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import UTC, datetime
from typing import Any

from sqlalchemy import Column, Connection, Table, func, select, update

from tasks.store import tables
from tasks.store.audit import note
from tasks.store.journal import Entry, Row
from tasks.store.owed import ISSUED
from tasks.store.tables import Moment, metadata
from tasks.store.values import Run

SET_BACK, LATENESS = "clock.set_back", "submission.lateness"
VOID = "form.issued.ahead"  # forms issued for a period that had not opened: they are owed again
OF_THE_FUTURE = (tables.reopening.c.until,)  # moments that may lie ahead


@dataclass(frozen=True)
class Lateness:
    """By how many days a submission was late, and whether it came before its figures' last day was over."""

    days_late: int
    premature: bool


def ahead_of(connection: Connection, now: datetime) -> dict[str, int]:
    """Return how many rows of each table are dated after `now`; tables without any are left out."""
    found = {
        table.name: connection.execute(
            select(func.count()).select_from(table).where(_any_after(table, now))
        ).scalar_one()
        for table in metadata.sorted_tables
        if _moments(table)
    }
    return {name: count for name, count in found.items() if count}


def last_before(connection: Connection, now: datetime) -> datetime | None:
    """Return the latest moment up to `now` at which anything was done; None when everything is dated later."""
    a = tables.audit.c
    return connection.execute(select(func.max(a.at)).where(a.at <= now)).scalar()


def received_after(connection: Connection, now: datetime) -> Sequence[tuple[int, str, str]]:
    """Return id, unit and period of each submission that is said to have come after `now`."""
    s = tables.submission.c
    rows = connection.execute(select(s.id, s.unit, s.period).where(s.received_at > now).order_by(s.id))
    return [(row.id, row.unit, row.period) for row in rows]


def set_back(connection: Connection, to: datetime, lateness: Mapping[int, Lateness], reason: str, run: Run) -> None:
    """Date everything later than `run.now` at `to`, and keep how late the submissions among it were by that."""
    a = tables.audit
    connection.execute(update(a).where(a.c.action == ISSUED, a.c.at > run.now).values(action=VOID))
    for table in metadata.sorted_tables:
        for column in _moments(table):
            connection.execute(update(table).where(column > run.now).values({column.name: to}))
    for key, late in lateness.items():
        connection.execute(update(tables.submission).where(tables.submission.c.id == key).values(vars(late)))
        note(connection, run, LATENESS, str(key), f"{late.days_late} {int(late.premature)}")
    note(connection, run, SET_BACK, to.astimezone(UTC).isoformat(), reason)


def with_clock_set_back(entries: Sequence[Entry]) -> list[Entry]:
    """Return the journal's `entries` as they are after every setting back that they tell of."""
    found: list[Entry] = []
    for entry in entries:
        for row in entry.rows.get(tables.audit.name, ()):
            if row["action"] == SET_BACK:
                found = [_dated(before, row["at"], row["subject"]) for before in found]
        found.append(entry)
    late = {
        int(row["subject"]): row["detail"].split()
        for entry in found
        for row in entry.rows.get(tables.audit.name, ())
        if row["action"] == LATENESS
    }
    return [_late(entry, late) for entry in found] if late else found


def _dated(entry: Entry, now: str, to: str) -> Entry:
    return replace(entry, rows={name: [_row(name, row, now, to) for row in rows] for name, rows in entry.rows.items()})


def _row(name: str, row: Row, now: str, to: str) -> Row:
    dated: dict[str, Any] = dict(row)
    limit = datetime.fromisoformat(now)
    for column in _moments(metadata.tables[name]):
        said = row.get(column.name)
        if said and datetime.fromisoformat(said) > limit:
            dated[column.name] = to
            if row.get("action") == ISSUED:
                dated["action"] = VOID
    return dated


def _late(entry: Entry, late: Mapping[int, Sequence[str]]) -> Entry:
    rows = entry.rows.get(tables.submission.name)
    if not rows:
        return entry
    mended = [
        {**row, "days_late": int(said[0]), "premature": bool(int(said[1]))} if (said := late.get(row["id"])) else row
        for row in rows
    ]
    return replace(entry, rows={**entry.rows, tables.submission.name: mended})


def _moments(table: Table) -> list[Column[Any]]:
    return [c for c in table.columns if isinstance(c.type, Moment) and not any(c is one for one in OF_THE_FUTURE)]


def _any_after(table: Table, now: datetime) -> Any:
    first, *others = _moments(table)
    condition = first > now
    for column in others:
        condition |= column > now
    return condition
