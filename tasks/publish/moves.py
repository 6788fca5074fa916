"""What moved since the same report of the year before: the one period that every kind of figure can stand beside."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from decimal import Decimal

from config.indicator import Direction
from tasks.publish.content import ReleaseContent
from tasks.publish.judged_line import JudgedLine
from tasks.publish.lines import Line
from tasks.publish.series import Key, Series, Spot
from tasks.publish.wording import Tone, signed
from tasks.store.values import DISTRICT_LEVEL

ON_PACE = (Tone.GOOD, Tone.FAIR)


@dataclass(frozen=True)
class Move:
    """One indicator of the whole district beside its figure of the year before, under the same definition."""

    line: Line
    before: Spot
    change: Decimal  # in the indicator's own unit of measure

    @property
    def better(self) -> bool | None:
        """Whether the change is for the better; None where it cannot be told: a range, or no change."""
        if self.change == 0 or self.line.indicator.direction is Direction.RANGE:
            return None
        return (self.change > 0) == (self.line.indicator.direction is Direction.UP)

    @property
    def said(self) -> str:
        """The change with its sign, as `+3,20`."""
        return signed(self.change, 2)


def moves(content: ReleaseContent, lines: tuple[Line, ...], series: dict[Key, Series]) -> tuple[Move, ...]:
    """Return the moves of all `lines` that have a figure of both years, in their order."""
    return tuple(move for line in lines if (move := _move(content, line, series)) is not None)


def on_pace(lines: Sequence[JudgedLine]) -> tuple[int, int]:
    """Return how many of `lines` meet their target or its pace, of how many that can be judged."""
    judged = [line for line in lines if line.status.tone is not Tone.NONE]
    return sum(line.status.tone in ON_PACE for line in judged), len(judged)


def _move(content: ReleaseContent, line: Line, series: dict[Key, Series]) -> Move | None:
    key = (DISTRICT_LEVEL, content.declarations.office.district, line.indicator.code)
    before = next((s for s in series.get(key, ()) if s.period == content.period.year_ago), None)
    if line.value is None or before is None or before.value is None:
        return None
    if line.indicator.definition(before.day) != line.definition:
        return None
    return Move(line, before, line.value - before.value)
