"""The report that was sent before and only carries a new date: its flows are those of an earlier one.

Stocks may well stay as they were; what comes about in a period hardly ever comes to the same figure twice, let alone
in nearly every row.
"""

from __future__ import annotations

import math
from collections.abc import Iterable
from dataclasses import dataclass

from config.element import Element, Kind
from config.period import Period
from tasks.check.cells import Cells, figure
from tasks.check.history import Line

FEWEST_ELEMENTS = 10  # comparable ones: of fewer, a share says little
COMES_ABOUT = (Kind.FLOW_CUM_YEAR, Kind.FLOW_PERIOD, Kind.CLOSING_BALANCE)


@dataclass(frozen=True)
class Likeness:
    """The share (0–1) of comparable figures that equal those of an earlier period, named; NaN when too few are."""

    share: float
    period: str


UNLIKE = Likeness(math.nan, "")


def likeness(cells: Cells, line: Line, period: Period, elements: Iterable[Element]) -> Likeness:
    """Return how much a report is like the last one of the same unit, or that of a year ago if it is more like that.

    An element is comparable when it comes about in a period, both reports give a figure, and the one judged is not 0.
    """
    codes = [e.code for e in elements if e.kind in COMES_ABOUT]
    last, year_ago = line.nearest(period), period.year_ago
    earlier = {p for p in (last, year_ago) if p in line.alone}
    found = [_likeness(cells, line, p, codes) for p in sorted(earlier, key=str, reverse=True) if p]
    return max((one for one in found if not math.isnan(one.share)), key=lambda one: one.share, default=UNLIKE)


def _likeness(cells: Cells, line: Line, period: Period, codes: Iterable[str]) -> Likeness:
    pairs = [(figure(cells[code]), line.at(period, code)) for code in codes]
    comparable = [(now, then) for now, then in pairs if now and then is not None]
    if len(comparable) < FEWEST_ELEMENTS:
        return UNLIKE
    return Likeness(sum(now == then for now, then in comparable) / len(comparable), period.name_within)
