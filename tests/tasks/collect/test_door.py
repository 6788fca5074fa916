"""Facts about collecting as the flows call it: texts in, counts out, and the look is remembered."""

from __future__ import annotations

from datetime import timedelta
from pathlib import Path

import pytest
from sqlalchemy.exc import OperationalError

from config.settings import Settings
from tasks.collect.door import collect_task
from tasks.store.database import reading
from tasks.store.receipts import last_look
from tests.factory import NEIGHBOUR, NOW, RECEIVED
from tests.tasks.collect.conftest import Drop, workbook


def test_the_counts_are_by_outcome(drop: Drop) -> None:
    drop(workbook())
    drop(workbook(), name="lại.xlsx", moment=RECEIVED + timedelta(minutes=1))
    drop(b"%PDF-1.4", unit=NEIGHBOUR)
    drop(b"", unit=NEIGHBOUR, name="~$bieu.xlsx")
    assert collect_task.fn("2022-H1", "2022-06-22T08:00", "run-1") == {
        "submitted": 1,
        "duplicate": 1,
        "quarantined": 1,
        "ignored": 1,
    }
    assert collect_task.fn("2022-H1", "2022-06-22T08:00", "run-2") == {}


def test_a_look_to_the_end_is_remembered(settings: Settings, inbox: Path) -> None:
    collect_task.fn("2022-H1", "2022-06-22T08:00", "run-1")
    with reading(settings.database) as connection:
        assert last_look(connection, "folder") == NOW


def test_a_look_that_failed_is_not_remembered(settings: Settings, drop: Drop, monkeypatch: pytest.MonkeyPatch) -> None:
    drop(workbook())

    def locked(*_: object) -> None:
        raise OperationalError("INSERT", {}, Exception("database is locked"))

    monkeypatch.setattr("tasks.collect.writing_down.add_receipts", locked)
    with pytest.raises(OperationalError):
        collect_task.fn("2022-H1", "2022-06-22T08:00", "run-1")
    with reading(settings.database) as connection:
        assert last_look(connection, "folder") is None
