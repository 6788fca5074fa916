"""Series to draw: what an indicator came to, period after period, and where it may be joined by a line."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from decimal import Decimal
from itertools import pairwise
from typing import Protocol

import pandas as pd

from config.calendar import Calendar
from config.element import Kind
from config.indicator import Aggregation, Direction, Indicator, Pace, Target
from config.load import Declarations
from config.period import Period, Window
from tasks.publish.content import ReleaseContent
from tasks.publish.judged_line import known
from tasks.store.values import DISTRICT_LEVEL

Key = tuple[str, str, str]  # level, unit, indicator


@dataclass(frozen=True)
class Spot:
    """One period of a series: the day to which it was counted, the figure or None, its status and its coverage."""

    period: Period
    day: date
    value: Decimal | None
    status: str
    reported: int
    expected: int


Series = tuple[Spot, ...]


class Judged(Protocol):
    """What is drawn beside a series: an indicator with its base and target, in a period or over a stage."""

    @property
    def indicator(self) -> Indicator: ...
    @property
    def base(self) -> Decimal | None: ...
    @property
    def base_date(self) -> date | None: ...
    @property
    def target(self) -> Target | None: ...
    @property
    def target_year(self) -> int | None: ...
    @property
    def is_percentage(self) -> bool: ...


@dataclass(frozen=True)
class Break:
    """A day from which figures are no longer comparable with those before, and why."""

    day: date
    reason: str


def series_of(content: ReleaseContent) -> dict[Key, Series]:
    """Return the series of every level, unit and indicator: all earlier periods known, then this one."""
    return _series((content.past.figures, content.evaluation), content.declarations.calendar)


def district_series(content: ReleaseContent) -> dict[Key, Series]:
    """Return the same of the whole district alone."""
    frames = (content.past.figures, content.evaluation)
    return _series([f[f["level"] == DISTRICT_LEVEL] for f in frames], content.declarations.calendar)


def _series(frames: Iterable[pd.DataFrame], calendar: Calendar) -> dict[Key, Series]:
    found: dict[Key, list[Spot]] = {}
    for frame in frames:
        names = ("period", "level", "unit", "indicator", "value", "status", "reported_units", "expected_units")
        days: dict[str, tuple[Period, date]] = {}
        for name, level, unit, code, value, status, reported, expected in zip(
            *(frame[n].tolist() for n in names), strict=True
        ):
            if name not in days:
                days[name] = (Period.parse(name), calendar.cut_off(Period.parse(name)))
            spot = Spot(*days[name], known(value), status, int(reported), int(expected))
            found.setdefault((level, unit, code), []).append(spot)
    return {key: tuple(spots) for key, spots in found.items()}


def strands(series: Series, indicator: Indicator, declarations: Declarations) -> tuple[Series, ...]:
    """Return the parts of `series` that a line may join, without the spots that have no figure.

    A line ends where the definition changes, where a figure begins anew with the year, and beside a window of its own
    (Q3 alone) unless the figure is a stock.
    """
    parts: list[list[Spot]] = []
    last: Spot | None = None
    for spot in _joinable(series, indicator, declarations):
        if last is None or not _joined(last, spot, indicator):
            parts.append([])
        parts[-1].append(spot)
        last = spot
    return tuple(tuple(part) for part in parts)


def lone(series: Series, indicator: Indicator, declarations: Declarations) -> Series:
    """Return the spots with a figure that stand for a window of their own and are joined to no other."""
    joined = set(_joinable(series, indicator, declarations))
    return tuple(spot for spot in series if spot.value is not None and spot not in joined)


def road(line: Judged) -> tuple[tuple[date, Decimal], ...]:
    """Return the corners of the way from the base to each target that is one number, in order of day."""
    targets = [(date(year, 12, 31), t.value) for year, t in sorted(line.indicator.targets.items())]
    known_targets = [(day, value) for day, value in targets if value is not None and _ahead(day, line)]
    if line.base is None or line.base_date is None or line.indicator.direction is Direction.RANGE:
        return tuple(known_targets)
    return ((line.base_date, line.base), *known_targets)


def on_road(corners: Sequence[tuple[date, Decimal]], day: date) -> Decimal | None:
    """Return where the way through `corners` stands on `day`, or None before it begins and after it ends."""
    for (start, low), (end, high) in pairwise(corners):
        if start <= day <= end:
            return low + (high - low) * (day - start).days / (end - start).days
    return None


def breaks(indicator: Indicator, declarations: Declarations, until: date) -> tuple[Break, ...]:
    """Return what breaks the district's series of `indicator` up to `until`: definitions, and areas that merged."""
    found = [*_definition_breaks(indicator, declarations), *_area_breaks(declarations)]
    first = min(d.valid_from for d in indicator.definitions)
    return tuple(sorted((b for b in found if first <= b.day <= until), key=lambda b: b.day))


def _ahead(day: date, line: Judged) -> bool:
    return line.target_year is not None and day.year >= line.target_year


def _joinable(series: Series, indicator: Indicator, declarations: Declarations) -> Iterator[Spot]:
    windows = declarations.calendar.file.windows
    for spot in series:
        if spot.value is None:
            continue
        if indicator.kind is Kind.STOCK or windows[spot.period.window].cumulative:
            yield spot


def _joined(before: Spot, spot: Spot, indicator: Indicator) -> bool:
    if indicator.definition(before.day) != indicator.definition(spot.day):
        return False
    return before.period.year == spot.period.year or not begins_anew(indicator)


def begins_anew(indicator: Indicator) -> bool:
    """Return whether the figure starts from nothing with each year."""
    grows = indicator.pace is Pace.FROM_ZERO or indicator.rule is Aggregation.SUM
    return grows and indicator.kind is not Kind.STOCK


def is_full_year(spot: Spot) -> bool:
    """Return whether the spot is a full year's."""
    return spot.period.window is Window.YEAR


def _definition_breaks(indicator: Indicator, declarations: Declarations) -> Iterator[Break]:
    starts = sorted(indicator.definitions, key=lambda d: d.valid_from)
    for before in declarations.indicators.values():
        if before.superseded_by == indicator.code:
            yield Break(starts[0].valid_from, f"tiếp sau {before.code}, không nối")
    yield from (Break(d.valid_from, "định nghĩa mới") for d in starts[1:])
    if indicator.superseded_by and starts[-1].valid_to:
        yield Break(starts[-1].valid_to + timedelta(days=1), f"thay bằng {indicator.superseded_by}")


def _area_breaks(declarations: Declarations) -> Iterator[Break]:
    merged = {
        u.valid_to + timedelta(days=1)
        for u in declarations.units.all
        if u.valid_to and u.successor not in (None, u.code)
    }
    yield from (Break(day, "sáp nhập đơn vị") for day in merged)
