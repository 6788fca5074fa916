"""Series: what an indicator of the district or of a unit came to, period after period, as far as it can be compared."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from typing import Any

import pandas as pd

from config.calendar import Calendar
from config.element import Kind
from config.indicator import Aggregation, Indicator, Pace
from config.period import Period, Window
from config.unit import Units
from tasks.evaluate.base import NUMBER, UNIT, Key

History = Mapping[Period, pd.DataFrame]


@dataclass(frozen=True)
class Point:
    """One period of a series: the figure, or the state that says why there is none, and the units it rests on."""

    period: Period
    day: date
    value: Decimal | None
    state: str
    reported: int
    expected: int
    numerator: Decimal | None = None
    denominator: Decimal | None = None


Series = tuple[Point, ...]  # in order of day


def series_of(history: History, calendar: Calendar, until: date) -> dict[Key, Series]:
    """Return the series of every (level, unit, indicator) in `history`, up to figures cut off on `until`.

    The frames are those of the store: columns level, unit, indicator, value, reported_units, expected_units, and
    state, or status where there is no state.
    """
    found: dict[Key, list[Point]] = {}
    for period in sorted(history, key=calendar.cut_off):
        day = calendar.cut_off(period)
        if day <= until:
            for key, point in _points(history[period], period, day):
                found.setdefault(key, []).append(point)
    return {key: tuple(points) for key, points in found.items()}


def _points(frame: pd.DataFrame, period: Period, day: date) -> list[tuple[Key, Point]]:
    word = "state" if "state" in frame else "status"
    names = ("level", "unit", "indicator", "value", word, "reported_units", "expected_units")
    parts = (frame[name].tolist() if name in frame else [None] * len(frame) for name in ("numerator", "denominator"))
    return [
        (
            (level, unit, code),
            Point(period, day, *_figure(value, state), int(reported), int(expected), _part(top), _part(bottom)),
        )
        for level, unit, code, value, state, reported, expected, top, bottom in zip(
            *(frame[name].tolist() for name in names), *parts, strict=True
        )
    ]


def _part(value: Any) -> Decimal | None:
    return value if isinstance(value, Decimal) and not value.is_nan() else None


def _figure(value: Any, state: str) -> tuple[Decimal | None, str]:
    return (value, NUMBER) if isinstance(value, Decimal) and not value.is_nan() else (None, state)


def is_comparable(indicator: Indicator, window: Window, cumulative: bool) -> bool:
    """Return whether a figure of `window` can stand beside one of a full year.

    A stock can in every window. A share of what has come about since the year began can in the cumulative ones. What
    starts anew each year, what is counted within the window alone, and plain sums can only at the end of a year.
    """
    if window is Window.YEAR or indicator.kind is Kind.STOCK:
        return True
    grows = indicator.pace is Pace.FROM_ZERO or indicator.rule is Aggregation.SUM
    return cumulative and not grows and indicator.kind is not Kind.FLOW_PERIOD


def of_one_area(key: Key, series: Series, units: Units, day: date) -> Series:
    """Return the points of `series` since the unit of `key` has stood for the area that it stands for on `day`.

    A code that took other units over counts another area from then on. The whole district's area has not changed.
    """
    since = area_since(units, key[1], day) if key[0] == UNIT else date.min
    return tuple(point for point in series if point.day > since)


def area_since(units: Units, code: str, day: date) -> date:
    """Return the last day before `code` took other units over, by `day`; the first of all days if it never did."""
    taken_over = [u.valid_to for u in units.all if u.successor == code != u.code and u.valid_to and u.valid_to < day]
    return max(taken_over, default=date.min)
