"""What somebody has to decide or do after reading a release: who, about what."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from config.unit import Unit
from tasks.publish.lines import Line
from tasks.publish.plan_tasks import OfficeLine
from tasks.publish.units import UnitLine
from tasks.publish.wording import Tone

LAGS = (Tone.BAD, Tone.SLOW)


@dataclass(frozen=True)
class Decisions:
    """What waits for somebody: indicators that lag, by the office that leads them; units; tasks; missing targets."""

    lagging: Mapping[str, tuple[Line, ...]]
    silent: tuple[Unit, ...]  # sent nothing
    waiting: tuple[Unit, ...]  # sent what does not count
    overdue: tuple[OfficeLine, ...]
    untargeted: tuple[Line, ...]


def decisions(lines: Sequence[Line], units: Sequence[UnitLine], offices: Sequence[OfficeLine]) -> Decisions:
    """Return what waits for a decision according to the figures of the district, the units and the year's plan."""
    lagging: dict[str, tuple[Line, ...]] = {}
    for line in lines:
        if line.status.tone in LAGS:
            lagging[line.indicator.lead] = (*lagging.get(line.indicator.lead, ()), line)
    return Decisions(
        lagging=lagging,
        silent=tuple(u.unit for u in units if u.newest is None),
        waiting=tuple(u.unit for u in units if u.newest is not None and u.counted is None),
        overdue=tuple(office for office in offices if office.lagging),
        untargeted=tuple(line for line in lines if line.target is None),
    )


def thinnest(lines: Sequence[Line]) -> Line | None:
    """Return the line that rests on the smallest share of the units that owe it; None when every line has all."""
    short = [line for line in lines if line.reported < line.expected]
    return min(short, key=lambda line: line.reported / line.expected, default=None)
