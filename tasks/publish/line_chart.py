"""The line of one indicator over all windows, with the way to its targets and the breaks; and its small twin.

Told without colour: full years are filled dots, other windows hollow ones; the way to the targets is dashed and ends in
diamonds; a break is a dotted upright with its reason.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from functools import cached_property

from markupsafe import Markup

from config.indicator import Direction, Indicator
from config.load import Declarations
from tasks.publish.drawing import Scale, at, diamond, dot, figure, path, rule, text, ticks
from tasks.publish.series import Break, Judged, Series, Spot, breaks, is_full_year, lone, road, strands
from tasks.publish.wording import bound, number, target_text

WIDE, NARROW = (760, 300), (340, 270)
SPARK = (84, 22)
LEFT, RIGHT, TOP, BOTTOM = 46, 18, 30, 30
ROWS_OF_REASONS = 3
HALF = 50
Box = tuple[float, float, float, float]  # left, top, right, bottom
ROOM_OF_LABEL = (70, 24)  # how far to the right of a figure, and above or below it, its label may be in the way


@dataclass(frozen=True)
class Chart:
    """What is drawn of one indicator of the whole district."""

    line: Judged
    series: Series
    declarations: Declarations
    today: date  # the day to which the release counts

    @property
    def indicator(self) -> Indicator:
        """The indicator that is drawn."""
        return self.line.indicator

    @cached_property
    def road(self) -> tuple[tuple[date, Decimal], ...]:
        """The way from the base to the targets."""
        return road(self.line)

    @cached_property
    def breaks(self) -> tuple[Break, ...]:
        """What breaks the series so far, and the end of a definition within the year."""
        return breaks(self.indicator, self.declarations, date(self.today.year, 12, 31))

    @cached_property
    def years(self) -> tuple[int, int]:
        """The first and the last year that the drawing shows."""
        first = min([*(s.day.year for s in self.series), *(day.year for day, _ in self.road), self.today.year])
        return first, max([*self.indicator.targets, self.today.year])

    @property
    def has_aside(self) -> bool:
        """Whether a figure is drawn that stands for a window of its own."""
        return bool(lone(self.series, self.indicator, self.declarations))

    @property
    def bounds(self) -> tuple[Decimal, Decimal] | None:
        """The range to stay within, or None."""
        if self.indicator.direction is not Direction.RANGE or self.line.target is None:
            return None
        low, high = self.line.target.low, self.line.target.high
        if low is None and high is None:
            return None
        return self.ticks[0] if low is None else low, self.ticks[-1] if high is None else high

    def _values(self) -> list[Decimal]:
        drawn = [s.value for s in self.series if s.value is not None]
        edges = [b for b in (self.line.target.low, self.line.target.high) if b is not None] if self.line.target else []
        return [Decimal(0), *drawn, *(value for _, value in self.road), *edges]

    @cached_property
    def ticks(self) -> tuple[Decimal, ...]:
        """The values at which the drawing is ruled: a share that passes the half is ruled up to the whole."""
        values = self._values()
        top = max(values)
        if self.line.is_percentage and HALF < top <= 100:
            top = Decimal(100)
        return ticks(min(values), top if top > 0 else Decimal(1))


def line_chart(chart: Chart) -> Markup:
    """Return the drawing twice: for wide paper, and for a phone; the style sheet shows the one that fits."""
    return Markup('<div class="chart">{}{}</div>').format(_drawn(chart, WIDE, "wide"), _drawn(chart, NARROW, "narrow"))


def described(chart: Chart) -> str:
    """Return in one sentence or two what the drawing shows."""
    with_figures = [s for s in chart.series if s.value is not None]
    unit = chart.indicator.unit_of_measure
    if not with_figures:
        told = "Chưa kỳ nào có kết quả để vẽ."
    elif len(with_figures) == 1:
        told = f"Mới có một kỳ: {_said(with_figures[0], unit)}."
    else:
        told = f"{len(with_figures)} kỳ, từ {_said(with_figures[0], unit)} đến {_said(with_figures[-1], unit)}."
    why = " ".join(f"Từ {b.day:%d/%m/%Y}: {b.reason}." for b in chart.breaks)
    return f"{told} {_aim(chart)} {why}".strip()


def _aim(chart: Chart) -> str:
    """Return what is to be reached, or kept, or that nothing is, and whether a way leads there."""
    line, unit = chart.line, chart.indicator.unit_of_measure
    goals = "; ".join(f"{number(v)} {unit} năm {d.year}" for d, v in chart.road if d != line.base_date)
    if goals:
        way = "" if line.base is not None else " Chưa có số gốc nên không vẽ đường đến mục tiêu."
        return f"Mục tiêu: {goals}.{way}"
    if line.target is None:
        return f"Chưa có mục tiêu từ năm {chart.today.year}." if chart.indicator.targets else "Chưa có mục tiêu."
    return f"Phải giữ: {target_text(chart.indicator, line.target)} {unit}."


def sparkline(series: Series, indicator: Indicator, declarations: Declarations) -> Markup:
    """Return the small drawing beside a figure, for decoration: the figures stand in a table; nothing of one point."""
    values = [s.value for s in series if s.value is not None]
    if len(values) < 2:
        return Markup()
    low, high = min(values), max(values)
    width, height = SPARK
    x = Scale(series[0].day.toordinal(), max(series[-1].day.toordinal(), series[0].day.toordinal() + 1), 3, width - 4)
    y = Scale(float(low), float(high if high > low else low + 1), height - 4, 4)
    lines = [
        path([(x.day(s.day), y(s.value)) for s in strand if s.value is not None], "trend")
        for strand in strands(series, indicator, declarations)
    ]
    last = next(s for s in reversed(series) if s.value is not None)
    end = Markup('<circle class="end" cx="{}" cy="{}" r="2.6"/>').format(at(x.day(last.day)), at(y(last.value or 0)))
    return Markup('<svg class="spark" viewBox="0 0 {} {}" aria-hidden="true">{}{}</svg>').format(
        width, height, Markup().join(lines), end
    )


def _said(spot: Spot, unit: str) -> str:
    return f"{number(spot.value, 2)} {unit} ({spot.period.name_within})"


def _drawn(chart: Chart, size: tuple[int, int], kind: str) -> Markup:
    name = f"bd-{kind}"
    words = (f"Diễn biến của {chart.indicator.code}: {chart.indicator.name}", described(chart))
    return figure(size, name, words, _marks(chart, size), f"plot {kind}")


def _marks(chart: Chart, size: tuple[int, int]) -> Iterator[Markup]:
    width, height = size
    first, last = chart.years
    x = Scale(date(first, 1, 1).toordinal(), date(last, 12, 31).toordinal(), LEFT, width - RIGHT)
    y = Scale(float(chart.ticks[0]), float(chart.ticks[-1]), height - BOTTOM, TOP)
    yield from _ruled(chart, x, y, size)
    yield from _range(chart, x, y)
    yield from _breaks(chart, x, size)
    corners = [(x.day(day), y(value)) for day, value in chart.road]
    yield path(corners, "road")
    for strand in strands(chart.series, chart.indicator, chart.declarations):
        yield path([(x.day(s.day), y(s.value)) for s in strand if s.value is not None], "line")
    yield from _targets(chart, x, y)
    yield from _dots(chart, x, y)


def _ruled(chart: Chart, x: Scale, y: Scale, size: tuple[int, int]) -> Iterator[Markup]:
    width, height = size
    yield text(LEFT - 6, 12, chart.indicator.unit_of_measure, "unit-label", "end" if width > 400 else "middle")
    for tick in chart.ticks:
        yield rule(LEFT, y(tick), width - RIGHT, y(tick), "grid" if tick else "axis")
        yield text(LEFT - 6, y(tick) + 4, number(tick), "tick", "end")
    first, last = chart.years
    every = 1 if width > 400 or last - first < 6 else 2
    for year in range(first, last + 1):
        start = x.day(date(year, 1, 1))
        yield rule(start, height - BOTTOM, start, height - BOTTOM + 5, "axis")
        if (year - first) % every == 0:
            yield text((start + x.day(date(year, 12, 31))) / 2, height - BOTTOM + 18, str(year), "tick", "middle")


def _range(chart: Chart, x: Scale, y: Scale) -> Iterator[Markup]:
    if chart.bounds is None:
        return
    low, high = chart.bounds
    yield Markup('<rect class="range" x="{}" y="{}" width="{}" height="{}"/>').format(
        at(x.start), at(y(high)), at(x.end - x.start), at(y(low) - y(high))
    )
    yield text(x.end - 4, y(high) + 13, "khoảng phải giữ", "reason", "end")


def _breaks(chart: Chart, x: Scale, size: tuple[int, int]) -> Iterator[Markup]:
    for n, broken in enumerate(chart.breaks):
        place, row = x.day(broken.day), 10 + 11 * (n % ROWS_OF_REASONS)
        right = place < size[0] * 0.6
        yield rule(place, row + 3, place, size[1] - BOTTOM, "break")
        yield text(place + (4 if right else -4), row + 2, broken.reason, "reason", "start" if right else "end")


def _targets(chart: Chart, x: Scale, y: Scale) -> Iterator[Markup]:
    taken = _taken(chart, x, y)
    for day, value in chart.road:
        if day == chart.line.base_date:
            yield dot(x.day(day), y(value), 3.2, "base", f"gốc {number(value, 2)}, ngày {day:%d/%m/%Y}")
            continue
        yield diamond(x.day(day), y(value), 5, "aim")
        label = f"{bound(chart.indicator)} {number(value)}"
        end = x.day(day) + 5
        yield text(end, _free_level((end, y(value)), label, taken, y), label, "aim-label", "end")


def _free_level(place: tuple[float, float], label: str, taken: Sequence[Box], y: Scale) -> float:
    """Return the height at which a target's label stands: by its diamond, on the drawing, on nothing in `taken`."""
    end, level = place
    levels = [level + away for away in (-9, 18, 34, -25) if TOP - 5 < level + away < y.start - 3]
    free = (down for down in levels if not any(_touch(_box(end, down, label, "end"), other) for other in taken))
    return next(free, levels[0])


def _box(across: float, down: float, label: str, anchor: str, letter: float = 7) -> Box:
    """Return the place on the drawing that a label takes, `letter` wide for each character."""
    left = across - letter * len(label) if anchor == "end" else across
    return left, down - 1.5 * letter, left + letter * len(label), down + 3


def _touch(one: Box, other: Box) -> bool:
    return one[0] < other[2] and other[0] < one[2] and one[1] < other[3] and other[1] < one[3]


def _taken(chart: Chart, x: Scale, y: Scale) -> list[Box]:
    """Return where the dots of the figures lie, and the label of the latest."""
    dots = [(x.day(s.day), y(s.value)) for s in chart.series if s.value is not None]
    label = _now(chart, x, y)
    written = [_box(*label, letter=9)] if label else []
    return [*((across - 4, down - 4, across + 4, down + 4) for across, down in dots), *written]


def _now(chart: Chart, x: Scale, y: Scale) -> tuple[float, float, str, str] | None:
    """Return where the label of the latest figure stands, what it says, and at which end; None without a figure."""
    last = next((s for s in reversed(chart.series) if s.value is not None), None)
    if last is None or last.value is None:
        return None
    place, level = x.day(last.day), y(last.value)
    right = place < (x.start + x.end) * 0.75
    below = level < TOP + 14 or any(_just_above(x.day(day) - place, level - y(aim)) for day, aim in chart.road)
    anchor = "start" if right else "end"
    return place + (9 if right else -9), level + (15 if below else -7), number(last.value, 2), anchor


def _dots(chart: Chart, x: Scale, y: Scale) -> Iterator[Markup]:
    aside = set(lone(chart.series, chart.indicator, chart.declarations))
    spots: Sequence[Spot] = [s for s in chart.series if s.value is not None]
    for spot in spots:
        if spot.value is None:
            continue
        kind = "full" if is_full_year(spot) else ("aside" if spot in aside else "part")
        coverage = f", {spot.reported}/{spot.expected} đơn vị" if spot.expected else ""
        said = f"{spot.period.name}: {number(spot.value, 2)}{coverage}"
        yield dot(x.day(spot.day), y(spot.value), 4.2 if kind == "full" else 3.4, kind, said)
    if label := _now(chart, x, y):
        across, down, said, anchor = label
        yield text(across, down, said, "now", anchor)


def _just_above(across: float, up: float) -> bool:
    """Return whether a target so far to the right of a figure and above it has a label that would touch its own."""
    return 0 <= across < ROOM_OF_LABEL[0] and 0 < up < 2 * ROOM_OF_LABEL[1]
