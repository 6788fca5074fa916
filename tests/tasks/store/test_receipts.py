"""Facts about arrivals."""

from __future__ import annotations

import pytest
from sqlalchemy import Connection, select
from sqlalchemy.exc import IntegrityError

from tasks.store import tables
from tasks.store.owed import periods_unanswered
from tasks.store.receipts import (
    Receipt,
    add_receipts,
    has_receipts,
    kept_hashes,
    known_arrivals,
    last_look,
    note_look,
    receipts,
    received_files,
)
from tasks.store.values import Outcome, Run
from tests.factory import COMMUNE, END_OF_TIME, PERIOD, at, keep_version, make_arrival, run_at, sha


def test_a_receipt_comes_back_whole(connection: Connection, run: Run) -> None:
    kept = Receipt(make_arrival(), Outcome.QUARANTINED, "stray_cell", "far away", found="x", place="TTHC!XFD1")
    add_receipts(connection, [kept], run)
    assert receipts(connection, PERIOD, END_OF_TIME) == [kept]


def test_a_receipt_names_the_submission_it_became(connection: Connection, run: Run) -> None:
    kept = keep_version(connection)
    add_receipts(connection, [Receipt(make_arrival(), Outcome.SUBMITTED, submission_id=kept.id)], run)
    assert receipts(connection, PERIOD, END_OF_TIME)[0].submission_id == kept.id


def test_a_receipt_cannot_name_a_submission_that_is_not_there(connection: Connection, run: Run) -> None:
    with pytest.raises(IntegrityError):
        add_receipts(connection, [Receipt(make_arrival(), Outcome.SUBMITTED, submission_id=99)], run)


def test_an_arrival_is_known_once_kept(connection: Connection, run: Run) -> None:
    assert known_arrivals(connection, [make_arrival()]) == set()
    add_receipts(connection, [Receipt(make_arrival(), Outcome.DUPLICATE)], run)
    assert known_arrivals(connection, [make_arrival()]) == {make_arrival().key}


@pytest.mark.parametrize(
    "changes", [{"message": "30628/a@2"}, {"sha256": sha("b")}, {"channel": "mail"}, {"period": "2022-Q1"}]
)
def test_another_time_other_bytes_another_way_or_another_period_make_another_arrival(
    connection: Connection, run: Run, changes: dict[str, str]
) -> None:
    add_receipts(connection, [Receipt(make_arrival(), Outcome.DUPLICATE)], run)
    assert known_arrivals(connection, [make_arrival(**changes)]) == set()
    add_receipts(connection, [Receipt(make_arrival(**changes), Outcome.DUPLICATE)], run)


def test_the_same_arrival_cannot_be_kept_twice(connection: Connection, run: Run) -> None:
    add_receipts(connection, [Receipt(make_arrival(), Outcome.DUPLICATE)], run)
    with pytest.raises(IntegrityError):
        add_receipts(connection, [Receipt(make_arrival(), Outcome.DUPLICATE)], run)


def test_as_of_shows_the_receipts_kept_by_that_day(connection: Connection) -> None:
    add_receipts(connection, [Receipt(make_arrival(), Outcome.DUPLICATE)], run_at(at("2022-06-18T08:00")))
    assert receipts(connection, PERIOD, at("2022-06-18T07:59")) == []
    assert len(receipts(connection, PERIOD, at("2022-06-18T08:00"))) == 1


def test_receipts_of_other_periods_stay_out(connection: Connection, run: Run) -> None:
    add_receipts(connection, [Receipt(make_arrival(period="2022-Q1"), Outcome.DUPLICATE)], run)
    assert receipts(connection, PERIOD, END_OF_TIME) == []


def test_only_what_was_kept_must_lie_in_the_raw_store(connection: Connection, run: Run) -> None:
    add_receipts(connection, [Receipt(make_arrival(), Outcome.DUPLICATE)], run)
    too_big = Receipt(make_arrival(sha256=sha("b")), Outcome.QUARANTINED, "too_big", kept=False)
    add_receipts(connection, [too_big], run)
    assert kept_hashes(connection) == [sha("a")]
    assert receipts(connection, PERIOD, END_OF_TIME)[1] == too_big


def test_the_mail_that_brought_a_file_must_lie_in_the_raw_store_as_well(connection: Connection, run: Run) -> None:
    message = f"<{sha('x')}@example.vn> INBOX/1/7 {sha('c')}#0"  # a sender may call his mail what he likes
    arrival = make_arrival(channel="mail", message=message, sha256=sha("b"))
    add_receipts(connection, [Receipt(arrival, Outcome.QUARANTINED, "bad_xml")], run)
    assert kept_hashes(connection) == sorted([sha("b"), sha("c")])


def test_what_came_is_known_by_unit_name_and_bytes_in_its_period(connection: Connection, run: Run) -> None:
    add_receipts(connection, [Receipt(make_arrival(), Outcome.QUARANTINED, "wrong_unit")], run)
    add_receipts(connection, [Receipt(make_arrival(period="2022-Q1", file_name="b.xlsx"), Outcome.DUPLICATE)], run)
    assert received_files(connection, PERIOD) == {(COMMUNE, make_arrival().file_name, sha("a"))}


def test_a_store_knows_whether_anything_ever_came(connection: Connection, run: Run) -> None:
    assert not has_receipts(connection)
    add_receipts(connection, [Receipt(make_arrival(period="2021-Q1"), Outcome.IGNORED)], run)
    assert has_receipts(connection)


def test_a_channel_nobody_looked_into_has_no_last_look(connection: Connection) -> None:
    assert last_look(connection, "folder") is None


def test_the_last_look_is_the_newest_one_into_that_channel(connection: Connection) -> None:
    for day in ("2022-06-15T08:00", "2022-06-18T08:00"):
        note_look(connection, "folder", run_at(at(day)))
    note_look(connection, "mail", run_at(at("2022-06-20T08:00")))
    assert last_look(connection, "folder") == at("2022-06-18T08:00")


def test_a_receipt_leaves_a_line_in_the_audit(connection: Connection, run: Run) -> None:
    add_receipts(connection, [Receipt(make_arrival(), Outcome.QUARANTINED, "wrong_unit")], run)
    row = connection.execute(select(tables.audit)).one()
    assert (row.action, row.subject, row.detail) == ("receipt.quarantined", sha("a"), "wrong_unit")


def test_a_period_is_looked_after_for_some_days_after_something_came(connection: Connection) -> None:
    refused = Receipt(make_arrival(), Outcome.QUARANTINED, "wrong_unit")
    add_receipts(connection, [refused], run_at(at("2022-06-20T08:00"), "a run that died before it answered"))
    assert periods_unanswered(connection, at("2022-06-20T07:59")) == set()
    assert periods_unanswered(connection, at("2022-06-21T08:00")) == {PERIOD}
    assert periods_unanswered(connection, at("2022-06-27T08:01")) == set()
