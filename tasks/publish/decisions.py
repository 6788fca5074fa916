"""What somebody has to decide or do after reading a release: who, about what."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import TypeVar

from config.unit import Unit
from tasks.publish.lines import Line
from tasks.publish.plan_tasks import OfficeLine
from tasks.publish.stage_lines import StageLine
from tasks.publish.units import UnitLine
from tasks.publish.wording import Tone

LAGS = (Tone.BAD, Tone.SLOW)
Shown = TypeVar("Shown", Line, StageLine)


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
    return Decisions(
        lagging=lagging_by_lead(lines),
        silent=tuple(u.unit for u in units if u.newest is None),
        waiting=tuple(u.unit for u in units if u.newest is not None and u.counted is None),
        overdue=tuple(office for office in offices if office.lagging),
        untargeted=tuple(line for line in lines if line.target is None),
    )


def lagging_by_lead(lines: Sequence[Shown]) -> dict[str, tuple[Shown, ...]]:
    """Return the lines that lag by the office that leads them: who has to act on what."""
    found: dict[str, list[Shown]] = {}
    for line in lines:
        if line.status.tone in LAGS:
            found.setdefault(line.indicator.lead, []).append(line)
    return {lead: tuple(behind) for lead, behind in found.items()}


def thinnest(lines: Sequence[Shown]) -> Shown | None:
    """Return the line that rests on the smallest share of the units that owe it; None when every line has all."""
    short = [line for line in lines if line.reported < line.expected]
    return min(short, key=lambda line: line.reported / line.expected, default=None)
