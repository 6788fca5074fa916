"""SVG by hand: scales, and the few marks that the charts are made of. Colours and letters come from the style sheet.

Every text that is drawn passes through `markupsafe.escape`; every number is written by `at`, so the same figures give
the same bytes.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date
from decimal import Decimal

from markupsafe import Markup, escape

from config.safe_text import safe_text

STEPS = (Decimal(1), Decimal(2), Decimal("2.5"), Decimal(5), Decimal(10))


def at(place: float) -> str:
    """Return `place` with one decimal, without a needless one."""
    return f"{place:.1f}".removesuffix(".0")


@dataclass(frozen=True)
class Scale:
    """Values from `low` to `high` on a stretch of the drawing from `start` to `end`."""

    low: float
    high: float
    start: float
    end: float

    def __call__(self, value: float | Decimal) -> float:
        """Return the place of `value`; what lies outside is drawn at the edge."""
        share = (float(value) - self.low) / (self.high - self.low)
        return self.start + min(1.0, max(0.0, share)) * (self.end - self.start)

    def day(self, value: date) -> float:
        """Return the place of a day on a scale of ordinals."""
        return self(value.toordinal())


def ticks(low: Decimal, high: Decimal, most: int = 5) -> tuple[Decimal, ...]:
    """Return round values from at or below `low` to at or above `high`, at most `most` steps apart.

    >>> [f"{t:f}" for t in ticks(Decimal(0), Decimal(87))]
    ['0', '20', '40', '60', '80', '100']
    """
    spread = max(high - low, Decimal("0.01"))
    rough = spread / most
    power = Decimal(1).scaleb(rough.adjusted())
    step = next(s * power for s in STEPS if s * power >= rough)
    first, last = (low / step).to_integral_value("ROUND_FLOOR"), (high / step).to_integral_value("ROUND_CEILING")
    return tuple(step * n for n in range(int(first), int(max(last, first + 1)) + 1))


def text(x: float, y: float, words: str, kind: str, anchor: str = "start") -> Markup:
    """Return `words` at a place."""
    return Markup('<text class="{}" x="{}" y="{}" text-anchor="{}">{}</text>').format(
        kind, at(x), at(y), anchor, safe_text(words)
    )


def rule(x1: float, y1: float, x2: float, y2: float, kind: str) -> Markup:
    """Return a straight line."""
    return Markup('<line class="{}" x1="{}" y1="{}" x2="{}" y2="{}"/>').format(kind, at(x1), at(y1), at(x2), at(y2))


def path(points: Sequence[tuple[float, float]], kind: str) -> Markup:
    """Return a line through `points`; nothing when there are fewer than two."""
    if len(points) < 2:
        return Markup()
    return Markup('<polyline class="{}" points="{}"/>').format(kind, " ".join(f"{at(x)},{at(y)}" for x, y in points))


def dot(x: float, y: float, radius: float, kind: str, said: str = "") -> Markup:
    """Return a dot, with what a pointer that rests on it is told."""
    told = Markup("<title>{}</title>").format(safe_text(said)) if said else Markup()
    return Markup('<circle class="{}" cx="{}" cy="{}" r="{}">{}</circle>').format(kind, at(x), at(y), at(radius), told)


def diamond(x: float, y: float, radius: float, kind: str) -> Markup:
    """Return a diamond."""
    corners = ((x, y - radius), (x + radius, y), (x, y + radius), (x - radius, y))
    return Markup('<polygon class="{}" points="{}"/>').format(kind, " ".join(f"{at(a)},{at(b)}" for a, b in corners))


def figure(size: tuple[int, int], name: str, words: tuple[str, str], marks: Iterable[Markup], kind: str) -> Markup:
    """Return an SVG of `size` with its title and description (`words`), whose ids begin with `name`."""
    width, height = size
    title, description = (escape(safe_text(w)) for w in words)
    return Markup(
        '<svg class="{}" viewBox="0 0 {} {}" role="img" aria-labelledby="{}-t {}-d">'
        '<title id="{}-t">{}</title><desc id="{}-d">{}</desc>{}</svg>'
    ).format(kind, width, height, name, name, name, title, name, description, Markup().join(marks))
