"""What runs by itself and when: the times of day declared here, the days and months derived from the calendar."""

from __future__ import annotations

import re
from dataclasses import dataclass as plain_dataclass
from datetime import date, datetime, time, timedelta
from enum import StrEnum
from itertools import pairwise
from pathlib import Path
from typing import Annotated

from pydantic import BeforeValidator, Field
from pydantic.dataclasses import dataclass

from config.calendar import Calendar
from config.element import Level
from config.period import ALL_PERIODS, Period, Window
from config.strict import STRICT, parse, read_document

DISTRICT_AND_COMMUNES = (Level.DISTRICT, Level.COMMUNE)


def _time_of_day(value: object) -> time:
    if isinstance(value, str) and re.fullmatch(r"([01]\d|2[0-3]):[0-5]\d", value):
        return time.fromisoformat(value)
    raise ValueError(f'phải là giờ và phút trong dấu nháy, ví dụ "07:00"; đang ghi {value!r}')


TimeOfDay = Annotated[time, BeforeValidator(_time_of_day)]
Count = Annotated[int, Field(gt=0, le=366)]


class Job(StrEnum):
    """What is done by schedule, by the name of its deployment."""

    ISSUE_FORMS = "issue-due-forms"
    COLLECT = "collect-due"
    REMIND = "remind-due"
    RELEASE = "release-due"
    STAGE = "evaluate-stage-due"
    WATCH = "watch"


@dataclass(frozen=True, config=STRICT)
class Times:
    """When on a day each daily job runs."""

    issue_forms: TimeOfDay
    collect: TimeOfDay
    remind: TimeOfDay
    release: TimeOfDay
    stage: TimeOfDay


@dataclass(frozen=True, config=STRICT)
class AlarmHours:
    """After how many hours each kind of silence is an alarm."""

    no_collection: Count
    unfinished_run: Count
    unsent_letter: Count


@dataclass(frozen=True, config=STRICT)
class ServiceFile:
    """`config/service.yaml` as written."""

    forms_days_before: Count
    season_days_after: Count
    collect_every_minutes: Annotated[int, Field(gt=0, le=30)]
    times: Times
    watch_minute: Annotated[int, Field(ge=0, le=59)]
    alarm_hours: AlarmHours


@plain_dataclass(frozen=True)
class Service:
    """What can be asked of the declared service."""

    file: ServiceFile
    calendar: Calendar

    @property
    def alarm_hours(self) -> AlarmHours:
        """The hours after which silence is an alarm."""
        return self.file.alarm_hours

    def opens(self, period: Period) -> date:
        """Return the day on which the forms of `period` are issued and its collecting begins."""
        return self.calendar.cut_off(period) - timedelta(days=self.file.forms_days_before)

    def last_deadline(self, period: Period) -> date:
        """Return the last day on which any unit is in time for `period`."""
        return max(self.calendar.deadline(period, level) for level in DISTRICT_AND_COMMUNES)

    def season_ends(self, period: Period) -> date:
        """Return the last day of frequent collecting for `period`: late workbooks and corrections come until then."""
        return self.last_deadline(period) + timedelta(days=self.file.season_days_after)

    def open_period(self, moment: datetime) -> Period | None:
        """Return the period that is collected at `moment`: the last one that has opened."""
        day = moment.astimezone(self.calendar.zone).date()
        return max((p for p in ALL_PERIODS if self.opens(p) <= day), key=self.opens, default=None)

    def in_season(self, moment: datetime) -> bool:
        """Return whether workbooks are expected at `moment`, so that collecting runs every few minutes."""
        period = self.open_period(moment)
        return period is not None and moment.astimezone(self.calendar.zone).date() <= self.season_ends(period)

    def is_past(self, period: Period, moment: datetime) -> bool:
        """Return whether every deadline of `period` has passed at `moment`."""
        return moment.astimezone(self.calendar.zone).date() > self.last_deadline(period)

    @property
    def season_months(self) -> tuple[int, ...]:
        """The months of the year in which some day is in season."""
        days = (self.opens(p) + timedelta(days=n) for p in ALL_PERIODS for n in range(self._season_length(p) + 1))
        return tuple(sorted({day.month for day in days}))

    def crons(self, job: Job) -> tuple[str, ...]:
        """Return when `job` runs, as cron expressions in the calendar's zone.

        Daily jobs run daily: what they find to do, they compute from the calendar and the store, so that a day on
        which nothing ran is made good on the next.
        """
        times = self.file.times
        match job:
            case Job.ISSUE_FORMS:
                return (_daily(times.issue_forms),)
            case Job.COLLECT:
                months = ",".join(str(month) for month in self.season_months)
                return (f"*/{self.file.collect_every_minutes} * * {months} *", _daily(times.collect))
            case Job.REMIND:
                return (_daily(times.remind),)
            case Job.RELEASE:
                return (_daily(times.release),)
            case Job.STAGE:
                _, month, day = self._stage_day()
                return (f"{times.stage.minute} {times.stage.hour} {day} {month} *",)
            case Job.WATCH:
                return (f"{self.file.watch_minute} * * * *",)

    def stage_year(self, moment: datetime) -> int | None:
        """Return the last year up to which a stage is to be evaluated at `moment`; None before the first."""
        day, (later, month, due) = moment.astimezone(self.calendar.zone).date(), self._stage_day()
        years = (p.year for p in ALL_PERIODS if day >= date(p.year + later, month, due))
        return max(years, default=None)

    def _stage_day(self) -> tuple[int, int, int]:
        """Return when every report of a year is closed, whichever year: how many years later, the month, the day."""
        years = [p for p in ALL_PERIODS if p.window is Window.YEAR]
        open_still = ((p.year, self.calendar.last_open_day(p, level)) for p in years for level in DISTRICT_AND_COMMUNES)
        closed = ((year, last + timedelta(days=1)) for year, last in open_still)
        return max((day.year - year, day.month, day.day) for year, day in closed)

    def _season_length(self, period: Period) -> int:
        return (self.season_ends(period) - self.opens(period)).days


def load_service(root: Path, calendar: Calendar) -> Service:
    """Return the service declared under `root`; `DeclarationError` for a file that cannot be used."""
    document = read_document(root / "service.yaml")
    service = Service(parse(document, ServiceFile), calendar)
    for before, period in pairwise(ALL_PERIODS):
        if service.opens(period) <= service.last_deadline(before):
            raise document.error(
                f"kỳ {period} mở ngày {service.opens(period):%d/%m/%Y} khi kỳ {before} chưa hết hạn "
                f"({service.last_deadline(before):%d/%m/%Y}): giảm «forms_days_before»",
                "forms_days_before",
            )
    return service


def _daily(at: time) -> str:
    return f"{at.minute} {at.hour} * * *"
