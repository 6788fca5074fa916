"""What the pages of a stage share: its lines by unit and boundaries, ranks, years, sources, each looked up once."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from functools import cached_property
from typing import Any

from config.indicator import Direction
from config.period import Period, Window
from tasks.publish.change_lines import Change, by_unit, stage_change_lines
from tasks.publish.judged_line import Group, known
from tasks.publish.score_lists import ScoreSet, score_sets
from tasks.publish.series import Series, Spot
from tasks.publish.stage_content import StageContent
from tasks.publish.stage_lines import StageLine, lines_of, stage_groups, stage_lines
from tasks.publish.stage_ways import Links, Way, ways_of
from tasks.store.values import Submission

Row = Mapping[str, Any]


@dataclass(frozen=True)
class StageUnit:
    """One unit of a stage: its code and its name on the day of the latest figures."""

    code: str
    name: str


@dataclass(frozen=True)
class Ranked:
    """One unit under an indicator: its rank, None without a figure or where none is better than another."""

    unit: StageUnit
    rank: int | None
    line: StageLine


@dataclass(frozen=True, eq=False)
class StageSheaf:
    """One release of a stage, as its pages look things up. `today` are the boundaries of the latest figures."""

    content: StageContent

    @cached_property
    def lines(self) -> tuple[StageLine, ...]:
        """The whole district's line of each indicator, in the declared order."""
        return stage_lines(self.content)

    @cached_property
    def groups(self) -> tuple[Group[StageLine], ...]:
        """The same by content of the programme."""
        return stage_groups(self.content)

    @property
    def today(self) -> str:
        """The label of the boundaries in which units are compared: the latest ones."""
        return self.content.boundaries[-1] if self.content.boundaries else ""

    @cached_property
    def units(self) -> tuple[StageUnit, ...]:
        """The units that have lines, in their order."""
        frame = self.content.frames.units
        named = dict(zip(frame["unit"].tolist(), frame["unit_name"].tolist(), strict=True))
        return tuple(StageUnit(code, name) for code, name in named.items())

    @cached_property
    def figures(self) -> Mapping[str, Mapping[str, Mapping[str, StageLine]]]:
        """The lines of units: by boundaries, unit and indicator."""
        found: dict[str, dict[str, dict[str, StageLine]]] = {}
        for boundaries in self.content.boundaries:
            rows = self.content.units_in(boundaries)
            of_units = found.setdefault(boundaries, {})
            for unit, line in zip(rows["unit"].tolist(), lines_of(rows, self.content), strict=True):
                of_units.setdefault(unit, {})[line.indicator.code] = line
        return found

    @cached_property
    def ranked(self) -> Mapping[tuple[str, str], tuple[Ranked, ...]]:
        """The units of each (boundaries, indicator), the best first, equal figures sharing the better rank."""
        found: dict[tuple[str, str], list[tuple[StageUnit, StageLine]]] = {}
        for boundaries, of_units in self.figures.items():
            for unit in self.units:
                for code, line in of_units.get(unit.code, {}).items():
                    found.setdefault((boundaries, code), []).append((unit, line))
        return {key: _ranked(pairs) for key, pairs in found.items()}

    @cached_property
    def ranks(self) -> Mapping[tuple[str, str, str], int | None]:
        """The rank of each (boundaries, unit, indicator)."""
        return {(b, r.unit.code, code): r.rank for (b, code), ranked in self.ranked.items() for r in ranked}

    @cached_property
    def years(self) -> Mapping[str, tuple[Row, ...]]:
        """The rows of `trajectory.csv` of each indicator, year by year."""
        found: dict[str, list[Row]] = {}
        for row in self.content.frames.trajectory.to_dict("records"):
            found.setdefault(row["indicator"], []).append({str(k): known(v) for k, v in row.items()})
        return {code: tuple(rows) for code, rows in found.items()}

    def series(self, line: StageLine) -> Series:
        """Return the full years of `line` as they are drawn, and its current figure where that is of no full year."""
        calendar = self.content.declarations.calendar
        years = self.years.get(line.indicator.code, ())
        spots = [_spot(Period(r["year"], Window.YEAR), r["day"], r["value"]) for r in years]
        if line.period is not None and line.period.window is not Window.YEAR:
            spots.append(_spot(line.period, calendar.cut_off(line.period), line.value))
        return tuple(sorted(spots, key=lambda spot: spot.day))

    @cached_property
    def sources(self) -> Mapping[str, tuple[Submission, ...]]:
        """The submissions that the figures of each unit rest on: its own, and of those whose area it took over."""
        calendar, units = self.content.declarations.calendar, self.content.declarations.units
        found: dict[str, list[Submission]] = {unit.code: [] for unit in self.units}
        for sent in self.content.frames.inputs:
            heir = units.heir(sent.unit, calendar.cut_off(Period.parse(sent.period)), self.figures_to)
            if heir in found:
                found[heir].append(sent)
        return {code: tuple(listed) for code, listed in found.items()}

    @cached_property
    def ways(self) -> Mapping[str, tuple[Way, ...]]:
        """How the figures of each indicator were made, period by period, the last first."""
        of_units = [line for found in self.figures.values() for lines in found.values() for line in lines.values()]
        by_code: dict[str, list[StageLine]] = {line.indicator.code: [line] for line in self.lines}
        for line in of_units:
            if line.indicator.code in by_code:  # others have no page
                by_code[line.indicator.code].append(line)
        return {code: ways_of(self.content, lines, self.figures_to) for code, lines in by_code.items()}

    @cached_property
    def links(self) -> Links:
        """Where each of those ways stands."""
        made = {
            (code, str(way.period), unit)
            for code, ways in self.ways.items()
            for way in ways
            for unit in ("", *(heir.code for heir in way.heirs))
        }
        return Links(frozenset(made))

    @property
    def figures_to(self) -> date:
        """The day of the latest figures."""
        latest: date = max(self.content.frames.table["figures_to"])
        return latest

    @cached_property
    def changes_of(self) -> Mapping[str, tuple[Change, ...]]:
        """The figures of each unit that the earlier release said otherwise."""
        return by_unit(stage_change_lines(self.content))

    @cached_property
    def score_sets(self) -> tuple[ScoreSet, ...]:
        """The scores by each set of criteria."""
        return score_sets(self.content.frames.scores)


def _ranked(pairs: Sequence[tuple[StageUnit, StageLine]]) -> tuple[Ranked, ...]:
    direction = pairs[0][1].indicator.direction
    sign = 1 if direction is Direction.DOWN else -1
    ordered = sorted(pairs, key=lambda p: (p[1].value is None, sign * (p[1].value or Decimal(0))))
    found: list[Ranked] = []
    for place, (unit, line) in enumerate(ordered, start=1):
        equal = found and found[-1].line.value == line.value
        rank = found[-1].rank if equal else place
        known_rank = line.value is not None and direction is not Direction.RANGE
        found.append(Ranked(unit, rank if known_rank else None, line))
    return tuple(found)


def _spot(period: Period, day: Any, value: Decimal | None) -> Spot:
    return Spot(period, day, value, "", 0, 0)  # how many units a year's figure rests on is not among the tables
