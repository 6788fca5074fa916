"""The calendar: windows, deadlines in working days, lateness counted at midnight in Viet Nam."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, date, datetime, timedelta
from itertools import pairwise

import pytest

from config.calendar import Calendar, Span
from config.element import Level
from config.load import Declarations
from config.period import ALL_PERIODS, FIRST_YEAR, LAST_YEAR, Period, Window
from config.reminding import Audience
from config.working_days import DayChange

H1_2022 = Period(2022, Window.H1)
YEARS = range(FIRST_YEAR, LAST_YEAR + 1)
REPORTING_LEVELS = (Level.COMMUNE, Level.DISTRICT)


@pytest.fixture
def calendar(declarations: Declarations) -> Calendar:
    return declarations.calendar


def with_changes(calendar: Calendar, **days: tuple[date, ...]) -> Calendar:
    """Return `calendar` with a document that changes `days` of 2022."""
    return Calendar(replace(calendar.file, day_changes={2022: (DayChange("Công văn 1", **days),)}))


@pytest.mark.parametrize("year", YEARS)
def test_the_windows_of_a_year_are_those_of_581_bnv_cchc(calendar: Calendar, year: int) -> None:
    assert [calendar.span(Period(year, window)) for window in Window] == [
        Span(date(year - 1, 12, 15), date(year, 3, 14)),
        Span(date(year - 1, 12, 15), date(year, 6, 14)),
        Span(date(year, 6, 15), date(year, 9, 14)),
        Span(date(year - 1, 12, 15), date(year, 12, 14)),
    ]


def test_only_the_third_quarter_is_not_cumulative(calendar: Calendar) -> None:
    assert [w for w in Window if not calendar.file.windows[w].cumulative] == [Window.Q3]


@pytest.mark.parametrize("year", YEARS)
def test_the_third_quarter_begins_the_day_after_the_half_year_ends(calendar: Calendar, year: int) -> None:
    half, third = calendar.span(Period(year, Window.H1)), calendar.span(Period(year, Window.Q3))
    assert third.start - half.end == timedelta(days=1)


def test_report_years_follow_each_other_without_gap_or_overlap(calendar: Calendar) -> None:
    spans = [calendar.span(Period(year, Window.YEAR)) for year in YEARS]
    assert all(later.start - earlier.end == timedelta(days=1) for earlier, later in pairwise(spans))


@pytest.mark.parametrize("period", ALL_PERIODS, ids=str)
def test_figures_stand_on_the_last_day_of_the_window(calendar: Calendar, period: Period) -> None:
    assert calendar.cut_off(period) == calendar.span(period).end


@pytest.mark.parametrize(
    ("period", "level", "deadline"),
    [
        ("2022-H1", Level.COMMUNE, date(2022, 6, 16)),
        ("2022-H1", Level.DISTRICT, date(2022, 6, 20)),
        ("2022-YEAR", Level.COMMUNE, date(2022, 12, 16)),
        ("2024-H1", Level.COMMUNE, date(2024, 6, 17)),  # the 16th is a Sunday
        ("2024-Q1", Level.COMMUNE, date(2024, 3, 18)),  # the 16th is a Saturday
        ("2021-H1", Level.DISTRICT, date(2021, 6, 21)),  # the 20th is a Sunday
    ],
)
def test_a_deadline_on_a_weekend_moves_to_the_next_working_day(
    calendar: Calendar, period: str, level: Level, deadline: date
) -> None:
    assert calendar.deadline(Period.parse(period), level) == deadline


@pytest.mark.parametrize("period", ALL_PERIODS, ids=str)
def test_every_deadline_is_a_working_day_soon_after_the_cut_off(calendar: Calendar, period: Period) -> None:
    for level in REPORTING_LEVELS:
        deadline = calendar.deadline(period, level)
        assert calendar.working_days.is_working(deadline)
        assert timedelta(days=1) < deadline - calendar.cut_off(period) < timedelta(days=10)


@pytest.mark.parametrize("period", ALL_PERIODS, ids=str)
def test_communes_report_before_the_district(calendar: Calendar, period: Period) -> None:
    assert calendar.deadline(period, Level.COMMUNE) <= calendar.deadline(period, Level.DISTRICT)


def test_a_declared_day_off_moves_the_deadline(calendar: Calendar) -> None:
    closed = with_changes(calendar, days_off=(date(2022, 6, 16), date(2022, 6, 17)))
    assert closed.deadline(H1_2022, Level.COMMUNE) == date(2022, 6, 20)


def test_a_saturday_worked_for_a_moved_day_off_is_a_deadline_itself(calendar: Calendar) -> None:
    swapped = with_changes(calendar, days_off=(date(2022, 6, 16), date(2022, 6, 17)), days_worked=(date(2022, 6, 18),))
    assert swapped.deadline(H1_2022, Level.COMMUNE) == date(2022, 6, 18)


def test_reminders_are_counted_in_working_days_from_the_deadline(calendar: Calendar) -> None:
    steps = [(step.audience, step.offset, step.day) for step in calendar.steps(H1_2022, Level.DISTRICT)]
    assert steps == [
        (Audience.UNIT, -2, date(2022, 6, 16)),
        (Audience.UNIT, 0, date(2022, 6, 20)),  # a Monday
        (Audience.UNIT, 1, date(2022, 6, 21)),
        (Audience.HEAD, 2, date(2022, 6, 22)),
        (Audience.DATA_TEAM, 2, date(2022, 6, 22)),
        (Audience.HEAD, 4, date(2022, 6, 24)),
        (Audience.DATA_TEAM, 4, date(2022, 6, 24)),
    ]


@pytest.mark.parametrize("period", ALL_PERIODS, ids=str)
def test_nobody_is_reminded_on_a_day_off_nor_the_head_before_grace_is_over(calendar: Calendar, period: Period) -> None:
    for level in REPORTING_LEVELS:
        for step in calendar.steps(period, level):
            assert calendar.working_days.is_working(step.day)
            assert step.audience is Audience.UNIT or step.day > calendar.grace_ends(period, level)


@pytest.mark.parametrize(
    ("received", "late"),
    [
        ("2022-06-01T08:00:00+07:00", 0),
        ("2022-06-16T23:59:59+07:00", 0),
        ("2022-06-17T00:00:00+07:00", 1),
        ("2022-06-16T16:59:59+00:00", 0),
        ("2022-06-16T17:00:00+00:00", 1),
        ("2022-06-19T09:00:00+07:00", 3),  # lateness counts calendar days
    ],
)
def test_lateness_begins_at_midnight_in_viet_nam(calendar: Calendar, received: str, late: int) -> None:
    assert calendar.days_late(H1_2022, Level.COMMUNE, datetime.fromisoformat(received)) == late


@pytest.mark.parametrize(
    ("received", "premature"),
    [
        ("2022-06-07T10:00:00+07:00", True),
        ("2022-06-14T23:59:59+07:00", True),
        ("2022-06-15T00:00:00+07:00", False),
        ("2022-06-14T16:59:59+00:00", True),
        ("2022-06-14T17:00:00+00:00", False),
    ],
)
def test_figures_sent_before_their_day_is_over_are_premature(
    calendar: Calendar, received: str, premature: bool
) -> None:
    assert calendar.is_premature(H1_2022, datetime.fromisoformat(received)) is premature


@pytest.mark.parametrize(("day", "early"), [("07", 8), ("14", 1), ("15", 0), ("20", 0)])
def test_figures_sent_on_their_last_day_are_one_day_early(calendar: Calendar, day: str, early: int) -> None:
    assert calendar.days_early(H1_2022, datetime.fromisoformat(f"2022-06-{day}T10:00:00+07:00")) == early


@pytest.mark.parametrize("period", ALL_PERIODS, ids=str)
def test_nothing_is_both_premature_and_late(calendar: Calendar, period: Period) -> None:
    for level in REPORTING_LEVELS:
        deadline = calendar.deadline(period, level)
        received = datetime.combine(deadline, datetime.max.time(), calendar.zone)
        assert calendar.days_late(period, level, received) == 0
        assert not calendar.is_premature(period, received)


@pytest.mark.parametrize("text", ["2022-06-22", " 2022-06-22 ", "20220622"])
def test_a_bare_date_is_the_last_second_of_that_day_in_viet_nam(calendar: Calendar, text: str) -> None:
    assert calendar.moment(text).astimezone(UTC) == datetime(2022, 6, 22, 16, 59, 59, tzinfo=UTC)


@pytest.mark.parametrize("text", ["2022-06-22T08:30", "2022-06-22 08:30:00", "2022-06-22T01:30:00Z"])
def test_a_moment_without_a_zone_is_in_viet_nam(calendar: Calendar, text: str) -> None:
    assert calendar.moment(text).astimezone(UTC) == datetime(2022, 6, 22, 1, 30, tzinfo=UTC)


@pytest.mark.parametrize("text", ["", "hôm nay", "22/06/2022", "2022-02-30", "2022-06"])
def test_a_text_that_names_no_moment_is_refused_with_an_example(calendar: Calendar, text: str) -> None:
    with pytest.raises(ValueError, match="viết năm-tháng-ngày, ví dụ 2022-06-22"):
        calendar.moment(text)


def test_every_day_of_the_programme_has_24_hours(calendar: Calendar) -> None:
    offsets = {
        datetime(year, month, 1, tzinfo=calendar.zone).utcoffset()
        for year in range(2021, 2031)
        for month in range(1, 13)
    }
    assert offsets == {timedelta(hours=7)}
