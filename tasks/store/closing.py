"""Whether a period still takes figures: it closes with its final release, or some time after its deadline.

By the day it closes only when it had been published by then: a period first published later is one of the past that is
being taken in, and nothing stands yet that late figures could change.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime

from sqlalchemy import Connection

from config.calendar import Calendar
from config.element import Level
from config.load import Declarations
from config.period import Period
from tasks.store.approvals import first_final
from tasks.store.calculations import releases
from tasks.store.reopenings import Reopening, reopened_for, reopenings


@dataclass(frozen=True)
class Closing:
    """What is known at a moment of the closing of `period`: first release, first final one, reopenings."""

    period: Period
    calendar: Calendar
    first_release: datetime | None
    first_final: datetime | None
    reopenings: tuple[Reopening, ...]

    def last_day(self, level: Level) -> date | None:
        """Return the last day on which what units of `level` send counts; None while nothing has been published.

        A final release may close the period earlier.
        """
        day = self.calendar.last_open_day(self.period, level)
        if self.first_release is None or self.first_release.astimezone(self.calendar.zone).date() > day:
            return None
        return day

    def is_shut(self, level: Level, received_at: datetime) -> bool:
        """Return whether the period had closed for `level`, reopenings aside, when something came at `received_at`."""
        last = self.last_day(level)
        passed = last is not None and received_at.astimezone(self.calendar.zone).date() > last
        return passed or self.first_final is not None

    def is_closed(self, unit: str, level: Level, received_at: datetime, now: datetime) -> bool:
        """Return whether what `unit` sent at `received_at` comes too late to count when it is taken in at `now`."""
        if reopened_for(self.reopenings, unit, received_at, now):
            return False
        return self.is_shut(level, received_at)

    def takes(self, unit: str, level: Level, received_at: datetime, now: datetime) -> bool:
        """Return whether what `unit` sent at `received_at` is wanted at `now` though another period is collected.

        Unlike what `is_closed` says of the period that is collected, the last day is then the calendar's, published or
        not: figures of the past are taken in by who asks for that period.
        """
        if reopened_for(self.reopenings, unit, received_at, now):
            return True
        day = received_at.astimezone(self.calendar.zone).date()
        return self.first_final is None and day <= self.calendar.last_open_day(self.period, level)

    def open_again(self, now: datetime) -> tuple[Reopening, ...]:
        """Return the reopenings that hold at `now`, the last of each unit."""
        last = {r.unit: r for r in self.reopenings if r.opened_at <= now <= r.until}
        return tuple(last.values())


def closing_of(connection: Connection, declarations: Declarations, period: Period, as_of: datetime) -> Closing:
    """Return the closing of `period` as known at `as_of`."""
    published = [r.published_at for r in releases(connection, str(period)) if r.published_at <= as_of]
    return Closing(
        period,
        declarations.calendar,
        published[0] if published else None,
        first_final(connection, str(period), as_of),
        tuple(reopenings(connection, str(period), as_of)),
    )
