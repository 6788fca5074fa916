"""What the pages of a release share: figures, cells, findings and submissions, each looked up once by unit."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from decimal import Decimal
from functools import cached_property
from typing import Any

from config.element import Element
from config.indicator import Direction, Indicator
from config.number import NOTHING_NAMES, CellStatus, Nothing
from expectations.finding import Severity, label_of
from tasks.publish.change_lines import Change, by_unit, change_lines
from tasks.publish.content import ReleaseContent
from tasks.publish.judged_line import known
from tasks.publish.lines import Line, district_lines
from tasks.publish.plan_tasks import OfficeLine, office_lines
from tasks.publish.quarters import Increment, Quarters, Told, quarters
from tasks.publish.series import Key, Series, series_of
from tasks.publish.units import UnitLine, standing_findings, unit_lines
from tasks.publish.wording import SEVERITIES, Word, status_word
from tasks.store.frames import submission_name
from tasks.store.values import DISTRICT_LEVEL, UNIT_LEVEL

UNREADABLE = "không đọc được"


@dataclass(frozen=True, slots=True)
class Figure:
    """One indicator of one unit."""

    unit: str
    indicator: str
    numerator: Decimal | None
    denominator: Decimal | None
    value: Decimal | None
    counted: bool  # whether it went into the district's figure
    status: Word


@dataclass(frozen=True, slots=True)
class Cell:
    """One cell of a workbook: the figure, or the kind of nothing that it says, and the text as typed."""

    element: str
    number: Decimal | None
    nothing: str
    sheet: str | None
    cell: str | None
    text: str
    note: str
    submission: str
    typed_at: str | None = None  # of a figure counted from the list of plan tasks: where it was typed


@dataclass(frozen=True, slots=True)
class Source:
    """The file that cells were read from."""

    version: int
    file_name: str
    received: datetime | None
    sha256: str
    form: str


@dataclass(frozen=True, eq=False)
class Sheaf:
    """One release, as its pages look things up."""

    content: ReleaseContent

    @cached_property
    def lines(self) -> tuple[Line, ...]:
        """The district's line of each indicator, in the declared order."""
        return district_lines(self.content)

    @cached_property
    def units(self) -> tuple[UnitLine, ...]:
        """The units that owe a submission, the district first."""
        return unit_lines(self.content)

    @cached_property
    def series(self) -> Mapping[Key, Series]:
        """What each indicator came to over all periods known."""
        return series_of(self.content)

    @cached_property
    def figures(self) -> Mapping[str, Mapping[str, Figure]]:
        """The figures of each unit by indicator."""
        frame = self.content.evaluation[self.content.evaluation["level"] == UNIT_LEVEL]
        names = ("unit", "indicator", "numerator", "denominator", "value", "reported_units", "status")
        sent_back = frozenset(line.unit.code for line in self.units if line.is_sent_back)
        found: dict[str, dict[str, Figure]] = {}
        for unit, code, top, bottom, value, reported, status in zip(*(frame[n].tolist() for n in names), strict=True):
            word = status_word(status, unit in sent_back)
            figure = Figure(unit, code, known(top), known(bottom), known(value), bool(reported), word)
            found.setdefault(unit, {})[code] = figure
        return found

    @cached_property
    def ranked(self) -> Mapping[str, tuple[Figure, ...]]:
        """The figures of each indicator, the best unit first, those without a figure last."""
        found: dict[str, list[Figure]] = {line.indicator.code: [] for line in self.lines}
        for figures in self.figures.values():
            for code, figure in figures.items():
                if code in found:
                    found[code].append(figure)
        indicators = self.content.declarations.indicators
        return {code: _best_first(figures, indicators[code]) for code, figures in found.items()}

    @cached_property
    def ranks(self) -> Mapping[tuple[str, str], int]:
        """The rank of each unit by indicator, (unit, indicator): equal figures share the better one."""
        found: dict[tuple[str, str], int] = {}
        for code, figures in self.ranked.items():
            if self.content.declarations.indicators[code].direction is Direction.RANGE:
                continue
            rank, last = 0, None
            for n, figure in enumerate((f for f in figures if f.value is not None), start=1):
                rank, last = (rank if figure.value == last else n), figure.value
                found[figure.unit, code] = rank
        return found

    @cached_property
    def cells(self) -> Mapping[str, Mapping[str, Cell]]:
        """The cells that were summed up, of each unit by element."""
        frame = self.content.values
        names = ("unit", "element", "value", "status", "sheet", "cell", "text", "note", "submission", "typed_at")
        found: dict[str, dict[str, Cell]] = {}
        for unit, element, value, status, *where in zip(*(frame[n].tolist() for n in names), strict=True):
            made = Cell(element, known(value), NOTHINGS[status], *where)
            found.setdefault(unit, {})[element] = made
        return found

    @cached_property
    def increments(self) -> Mapping[tuple[str, str], Mapping[str, Increment]]:
        """What the stretch that nobody reports came to, by (level, unit) and element."""
        frame = self.content.increments
        names = ("level", "unit", "element", "value", "status", "reported_units", "expected_units")
        found: dict[tuple[str, str], dict[str, Increment]] = {}
        for level, unit, element, value, *rest in zip(*(frame[n].tolist() for n in names), strict=True):
            found.setdefault((level, unit), {})[element] = Increment(known(value), *rest)
        return found

    def quarters_of(self, unit: str) -> Quarters | None:
        """Return what the year came to quarter by quarter in a unit; None when there is nothing to show."""
        cells = self.cells.get(unit, {})
        reported = {code: stated for code, cell in cells.items() if (stated := _stated(cell)) is not None}
        told = Told(self.increments.get((UNIT_LEVEL, unit), {}), reported)
        elements = self.content.declarations.elements
        return quarters(self.content.period, elements.values(), told, elements)

    def quarters_of_district(self, asked: Sequence[Element]) -> Quarters | None:
        """Return the same of the whole district for the elements of `asked`."""
        declarations = self.content.declarations
        derived = self.increments.get((DISTRICT_LEVEL, declarations.office.district), {})
        told = Told(
            derived, {e.code: total for e in asked if (total := self._reported_by_the_same(e.code)) is not None}
        )
        return quarters(self.content.period, asked, told, declarations.elements)

    def _reported_by_the_same(self, element: str) -> Decimal | None:
        """Return the sum of `element` over the units of which its increment is known."""
        known_of = [
            unit for (level, unit), made in self.increments.items() if level == UNIT_LEVEL and _has(made, element)
        ]
        cells = (self.cells.get(unit, {}).get(element) for unit in known_of)
        numbers = [stated for cell in cells if cell is not None and (stated := _stated(cell)) is not None]
        return sum(numbers, Decimal(0)) if numbers else None

    @cached_property
    def sources(self) -> Mapping[str, Source]:
        """The file of each version by the name of its submission."""
        frame, zone = self.content.submissions, self.content.zone
        names = ("unit", "version", "file_name", "received_at", "sha256", "form_version")
        found: dict[str, Source] = {}
        for unit, version, file, received, sha256, form in zip(*(frame[n].tolist() for n in names), strict=True):
            if known(version) is None:
                continue
            moment = datetime.fromisoformat(received) if isinstance(received, str) else known(received)
            name = submission_name(unit, str(self.content.period), int(version))
            found[name] = Source(int(version), file, moment and moment.astimezone(zone), sha256, form)
        return found

    @cached_property
    def tasks(self) -> Mapping[str, tuple[OfficeLine, ...]]:
        """The tasks of the year's plan of each unit that lists any, by the office in charge."""
        tasks = self.content.tasks
        return {str(unit): office_lines(rows) for unit, rows in tasks.groupby("unit", sort=False)}

    @cached_property
    def changes(self) -> tuple[Change, ...]:
        """Every figure that the earlier release said otherwise, the district's first."""
        return change_lines(self.content)

    @cached_property
    def changes_of(self) -> Mapping[str, tuple[Change, ...]]:
        """The same of each unit that has any."""
        return by_unit(self.changes)

    @cached_property
    def findings(self) -> Mapping[str, Sequence[Mapping[str, Any]]]:
        """The findings of each unit that still wait for a remedy, the gravest first."""
        found: dict[str, list[Mapping[str, Any]]] = {}
        for record in standing_findings(self.content).to_dict("records"):
            row: dict[str, Any] = {str(k): known(v) or "" for k, v in record.items()}
            place = f"{row['sheet']}!{row['cell']}" if row["cell"] else row["sheet"]
            word = SEVERITIES[Severity(row["severity"])]
            found.setdefault(row["unit"], []).append(row | {"place": place, "word": word, "label": _label(row)})
        return found


NOTHINGS: Mapping[str, str] = {
    CellStatus.NUMBER.value: "",
    CellStatus.UNREADABLE.value: UNREADABLE,
    **{nothing.value: NOTHING_NAMES[nothing] for nothing in Nothing},
}


def _label(row: Mapping[str, Any]) -> str:
    """Return the code by which a unit knows a finding; a file that was refused has one for the operator only."""
    return label_of(row["rule"], row["message"]) if row["submission"] else ""


def _stated(cell: Cell) -> Decimal | None:
    """Return what a cell states of its window: nothing arose is a stated zero, a gap states nothing."""
    return Decimal(0) if cell.nothing == NOTHING_NAMES[Nothing.NOT_APPLICABLE] else cell.number


def _has(made: Mapping[str, Increment], element: str) -> bool:
    return element in made and made[element].value is not None


def _best_first(figures: Sequence[Figure], indicator: Indicator) -> tuple[Figure, ...]:
    sign = 1 if indicator.direction is Direction.DOWN else -1
    return tuple(sorted(figures, key=lambda f: (f.value is None, sign * (f.value or Decimal(0)), f.unit)))
