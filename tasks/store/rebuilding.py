"""Filling an empty store with what a journal says; what follows from bytes and declarations is added by others."""

from __future__ import annotations

import os
import shutil
import sqlite3
from collections.abc import Mapping, Sequence
from contextlib import closing, suppress
from dataclasses import dataclass
from datetime import UTC, datetime
from itertools import groupby
from pathlib import Path

from sqlalchemy import Connection, MetaData, select
from sqlalchemy.exc import IntegrityError, SQLAlchemyError

from tasks.store import tables
from tasks.store.calculations import inputs_of
from tasks.store.database import at_revision, filling, is_empty, reading
from tasks.store.files import sync_folder
from tasks.store.journal import Entry, Journal, Marks, Row, marks
from tasks.store.lines import fill, plain
from tasks.store.outbox import SENT
from tasks.store.schema import HEAD, StoreError
from tasks.store.setting_back import with_clock_set_back
from tasks.store.submissions import submissions
from tasks.store.tables import metadata
from tasks.store.values import Submission

SIDE_FILES = ("-wal", "-shm")  # of a SQLite file


@dataclass(frozen=True)
class Made:
    """A calculation as the journal knows it: the digest of its basis and the submissions it was made from."""

    id: int
    period: str
    digest: str
    base: int | None
    submissions: tuple[Submission, ...]


@dataclass(frozen=True)
class MadeStretch:
    """A stretch as the journal knows it: the digest of its basis and when it was made."""

    id: int
    period: str
    digest: str
    calculated_at: datetime


def held(url: str) -> Marks | None:
    """Return how far the store at `url` goes: None when there is none or nothing in it, {} when it cannot be read."""
    try:
        if is_empty(url):
            return None
        with reading(url) as connection:
            return marks(connection)
    except (SQLAlchemyError, OSError, StoreError):
        return {}


def fill_store(url: str, journal: Journal) -> None:
    """Make the store at `url` from `journal`, all but values, tasks and figures; letters that went out are sent."""
    told = with_clock_set_back(journal.entries)
    sent = _sent(told)
    for revision, entries in groupby(told, key=lambda entry: entry.revision):
        with at_revision(url, revision) as connection:
            _fill(connection, list(entries), sent)
    with at_revision(url, HEAD):
        pass  # the revisions that came after the last entry


def _sent(entries: Sequence[Entry]) -> Mapping[str, str]:
    """Return when each letter went out, by its key."""
    audit = (row for entry in entries for row in entry.rows.get(tables.audit.name, ()))
    return {row["subject"]: row["at"] for row in audit if row["action"] == SENT}


def _fill(connection: Connection, entries: Sequence[Entry], sent: Mapping[str, str]) -> None:
    found = MetaData()
    found.reflect(connection)
    for table in metadata.sorted_tables:
        rows: list[Row] = [row for entry in entries for row in entry.rows.get(table.name, ())]
        if table is tables.outbox:
            rows = [{**row, "sent_at": row["sent_at"] or sent.get(row["key"])} for row in rows]
        if not rows:
            continue  # the table may be younger than they are
        try:
            fill(connection, found.tables[table.name], table, rows)
        except IntegrityError as fault:
            raise StoreError(
                f"nhật ký mất những dòng mà các dòng «{table.name}» dựa vào: phục hồi raw/ từ bản sao lưu rồi dựng lại"
            ) from fault


def all_versions(url: str) -> list[Submission]:
    """Return every version that the store knows, in the order in which they were kept."""
    with reading(url) as connection:
        periods = connection.execute(select(tables.submission.c.period).distinct()).scalars().all()
        found = [v for period in periods for v in submissions(connection, period, datetime.max.replace(tzinfo=UTC))]
    return sorted(found, key=lambda version: version.id)


def all_calculations(url: str, versions: Sequence[Submission]) -> list[Made]:
    """Return every calculation, oldest first, each with those of `versions` that it was made from, by unit."""
    by_id, c = {version.id: version for version in versions}, tables.calculation.c
    with reading(url) as connection:
        return [
            Made(row.id, row.period, row.digest, row.base_id, _by_unit(by_id, inputs_of(connection, row.id)))
            for row in connection.execute(select(tables.calculation).order_by(c.id)).all()
        ]


def all_stretches(url: str) -> list[MadeStretch]:
    """Return every stretch ever made, oldest first."""
    s = tables.stretch.c
    with reading(url) as connection:
        rows = connection.execute(select(s.id, s.period, s.digest, s.calculated_at).order_by(s.id)).all()
    return [MadeStretch(*row) for row in rows]


def _by_unit(by_id: Mapping[int, Submission], ids: Sequence[int]) -> tuple[Submission, ...]:
    return tuple(sorted((by_id[key] for key in ids), key=lambda version: (version.unit, version.version)))


def copy_store(source: str, target: str) -> None:
    """Copy all rows of the store at `source` into the empty one at `target`, together or not at all."""
    with reading(source) as old, filling(target, HEAD) as new:
        found = MetaData()
        found.reflect(new)
        for table in metadata.sorted_tables:
            rows = [plain(row) for row in old.execute(select(table).order_by(*table.primary_key)).mappings()]
            fill(new, found.tables[table.name], table, rows)


def put_in_place(made: Path, store: Path, aside: Path | None) -> Path | None:
    """Let the finished store `made` take the place of `store`, kept in the new folder `aside`; return where it is then.

    Without `aside` there is nothing in it to keep.

    Whoever opens the store sees the one or the other.
    """
    _fold_in(made)
    kept = _keep(store, aside) if aside else None
    for end in SIDE_FILES:  # left by a store that is broken: they must not be taken for the new one's
        store.with_name(store.name + end).unlink(missing_ok=True)
    sync_folder(made)
    made.replace(store)
    sync_folder(store.parent)
    return kept


def _keep(store: Path, aside: Path) -> Path:
    _fold_in(store)
    aside.mkdir(parents=True)
    kept = aside / store.name
    _second_name(store, kept)
    for end in SIDE_FILES:
        with suppress(FileNotFoundError):
            store.with_name(store.name + end).rename(kept.with_name(kept.name + end))
    sync_folder(aside)
    return kept


def _fold_in(store: Path) -> None:
    """Bring what stands in the side files of `store` into it, as far as it can be read."""
    with suppress(sqlite3.DatabaseError), closing(sqlite3.connect(store)) as connection:
        connection.execute("PRAGMA wal_checkpoint(TRUNCATE)")


def _second_name(store: Path, kept: Path) -> None:
    try:
        os.link(store, kept)
    except OSError:  # the disk knows no second names
        shutil.copyfile(store, kept)
        sync_folder(kept)
