"""Opening the store: an engine whose transactions hold, on SQLite as on PostgreSQL."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from functools import lru_cache
from pathlib import Path
from typing import Any

from sqlalchemy import Connection, Engine, create_engine, event, make_url, text
from sqlalchemy.exc import SQLAlchemyError

from tasks.store.tables import metadata

SQLITE_PRAGMAS = ("journal_mode=WAL", "synchronous=FULL", "busy_timeout=15000", "foreign_keys=ON")


@lru_cache(maxsize=8)
def open_engine(url: str) -> Engine:
    """Return the engine of the store at `url`, its tables made when they are not there."""
    address = make_url(url)
    if address.get_backend_name() == "sqlite":
        if address.database:
            Path(address.database).parent.mkdir(parents=True, exist_ok=True)
        engine = create_engine(address)
        event.listen(engine, "connect", _harden_sqlite)
        event.listen(engine, "begin", _begin_sqlite)
    else:
        engine = create_engine(address, pool_pre_ping=True)
    with engine.execution_options(write=True).begin() as connection:
        metadata.create_all(connection)
    return engine


@contextmanager
def reading(url: str) -> Iterator[Connection]:
    """Give a connection that sees one state of the store throughout."""
    with open_engine(url).connect() as connection:
        yield connection


@contextmanager
def writing(url: str) -> Iterator[Connection]:
    """Give a connection whose writes happen all together, or, when the block raises, not at all."""
    with open_engine(url).execution_options(write=True).begin() as connection:
        yield connection


def _harden_sqlite(raw: Any, _record: Any) -> None:
    raw.isolation_level = None  # transactions are ours to begin, see _begin_sqlite
    for pragma in SQLITE_PRAGMAS:
        raw.execute(f"PRAGMA {pragma}")


def _begin_sqlite(connection: Connection) -> None:
    # A writer that first reads could find the lock taken when it comes to write: writers take it at once.
    write = connection.get_execution_options().get("write", False)
    connection.exec_driver_sql("BEGIN IMMEDIATE" if write else "BEGIN")


def trouble_with(url: str) -> str | None:
    """Return why the store at `url` cannot be used, in one word for the operator; None when it can."""
    try:
        with reading(url) as connection:
            connection.execute(text("SELECT 1"))
    except SQLAlchemyError as fault:
        return type(fault).__name__
    return None
