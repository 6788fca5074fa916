"""The evaluation of a stage: where each indicator set out, where it stands, and whether it reaches the stage's target.

A road begins at the full-year figure of the year before the stage; where there is none, at the declared baseline;
where there is none either, at the first full-year figure within the stage. It ends at the nearest declared target that
is not before the stage's last year. Along it only figures of one definition and one area are compared.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date

import pandas as pd

from config.framework import Stage
from config.indicator import Indicator
from config.load import Declarations
from config.period import Period, Window
from tasks.evaluate.base import DISTRICT, UNIT, Base, Key
from tasks.evaluate.breaks import Breaks
from tasks.evaluate.goal import Goal
from tasks.evaluate.pace import Judgement
from tasks.evaluate.series import History, Point, Series, is_comparable, of_one_area
from tasks.evaluate.unassessed import STOPPED

COLUMNS = [
    "stage", "judged_to", "level", "unit", "unit_name", "content", "indicator", "name", "unit_of_measure", "base",
    "base_date", "base_year", "value", "period", "target", "target_year", "target_status", "status", "p", "q", "r",
    "cagr_ratio", "pace", "needed_pace", "reported_units", "expected_units", "methods_disagree", "breaks",
    "not_assessed",
]  # fmt: skip


def evaluate_stage(history: History, declarations: Declarations, stage: str, by: str | None = None) -> pd.DataFrame:
    """Return a row with `COLUMNS` for each indicator of the whole district that was defined within `stage`.

    `history` holds the indicator or evaluation frame of every calculated period. With `by` (`2024-12`) the stage is
    judged as at the end of that month: later figures are left aside, target and its day remain. Figures are `Decimal`
    or None, days `date` or None, nothing is rounded. `ValueError` in Vietnamese for an unknown stage or month.
    """
    review = _review(history, declarations, stage, by)
    district = declarations.office.district
    keys = ((DISTRICT, district, code) for code in declarations.indicators)
    return review.table(keys, {district: _district_name(declarations, review.day)})


def evaluate_stage_units(
    history: History, declarations: Declarations, stage: str, by: str | None = None, restated: bool = False
) -> pd.DataFrame:
    """Return the same for each unit that reports on the day of the latest figures, unit by unit.

    Of a unit that took others over only later figures are compared, unless `history` is `restated` in today's areas.
    """
    review = _review(history, declarations, stage, by, restated)
    units = declarations.units.reporting(review.day)
    keys = ((UNIT, unit, code) for unit in units for code in declarations.indicators)
    return review.table(keys, {code: unit.name for code, unit in units.items()})


@dataclass(frozen=True)
class _Line:
    """One row before it is written down."""

    key: Key
    goal: Goal
    current: Point | None
    base: Base | None
    judgement: Judgement
    status: str
    breaks: str


@dataclass(frozen=True)
class _Review:
    """All series as far as the stage is judged, and the `day` of the latest figures among them."""

    declarations: Declarations
    code: str
    stage: Stage
    judged_to: date
    first_day: date
    day: date
    series: dict[Key, Series]
    restated: bool

    def table(self, keys: Iterable[Key], names: dict[str, str]) -> pd.DataFrame:
        """Return a row for each of `keys` that the stage concerns."""
        breaks = Breaks(self.declarations, self.first_day, self.day, self.restated)
        lines = [self._line(key, breaks) for key in keys if self._concerns(key, breaks)]
        rows = [self._row(line, names[line.key[1]]) for line in lines]
        return pd.DataFrame(rows, columns=COLUMNS, dtype=object).astype({"methods_disagree": bool})

    def _concerns(self, key: Key, breaks: Breaks) -> bool:
        indicator = self.declarations.indicators[key[2]]
        if not any(d.valid_from <= self.day and self.first_day <= (d.valid_to or date.max) for d in indicator.definitions):
            return False
        owed_now = indicator.definition(self.day) is not None and key[1] in breaks.owed(indicator, self.day)
        return key[0] == DISTRICT or owed_now or bool(self._comparable(key))

    def _comparable(self, key: Key) -> Series:
        series = self.series.get(key, ())
        return series if self.restated else of_one_area(key, series, self.declarations.units, self.day)

    def _line(self, key: Key, breaks: Breaks) -> _Line:
        indicator = self.declarations.indicators[key[2]]
        series = self._comparable(key)
        current = self._current(indicator, series)
        goal = self._goal(indicator, current)
        base = self._base(key, goal, series, current)
        judgement = _judged(goal, base, current)
        notes = list(breaks.sentences(key, indicator, base.day if base else None, current))
        stopped = breaks.stopped(indicator) is not None
        if stopped and current is not None:
            notes.append(f"khi dừng: {judgement.status}")
        status = STOPPED if stopped else judgement.status.value
        return _Line(key, goal, current, base, judgement, status, "; ".join(notes))

    def _current(self, indicator: Indicator, series: Series) -> Point | None:
        """Return the latest figure of the stage that can stand beside a full year's, or else the latest of all."""
        within = [point for point in series if point.day >= self.first_day]
        comparable = [point for point in within if self._is_comparable(indicator, point)]
        return next(reversed(comparable or within), None)

    def _is_comparable(self, indicator: Indicator, point: Point) -> bool:
        window = point.period.window
        return is_comparable(indicator, window, self.declarations.calendar.file.windows[window].cumulative)

    def _goal(self, indicator: Indicator, current: Point | None) -> Goal:
        year, target = indicator.target(self.stage.last_year) or (None, None)
        period = current.period if current else Period(self.stage.last_year, Window.YEAR)
        return Goal(indicator, _definition(indicator, current, self.day), period, target, year, None)

    def _base(self, key: Key, goal: Goal, series: Series, current: Point | None) -> Base | None:
        if current is None or current.value is None or not self._is_comparable(goal.indicator, current):
            return None
        years = [point for point in series if point.day < current.day and _is_full_year(point, goal)]
        declared = goal.indicator.baseline if key[0] == DISTRICT else None
        candidates = [Base(p.value, p.day) for p in years if p.period.year == self.stage.first_year - 1 and p.value is not None]
        if declared is not None and self.stage.first_year - 1 <= declared.day.year and declared.day < current.day:
            candidates.append(Base(declared.value, declared.day))
        candidates += [Base(p.value, p.day) for p in years if p.period.year >= self.stage.first_year and p.value is not None]
        return next(iter(candidates), None)
