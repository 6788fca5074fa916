"""Facts about letters that wait."""

from __future__ import annotations

import pytest
from sqlalchemy import Connection, select
from sqlalchemy.exc import IntegrityError

from tasks.store import tables
from tasks.store.outbox import Letter, add_letter, count_unsent, is_written, note_sent, unsent
from tasks.store.values import Run

FIRST = Letter("k1", "30628", "cchc.30628@example.vn", "Trả lại biểu", "Kính gửi…\n", "returned/30628/a.xlsx")
SECOND = Letter("k2", "30631", "cchc.30631@example.vn", "Đã nhận biểu", "Kính gửi…\n")


def test_letters_wait_in_the_order_in_which_they_were_written(connection: Connection, run: Run) -> None:
    for letter in (FIRST, SECOND):
        add_letter(connection, letter, run)
    assert unsent(connection) == [FIRST, SECOND]


def test_a_letter_that_went_out_waits_no_more(connection: Connection, run: Run) -> None:
    for letter in (FIRST, SECOND):
        add_letter(connection, letter, run)
    note_sent(connection, FIRST, run)
    assert unsent(connection) == [SECOND]
    assert count_unsent(connection) == 1


def test_a_letter_stays_written_after_it_went_out(connection: Connection, run: Run) -> None:
    assert not is_written(connection, "k1")
    add_letter(connection, FIRST, run)
    note_sent(connection, FIRST, run)
    assert is_written(connection, "k1")


def test_the_same_letter_cannot_be_written_twice(connection: Connection, run: Run) -> None:
    add_letter(connection, FIRST, run)
    with pytest.raises(IntegrityError):
        add_letter(connection, FIRST, run)


def test_writing_and_sending_leave_the_address_in_the_audit(connection: Connection, run: Run) -> None:
    add_letter(connection, FIRST, run)
    note_sent(connection, FIRST, run)
    rows = connection.execute(select(tables.audit).order_by(tables.audit.c.id)).all()
    assert [(r.action, r.subject, r.detail) for r in rows] == [
        ("letter.written", "k1", "cchc.30628@example.vn"),
        ("letter.sent", "k1", "cchc.30628@example.vn"),
    ]
