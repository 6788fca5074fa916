"""How each figure of a stage was made, as its pages show it: by period the formula and every cell, with its file."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import date

from markupsafe import Markup

from config.number import as_seen
from config.period import Period
from tasks.publish.rows import counted_beside, labelled, safe, shown
from tasks.publish.stage_content import StageContent
from tasks.publish.stage_lines import StageLine
from tasks.publish.wording import NOTHING, formula, moment
from tasks.store.stage_trace import base_period, heir_of, parts_in
from tasks.store.trace import Part

COLUMNS = 7  # of the table of cells
DEFINITION = "h-dinh-nghia"  # the heading above targets and declared bases on the page of an indicator


@dataclass(frozen=True)
class Heir:
    """The unit that stands today for those who typed `parts`: itself, or the units whose area it took over."""

    code: str
    name: str
    parts: tuple[Part, ...]

    @property
    def taken_over(self) -> Mapping[str, str]:
        """The names of the units that typed them, by code, where they were others than the one of today."""
        found = {part.unit: part.unit_name for part in self.parts}
        return {} if set(found) == {self.code} else found


@dataclass(frozen=True)
class Way:
    """How the figures of one indicator in one period were made: the formula, and the cells by today's unit."""

    period: Period
    formula: str
    heirs: tuple[Heir, ...]

    @property
    def count(self) -> int:
        """How many cells there are."""
        return sum(len(heir.parts) for heir in self.heirs)


def ways_of(content: StageContent, lines: list[StageLine], later: date) -> tuple[Way, ...]:
    """Return the way of each period that bases and figures of `lines`, all of one indicator, are of, the last first.

    Units stand in the boundaries of the day `later`.
    """
    calendar, indicator = content.declarations.calendar, lines[0].indicator
    bases = (base_period(line.base_date, line.base_is_declared) for line in lines)
    periods = {period for period in (*bases, *(line.period for line in lines)) if period is not None}
    found = []
    for period in sorted(periods, key=calendar.cut_off, reverse=True):
        definition = indicator.definition(calendar.cut_off(period))
        heirs = tuple(_heirs(content, indicator.code, period, later))
        if definition is not None and heirs:
            found.append(Way(period, formula(indicator, definition), heirs))
    return tuple(found)


def _heirs(content: StageContent, code: str, period: Period, later: date) -> Iterator[Heir]:
    declarations = content.declarations
    by_heir: dict[str, list[Part]] = {}
    for part in parts_in(content.frames, declarations, content.cells, code, period):
        by_heir.setdefault(heir_of(part, period, declarations, later), []).append(part)
    today = declarations.units.on(later)
    for heir, parts in by_heir.items():
        yield Heir(heir, today[heir].name if heir in today else parts[0].unit_name, tuple(parts))


@dataclass(frozen=True)
class Links:
    """Where the way of each figure stands in the release; `made` has (indicator, period, unit or empty for all).

    What a unit took over is among its cells only in periods before: there its figure in the boundaries when reported
    does not reach, so one place serves its figures in either boundaries.
    """

    made: frozenset[tuple[str, str, str]]

    def base(self, line: StageLine, unit: str = "") -> str:
        """Return the place that says how the base of `line` was made, seen from the release's folder, or nothing."""
        if line.base is None:
            return ""
        period = base_period(line.base_date, line.base_is_declared)
        return self._place(line, period, unit) if period else f"chi-tieu/{line.indicator.code}.html#{DEFINITION}"

    def current(self, line: StageLine, unit: str = "") -> str:
        """Return the same for the current figure."""
        return self._place(line, line.period, unit) if line.period and line.value is not None else ""

    def target(self, line: StageLine) -> str:
        """Return the place that names the document of the target of `line`."""
        return f"chi-tieu/{line.indicator.code}.html#{DEFINITION}"

    def _place(self, line: StageLine, period: Period, unit: str) -> str:
        code = line.indicator.code
        if (code, str(period), unit) not in self.made:
            return ""
        return f"chi-tieu/{code}.html#{anchor(period, unit)}"


def anchor(period: Period, unit: str = "") -> str:
    """Return the id of the cells of `unit`, or of all, in `period`."""
    return f"o-{period}-{unit}" if unit else f"o-{period}"


def linked(place: str, text: str, root: str = "") -> str:
    """Return `text`, which is safe, as a link to `place` seen from the folder that lies `root` above."""
    return f'<a class="made" href="{root}{place}">{text}</a>' if place else text


def heir_body(way: Way, heir: Heir, content: StageContent) -> Markup:
    """Return the rows of one unit of today: each cell with its number, the text as typed, and the file it stood in.

    Above the cells of units that it took over stands whose they are.
    """
    rows = _taken_over(heir) + "".join(_row(part, content) for part in heir.parts)
    return Markup(f'<tbody role="rowgroup" id="{anchor(way.period, heir.code)}">\n{rows}</tbody>\n')  # noqa: S704


def _taken_over(heir: Heir) -> str:
    if not heir.taken_over:
        return ""
    names = ", ".join(f"{safe(name)} ({unit})" for unit, name in heir.taken_over.items())
    said = f"{safe(heir.name)} ({heir.code}) hiện nay, gồm số của: {names}"
    return f'<tr role="row" class="heir"><th role="rowheader" scope="rowgroup" colspan="{COLUMNS}">{said}</th></tr>\n'


def _row(part: Part, content: StageContent) -> str:
    place = f"{safe(part.sheet)}!{safe(part.cell or '')}" if part.sheet else NOTHING
    if part.from_list:
        typed_at = f"{part.typed_sheet}!{part.typed_cell}" if part.typed_sheet else ""
        place += f' <span class="small">{safe(counted_beside(typed_at))}</span>'
    received = moment(part.received_at.astimezone(content.zone))
    left_out = "" if part.counted else ' <span class="small">không tính</span>'
    file = f'{safe(part.file_name)} <span class="small">lần {part.version}, nhận {received}</span>'
    typed = safe(as_seen(part.text, part.number)) or NOTHING
    return (
        f'<tr role="row"><th role="rowheader" scope="row">{safe(part.unit_name)} '
        f'<span class="small">{part.unit}</span></th>{labelled("Mã", part.element)}'
        f"{labelled('Số', _number(part) + left_out)}{labelled('Chữ đã gõ', typed)}"
        f"{labelled('Trang, ô', place)}{labelled('Tệp', file)}"
        f"{labelled('SHA-256', f'<code>{part.sha256[:12]}</code>')}</tr>\n"
    )


def _number(part: Part) -> str:
    return f'<span class="n">{shown(part.number)}</span>'
