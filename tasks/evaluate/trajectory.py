"""The line from base to target: where an indicator would stand each year, and where it stood. No target of a document.

The line is drawn to the cut-off day of each full-year report, so that it can be held against the figure of that day: a
figure on or beyond the line is one whose pace r is 1 or more.
"""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date
from decimal import Decimal
from typing import Any

import pandas as pd

from config.indicator import Direction, Indicator
from config.load import Declarations
from config.period import Period, Window
from tasks.evaluate.road import full_years
from tasks.evaluate.series import History
from tasks.evaluate.stage import Review, evaluate_stage, review_of

COLUMNS = [
    "stage", "level", "unit", "indicator", "name", "unit_of_measure", "year", "day", "line", "value", "gap", "target",
    "target_year",
]  # fmt: skip


def trajectory(history: History, declarations: Declarations, stage: str, by: str | None = None) -> pd.DataFrame:
    """Return a row with `COLUMNS` for each indicator of the whole district and each year of `stage` in its definition.

    `line` is where the road stands on the `day` of that year's full-year report; None before its base, and where there
    is no road: no base, no target, or a range. From a base that meets the target the line stays at the target. `value`
    is the full-year figure, `gap` how far it is ahead of the line (negative: behind), None where either is missing.
    """
    review = review_of(history, declarations, stage, by)
    table = evaluate_stage(history, declarations, stage, by)
    rows = [row for record in table.to_dict("records") for row in _years(record, review)]
    return pd.DataFrame(rows, columns=COLUMNS, dtype=object)


def _years(record: dict[Any, Any], review: Review) -> Iterator[dict[str, object]]:
    indicator = review.declarations.indicators[record["indicator"]]
    calendar = review.declarations.calendar
    figures = full_years(review.comparable((record["level"], record["unit"], indicator.code)))
    now = calendar.cut_off(Period.parse(record["period"])) if record["period"] else review.day
    for year in range(review.stage.first_year, review.stage.last_year + 1):
        day = calendar.cut_off(Period(year, Window.YEAR))
        if indicator.definition(day) is None or indicator.definition(day) != indicator.definition(now):
            continue
        line = line_on(day, record, indicator)
        value = figures[year].value if year in figures else None
        yield {
            **{name: record[name] for name in ("stage", "level", "unit", "indicator", "name", "unit_of_measure")},
            "year": year,
            "day": day,
            "line": line,
            "value": value,
            "gap": _ahead(value, line, indicator),
            "target": record["target"],
            "target_year": record["target_year"],
        }


def line_on(day: date, record: dict[Any, Any], indicator: Indicator) -> Decimal | None:
    """Return where the straight line from base to target of a stage's row stands on `day`, or None."""
    base, base_day, target = (record[name] for name in ("base", "base_date", "target"))
    if base is None or target is None or indicator.direction is Direction.RANGE or day < base_day:
        return None
    end = date(record["target_year"], 12, 31)
    if day >= end or (base >= target if indicator.direction is Direction.UP else base <= target):
        return Decimal(target)
    return Decimal(base + (target - base) * (day - base_day).days / (end - base_day).days)


def _ahead(value: Decimal | None, line: Decimal | None, indicator: Indicator) -> Decimal | None:
    if value is None or line is None:
        return None
    return value - line if indicator.direction is Direction.UP else line - value
