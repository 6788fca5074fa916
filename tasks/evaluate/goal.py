"""What an indicator is held against in a period: the target in force and its day, and from where it sets out."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date
from decimal import Decimal

from config.indicator import Definition, Direction, Indicator, Pace, Target
from config.load import Declarations
from config.period import Period, Window
from tasks.evaluate.base import DISTRICT, Base, Bases
from tasks.evaluate.pace import Range


@dataclass(frozen=True)
class Goal:
    """The target of one indicator for one period: the nearest one declared that is not before the period's year."""

    indicator: Indicator
    definition: Definition
    period: Period
    target: Target | None
    target_year: int | None
    zero: Base | None  # for a figure that begins anew each year: nothing, on the first day of its window

    @property
    def target_day(self) -> date | None:
        """The day by which the target is due: a target of a year is for its last day."""
        return None if self.target_year is None else date(self.target_year, 12, 31)

    @property
    def aim(self) -> Decimal | Range | None:
        """What is judged against: a value, or a range to stay within."""
        if self.target is None:
            return None
        if self.indicator.direction is Direction.RANGE:
            return Range(self.target.low, self.target.high)
        return self.target.value

    @property
    def figure(self) -> Decimal | None:
        """The target as one number: for a range its upper bound, or the lower when it has no upper one."""
        if self.target is None:
            return None
        bounds = (self.target.value, self.target.high, self.target.low)
        return next((bound for bound in bounds if bound is not None), None)

    def base(self, level: str, unit: str, bases: Bases) -> Base | None:
        """Return from where `unit` sets out for this goal, or None when nothing comparable is known.

        A figure that begins anew each year sets out from nothing towards the target of that year, in a window that
        began with the year: Q3 alone says nothing about the year. Towards the target of a later year only its full
        years are comparable. Every other figure sets out from its level at the end of an earlier year, under the same
        definition: a series is never chained over a break. The whole district may set out from a declared baseline.
        """
        if self.indicator.pace is Pace.FROM_ZERO and self.target_year == self.period.year:
            return self.zero
        if self.indicator.pace is Pace.FROM_ZERO and self.period.window is not Window.YEAR:
            return None
        earlier = bases.get((level, unit, self.indicator.code))
        if earlier is not None and self.indicator.definition(earlier.day) == self.definition:
            return earlier
        declared = self.indicator.baseline if level == DISTRICT else None
        if declared is None or not self._is_comparable(declared.day):
            return None
        return Base(declared.value, declared.day, is_declared=True)

    def _is_comparable(self, day: date) -> bool:
        """Return whether `day` counted by the definition in force now; before the first one, by the first."""
        first = min(self.indicator.definitions, key=lambda d: d.valid_from)
        return (self.indicator.definition(day) or (first if day < first.valid_from else None)) == self.definition


def goals(declarations: Declarations, period: Period) -> dict[str, Goal]:
    """Return the goal of every indicator defined for `period`, by code, in order of content."""
    return {goal.indicator.code: goal for goal in _goals(declarations, period)}


def _goals(declarations: Declarations, period: Period) -> Iterator[Goal]:
    zero = _zero(declarations, period)
    for indicator, definition in declarations.defined(period).values():
        year, target = indicator.target(period.year) or (None, None)
        yield Goal(indicator, definition, period, target, year, zero)


def _zero(declarations: Declarations, period: Period) -> Base | None:
    if not declarations.calendar.file.windows[period.window].cumulative:
        return None
    return Base(Decimal(0), declarations.calendar.span(period).start)
