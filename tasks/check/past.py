"""The earlier figure that a cell is held against: which one it is, and in words where it comes from.

`expectations/columns.py` says what each of them means to the rules.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass, replace
from decimal import Decimal
from itertools import islice
from statistics import median

from config.element import Element, Kind
from config.period import RECIPES, Period, Stretch, Window
from expectations.columns import Past
from tasks.check.history import Line

_Q2, _Q4 = RECIPES[Stretch.Q2], RECIPES[Stretch.Q4]
NEWEST_FIRST = ((_Q4.plus, _Q4.minus), ((Window.Q3,), ()), (_Q2.plus, _Q2.minus), ((Window.Q1,), ()))  # quarters
YEAR_BACK = 4  # periods
LEAST_POINTS, MOST_POINTS = 4, 8  # of a series that has a middle: a year of quarters at least, two at most
CONSISTENT = Decimal("1.4826")  # makes the median absolute deviation of a normal series its standard deviation
LEAST_SHARE = Decimal("0.1")  # of the middle: a short series that happened not to move says little about what may come
MERGED = ", cộng các đơn vị trước khi sáp nhập"

# The windows that lie within a cumulative one, and those of the same year whose opening balance is also its own.
INSIDE: Mapping[Window, tuple[Window, ...]] = {Window.H1: (Window.Q1,), Window.YEAR: (Window.H1, Window.Q3)}
OPEN_ALIKE: Mapping[Window, tuple[Window, ...]] = {Window.H1: (Window.Q1,), Window.YEAR: (Window.Q1, Window.H1)}


@dataclass(frozen=True)
class Reference:
    """An earlier figure, and in words where it comes from; `spread` beside a middle is how far figures lie from it."""

    figure: Decimal
    when: str
    spread: Decimal | None = None


@dataclass(frozen=True)
class Judged:
    """What is looked for: earlier figures of `element` for `period`, among those of `line`."""

    element: Element
    elements: Mapping[str, Element]
    period: Period
    line: Line

    def at(self, window: Window, year: int | None = None, code: str | None = None) -> Decimal | None:
        """Return what was said in a window of the same year, or of another, of the same element or of another."""
        return self.line.at(Period(year or self.period.year, window), code or self.element.code)

    @property
    def accumulates(self) -> bool:
        """Whether the element grows from window to window: a flow, or a total of flows alone."""
        parts = [self.elements[code].kind for code in self.element.parts]
        return self.element.kind is Kind.FLOW_CUM_YEAR or (bool(parts) and set(parts) == {Kind.FLOW_CUM_YEAR})


def reference(past: Past, judged: Judged) -> Reference | None:
    """Return the earlier figure that `past` names, or None when there is none to compare with."""
    return FINDERS[past](judged)


def _floor(judged: Judged) -> Reference | None:
    inside = INSIDE.get(judged.period.window, ())
    told = [(window, figure) for window in inside if (figure := judged.at(window)) is not None]
    if not judged.accumulates or not told or told[0][0] is not inside[0]:
        return None
    parts = [_found(judged, Period(judged.period.year, window), figure) for window, figure in told]
    return Reference(sum((p.figure for p in parts), Decimal(0)), " và ".join(p.when for p in parts))


def _opening(judged: Judged) -> Reference | None:
    year, before = judged.period.year, judged.period.last_full_year
    if judged.period.window is Window.Q3 or judged.element.kind is not Kind.OPENING_BALANCE:
        return None
    if before and (closing := judged.at(Window.YEAR, before.year, judged.element.continues)) is not None:
        return _found(judged, before, closing)
    return next(_known(judged, (Period(year, w) for w in OPEN_ALIKE.get(judged.period.window, ()))), None)


def _carried(judged: Judged) -> Reference | None:
    if judged.period.window is not Window.Q3 or judged.element.kind is not Kind.OPENING_BALANCE:
        return None
    closing = judged.at(Window.H1, code=judged.element.continues)
    return None if closing is None else _found(judged, Period(judged.period.year, Window.H1), closing)


def _last(judged: Judged) -> Reference | None:
    return next(_known(judged, judged.period.before[:YEAR_BACK]), None)


def _fixed(judged: Judged) -> Reference | None:
    own = [p for p in judged.period.before if p in judged.line.alone]
    if judged.element.kind is not Kind.BASELINE:
        own = [p for p in own if p.year == judged.period.year]
    return next(_known(judged, own), None)


def _year_ago(judged: Judged) -> Reference | None:
    before = judged.period.year_ago
    return next(_known(judged, (before,)), None) if before else None


def _usual(judged: Judged) -> Reference | None:
    grows, alike = judged.accumulates, replace(judged, line=judged.line.of_like_size)
    series = _quarters(alike) if grows else (r.figure for r in _known(alike, judged.period.before))
    points = list(islice(series, MOST_POINTS))
    base = _already(judged) if grows else Decimal(0)
    if len(points) < LEAST_POINTS or base is None:
        return None
    middle = Decimal(median(points))
    deviation = CONSISTENT * Decimal(median(abs(point - middle) for point in points))
    spread = max(deviation, LEAST_SHARE * abs(middle))
    return Reference(base + middle, f"mức giữa của {len(points)} {'quý' if grows else 'kỳ'} trước", spread)


def _already(judged: Judged) -> Decimal | None:
    """Return what the windows within this one came to; None when one of them is not known."""
    told = [judged.at(window) for window in INSIDE.get(judged.period.window, ())]
    known = [figure for figure in told if figure is not None]
    return sum(known, Decimal(0)) if len(known) == len(told) else None


def _quarters(judged: Judged) -> Iterator[Decimal]:
    """Give what came in each earlier quarter that can be told from the windows, the newest first."""
    for year in range(judged.period.year, judged.period.year - MOST_POINTS // len(NEWEST_FIRST) - 1, -1):
        for plus, minus in NEWEST_FIRST:
            terms = [*(judged.at(w, year) for w in plus), *(_negative(judged.at(w, year)) for w in minus)]
            known = [term for term in terms if term is not None]
            if len(known) == len(terms) and sum(known) >= 0:
                yield sum(known, Decimal(0))


def _negative(figure: Decimal | None) -> Decimal | None:
    return None if figure is None else -figure


def _known(judged: Judged, periods: Iterable[Period]) -> Iterator[Reference]:
    for period in periods:
        figure = judged.line.at(period, judged.element.code)
        if figure is not None:
            yield _found(judged, period, figure)


def _found(judged: Judged, period: Period, figure: Decimal) -> Reference:
    return Reference(figure, period.name_within + ("" if period in judged.line.alone else MERGED))


FINDERS: Mapping[Past, Callable[[Judged], Reference | None]] = {
    Past.FLOOR: _floor,
    Past.OPENING: _opening,
    Past.CARRIED: _carried,
    Past.LAST: _last,
    Past.FIXED: _fixed,
    Past.YEAR_AGO: _year_ago,
    Past.USUAL: _usual,
}
