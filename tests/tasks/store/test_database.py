"""Facts about transactions: all or nothing, and one writer at a time."""

from __future__ import annotations

import sqlite3
import subprocess
import sys
import threading
import traceback
from dataclasses import replace
from pathlib import Path

import pytest
from sqlalchemy import event, func, inspect, select, text
from sqlalchemy.exc import IntegrityError, OperationalError

from config.settings import PROJECT, Settings
from tasks.store import tables
from tasks.store.bulk import MANY, insert_rows
from tasks.store.database import Engines, open_engine, reading, writing
from tasks.store.submissions import add_submissions
from tasks.store.values import Run
from tests.factory import NOW, make_new_submission
from tests.postgres import Cluster


class PowerCutError(Exception):
    """Something that nobody expects in the middle of a transaction."""


def rows(url: str) -> dict[str, int]:
    """Return how many rows each table holds."""
    with reading(url) as connection:
        return {
            name: connection.execute(select(func.count()).select_from(table)).scalar_one()
            for name, table in tables.metadata.tables.items()
        }


def test_an_exception_inside_a_transaction_leaves_nothing(settings: Settings, run: Run) -> None:
    before = rows(settings.database)

    def die_half_way() -> None:
        with writing(settings.database) as connection:
            add_submissions(connection, [make_new_submission()], run)
            raise PowerCutError

    with pytest.raises(PowerCutError):
        die_half_way()
    assert rows(settings.database) == before


def test_what_is_said_of_a_refused_row_repeats_nothing_that_a_unit_typed(settings: Settings, run: Run) -> None:
    typed = replace(make_new_submission().values[0], text="số nhà 12, điện thoại 0900")
    with pytest.raises(IntegrityError) as refused, writing(settings.database) as connection:
        add_submissions(connection, [make_new_submission(values=(typed, typed))], run)
    assert "điện thoại" not in str(refused.value)


@pytest.mark.parametrize("rows", [1, MANY], ids=["one by one", "by COPY"])
def test_a_server_that_quotes_the_row_it_refuses_is_not_quoted(cluster: Cluster, rows: int) -> None:
    """PostgreSQL says the whole row in DETAIL, and in CONTEXT of COPY: the name and telephone of whoever filled in."""
    typed = {"at": NOW, "who": None, "action": "x", "subject": "Bà Ngọc, 0900", "detail": "0900"}
    with pytest.raises(IntegrityError) as refused, writing(cluster()) as connection:
        insert_rows(connection, tables.audit, [typed] * rows)
    told = "".join(traceback.format_exception(refused.value))
    assert 'null value in column "who"' in told
    assert "Ngọc" not in told
    assert "0900" not in told


def test_a_refused_row_takes_the_rows_before_it_along(settings: Settings, run: Run) -> None:
    before = rows(settings.database)
    twice = make_new_submission(values=make_new_submission().values * 2)

    def keep_two() -> None:
        with writing(settings.database) as connection:
            add_submissions(connection, [make_new_submission()], run)
            add_submissions(connection, [twice], run)

    with pytest.raises(IntegrityError):
        keep_two()
    assert rows(settings.database) == before


def test_what_is_committed_is_there_for_the_next_process(settings: Settings, run: Run) -> None:
    with writing(settings.database) as connection:
        add_submissions(connection, [make_new_submission()], run)
    open_engine(settings.database).dispose()
    asking = (
        "import sys; from sqlalchemy import text; from tasks.store.database import reading\n"
        "with reading(sys.argv[1]) as connection:\n"
        "    print(connection.execute(text('SELECT unit, version FROM submission')).all())"
    )
    other = subprocess.run(
        [sys.executable, "-c", asking, settings.database], capture_output=True, text=True, check=True, cwd=PROJECT
    )
    assert other.stdout == "[('30628', 1)]\n"


def test_the_store_makes_its_folder_and_tables(tmp_path: Path) -> None:
    url = f"sqlite:///{tmp_path / 'not' / 'there' / 'cchc.db'}"
    assert set(inspect(open_engine(url)).get_table_names()) == {*tables.metadata.tables, "alembic_version"}


def test_a_reader_sees_one_state_throughout(settings: Settings, run: Run) -> None:
    query = select(func.count()).select_from(tables.submission)
    with reading(settings.database) as reader:
        before = reader.execute(query).scalar()
        with writing(settings.database) as writer:
            add_submissions(writer, [make_new_submission()], run)
        assert reader.execute(query).scalar() == before == 0


def test_a_row_may_not_refer_to_what_is_not_there(settings: Settings) -> None:
    orphan = {"submission_id": 99, "element": "A01", "status": "empty", "text": "", "note": ""}
    with pytest.raises(IntegrityError), writing(settings.database) as connection:
        connection.execute(tables.value.insert(), [orphan])


def test_a_committed_row_survives_a_power_cut(sqlite: str) -> None:
    with reading(sqlite) as connection:
        asked = ("journal_mode", "synchronous", "foreign_keys", "busy_timeout")
        assert [connection.execute(text(f"PRAGMA {p}")).scalar() for p in asked] == ["wal", 2, 1, 15000]


def test_a_writer_takes_the_lock_before_it_reads(sqlite: str) -> None:
    with writing(sqlite):
        other = sqlite3.connect(sqlite.removeprefix("sqlite:///"), timeout=0)
        with pytest.raises(sqlite3.OperationalError, match="locked"):
            other.execute("BEGIN IMMEDIATE")
        other.close()


def test_a_reader_never_waits_for_a_writer(settings: Settings) -> None:
    with writing(settings.database), reading(settings.database) as reader:
        assert reader.execute(select(func.count()).select_from(tables.receipt)).scalar() == 0


def test_two_writers_at_once_give_a_version_each(settings: Settings, run: Run) -> None:
    open_engine(settings.database)
    start = threading.Barrier(4)

    def send() -> None:
        start.wait()
        for _ in range(5):
            with writing(settings.database) as connection:
                add_submissions(connection, [make_new_submission()], run)

    senders = [threading.Thread(target=send) for _ in range(4)]
    for sender in senders:
        sender.start()
    for sender in senders:
        sender.join()
    with reading(settings.database) as connection:
        versions = connection.execute(select(tables.submission.c.version)).scalars().all()
    assert sorted(versions) == list(range(1, 21))


def test_a_store_that_cannot_be_opened_raises(tmp_path: Path) -> None:
    (tmp_path / "cchc.db").mkdir()
    with pytest.raises(OperationalError):
        open_engine(f"sqlite:///{tmp_path / 'cchc.db'}")


def test_a_store_that_makes_room_for_another_leaves_no_connection_open(cluster: Cluster) -> None:
    engines, closed = Engines(most=2), list[str]()
    urls = [cluster() for _ in range(3)]
    for url in urls:
        engine = engines.get(url)
        event.listen(engine, "close", lambda *_, url=url: closed.append(url))
        with engine.connect() as connection:
            connection.execute(select(1))
    assert set(closed) == {urls[0]}
    assert engines.get(urls[1]) is engines.get(urls[1])
    assert set(closed) == {urls[0]}
    engines.close()
    assert set(closed) == set(urls)
