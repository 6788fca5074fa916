"""The calendar: which days a report covers and by when it is due, in working days of Viet Nam."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass as plain_dataclass
from datetime import date, datetime, time, timedelta
from decimal import Decimal
from typing import Annotated, TypeVar
from zoneinfo import ZoneInfo

from pydantic import Field, StringConstraints
from pydantic.dataclasses import dataclass

from config.element import Level
from config.period import Period, Window
from config.reminding import ReminderRule, Step, steps_of
from config.strict import STRICT, Share
from config.validity import Dated, the_one_in_force
from config.working_days import DayChanges, WorkingDays


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


# The code of a post, as typed after `--by`; who holds it is nobody's business here.
Post = Annotated[str, StringConstraints(pattern=r"^[a-z0-9]+(-[a-z0-9]+)*$", max_length=40)]


@dataclass(frozen=True, config=STRICT)
class CalendarFile:
    """`config/calendar.yaml` as written."""

    timezone: ZoneInfo
    document: str
    windows: Mapping[Window, WindowRule]
    deadlines: tuple[DeadlineRule, ...]
    reminders: tuple[ReminderRule, ...]
    day_changes: DayChanges
    minimum_coverage: Share
    closes_after_days: Annotated[int, Field(gt=0, le=300)]  # closed before the same report of the next year is due
    approvers: Annotated[Mapping[Post, str], Field(min_length=1)]


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
    def working_days(self) -> WorkingDays:
        """The days on which offices work."""
        return WorkingDays(self.file.day_changes)

    @property
    def minimum_coverage(self) -> Decimal:
        """The share of expected units (0–1) below which a figure is published as «chưa đủ số liệu»."""
        return self.file.minimum_coverage

    @property
    def approvers(self) -> Mapping[str, str]:
        """The posts that may make a release final: title by code."""
        return self.file.approvers

    def span(self, period: Period) -> Span:
        """Return the days that `period` covers."""
        rule = self.file.windows[period.window]
        return Span(rule.start.of(period.year), rule.end.of(period.year))

    def cut_off(self, period: Period) -> date:
        """Return the day on which the figures of `period` stand: not the day its report is due."""
        return self.span(period).end

    def deadline(self, period: Period, level: Level) -> date:
        """Return the last day on which units of `level` are in time for `period`."""
        return self.working_days.first_from(self.declared_deadline(period, level))

    def declared_deadline(self, period: Period, level: Level) -> date:
        """Return the day that the document names, before it moves to the next working day."""
        end = self.cut_off(period)
        return end.replace(day=_in_force(self.file.deadlines, end).day[level])

    def steps(self, period: Period, level: Level) -> tuple[Step, ...]:
        """Return when units of `level` that still owe `period` are reminded, in order of day."""
        return self.steps_from(period, self.deadline(period, level))

    def steps_from(self, period: Period, due: date) -> tuple[Step, ...]:
        """Return when units are reminded of what they owe for `period` since `due`, in order of day."""
        rule = _in_force(self.file.reminders, self.cut_off(period))
        return steps_of(rule, self.working_days, due)

    def grace_ends(self, period: Period, level: Level) -> date:
        """Return the last day on which a late report of `level` is waited for before the unit's head hears of it."""
        rule = _in_force(self.file.reminders, self.cut_off(period))
        return self.working_days.count_from(self.deadline(period, level), rule.grace)

    def last_open_day(self, period: Period, level: Level) -> date:
        """Return the last day on which a published `period` still takes what units of `level` send."""
        return self.deadline(period, level) + timedelta(days=self.file.closes_after_days)

    def days_late(self, period: Period, level: Level, received_at: datetime) -> int:
        """Return by how many calendar days `received_at` missed the deadline; 0 when in time."""
        day = received_at.astimezone(self.zone).date()
        return max(0, (day - self.deadline(period, level)).days)

    def days_early(self, period: Period, received_at: datetime) -> int:
        """Return how many days before the figures' last day was over they were sent; 0 when it had passed."""
        day = received_at.astimezone(self.zone).date()
        return max(0, (self.cut_off(period) - day).days + 1)

    def is_premature(self, period: Period, received_at: datetime) -> bool:
        """Return whether figures were sent before the day they should stand on had passed."""
        return self.days_early(period, received_at) > 0

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


R = TypeVar("R", bound=Dated)


def _in_force(rules: tuple[R, ...], day: date) -> R:
    rule = the_one_in_force(rules, day)
    if rule is None:
        raise LookupError(f"no rule for {day}: load.py refuses such a calendar")
    return rule
