"""Working days: weekends, Tết and public holidays, and what documents change year by year."""

from __future__ import annotations

from datetime import date, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from config.working_days import DayChange, WorkingDays, faults_of

PLAIN = WorkingDays({})
DAYS = st.dates(date(2021, 1, 1), date(2030, 12, 31))


def changed(year: int = 2022, **days: tuple[date, ...]) -> WorkingDays:
    """Return the working days with one document that changes `days` of `year`."""
    return WorkingDays({year: (DayChange("Công văn 1", **days),)})


@pytest.mark.parametrize("year", range(2021, 2031))
def test_offices_are_closed_around_tet_for_at_least_five_days_in_a_row(year: int) -> None:
    days = [date(year, 1, 15) + timedelta(days=n) for n in range(45)]
    runs = "".join("." if PLAIN.is_working(day) else "x" for day in days).split(".")
    assert max(map(len, runs)) >= 5


def test_offices_work_again_on_the_monday_after_tet() -> None:
    tet = [date(2022, 1, 31) + timedelta(days=n) for n in range(5)]
    assert not any(PLAIN.is_working(day) for day in tet)
    assert PLAIN.first_from(date(2022, 1, 30)) == date(2022, 2, 7)


def test_a_holiday_on_a_sunday_is_made_up_for_on_monday() -> None:
    assert not PLAIN.is_working(date(2022, 4, 11))  # for Giỗ Tổ on Sunday 10/04/2022


def test_a_day_off_that_the_government_moved_is_paid_back_on_its_saturday() -> None:
    assert not PLAIN.is_working(date(2024, 4, 29))
    assert PLAIN.is_working(date(2024, 5, 4))  # a Saturday


def test_a_working_day_is_its_own_next_working_day() -> None:
    assert PLAIN.first_from(date(2022, 6, 16)) == date(2022, 6, 16)


@pytest.mark.parametrize("day", [date(2022, 6, 19), date(2022, 9, 2)], ids=["a Sunday", "a public holiday"])
def test_a_declared_working_day_wins_over_weekends_and_holidays(day: date) -> None:
    assert not PLAIN.is_working(day)
    assert changed(days_worked=(day,)).is_working(day)


def test_a_declared_day_off_is_off_with_its_document() -> None:
    closed = changed(days_off=(date(2022, 6, 16),))
    assert not closed.is_working(date(2022, 6, 16))
    assert closed.why_off(date(2022, 6, 16)) == "Công văn 1"


def test_a_removed_holiday_is_worked_unless_it_is_a_weekend() -> None:
    days = (date(2022, 9, 1), date(2022, 5, 1))  # a Thursday and a Sunday
    assert [PLAIN.is_working(day) for day in days] == [False, False]
    assert [changed(not_holidays=days).is_working(day) for day in days] == [True, False]


def test_a_closed_day_says_why() -> None:
    assert PLAIN.why_off(date(2022, 6, 18)) == "cuối tuần"
    assert PLAIN.why_off(date(2022, 2, 1)) == "ngày lễ, Tết"
    assert PLAIN.why_off(date(2022, 6, 16)) is None


@given(DAYS, st.integers(-15, 15))
def test_counting_lands_on_a_working_day_with_as_many_between_as_counted(day: date, steps: int) -> None:
    start = PLAIN.first_from(day)
    end = PLAIN.count_from(start, steps)
    first, last = sorted((start, end))
    between = sum(PLAIN.is_working(first + timedelta(days=n)) for n in range((last - first).days))
    assert PLAIN.is_working(end)
    assert between == abs(steps)


@given(DAYS, st.integers(-15, 15))
def test_counting_there_and_back_comes_home(day: date, steps: int) -> None:
    start = PLAIN.first_from(day)
    assert PLAIN.count_from(PLAIN.count_from(start, steps), -steps) == start


@pytest.mark.parametrize(
    ("changes", "said"),
    [
        ({"days_off": (date(2023, 1, 2),)}, "không thuộc năm 2022"),
        ({"days_off": (date(2022, 6, 16),), "days_worked": (date(2022, 6, 16),)}, "đã ghi ở «days_off»"),
        ({"not_holidays": (date(2022, 6, 16),)}, "vốn không phải ngày lễ"),
    ],
)
def test_a_change_that_cannot_be_is_told(changes: dict[str, tuple[date, ...]], said: str) -> None:
    [(where, sentence)] = faults_of(changed(**changes).changes)
    assert where[0] == 2022
    assert said in sentence


def test_a_change_that_can_be_is_no_fault() -> None:
    fine = changed(days_off=(date(2022, 6, 16),), days_worked=(date(2022, 6, 18),), not_holidays=(date(2022, 9, 1),))
    assert list(faults_of(fine.changes)) == []
