"""Opening the store: an engine whose transactions hold, on SQLite as on PostgreSQL."""

from __future__ import annotations

import os
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from functools import partial
from pathlib import Path
from threading import RLock
from typing import Any

from sqlalchemy import (
    URL,
    Connection,
    Engine,
    ExceptionContext,
    create_engine,
    event,
    inspect,
    literal,
    make_url,
    select,
)
from sqlalchemy.exc import ArgumentError, DatabaseError, SQLAlchemyError

from config.settings import StoreAddress
from tasks.store.files import OWN_FILE
from tasks.store.journal import NOTHING, append, journal_of, marks, refuse_if_set_back, start_of
from tasks.store.schema import StoreError, bring_up_to_date, make_tables, revision_of
from tasks.store.tables import metadata
from tasks.store.trouble import file_trouble, gone, without_the_row

SQLITE_PRAGMAS = ("journal_mode=WAL", "synchronous=FULL", "busy_timeout=15000", "foreign_keys=ON")
BACKENDS = ("sqlite", "postgresql")
ONE_STATE, LATEST_STATE = "REPEATABLE READ", "READ COMMITTED"  # of PostgreSQL


# One writer at a time: on PostgreSQL by a lock that ends with its transaction, however that ends. It spares writers
# each other's refusals; that nothing is kept twice is the work of the unique keys.
WRITER_LOCK = 0x63636863
POSTGRES_WAIT = "15s"
FILE = "file"  # under which a connection keeps which file it opened


class Engines:
    """The engines of the stores last used, by address; one that makes room for another closes its connections."""

    def __init__(self, most: int) -> None:
        self._most, self._open = most, dict[str, Engine]()
        self._lock = RLock()  # chunks are written down by threads

    def get(self, url: str) -> Engine:
        """Return the engine of the store at `url`, opened when it is not open yet."""
        with self._lock:
            engine = self._open.pop(url, None) or _opened(url)
            self._open[url] = engine  # the last one used is the last one
            while len(self._open) > self._most:
                self._open.pop(next(iter(self._open))).dispose()
            return engine

    def close(self) -> None:
        """Close them all."""
        with self._lock:
            while self._open:
                self._open.popitem()[1].dispose()


_ENGINES = Engines(most=8)


def open_engine(url: str) -> Engine:
    """Return the engine of the store at `url`, its tables made when they are not there and brought up to date."""
    return _ENGINES.get(url)


def close_engines() -> None:
    """Close every store that is open: whoever comes next opens it anew."""
    _ENGINES.close()


def _opened(url: str) -> Engine:
    engine = _engine(url)
    try:
        bring_up_to_date(for_writing(engine))
    except BaseException:
        engine.dispose()
        raise
    if path := _file_of(engine.url):  # it is there now: whoever does not find it must not make an empty one
        event.listen(engine, "do_connect", partial(_refuse_to_make, path))
    return engine


def close(url: str) -> None:
    """Close the store at `url`: its file is whole, and may be moved or replaced."""
    open_engine(url)  # one that another program left open is whole then as well
    close_engines()


def _address(url: str) -> URL:
    """Return the parts of `url`; `StoreError`, which does not repeat its password, for what is no store of ours."""
    try:
        address = make_url(url)
    except (ArgumentError, ValueError):
        address = None
    if address is None or address.get_backend_name() not in BACKENDS:
        raise StoreError("CCHC_DATABASE_URL phải là địa chỉ PostgreSQL (postgresql://…) hoặc SQLite (sqlite:///…)")
    return address


def _engine(url: str) -> Engine:
    address = _address(url)
    if address.get_backend_name() == "sqlite":
        path = _file_of(address)
        if path:
            path.parent.mkdir(parents=True, exist_ok=True)
            _make_own(path)
        engine = create_engine(address, hide_parameters=True)  # what units typed is in no log
        event.listen(engine, "connect", _harden_sqlite)
        if path:
            event.listen(engine, "connect", partial(_remember_file, path))
            event.listen(engine, "begin", partial(_refuse_if_gone, path))
        event.listen(engine, "begin", _begin_sqlite)
    else:
        address = _with_psycopg(address)
        engine = create_engine(address, pool_pre_ping=True, isolation_level=ONE_STATE, hide_parameters=True)
        event.listen(engine, "begin", _begin_postgres)
        event.listen(engine, "handle_error", _quote_no_row)
    return engine


def _quote_no_row(fault: ExceptionContext) -> None:
    # What goes into a log, the page of a run or the terminal must hold nothing that was typed.
    without_the_row(fault.original_exception)
    if fault.sqlalchemy_exception:
        without_the_row(fault.sqlalchemy_exception)


def is_empty(url: str) -> bool:
    """Return whether the store at `url` has no tables yet, or none that holds a row; nothing is made of it."""
    address = _address(url)
    if address.get_backend_name() == "sqlite" and not Path(address.database or "").is_file():
        return True
    engine = _engine(url)
    try:
        with engine.connect() as connection:
            there = set(inspect(connection).get_table_names())
            tables = [table for table in metadata.sorted_tables if table.name in there]
            return not any(connection.execute(select(literal(1)).select_from(t).limit(1)).first() for t in tables)
    finally:
        engine.dispose()


@contextmanager
def filling(url: str, revision: str) -> Iterator[Connection]:
    """Give a connection that writes to an empty store with the tables of `revision`, all together or not at all.

    Afterwards the store is brought up to date by whoever opens it. `StoreError` when tables of another revision are
    there already: empty or not, they would have to be taken down first.
    """
    engine = _engine(url)
    try:
        with for_writing(engine).begin() as connection:
            found = revision_of(connection)
            if found is None:
                make_tables(connection, revision)
            elif found != revision:
                raise StoreError(
                    f"cơ sở dữ liệu trống nhưng đã có bảng theo lược đồ {found}, bản sao lưu theo lược đồ {revision}: "
                    "dùng một cơ sở dữ liệu hoàn toàn mới"
                )
            yield connection
    finally:
        engine.dispose()
        close_engines()


@contextmanager
def at_revision(url: str, revision: str) -> Iterator[Connection]:
    """Give a connection that writes to the store at `url`, made with the tables of `revision` or brought up to it."""
    engine = _engine(url)
    try:
        bring_up_to_date(for_writing(engine), revision)
        with for_writing(engine).begin() as connection:
            yield connection
    finally:
        engine.dispose()


def for_writing(engine: Engine) -> Engine:
    """Return `engine` with transactions that write: each waits for the one before it, and then sees what that wrote."""
    isolation = {} if engine.dialect.name == "sqlite" else {"isolation_level": LATEST_STATE}
    return engine.execution_options(write=True, **isolation)


def _with_psycopg(address: URL) -> URL:
    """Return `address` with the driver that is installed, unless it names one."""
    return address.set(drivername="postgresql+psycopg") if address.drivername == "postgresql" else address


@contextmanager
def reading(url: str) -> Iterator[Connection]:
    """Give a connection that sees one state of the store throughout."""
    with open_engine(url).connect() as connection:
        yield connection


@contextmanager
def between_writers(url: str) -> Iterator[Connection]:
    """Give a connection while nobody writes: whoever has noted in the journal what he does has done it, or never will.

    To be held shortly: writers wait meanwhile.
    """
    with for_writing(open_engine(url)).begin() as connection:
        yield connection


@contextmanager
def writing(url: str) -> Iterator[Connection]:
    """Give a connection whose writes happen all together, or, when the block raises, not at all.

    In the store of a workplace they are in its journal before they happen. `StoreError` when that store lacks what the
    journal says it had.
    """
    journal = journal_of(url.home) if isinstance(url, StoreAddress) else None
    with for_writing(open_engine(url)).begin() as connection:
        before = marks(connection) if journal else NOTHING
        if journal:
            refuse_if_set_back(journal, start_of(journal), before)
        yield connection
        if journal:
            append(journal, connection, before)


def _harden_sqlite(raw: Any, _record: Any) -> None:
    raw.isolation_level = None  # transactions are ours to begin, see _begin_sqlite
    for pragma in SQLITE_PRAGMAS:
        raw.execute(f"PRAGMA {pragma}")


def _file_of(address: URL) -> Path | None:
    """Return the file of a store in SQLite; None when it is in memory, or on a server."""
    is_file = address.get_backend_name() == "sqlite" and address.database not in (None, "", ":memory:")
    return Path(address.database or "") if is_file else None


def _make_own(path: Path) -> None:
    # SQLite would let everybody read it. Where it cannot be made, SQLite says so. One that is there is not opened: to
    # close it again would give up the locks that this process holds on it.
    with suppress(OSError):
        os.close(os.open(path, os.O_CREAT | os.O_EXCL | os.O_RDWR | os.O_CLOEXEC, OWN_FILE))


def _identity(path: Path) -> tuple[int, int] | None:
    with suppress(OSError):
        found = path.stat()
        return found.st_dev, found.st_ino
    return None


def _remember_file(path: Path, _raw: Any, record: Any) -> None:
    record.info[FILE] = _identity(path)


def _refuse_if_gone(path: Path, connection: Connection) -> None:
    # What is written to a file that was moved away or replaced would lie where nobody looks for it.
    if connection.info.get(FILE) != _identity(path):
        connection.invalidate()
        raise StoreError(gone(path))


def _refuse_to_make(path: Path, *_: Any) -> None:
    if not path.exists():
        raise StoreError(gone(path))


def _begin_sqlite(connection: Connection) -> None:
    # A writer that first reads could find the lock taken when it comes to write: writers take it at once.
    write = connection.get_execution_options().get("write", False)
    connection.exec_driver_sql("BEGIN IMMEDIATE" if write else "BEGIN")


def _begin_postgres(connection: Connection) -> None:
    if connection.get_execution_options().get("write", False):
        connection.exec_driver_sql(
            f"SET LOCAL lock_timeout = '{POSTGRES_WAIT}'; SELECT pg_advisory_xact_lock({WRITER_LOCK})"
        )


def trouble_with(url: str) -> str | None:
    """Return in one Vietnamese sentence why the database at `url` cannot be used; None when it can."""
    try:
        journal = journal_of(url.home) if isinstance(url, StoreAddress) else None
        start = start_of(journal) if journal else NOTHING  # before the database, in which others go on
        with reading(url) as connection:
            revision_of(connection)
            if journal:
                refuse_if_set_back(journal, start, marks(connection))
    except StoreError as fault:
        return str(fault)
    except (SQLAlchemyError, OSError) as fault:
        if isinstance(fault, DatabaseError) and (known := file_trouble(fault)):
            return known
        where = "xem lại CCHC_HOME, CCHC_DATABASE_URL, máy chủ và quyền ghi"
        return f"không mở được cơ sở dữ liệu ({type(fault).__name__}): {where}"
    return None
