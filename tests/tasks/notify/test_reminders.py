"""Facts about reminders: only what is still owed, one letter a unit a day, to whom it has come by then."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator
from dataclasses import replace
from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as st
from sqlalchemy import Connection

from config.load import Declarations
from config.period import Period
from config.reminding import Audience
from config.settings import Settings
from tasks.notify.answers import Desk, write_letters
from tasks.notify.debts import Debt, Owing, debts, known_of
from tasks.notify.reminders import in_season, reminders_of, step_today, write_reminders
from tasks.store.database import writing
from tasks.store.outbox import Letter, unsent
from tasks.store.receipts import Receipt, add_receipts
from tasks.store.values import Outcome, State
from tests.factory import COMMUNE, DISTRICT, NEIGHBOUR, at, keep_version, make_arrival, make_finding, run_at, sha

TEAM = "to-so-lieu"


@pytest.fixture
def connection(settings: Settings) -> Iterator[Connection]:
    """Return a connection to an empty store."""
    with writing(settings.database) as connection:
        yield connection


@pytest.fixture
def desk(settings: Settings, declarations: Declarations, period: Period) -> Desk:
    """Return the desk of 2022-H1: cut-off Tuesday 14/06, due Thursday 16/06 (communes), Monday 20/06 (district)."""
    return Desk(settings, declarations, period, run_at(at("2022-06-16T08:00")))


def on(desk: Desk, day: str, clock: str = "08:00") -> Desk:
    """Return the same desk on another day."""
    return replace(desk, run=run_at(at(f"{day}T{clock}"), day))


def remind(connection: Connection, desk: Desk, *days: str) -> list[Letter]:
    """Write the reminders of each of `days` and return all that wait."""
    for day in days:
        write_reminders(connection, on(desk, day))
    return unsent(connection)


def kinds(letters: list[Letter], unit: str = COMMUNE) -> list[str]:
    """Return day and audience of each letter about `unit`, as its key says."""
    return [letter.key.partition(":remind:")[2] for letter in letters if letter.unit == unit]


def all_but(connection: Connection, declarations: Declarations, period: Period, *silent: str) -> None:
    """Let every unit report in time, except `silent`."""
    for unit in declarations.reporting(period):
        if unit not in silent:
            keep_version(connection, moment=at("2022-06-15T10:00"), unit=unit, sha256=sha("c"))


def test_a_silent_unit_is_told_before_on_and_after_the_deadline_and_then_its_head(
    connection: Connection, desk: Desk
) -> None:
    days = [f"2022-06-{day}" for day in range(10, 29)]
    assert kinds(remind(connection, desk, *days)) == [
        "2022-06-14:unit", "2022-06-16:unit", "2022-06-17:unit", "2022-06-20:head", "2022-06-22:head",
    ]  # fmt: skip


def test_the_letter_to_the_head_goes_to_the_unit_as_a_copy_and_counts_the_reminders(
    connection: Connection, desk: Desk
) -> None:
    letters = remind(connection, desk, "2022-06-16", "2022-06-17", "2022-06-20")
    head = next(x for x in letters if x.unit == COMMUNE and x.key.endswith("head"))
    assert (head.recipient, head.copies) == ("chutich.30628@example.vn", ("cchc.30628@example.vn",))
    assert "đã nhắc đơn vị 2 lần" in head.body
    assert "Đã quá hạn: 4 ngày." in head.body


def test_the_data_team_gets_one_digest_of_who_still_owes(
    connection: Connection, desk: Desk, declarations: Declarations, period: Period
) -> None:
    all_but(connection, declarations, period, COMMUNE, NEIGHBOUR)
    [digest] = [x for x in remind(connection, desk, "2022-06-20", "2022-06-20") if x.unit == TEAM]
    assert digest.recipient == "tonghop-cchc@example.vn"
    assert "Còn 2/19 đơn vị" in digest.subject
    assert "Thị trấn Chợ Mới (mã 30628): chưa nhận được biểu, quá hạn 4 ngày; đã nhắc 1 lần, đã báo" in digest.body


def test_when_nobody_owes_there_is_no_letter_at_all(
    connection: Connection, desk: Desk, declarations: Declarations, period: Period
) -> None:
    all_but(connection, declarations, period)
    assert remind(connection, desk, "2022-06-16", "2022-06-20") == []


def test_only_those_who_still_owe_are_reminded(
    connection: Connection, desk: Desk, declarations: Declarations, period: Period
) -> None:
    all_but(connection, declarations, period, NEIGHBOUR)
    assert [x.unit for x in remind(connection, desk, "2022-06-16")] == [NEIGHBOUR]


def test_running_twice_sends_once(connection: Connection, desk: Desk) -> None:
    assert [write_reminders(connection, desk), write_reminders(connection, on(desk, "2022-06-16", "17:00"))] == [19, 0]


def test_after_missed_days_only_todays_letter_goes_out(connection: Connection, desk: Desk) -> None:
    letters = remind(connection, desk, "2022-06-24")
    assert kinds(letters) == ["2022-06-22:head"]
    assert "quá hạn 8 ngày" in next(x for x in letters if x.unit == COMMUNE).subject
    assert max(Counter(x.unit for x in letters).values()) == 1


def test_a_reminder_missed_by_a_day_is_made_up_for_in_the_words_of_today(connection: Connection, desk: Desk) -> None:
    letters = remind(connection, desk, "2022-06-15")
    assert kinds(letters) == ["2022-06-14:unit"]
    assert "hạn thứ Năm, 16/06/2022" in next(x for x in letters if x.unit == COMMUNE).subject


@pytest.mark.parametrize("day", ["2022-06-18", "2022-06-19"], ids=["Saturday", "Sunday"])
def test_nobody_is_reminded_on_a_day_off(connection: Connection, desk: Desk, day: str) -> None:
    assert remind(connection, desk, day) == []


@pytest.mark.parametrize("day", ["2022-06-10", "2022-08-15"], ids=["too early", "closed"])
def test_out_of_season_nobody_is_reminded(connection: Connection, desk: Desk, day: str) -> None:
    assert remind(connection, desk, day) == []


def test_before_the_cut_off_is_over_a_unit_is_told_to_wait_for_it(connection: Connection, desk: Desk) -> None:
    early = next(x for x in remind(connection, desk, "2022-06-14") if x.unit == COMMUNE)
    assert "sau khi đã hết ngày thứ Ba, 14/06/2022 và trước khi hết hạn" in early.body
    assert "Hạn gửi báo cáo: thứ Năm, 16/06/2022." in early.body


def test_a_returned_form_that_was_not_corrected_is_asked_for_with_its_workbook(
    connection: Connection, desk: Desk
) -> None:
    returned = keep_version(connection, State.RETURNED, [make_finding()], moment=at("2022-06-15T10:00"))
    path = desk.settings.home / returned.returned_file
    path.parent.mkdir(parents=True)
    path.write_bytes(b"x")
    letter = next(x for x in remind(connection, desk, "2022-06-16") if x.unit == COMMUNE)
    assert letter.attachment == returned.returned_file
    assert "biểu lần nộp 1 đã trả lại thứ Tư, 15/06/2022 vì còn 1 lỗi phải sửa" in letter.body


def test_what_was_returned_after_the_deadline_is_asked_for_from_the_day_of_its_return(
    connection: Connection, desk: Desk
) -> None:
    keep_version(connection, State.RETURNED, [make_finding()], moment=at("2022-06-28T10:00"))  # a Tuesday
    days = [f"2022-06-{day}" for day in (29, 30)] + [f"2022-07-0{day}" for day in range(1, 9)]
    assert kinds(remind(connection, desk, *days)) == ["2022-06-29:unit", "2022-06-30:head", "2022-07-04:head"]


def test_a_unit_that_was_answered_today_is_not_reminded_today(connection: Connection, desk: Desk) -> None:
    add_receipts(connection, [Receipt(make_arrival(), Outcome.QUARANTINED, "not_a_workbook", "x")], desk.run)
    write_letters(connection, desk)
    write_reminders(connection, desk)
    assert Counter(x.unit for x in unsent(connection))[COMMUNE] == 1
    after = next(x for x in remind(connection, desk, "2022-06-17") if x.unit == COMMUNE and ":remind:" in x.key)
    assert "tệp «30628-2022-H1.xlsx» nhận thứ Tư, 15/06/2022 không dùng được" in after.body


def test_where_no_head_is_declared_the_unit_itself_is_told_and_the_digest_says_so(
    connection: Connection, desk: Desk
) -> None:
    contacts = tuple(replace(c, head=None) for c in desk.declarations.contacts)
    headless = replace(desk, declarations=replace(desk.declarations, contacts=contacts))
    letters = remind(connection, headless, "2022-06-20")
    assert next(x for x in letters if x.unit == COMMUNE).recipient == "cchc.30628@example.vn"
    assert "CHƯA KHAI địa chỉ thủ trưởng" in next(x for x in letters if x.unit == TEAM).body


def test_what_a_unit_without_a_contact_owes_is_told_to_the_data_team_and_the_digest_says_so(
    connection: Connection, desk: Desk
) -> None:
    contacts = tuple(c for c in desk.declarations.contacts if c.unit != COMMUNE)
    silent = replace(desk, declarations=replace(desk.declarations, contacts=contacts))
    letters = remind(connection, silent, "2022-06-16", "2022-06-20")
    team = desk.declarations.team(date(2022, 6, 16)).email
    assert {x.recipient for x in letters if x.unit == COMMUNE} == {team}
    assert "CHƯA KHAI địa chỉ" in next(x for x in letters if x.unit == TEAM).body


def test_units_are_expected_as_they_were_on_the_day_the_figures_closed(connection: Connection, desk: Desk) -> None:
    before, after = (replace(desk, period=Period.parse(text)) for text in ("2025-H1", "2025-Q3"))
    assert len(reminders_of(connection, on(before, "2025-06-16"))) == 18  # the district is due on the 20th
    assert len(reminders_of(connection, on(after, "2025-09-16"))) == 6


def test_a_merged_unit_is_reminded_at_the_address_of_its_heir(connection: Connection, desk: Desk) -> None:
    closing = replace(desk, period=Period.parse("2025-H1"))
    letter = next(x for x in reminders_of(connection, on(closing, "2025-07-02")) if x.unit == "30634")
    assert letter.copies == ("cchc.30628@example.vn",)
    assert "(đơn vị kế thừa của xã Kiến An)" in letter.body


def test_what_is_being_checked_is_owed_no_more(connection: Connection, desk: Desk, declarations: Declarations) -> None:
    keep_version(connection, state=None, moment=at("2022-06-15T10:00"))
    known = known_of(connection, desk.period, desk.run.now)
    assert COMMUNE not in {debt.unit.code for debt in debts(declarations, desk.period, known, date(2022, 6, 16))}


@pytest.mark.parametrize(
    ("day", "periods"),
    [
        ("2022-06-13", []),
        ("2022-06-14", ["2022-H1"]),
        ("2022-08-03", ["2022-H1"]),
        ("2022-08-10", []),
        ("2023-01-03", ["2022-YEAR"]),
    ],
)
def test_a_period_is_in_season_from_its_first_reminder_until_late_reports_close(
    declarations: Declarations, day: str, periods: list[str]
) -> None:
    levels = {p: {u.level for u in declarations.reporting(p).values()} for p in declarations.periods()}
    assert [str(p) for p in in_season(declarations.calendar, levels, date.fromisoformat(day))] == periods


@given(st.integers(0, 60), st.sets(st.integers(0, 60)))
def test_however_many_days_are_missed_a_unit_gets_at_most_one_letter_a_day_and_none_twice(
    declarations: Declarations, returned: int, days: set[int]
) -> None:
    period = Period.parse("2022-H1")
    unit, deadline = declarations.reporting(period)[COMMUNE], date(2022, 6, 16)
    back = date.fromordinal(date(2022, 6, 10).toordinal() + returned)
    debt = Debt(unit, period, Owing.RETURNED, deadline, max(deadline, back), 0, returned_on=back)
    steps = declarations.calendar.steps_from(period, debt.due)
    told = [
        (today, step)
        for today in (date.fromordinal(date(2022, 6, 10).toordinal() + n) for n in sorted(days) if n >= returned)
        if (step := step_today(debt, steps, today))
    ]
    assert all(step.day <= today and back < step.day for today, step in told)
    assert [step.day for _, step in told] == sorted(step.day for _, step in told)
    audiences = [step.audience for _, step in told]
    assert audiences == sorted(audiences, key=lambda a: a is Audience.HEAD)


def test_the_district_has_a_deadline_of_its_own(connection: Connection, desk: Desk) -> None:
    letters = remind(connection, desk, "2022-06-20")
    district = next(x for x in letters if x.unit == DISTRICT)
    assert "Hôm nay hết hạn" in district.subject
    assert "Hạn gửi báo cáo: thứ Hai, 20/06/2022." in district.body
