"""Facts about a database that goes or is held while a run works: one sentence says so, and nothing lies elsewhere."""

from __future__ import annotations

import errno
import sqlite3
from pathlib import Path

import pytest
from sqlalchemy import Connection, func, select, text
from sqlalchemy.exc import DatabaseError, OperationalError

from config.settings import Settings
from tasks.store import database as stores
from tasks.store import tables
from tasks.store.database import reading, trouble_with, writing
from tasks.store.schema import StoreError
from tasks.store.submissions import add_submissions
from tasks.store.trouble import BROKEN, CUT_OFF, FULL, LOCKED, UNUSABLE, disk_trouble, gone, store_trouble
from tasks.store.values import Run
from tests.factory import make_new_submission
from tests.postgres import Cluster


@pytest.fixture
def settings(home: Path) -> Settings:
    """Return the settings of a workplace with its own file, whatever the store's other tests run on."""
    return Settings(home=home)


def add(connection: Connection) -> None:
    """Keep a version."""
    add_submissions(connection, [make_new_submission()], Run("run", make_new_submission().received_at))


def versions(settings: Settings) -> int:
    """Return how many versions the store knows."""
    with reading(settings.database) as connection:
        return connection.execute(select(func.count()).select_from(tables.submission)).scalar_one()


def store_of(settings: Settings) -> Path:
    """Return the file of the store, made."""
    with writing(settings.database) as connection:
        add(connection)
    return settings.home / "cchc.db"


def test_nothing_is_written_to_a_file_that_was_moved_away(settings: Settings) -> None:
    store = store_of(settings)
    away = store.rename(store.with_name("cchc-cũ.db"))
    for _ in range(2):  # neither at once nor over a new connection, which would make an empty file
        with pytest.raises(StoreError) as told, writing(settings.database):
            raise AssertionError("somebody writes where nobody looks")
        assert str(told.value) == gone(store)
    assert not store.exists()
    away.rename(store)
    with writing(settings.database) as connection:
        add(connection)
    assert versions(settings) == 2


def test_nothing_is_read_from_a_file_in_whose_place_another_lies(settings: Settings) -> None:
    store = store_of(settings)
    store.rename(store.with_name("cchc-cũ.db"))
    sqlite3.connect(store).close()
    store.touch()
    with pytest.raises(StoreError, match="bị dời, xóa hoặc thay"):
        versions(settings)


def test_a_server_that_ends_a_connection_is_told(cluster: Cluster) -> None:
    url = cluster()

    def lose_it_half_way() -> None:
        with writing(url) as connection:
            own = connection.execute(text("SELECT pg_backend_pid()")).scalar_one()
            with reading(url) as other:
                other.execute(text("SELECT pg_terminate_backend(:own)"), {"own": own})
            add(connection)

    with pytest.raises(OperationalError) as told:
        lose_it_half_way()
    assert store_trouble(told.value) == CUT_OFF


def test_a_locked_database_is_waited_for_and_then_given_up(
    settings: Settings, cluster: Cluster, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(stores, "SQLITE_PRAGMAS", ("journal_mode=WAL", "busy_timeout=50"))
    monkeypatch.setattr(stores, "POSTGRES_WAIT", "50ms")
    for url in (settings.database, cluster()):
        with writing(url), pytest.raises(OperationalError) as told, writing(url):
            raise AssertionError("two writers at once")
        assert store_trouble(told.value) == LOCKED


def test_a_slip_of_ours_is_no_trouble_of_the_database(settings: Settings) -> None:
    with pytest.raises(OperationalError) as told, reading(settings.database) as connection:
        connection.execute(text("SELECT 1 FROM there_is_none"))
    assert store_trouble(told.value) is None


@pytest.mark.parametrize(
    ("pragma", "sentence"), [("max_page_count = 1", FULL), ("query_only = ON", UNUSABLE)], ids=["full", "only read"]
)
def test_a_file_that_cannot_grow_or_be_written_is_told(settings: Settings, pragma: str, sentence: str) -> None:
    store_of(settings)
    with writing(settings.database) as connection:
        connection.exec_driver_sql(f"PRAGMA {pragma}")
        with pytest.raises(OperationalError) as told:
            connection.execute(text("CREATE TABLE more AS SELECT 1 AS one"))
    assert store_trouble(told.value) == sentence


@pytest.mark.parametrize("at", [0, 4096], ids=["its first page", "a page in the middle"])
def test_a_file_that_is_broken_is_told_with_the_two_ways_out(settings: Settings, at: int) -> None:
    store = store_of(settings)
    stores.close_engines()
    with store.open("r+b") as file:
        file.seek(at)
        file.write(b"\xa5" * 4096 * 3)
    with pytest.raises(DatabaseError) as told:
        versions(settings)
    assert store_trouble(told.value) == BROKEN
    assert trouble_with(settings.database) == BROKEN


@pytest.mark.parametrize(
    ("fault", "said"),
    [
        (OSError(errno.ENOSPC, "No space left on device"), "ổ đĩa đã đầy, không ghi được: dọn chỗ trống"),
        (OSError(errno.EROFS, "Read-only file system", "/o-dia/a.csv"), "không đọc hoặc ghi được /o-dia/a.csv"),
        (ConnectionRefusedError(errno.ECONNREFUSED, "Connection refused"), None),
        (TimeoutError("timed out"), None),
    ],
)
def test_a_disk_that_takes_no_more_is_told_and_nothing_else_is_held_for_it(fault: OSError, said: str | None) -> None:
    told = disk_trouble(fault)
    assert told is None if said is None else said in str(told)
