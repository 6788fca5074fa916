"""Opening the store: an engine whose transactions hold, on SQLite as on PostgreSQL."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from functools import lru_cache
from pathlib import Path
from typing import Any

from sqlalchemy import Connection, Engine, create_engine, event, insert, inspect, make_url, select
from sqlalchemy.exc import SQLAlchemyError

from config.strict import UnusableError
from tasks.store.tables import SCHEMA, metadata, schema

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
    _make_tables(engine)
    return engine


class StoreError(UnusableError):
    """The store cannot be used as it is; `str()` is one Vietnamese sentence that says what to do."""


def _make_tables(engine: Engine) -> None:
    with engine.connect() as connection:
        found = _schema_of(connection)
    if found is None:
        with engine.execution_options(write=True).begin() as connection:
            metadata.create_all(connection)
            if _schema_of(connection) is None:
                connection.execute(insert(schema).values(version=SCHEMA))
    elif found != SCHEMA:
        raise StoreError(
            f"cơ sở dữ liệu theo lược đồ {found}, phần mềm này cần lược đồ {SCHEMA}: dùng đúng phiên bản phần mềm, "
            "hoặc đặt CCHC_HOME sang thư mục mới (demo thì xóa thư mục cũ)"
        )


def _schema_of(connection: Connection) -> int | None:
    names = inspect(connection).get_table_names()
    if schema.name not in names:
        return 0 if names else None  # tables but no number: made before schemas were numbered
    return connection.execute(select(schema.c.version)).scalar()


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
    """Return in Vietnamese why the store at `url` cannot be used; None when it can."""
    try:
        with reading(url) as connection:
            connection.execute(select(schema.c.version))
    except StoreError as fault:
        return str(fault)
    except (SQLAlchemyError, OSError) as fault:
        return f"không mở được ({type(fault).__name__})"
    return None
