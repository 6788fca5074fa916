"""Whether what is kept agrees with itself: the database, the bytes under `raw`, the releases that it knows of."""

from __future__ import annotations

import hashlib
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path

from sqlalchemy import Connection, Table, exists, func, select

from config.settings import StoreAddress
from tasks.store import tables
from tasks.store.database import between_writers, reading
from tasks.store.journal import (
    MADE_ANEW,
    Journal,
    Marks,
    Row,
    end_of,
    gap,
    is_set_back,
    journal_of,
    marks,
    numbering,
    start_of,
)
from tasks.store.lines import plain
from tasks.store.receipts import LOOKED
from tasks.store.setting_back import with_clock_set_back

MANIFEST = "manifest.json"
SENT_LATER = tables.outbox.c.sent_at.name  # the one column that is set after its row was noted
BACKED_UP, RESTORED, REBUILT = "store.backed_up", "store.restored", "store.rebuilt"  # as the audit says it


@dataclass(frozen=True)
class Unsound:
    """What does not agree: versions that no arrival brought, versions without values, releases that differ.

    Versions as «unit period version», releases as «period/name».
    """

    unreceived: Sequence[str]
    valueless: Sequence[str]
    lost_releases: Sequence[str]
    changed_releases: Sequence[str]


def unsound(connection: Connection, published: Path) -> Unsound:
    """Return what the store says that is not so, by its own tables and by the releases under `published`."""
    lost, changed = _releases(connection, published)
    return Unsound(_without(connection, tables.receipt), _without(connection, tables.value), lost, changed)


def broken_pages(connection: Connection) -> list[str]:
    """Return what SQLite finds broken in its file; nothing of PostgreSQL, which looks after its own."""
    if connection.dialect.name != "sqlite":
        return []
    said = [str(line) for line in connection.exec_driver_sql("PRAGMA integrity_check(10)").scalars()]
    loose = connection.exec_driver_sql("PRAGMA foreign_key_check").all()
    return [line for line in said if line != "ok"] + [f"{row[0]} {row[1]}" for row in loose[:10]]


@dataclass(frozen=True)
class Behind:
    """Rows by table that the journal noted and the database has not.

    `is_cut_off`: only those of a run that ended between its note and its commit, which the next one does again.
    """

    rows: Marks
    is_cut_off: bool


def behind(url: StoreAddress) -> Behind:
    """Return what the store at `url` lacks of its journal; a run that is about to commit is waited for."""
    path = journal_of(url.home)
    for place in (reading, between_writers):
        start, end = start_of(path), end_of(path)  # before the database, in which others go on
        with place(url) as connection:
            there = marks(connection)
        rows = gap(end, there).not_in_store
        if not rows:
            break
    return Behind(rows, bool(rows) and not is_set_back(start, there))


def deleted_rows(connection: Connection, journal: Journal) -> dict[str, int]:
    """Return by table how many rows that `journal` noted are no longer in the store, as far as it goes.

    What goes on behind its last row is told by `gap`.
    """
    there, noted = marks(connection), dict[str, Counter[int]]()
    for entry in journal.entries:
        for name, rows in entry.rows.items():
            if name in tables.metadata.tables:  # an older one may be no more
                key, counted = numbering(tables.metadata.tables[name])
                numbers = (int(row[key.name]) for row in rows)
                noted.setdefault(name, Counter()).update(n for n in numbers if n <= there.get(counted, 0))
    gone = {name: (numbers - _numbers(connection, name)).total() for name, numbers in noted.items()}
    return {name: number for name, number in gone.items() if number}


def changed_rows(connection: Connection, journal: Journal) -> list[str]:
    """Return the rows that say otherwise than `journal` noted, as «table key»; a letter may have gone out since.

    So does a row that `journal`, as far as it goes, never noted.
    """
    found: list[str] = []
    noted = with_clock_set_back(journal.entries)
    for name, table in tables.metadata.tables.items():
        if name in MADE_ANEW:
            continue
        keys = [column.name for column in table.primary_key]
        number, counted = numbering(table)
        told = {tuple(row[k] for k in keys): row for entry in noted for row in entry.rows.get(name, ())}
        rows = connection.execute(select(table).where(number <= journal.end.get(counted, 0))).mappings()
        for row in map(plain, rows):
            key = tuple(row[k] for k in keys)
            if key not in told or not _says(row, told[key]):
                found.append(f"{name} {'/'.join(map(str, key))}")
    return found


def _says(row: Row, told: Row) -> bool:
    """Return whether `row` is what was `told`, in the columns that both know: older software told fewer."""
    return all(row[column] == told[column] for column in row.keys() & told.keys() if column != SENT_LATER)


def _numbers(connection: Connection, name: str) -> Counter[int]:
    """Return how many rows of the table `name` have each number."""
    key, _ = numbering(tables.metadata.tables[name])
    return Counter(dict(connection.execute(select(key, func.count()).group_by(key)).tuples().all()))


def last_done(connection: Connection, action: str) -> datetime | None:
    """Return when `action` was last done, or None."""
    a = tables.audit.c
    return connection.execute(select(func.max(a.at)).where(a.action == action)).scalar()


def last_collected(connection: Connection) -> datetime | None:
    """Return when a channel was last looked into to the end, or None."""
    return last_done(connection, LOOKED)


def _without(connection: Connection, table: Table) -> list[str]:
    s = tables.submission.c
    query = select(s.unit, s.period, s.version).where(~exists().where(table.c.submission_id == s.id)).order_by(s.id)
    return [f"{row.unit} {row.period} {row.version}" for row in connection.execute(query)]


def _releases(connection: Connection, published: Path) -> tuple[list[str], list[str]]:
    r = tables.release.c
    lost, changed = list[str](), list[str]()
    for row in connection.execute(select(r.period, r.name, r.manifest_sha256).order_by(r.id)):
        name = f"{row.period}/{row.name}"
        try:
            found = hashlib.sha256((published / name / MANIFEST).read_bytes()).hexdigest()
        except OSError:
            lost.append(name)
            continue
        if found != row.manifest_sha256:
            changed.append(name)
    return lost, changed
