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
from config.load import Declarations
from tasks.evaluate.base import DISTRICT, UNIT, Key
from tasks.evaluate.breaks import Breaks
from tasks.evaluate.road import road_of
from tasks.evaluate.series import History, Series, of_one_area, series_of
from tasks.evaluate.stages import judged_to, span_of, stage_of
from tasks.evaluate.unassessed import STOPPED, reason

COLUMNS = [
    "stage", "figures_to", "level", "unit", "unit_name", "content", "indicator", "name", "unit_of_measure", "base",
    "base_date", "base_year", "numerator", "denominator", "value", "period", "target",
    "target_year", "target_status", "status", "p", "q", "r", "cagr_ratio", "pace", "needed_pace", "reported_units",
    "expected_units", "methods_disagree", "breaks", "not_assessed", "base_is_declared",
]  # fmt: skip
FLAGS = ("methods_disagree", "base_is_declared")


def evaluate_stage(history: History, declarations: Declarations, stage: str, by: str | None = None) -> pd.DataFrame:
    """Return a row with `COLUMNS` for each indicator of the whole district that was defined within `stage`.

    `history` holds the indicator or evaluation frame of every calculated period. With `by` (`2024-12`) the stage is
    judged as at the end of that month: later figures are left aside, the target and its day remain. Figures are
    `Decimal` or None, days `date` or None, nothing is rounded. `ValueError` in Vietnamese for what does not exist.
    """
    review = review_of(history, declarations, stage, by)
    district = declarations.office.district
    keys = ((DISTRICT, district, code) for code in declarations.indicators)
    return _table(review, keys, {district: review.district_name})


def evaluate_stage_units(
    history: History, declarations: Declarations, stage: str, by: str | None = None, restated: bool = False
) -> pd.DataFrame:
    """Return the same for each unit that reports on the day of the latest figures, unit by unit.

    Of a unit that took others over only later figures are compared, unless `history` is `restated` in today's areas.
    """
    review = review_of(history, declarations, stage, by, restated)
    units = declarations.units.reporting(review.day)
    keys = ((UNIT, unit, code) for unit in units for code in declarations.indicators)
    return _table(review, keys, {code: unit.name for code, unit in units.items()})


@dataclass(frozen=True)
class Review:
    """All series of a stage as far as it is judged; `day` is that of the latest figures among them."""

    declarations: Declarations
    code: str
    stage: Stage
    day: date
    series: dict[Key, Series]
    restated: bool

    def comparable(self, key: Key) -> Series:
        """Return the series of `key` as far as it is about one area."""
        series = self.series.get(key, ())
        return series if self.restated else of_one_area(key, series, self.declarations.units, self.day)

    @property
    def district_name(self) -> str:
        """The name of the whole on the day of the latest figures, or its last before the level ended."""
        units = self.declarations.units
        district = self.declarations.office.district
        last = max((u for u in units.all if u.code == district), key=lambda u: u.valid_from)
        return units.on(self.day).get(district, last).name


def review_of(
    history: History, declarations: Declarations, stage: str, by: str | None, restated: bool = False
) -> Review:
    """Return what `stage` is judged by; `ValueError` in Vietnamese for an unknown stage or month."""
    until = judged_to(declarations, stage, by)
    series = series_of(history, declarations.calendar, until)
    latest = max((points[-1].day for points in series.values()), default=until)
    return Review(declarations, stage, stage_of(declarations, stage), latest, series, restated)


def _table(review: Review, keys: Iterable[Key], names: dict[str, str]) -> pd.DataFrame:
    first_day = span_of(review.declarations, review.stage).start
    breaks = Breaks(review.declarations, first_day, review.day, review.restated)
    rows = [_row(review, key, names[key[1]], breaks) for key in keys if _concerns(review, key, breaks)]
    return pd.DataFrame(rows, columns=COLUMNS, dtype=object).astype(dict.fromkeys(FLAGS, bool))


def _concerns(review: Review, key: Key, breaks: Breaks) -> bool:
    """Return whether `key` was defined within the stage, and for a unit whether it has or owes a figure."""
    indicator = review.declarations.indicators[key[2]]
    defined = (
        breaks.first_day <= (d.valid_to or date.max) and d.valid_from <= review.day for d in indicator.definitions
    )
    if not any(defined):
        return False
    owed = indicator.definition(review.day) is not None and key[1] in breaks.owed(indicator, review.day)
    return key[0] == DISTRICT or owed or bool(review.comparable(key))


def _row(review: Review, key: Key, unit_name: str, breaks: Breaks) -> dict[str, object]:
    road = road_of(key, review.comparable(key), review.declarations, review.stage)
    indicator, current, base = road.goal.indicator, road.current, road.base
    judgement = road.judgement
    stopped = breaks.stopped(indicator) is not None
    status = STOPPED if stopped else judgement.status.value
    return {
        "stage": review.code,
        "figures_to": review.day,
        "level": key[0],
        "unit": key[1],
        "unit_name": unit_name,
        "content": indicator.content,
        "indicator": indicator.code,
        "name": indicator.name,
        "unit_of_measure": indicator.unit_of_measure,
        "base": base.value if base else None,
        "base_date": base.day if base else None,
        "base_year": base.day.year if base else None,
        "numerator": current.numerator if current else None,
        "denominator": current.denominator if current else None,
        "value": current.value if current else None,
        "period": str(current.period) if current else None,
        "target": road.goal.figure,
        "target_year": road.goal.target_year,
        "target_status": road.goal.target.status.value if road.goal.target else None,
        "status": status,
        **{name: getattr(judgement, name) for name in ("p", "q", "r", "cagr_ratio", "pace")},
        "needed_pace": judgement.needed_pace if road.goes_on and not stopped else None,
        "reported_units": current.reported if current else 0,
        "expected_units": current.expected if current else len(breaks.owed(indicator, review.day)),
        "methods_disagree": judgement.methods_disagree and not stopped,
        "breaks": "; ".join(breaks.sentences(key, road)),
        "not_assessed": reason(status, indicator, current),
        "base_is_declared": base is not None and base.is_declared,
    }
