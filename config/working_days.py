"""Working days of Viet Nam: weekends, public holidays with Tết, and what the government changes year by year."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass as plain_dataclass
from datetime import date, timedelta
from functools import lru_cache

import holidays
from pydantic.dataclasses import dataclass

from config.strict import STRICT

ONE_DAY = timedelta(days=1)
LISTS = ("days_off", "days_worked", "not_holidays")


@dataclass(frozen=True, config=STRICT)
class DayChange:
    """What one document changes in one year: days off, days worked on, holidays that are none after all."""

    document: str
    days_off: tuple[date, ...] = ()
    days_worked: tuple[date, ...] = ()
    not_holidays: tuple[date, ...] = ()


DayChanges = Mapping[int, tuple[DayChange, ...]]


@plain_dataclass(frozen=True)
class WorkingDays:
    """On which days offices work: what is declared comes before the holiday calendar, that before the weekend."""

    changes: DayChanges

    def is_working(self, day: date) -> bool:
        """Return whether offices work on `day`."""
        if (declared := self._declared(day)) is not None:
            return declared
        if day in _weekend_workdays(day.year):
            return True
        return day.weekday() < 5 and (day not in _holidays(day.year) or self._is_removed(day))

    def first_from(self, day: date) -> date:
        """Return `day` itself, or the first working day after it."""
        while not self.is_working(day):
            day += ONE_DAY
        return day

    def count_from(self, day: date, steps: int) -> date:
        """Return the working day that lies `steps` working days after `day` (before it when negative).

        >>> WorkingDays({}).count_from(date(2022, 6, 17), 1)  # a Friday
        datetime.date(2022, 6, 20)
        """
        step = ONE_DAY if steps > 0 else -ONE_DAY
        for _ in range(abs(steps)):
            day += step
            while not self.is_working(day):
                day += step
        return day

    def why_off(self, day: date) -> str | None:
        """Return in Vietnamese why offices are closed on `day`, or None on a working day."""
        if self.is_working(day):
            return None
        for change in self.changes.get(day.year, ()):
            if day in change.days_off:
                return change.document
        return "ngày lễ, Tết" if day in _holidays(day.year) and not self._is_removed(day) else "cuối tuần"

    def _declared(self, day: date) -> bool | None:
        for change in self.changes.get(day.year, ()):
            if day in change.days_worked or day in change.days_off:
                return day in change.days_worked
        return None

    def _is_removed(self, day: date) -> bool:
        return any(day in change.not_holidays for change in self.changes.get(day.year, ()))


def faults_of(changes: DayChanges) -> Iterator[tuple[tuple[object, ...], str]]:
    """Give (place within the changes, sentence) of days of another year, days named twice, holidays that are none."""
    for year, of_year in changes.items():
        seen: dict[date, str] = {}
        for place, name, index, day in _listed(of_year):
            where = (year, place, name, index)
            if day.year != year:
                yield where, f"ngày {day:%d/%m/%Y} không thuộc năm {year}"
            elif day in seen:
                yield where, f"ngày {day:%d/%m/%Y} đã ghi ở «{seen[day]}»: mỗi ngày chỉ một dòng"
            elif name == "not_holidays" and day not in _holidays(day.year):
                yield where, f"ngày {day:%d/%m/%Y} vốn không phải ngày lễ"
            seen.setdefault(day, name)


def _listed(changes: Sequence[DayChange]) -> Iterator[tuple[int, str, int, date]]:
    for place, change in enumerate(changes):
        for name in LISTS:
            for index, day in enumerate(getattr(change, name)):
                yield place, name, index, day


@lru_cache
def _holidays(year: int) -> holidays.HolidayBase:
    return holidays.country_holidays("VN", years=year)


@lru_cache
def _weekend_workdays(year: int) -> frozenset[date]:
    # Saturdays worked on for a day off that the government moved, as far as the library knows them.
    return frozenset(day for day in _holidays(year).weekend_workdays if day.year == year)
