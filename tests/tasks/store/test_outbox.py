"""Facts about letters that wait."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta

import pytest
from sqlalchemy import Connection, select
from sqlalchemy.exc import IntegrityError

from tasks.store import tables
from tasks.store.outbox import (
    Channel,
    Letter,
    add_letters,
    count_unsent,
    is_written,
    note_refused,
    note_sent,
    note_stuck,
    unsent,
    waiting,
    written_to,
)
from tasks.store.values import Run

FIRST = Letter("k1", "30628", "cchc.30628@example.vn", "Trả lại biểu", "Kính gửi…\n", "returned/30628/a.xlsx")
SECOND = Letter("k2", "30631", "cchc.30631@example.vn", "Đã nhận biểu", "Kính gửi…\n")


def test_letters_wait_in_the_order_in_which_they_were_written(connection: Connection, run: Run) -> None:
    for letter in (FIRST, SECOND):
        add_letters(connection, [letter], run)
    assert unsent(connection) == [FIRST, SECOND]


def test_a_letter_that_was_refused_goes_after_those_that_were_not(connection: Connection, run: Run) -> None:
    third = replace(FIRST, key="k3")
    add_letters(connection, [FIRST, SECOND, third], run)
    note_refused(connection, FIRST, "không nhận", run)
    assert unsent(connection) == [SECOND, third, FIRST]
    for _ in range(2):
        note_refused(connection, third, "không nhận", run)
    assert unsent(connection) == [SECOND, FIRST, third]


def test_a_run_that_gives_up_at_a_letter_has_tried_it_once(connection: Connection, run: Run) -> None:
    add_letters(connection, [FIRST, SECOND], run)
    note_refused(connection, FIRST, "ngắt kết nối", run)
    note_stuck(connection, "127.0.0.1:25", "không trả lời", run)
    assert [(w.tries, w.trouble) for w in waiting(connection)] == [(1, "ngắt kết nối"), (1, "không trả lời")]


def test_a_letter_that_went_out_waits_no_more(connection: Connection, run: Run) -> None:
    for letter in (FIRST, SECOND):
        add_letters(connection, [letter], run)
    note_sent(connection, FIRST, run)
    assert unsent(connection) == [SECOND]
    assert count_unsent(connection) == 1


def test_a_letter_stays_written_after_it_went_out(connection: Connection, run: Run) -> None:
    assert not is_written(connection, "k1")
    add_letters(connection, [FIRST], run)
    note_sent(connection, FIRST, run)
    assert is_written(connection, "k1")


def test_the_same_letter_cannot_be_written_twice(connection: Connection, run: Run) -> None:
    assert add_letters(connection, [FIRST], run)
    assert not add_letters(connection, [replace(FIRST, subject="Thư khác")], run)
    assert add_letters(connection, [FIRST, SECOND], run) == [SECOND]
    assert unsent(connection) == [FIRST, SECOND]


def test_a_letter_of_a_run_that_saw_no_other_is_refused_by_its_key(connection: Connection, run: Run) -> None:
    add_letters(connection, [FIRST], run)
    row = connection.execute(select(tables.outbox)).mappings().one()
    with pytest.raises(IntegrityError):
        connection.execute(tables.outbox.insert().values(**{**row, "id": row["id"] + 1}))


def test_a_letter_reads_back_whole(connection: Connection, run: Run) -> None:
    letter = replace(FIRST, html="<p>a</p>", copies=("a@example.vn", "b@example.vn"), channel=Channel.NOTICE)
    add_letters(connection, [letter], run)
    assert unsent(connection) == [letter]


def test_what_waits_says_how_often_it_was_tried_and_what_was_said_last(connection: Connection, run: Run) -> None:
    for letter in (FIRST, SECOND):
        add_letters(connection, [letter], run)
    for said in ("một", "hai"):
        note_refused(connection, FIRST, said, run)
    first, second = waiting(connection)
    assert (first.letter, first.tries, first.trouble, first.written_at) == (FIRST, 2, "hai", run.now)
    assert (second.tries, second.trouble) == (0, "")
    note_sent(connection, FIRST, run)
    assert [w.letter for w in waiting(connection)] == [SECOND]


def test_a_unit_was_written_to_on_the_day_of_its_letter(connection: Connection, run: Run) -> None:
    add_letters(connection, [FIRST], run)
    assert written_to(connection, run.now, run.now + timedelta(seconds=1)) == {"30628"}
    assert written_to(connection, run.now - timedelta(days=1), run.now) == set()


def test_writing_and_sending_leave_the_address_in_the_audit(connection: Connection, run: Run) -> None:
    add_letters(connection, [FIRST], run)
    note_sent(connection, FIRST, run)
    rows = connection.execute(select(tables.audit).order_by(tables.audit.c.id)).all()
    assert [(r.action, r.subject, r.detail) for r in rows] == [
        ("letter.written", "k1", "cchc.30628@example.vn"),
        ("letter.sent", "k1", "cchc.30628@example.vn"),
    ]
