"""The road of a stage: from where an indicator set out, where it stands, and what it is to reach."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date

from config.framework import Stage
from config.indicator import Definition, Indicator
from config.load import Declarations
from config.period import Period, Window
from tasks.evaluate.base import DISTRICT, NUMBER, Base, Key
from tasks.evaluate.goal import Goal
from tasks.evaluate.pace import Judgement, judge
from tasks.evaluate.series import Point, Series, is_comparable
from tasks.evaluate.status import Status


@dataclass(frozen=True)
class Road:
    """What of one series a stage is judged by; `current` may lack a value, and then says why.

    `comparable` says whether that figure can stand beside a full year's.
    """

    goal: Goal
    current: Point | None
    base: Base | None
    comparable: bool

    @property
    def goes_on(self) -> bool:
        """Whether a pace from now on can be told: the figure is comparable, and a report is due before the target."""
        if self.current is None or not self.comparable:
            return False
        return (self.current.period.year, self.current.period.window) != (self.goal.target_year, Window.YEAR)

    @property
    def judgement(self) -> Judgement:
        """How far it has come, or the state that says why that cannot be told."""
        if self.current is None:
            return Judgement(Status.NOT_REPORTED)
        if self.current.value is None:
            return Judgement(Status(self.current.state))
        value, day = (self.base.value, self.base.day) if self.base else (None, None)
        goal = self.goal
        return judge(
            value, self.current.value, goal.aim, day, self.current.day, goal.target_day, goal.indicator.direction
        )


def road_of(key: Key, series: Series, declarations: Declarations, stage: Stage) -> Road:
    """Return the road of `series`: to the nearest target not before the stage's last year.

    It stands at the latest figure of the stage that can be compared with a full year's; where there is none, at the
    latest of all, which has no base.
    """
    indicator = declarations.indicators[key[2]]
    within = [p for p in series if p.day >= _first_day(declarations, stage)]
    comparable = [p for p in within if _is_comparable(indicator, p, declarations)]
    current = next(reversed(comparable or within), None)
    definition = _definition(indicator, current)
    year, target = indicator.target(stage.last_year) or (None, None)
    period = current.period if current else Period(stage.last_year, Window.YEAR)
    goal = Goal(indicator, definition, period, target, year, None)
    if current is None or current.state != NUMBER or not comparable:
        return Road(goal, current, None, bool(comparable))
    earlier = [p for p in series if p.day < current.day and indicator.definition(p.day) == definition]
    return Road(goal, current, next(_bases(key, indicator, earlier, stage, current.day), None), True)


def full_years(series: Series) -> dict[int, Point]:
    """Return the full-year figures of `series` that are numbers, by year, in order."""
    return {p.period.year: p for p in series if p.period.window is Window.YEAR and p.state == NUMBER}


def _bases(key: Key, indicator: Indicator, earlier: list[Point], stage: Stage, day: date) -> Iterator[Base]:
    """Yield where the road may begin, the best first."""
    years = {year: Base(p.value, p.day) for year, p in full_years(tuple(earlier)).items() if p.value is not None}
    before = stage.first_year - 1
    if before in years:
        yield years[before]
    declared = indicator.baseline if key[0] == DISTRICT else None
    if declared is not None and before <= declared.day.year and declared.day < day:
        yield Base(declared.value, declared.day, is_declared=True)
    yield from (base for year, base in years.items() if year >= stage.first_year)


def _first_day(declarations: Declarations, stage: Stage) -> date:
    return declarations.calendar.span(Period(stage.first_year, Window.YEAR)).start


def _is_comparable(indicator: Indicator, point: Point, declarations: Declarations) -> bool:
    window = point.period.window
    return is_comparable(indicator, window, declarations.calendar.file.windows[window].cumulative)


def _definition(indicator: Indicator, current: Point | None) -> Definition:
    found = indicator.definition(current.day) if current else None
    return found or indicator.definitions[-1]
