"""Facts about many rows at once: kept as one by one, refused as one by one, on both databases."""

from __future__ import annotations

from datetime import date
from decimal import Decimal

import pytest
from sqlalchemy import Connection, select, text
from sqlalchemy.exc import DBAPIError, IntegrityError

from config.number import CellStatus, Fault
from tasks.store import bulk, tables
from tasks.store.bulk import insert_rows
from tasks.store.database import writing
from tasks.store.submissions import add_submissions, values_of
from tasks.store.values import Run
from tests.factory import make_new_submission, make_value

ODD = ["", "a\tb", "a\nb", "\\N", "\\.", "«Ngọc»", "x" * 5000, "'; --", "\x7f"]


def test_many_values_come_back_as_they_were_given(connection: Connection, run: Run) -> None:
    values = tuple(
        make_value(
            f"A{i:03d}",
            number=Decimal("-0.000000000001") if i % 2 else None,
            text=ODD[i % len(ODD)],
            note=ODD[-1 - i % len(ODD)],
            fault=Fault.AMBIGUOUS if i % 3 == 0 else None,
            status=CellStatus.UNREADABLE if i % 5 == 0 else CellStatus.EMPTY,
            sheet=None if i % 7 == 0 else "TTHC",
        )
        for i in range(bulk.MANY + 10)
    )
    key = add_submissions(connection, [make_new_submission(values=values)], run)[0]
    assert values_of(connection, [key])[key] == values


def test_few_rows_and_many_are_kept_alike(connection: Connection, monkeypatch: pytest.MonkeyPatch, run: Run) -> None:
    rows = [{"at": run.now, "who": "x", "action": "y", "subject": str(i), "detail": ODD[i]} for i in range(len(ODD))]
    insert_rows(connection, tables.audit, rows)
    monkeypatch.setattr(bulk, "MANY", 1)
    insert_rows(connection, tables.audit, rows)
    a = tables.audit.c
    found = connection.execute(select(a.at, a.who, a.action, a.subject, a.detail).order_by(a.id)).all()
    assert found[: len(ODD)] == found[len(ODD) :]


def test_one_refused_row_takes_all_along(database: str, run: Run) -> None:
    twice = (*(make_value(f"A{i:03d}") for i in range(bulk.MANY)), make_value("A001"))
    with pytest.raises(IntegrityError), writing(database) as connection:
        add_submissions(connection, [make_new_submission(values=twice)], run)
    with writing(database) as connection:
        assert connection.execute(select(tables.value)).first() is None


def test_a_text_that_postgresql_cannot_hold_is_the_files_fault(postgres_store: str, run: Run) -> None:
    values = tuple(make_value(f"A{i:03d}", text="a\x00b") for i in range(bulk.MANY))
    with pytest.raises(DBAPIError), writing(postgres_store) as connection:
        add_submissions(connection, [make_new_submission(values=values)], run)


def test_a_day_is_kept_as_a_day(connection: Connection, monkeypatch: pytest.MonkeyPatch, run: Run) -> None:
    monkeypatch.setattr(bulk, "MANY", 1)
    key = add_submissions(connection, [make_new_submission()], run)[0]
    row = {"submission_id": key, "row": 1, "due": date(2022, 6, 30), "done": None, "state": None}
    names = "sheet code content responsible post due_text state_text done_text note"
    texts = dict.fromkeys(names.split(), "")
    insert_rows(connection, tables.plan_task, [{**row, **texts}])
    assert connection.execute(text("SELECT count(*) FROM plan_task WHERE due = '2022-06-30'")).scalar() == 1
