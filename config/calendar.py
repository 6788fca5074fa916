"""The calendar: which days a report covers and by when it is due, in working days of Viet Nam."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass as plain_dataclass
from datetime import date, datetime, time, timedelta
from decimal import Decimal
from functools import lru_cache
from zoneinfo import ZoneInfo

import holidays
from pydantic.dataclasses import dataclass

from config.element import Level
from config.period import Period, Window
from config.strict import STRICT, Share
from config.validity import the_one_in_force


@dataclass(frozen=True, config=STRICT)
class DayOfYear:
    """A day of the report's year, or of the year before it (`year: -1`)."""

    month: int
    day: int
    year: int = 0

    def of(self, year: int) -> date:
        """Return this day for a report of `year`."""
        return date(year + self.year, self.month, self.day)


@dataclass(frozen=True, config=STRICT)
class WindowRule:
    """The days that one of the four reports covers; cumulative ones begin with the report year."""

    start: DayOfYear
    end: DayOfYear
    cumulative: bool


@dataclass(frozen=True, config=STRICT)
class DeadlineRule:
    """The day of the window's last month by which each level reports, moved to the next working day."""

    valid_from: date
    document: str
    day: Mapping[Level, int]
    valid_to: date | None = None


@dataclass(frozen=True, config=STRICT)
class CalendarFile:
    """`config/calendar.yaml` as written."""

    timezone: ZoneInfo
    document: str
    windows: Mapping[Window, WindowRule]
    deadlines: tuple[DeadlineRule, ...]
    minimum_coverage: Share
    extra_days_off: tuple[date, ...] = ()
    extra_working_days: tuple[date, ...] = ()


@plain_dataclass(frozen=True)
class Span:
    """The first and last day (both inclusive) of a period's figures."""

    start: date
    end: date


@plain_dataclass(frozen=True)
class Calendar:
    """What can be asked of the declared calendar."""

    file: CalendarFile

    @property
    def zone(self) -> ZoneInfo:
        """The time zone in which days begin and deadlines pass."""
        return self.file.timezone

    @property
    def minimum_coverage(self) -> Decimal:
        """The share of expected units (0–1) below which a figure is published as «chưa đủ số liệu»."""
        return self.file.minimum_coverage

    def span(self, period: Period) -> Span:
        """Return the days that `period` covers."""
        rule = self.file.windows[period.window]
        return Span(rule.start.of(period.year), rule.end.of(period.year))

    def cut_off(self, period: Period) -> date:
        """Return the day on which the figures of `period` stand: not the day its report is due."""
        return self.span(period).end

    def deadline(self, period: Period, level: Level) -> date:
        """Return the last day on which units of `level` are in time for `period`."""
        end = self.cut_off(period)
        rule = the_one_in_force(self.file.deadlines, end)
        if rule is None:
            raise LookupError(f"no deadline rule for {end}: load.py refuses such a calendar")
        return self.next_working_day(end.replace(day=rule.day[level]))

    def days_late(self, period: Period, level: Level, received_at: datetime) -> int:
        """Return by how many calendar days `received_at` missed the deadline; 0 when in time."""
        day = received_at.astimezone(self.zone).date()
        return max(0, (day - self.deadline(period, level)).days)

    def is_premature(self, period: Period, received_at: datetime) -> bool:
        """Return whether figures were sent before the day they should stand on had passed."""
        return received_at.astimezone(self.zone).date() <= self.cut_off(period)

    def is_working_day(self, day: date) -> bool:
        """Return whether offices work on `day`: declared swaps first, then public holidays and weekends."""
        if day in self.file.extra_working_days:
            return True
        return day.weekday() < 5 and day not in self.file.extra_days_off and day not in _holidays(day.year)

    def next_working_day(self, day: date) -> date:
        """Return `day` itself, or the first working day after it."""
        while not self.is_working_day(day):
            day += timedelta(days=1)
        return day

    def moment(self, text: str) -> datetime:
        """Return the moment that `text` names (ISO date or date and time); a bare date is that day's last second.

        `ValueError` in Vietnamese when it names none.
        """
        try:
            moment = datetime.fromisoformat(text.strip())
        except ValueError as fault:
            raise ValueError(f"không hiểu ngày {text!r}: viết năm-tháng-ngày, ví dụ 2022-06-22") from fault
        if len(text.strip()) <= len("2022-06-22"):
            moment = datetime.combine(moment.date(), time(23, 59, 59))
        return moment if moment.tzinfo else moment.replace(tzinfo=self.zone)


@lru_cache
def _holidays(year: int) -> holidays.HolidayBase:
    return holidays.country_holidays("VN", years=year)
