"""Facts about which letters a period owes: each once, to whom it concerns, with the workbook that it speaks of."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace

import pytest
from sqlalchemy import Connection

from config.load import Declarations
from config.period import Period
from config.refusal import load_refusals
from config.settings import PROJECT, Settings
from expectations.finding import Severity
from tasks.collect.guard import Code
from tasks.notify.answers import Desk, write_letters
from tasks.store.alerts import open_alerts
from tasks.store.database import writing
from tasks.store.outbox import Letter, unsent
from tasks.store.receipts import Receipt, add_receipts
from tasks.store.values import Outcome, Run, State
from tests.factory import COMMUNE, NEIGHBOUR, at, keep_version, make_arrival, make_finding, run_at, sha

WARNING = make_finding(rule="ID15", severity=Severity.WARNING)


@pytest.fixture
def connection(settings: Settings) -> Iterator[Connection]:
    """Return a connection to an empty store."""
    with writing(settings.database) as connection:
        yield connection


@pytest.fixture
def desk(settings: Settings, declarations: Declarations, period: Period) -> Desk:
    """Return the desk at which letters on 2022-H1 are written, a day after all that tests keep."""
    return Desk(settings, declarations, period, Run("run-1", at("2022-06-23T08:00")))


def refuse(connection: Connection, run: Run, code: str = "not_a_workbook", **changes: object) -> None:
    """Keep a file that was refused."""
    add_receipts(connection, [Receipt(make_arrival(**changes), Outcome.QUARANTINED, code, "first bytes")], run)


def written(connection: Connection, desk: Desk) -> list[Letter]:
    """Write the letters that are owed and return all that wait."""
    write_letters(connection, desk)
    return unsent(connection)


def test_a_returned_unit_gets_one_letter_with_its_workbook_attached(connection: Connection, desk: Desk) -> None:
    returned = keep_version(connection, State.RETURNED, [make_finding()])
    path = desk.settings.home / returned.returned_file
    path.parent.mkdir(parents=True)
    path.write_bytes(b"annotated")
    [letter] = written(connection, desk)
    assert (letter.unit, letter.attachment) == (COMMUNE, "returned/30628/30628-2022-H1-lan-1.xlsx")
    assert make_finding().message in letter.body


def test_a_letter_is_never_written_twice(connection: Connection, desk: Desk) -> None:
    keep_version(connection, State.RETURNED, [make_finding()])
    refuse(connection, desk.run, unit=NEIGHBOUR)
    assert write_letters(connection, desk) == 2
    later = Desk(desk.settings, desk.declarations, desk.period, run_at(at("2022-06-30T08:00"), "run-2"))
    assert write_letters(connection, later) == 0
    assert len(unsent(connection)) == 2


def test_a_warned_unit_gets_a_letter_and_an_accepted_one_none(connection: Connection, desk: Desk) -> None:
    keep_version(connection, State.ACCEPTED_WITH_WARNINGS, [WARNING])
    keep_version(connection, State.ACCEPTED, unit=NEIGHBOUR)
    assert [(letter.unit, "Đã nhận biểu" in letter.subject) for letter in written(connection, desk)] == [
        (COMMUNE, True)
    ]


def test_a_version_that_is_not_judged_yet_is_not_answered(connection: Connection, desk: Desk) -> None:
    keep_version(connection, state=None)
    assert written(connection, desk) == []


def test_only_the_newest_version_is_answered(connection: Connection, desk: Desk) -> None:
    keep_version(connection, State.RETURNED, [make_finding()])
    keep_version(connection, State.ACCEPTED, sha256=sha("b"))
    assert written(connection, desk) == []


def test_a_version_that_was_replaced_before_it_was_answered_is_answered_no_more(
    connection: Connection, desk: Desk
) -> None:
    keep_version(connection, State.ACCEPTED_WITH_WARNINGS, [WARNING])
    keep_version(connection, State.RETURNED, [make_finding()], sha256=sha("b"))
    assert ["Trả lại" in letter.subject for letter in written(connection, desk)] == [True]


def test_each_returned_version_is_answered_on_its_own(connection: Connection, desk: Desk) -> None:
    keep_version(connection, State.RETURNED, [make_finding()])
    write_letters(connection, desk)
    keep_version(connection, State.RETURNED, [make_finding()], sha256=sha("b"))
    assert len(written(connection, desk)) == 2


def test_without_an_annotated_workbook_the_letter_goes_alone(connection: Connection, desk: Desk) -> None:
    keep_version(connection, State.RETURNED, [make_finding()])
    assert [letter.attachment for letter in written(connection, desk)] == [None]


def test_a_refused_file_is_answered_in_the_words_of_its_code(connection: Connection, desk: Desk) -> None:
    refuse(connection, desk.run, "wrong_unit")
    [letter] = written(connection, desk)
    assert load_refusals(desk.settings.config_dir)["wrong_unit"].unit in letter.body


def test_a_unit_is_told_what_it_sent_and_where_it_is_wrong(connection: Connection, desk: Desk) -> None:
    kept = Receipt(make_arrival(), Outcome.QUARANTINED, "stray_cell", "far", found="tệp PDF", place="TTHC!XFD1048576")
    add_receipts(connection, [kept], desk.run)
    [letter] = written(connection, desk)
    assert "Tệp nhận được là tệp PDF." in letter.body
    assert "Vị trí: TTHC!XFD1048576." in letter.body


def test_each_refused_file_is_answered_though_the_bytes_are_the_same(connection: Connection, desk: Desk) -> None:
    for message in ("30628/a.xlsx@1", "30628/a.xlsx@2", "30628/" + "a" * 250 + "@1", "30628/" + "a" * 250 + "@2"):
        refuse(connection, desk.run, message=message)
    assert len(written(connection, desk)) == 4


@pytest.mark.parametrize("outcome", [Outcome.DUPLICATE, Outcome.IGNORED])
def test_a_duplicate_and_litter_are_not_answered(connection: Connection, desk: Desk, outcome: Outcome) -> None:
    add_receipts(connection, [Receipt(make_arrival(), outcome)], desk.run)
    assert written(connection, desk) == []


def alerts(connection: Connection, moment: str) -> dict[str, int]:
    """Return how many letters stand behind each unit's open alert at `moment`."""
    return {unit: alert.letters for unit, alert in open_alerts(connection, "2022-H1", at(moment)).items()}


def later(desk: Desk, moment: str) -> Desk:
    """Return the same desk at a later `moment`."""
    return replace(desk, run=run_at(at(moment), "run-2"))


def test_an_alert_closes_itself_with_one_letter_when_the_correction_arrives(connection: Connection, desk: Desk) -> None:
    keep_version(connection, State.RETURNED, [make_finding()])
    write_letters(connection, desk)
    assert alerts(connection, "2022-06-23T09:00") == {COMMUNE: 1}
    corrected = at("2022-06-24T08:00")
    keep_version(connection, State.ACCEPTED, moment=corrected, received_at=corrected, sha256=sha("b"))
    after = later(desk, "2022-06-24T09:00")
    assert [write_letters(connection, after) for _ in range(2)] == [1, 0]
    assert "Đã nhận bản sửa" in unsent(connection)[-1].subject
    assert alerts(connection, "2022-06-24T10:00") == {}
    assert alerts(connection, "2022-06-23T09:00") == {COMMUNE: 1}  # what was known then stays known


def test_a_second_return_keeps_the_alert_open(connection: Connection, desk: Desk) -> None:
    keep_version(connection, State.RETURNED, [make_finding()])
    write_letters(connection, desk)
    again = at("2022-06-24T08:00")
    keep_version(connection, State.RETURNED, [make_finding()], moment=again, received_at=again, sha256=sha("b"))
    write_letters(connection, later(desk, "2022-06-24T09:00"))
    assert alerts(connection, "2022-06-24T10:00") == {COMMUNE: 2}
    assert "lần thứ 2; đã có ở lần nộp 1" in unsent(connection)[-1].body


def test_a_fault_of_an_earlier_period_is_named_when_it_comes_back(connection: Connection, desk: Desk) -> None:
    before = at("2022-03-17T08:00")
    keep_version(connection, State.ACCEPTED_WITH_WARNINGS, [WARNING], moment=before, period="2022-Q1")
    keep_version(connection, State.ACCEPTED_WITH_WARNINGS, [WARNING], sha256=sha("b"))
    assert "lần thứ 2; đã có ở báo cáo quý I năm 2022" in written(connection, desk)[0].body


def test_a_refused_file_opens_an_alert_that_a_good_one_closes(connection: Connection, desk: Desk) -> None:
    refuse(connection, desk.run, received_at=at("2022-06-22T07:00"))
    write_letters(connection, desk)
    assert alerts(connection, "2022-06-23T09:00") == {COMMUNE: 1}
    good = at("2022-06-24T08:00")
    keep_version(connection, State.ACCEPTED, moment=good, received_at=good, sha256=sha("b"))
    assert write_letters(connection, later(desk, "2022-06-24T09:00")) == 1


def test_a_mail_without_a_form_is_answered_and_asks_for_nothing(connection: Connection, desk: Desk) -> None:
    keep_version(connection, State.ACCEPTED)
    refuse(
        connection, desk.run, "no_workbook", channel="mail", file_name="Cảm ơn.eml", received_at=at("2022-06-22T07:00")
    )
    [letter] = written(connection, desk)
    assert "không đính kèm biểu Excel nào" in letter.body
    assert alerts(connection, "2022-06-23T09:00") == {}


def test_a_word_of_thanks_does_not_keep_an_alert_open(connection: Connection, desk: Desk) -> None:
    keep_version(connection, State.RETURNED, [make_finding()])
    write_letters(connection, desk)
    good = at("2022-06-24T08:00")
    keep_version(connection, State.ACCEPTED, moment=good, received_at=good, sha256=sha("b"))
    thanks = at("2022-06-24T08:30")
    refuse(connection, run_at(thanks), "no_workbook", channel="mail", file_name="Cảm ơn.eml", received_at=thanks)
    assert write_letters(connection, later(desk, "2022-06-24T09:00")) == 2  # on the mail, and that all is mended
    assert alerts(connection, "2022-06-24T10:00") == {}


def test_a_bad_file_before_the_good_one_of_the_same_day_opens_nothing(connection: Connection, desk: Desk) -> None:
    refuse(connection, desk.run, received_at=at("2022-06-15T07:00"))
    keep_version(connection, State.ACCEPTED)
    [letter] = written(connection, desk)
    assert "Một tệp của" in letter.subject
    assert "không dùng được" in letter.subject
    assert "lần nộp 1" in letter.body
    assert "không phải gửi lại" in letter.body
    assert alerts(connection, "2022-06-23T09:00") == {}


def test_a_bad_file_after_the_good_one_stays_open(connection: Connection, desk: Desk) -> None:
    keep_version(connection, State.ACCEPTED)
    refuse(connection, desk.run, received_at=at("2022-06-22T07:00"))
    assert [write_letters(connection, d) for d in (desk, later(desk, "2022-06-24T09:00"))] == [1, 0]
    letter = unsent(connection)[-1]
    assert "Chưa nhận được biểu" not in letter.subject
    assert "lần nộp 1" in letter.body
    assert "vẫn được tính" in letter.body
    assert alerts(connection, "2022-06-24T10:00") == {COMMUNE: 1}


def test_a_bad_file_from_whom_nothing_counts_says_that_no_report_came(connection: Connection, desk: Desk) -> None:
    refuse(connection, desk.run, received_at=at("2022-06-22T07:00"))
    [letter] = written(connection, desk)
    assert "Chưa nhận được biểu" in letter.subject
    assert "vẫn được tính" not in letter.body


def test_a_bad_file_after_a_returned_form_does_not_say_that_no_report_came(connection: Connection, desk: Desk) -> None:
    keep_version(connection, State.RETURNED, [make_finding()])
    refuse(connection, desk.run, received_at=at("2022-06-22T07:00"))
    letter = next(one for one in written(connection, desk) if "không dùng được" in one.subject)
    assert "Chưa nhận được biểu" not in letter.subject
    assert "đã trả lại để sửa và chưa được tính" in letter.body
    assert "đã trả lại để sửa" in letter.html


def test_a_good_form_and_a_bad_file_of_one_mail_do_not_settle_each_other(connection: Connection, desk: Desk) -> None:
    moment = at("2022-06-22T07:00")
    keep_version(connection, State.ACCEPTED, received_at=moment)
    refuse(connection, desk.run, received_at=moment)
    [letter] = written(connection, desk)
    assert "không dùng được" in letter.subject
    assert alerts(connection, "2022-06-23T09:00") == {COMMUNE: 1}


def test_the_good_file_sent_once_more_closes_what_a_bad_one_opened(connection: Connection, desk: Desk) -> None:
    returned, good = at("2022-06-14T08:00"), at("2022-06-16T08:00")
    keep_version(connection, State.RETURNED, [make_finding()], moment=returned, received_at=returned, sha256=sha("c"))
    write_letters(connection, later(desk, "2022-06-15T08:00"))
    keep_version(connection, State.ACCEPTED, moment=good, received_at=good)
    assert "Đã nhận bản sửa" in written(connection, later(desk, "2022-06-16T09:00"))[-1].subject
    refuse(connection, desk.run, received_at=at("2022-06-22T07:00"))
    write_letters(connection, desk)
    assert alerts(connection, "2022-06-23T09:00") == {COMMUNE: 1}
    again = make_arrival(received_at=at("2022-06-24T07:00"), message="again")
    add_receipts(connection, [Receipt(again, Outcome.DUPLICATE)], later(desk, "2022-06-24T08:00").run)
    assert [write_letters(connection, later(desk, "2022-06-24T09:00")) for _ in range(2)] == [1, 0]
    assert alerts(connection, "2022-06-24T10:00") == {}


def test_a_bad_file_before_the_good_one_was_sent_once_more_asks_for_nothing(connection: Connection, desk: Desk) -> None:
    keep_version(connection, State.ACCEPTED)
    refuse(connection, desk.run, received_at=at("2022-06-22T07:00"))
    again = make_arrival(received_at=at("2022-06-22T08:00"), message="again")
    add_receipts(connection, [Receipt(again, Outcome.DUPLICATE)], desk.run)
    [letter] = written(connection, desk)
    assert "không phải gửi lại" in letter.body
    assert alerts(connection, "2022-06-23T09:00") == {}


def test_other_periods_are_not_answered(connection: Connection, desk: Desk) -> None:
    keep_version(connection, State.RETURNED, [make_finding()], period="2022-Q1")
    refuse(connection, desk.run, period="2022-Q1")
    assert written(connection, desk) == []


UNANSWERED = {Code.AUTOMATIC_MAIL, Code.UNSOLICITED_MAIL}  # there is nobody to tell what to do


@pytest.mark.parametrize("code", sorted(set(Code) - UNANSWERED))
def test_every_code_has_a_sentence_that_says_what_to_do(code: Code) -> None:
    text = load_refusals(PROJECT / "config")[code]
    assert text.unit.endswith(".")
    assert any(word in text.unit for word in ("lại", "thay", "Nộp", "Chép", "Bỏ", "Xóa"))


def test_every_code_can_be_written_about(connection: Connection, desk: Desk) -> None:
    for code in Code:
        refuse(connection, desk.run, code, message=f"30628/{code}@1")
    assert len(written(connection, desk)) == len(Code)
