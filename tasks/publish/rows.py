"""Rows of the long tables, written directly: a template's loop costs several times as much for each unit.

Everything goes through `Markup.format` or `escape`, which escape what is no markup; `safe` cleans it as the templates
do.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal
from functools import lru_cache

from markupsafe import Markup, escape

from config.element import Element
from config.formula import elements_of
from config.number import as_seen
from config.safe_text import safe_text
from tasks.publish.change_lines import Change, Told
from tasks.publish.changes import CAUSE_NAMES
from tasks.publish.lines import Line
from tasks.publish.quarters import Column, QuarterRow
from tasks.publish.sheaf import Cell, Figure
from tasks.publish.wording import NOTHING, Word, number

_CODE = re.compile(r"\b[A-Z]\d+[a-z]?\b")


@lru_cache(maxsize=50_000)
def safe(text: str) -> str:
    """Return `text` cleaned and escaped."""
    return str(escape(safe_text(text)))


@lru_cache(maxsize=50_000)
def shown(value: Decimal | None, decimals: int | None = None) -> str:
    """Return `value` as Viet Nam writes it, or a dash."""
    return str(escape(number(value, decimals)))


@lru_cache
def word(status: Word) -> Markup:
    """Return a status as sign and word, in its tone."""
    return Markup('<span class="word {}"><span class="sign" aria-hidden="true">{}</span> {}</span>').format(
        status.tone, status.sign, status.word
    )


@lru_cache(maxsize=1_000)
def linked(formula: str) -> Markup:
    """Return `formula` with each code of an element as a link to its cell on the same page."""
    return Markup(_CODE.sub(r'<a href="#\g<0>">\g<0></a>', safe(formula)))  # noqa: S704  # escaped before


@dataclass(frozen=True)
class Way:
    """How an indicator is made, worked out once for the rows of all units: reading a formula is dear."""

    line: Line
    formula: str
    elements: frozenset[str]
    start: str  # of its row: name and code
    goal: str

    @classmethod
    def of(cls, line: Line) -> Way:
        """Return the way of `line`."""
        code, name = line.indicator.code, safe(line.indicator.name)
        start = f'<a href="../chi-tieu/{code}.html">{name}</a> <span class="small">{code}</span>'
        year = f'<span class="small">năm {line.target_year}</span>' if line.target else ""
        goal = f"{safe(line.target_text) or NOTHING} {year}"
        return cls(line, line.formula, frozenset(codes_of(line)), start, goal)


def bar(share: float, status: Word) -> str:
    """Return a bar of `share` hundredths."""
    return (
        '<svg class="gauge" viewBox="0 0 100 6" preserveAspectRatio="none" aria-hidden="true">'
        f'<rect class="track" x="0" y="0" width="100" height="6"/>'
        f'<rect class="{status.tone}" x="0" y="0" width="{share:.1f}" height="6"/></svg>'
    )


def figure_row(way: Way, figure: Figure, rank: str, trend: str, cells: Mapping[str, Cell]) -> Markup:
    """Return one indicator of a unit: figure, district, target, rank, status, and how it was made."""
    indicator, district = way.line.indicator, shown(way.line.value, 2)
    formula = linked(way.formula) if way.elements <= cells.keys() else safe(way.formula)
    measure, parts = "", ""
    if figure.value is not None:
        measure = safe(indicator.unit_of_measure)
    if figure.numerator is not None and figure.denominator is not None:
        parts = f'<span class="small">= {shown(figure.numerator)} : {shown(figure.denominator)}</span>'
    return Markup(  # noqa: S704  # every part is escaped above
        f'<tr role="row" id="{indicator.code}"><th role="rowheader" scope="row">{way.start}</th>'
        f'<td role="cell" data-label="Kết quả" class="figure"><span class="value n">{shown(figure.value, 2)}</span> '
        f'<span class="unit">{measure}</span>{trend}</td>'
        f'<td role="cell" data-label="Toàn huyện"><span class="n">{district}</span></td>'
        f'<td role="cell" data-label="Mục tiêu" class="goal">{way.goal}</td>'
        f'<td role="cell" data-label="Hạng">{rank}</td>'
        f'<td role="cell" data-label="Đánh giá">{word(figure.status)}</td>'
        f'<td role="cell" data-label="Cách tính">{formula} {parts}</td></tr>\n'
    )


def cell_row(cell: Cell, element: Element) -> Markup:
    """Return one cell of a workbook, with the text as typed."""
    place = f"{safe(cell.sheet)}!{safe(cell.cell or '')}" if cell.sheet else NOTHING
    if cell.typed_at is not None:
        place += f' <span class="small">{safe(counted_beside(cell.typed_at))}</span>'
    said = shown(cell.number) if cell.number is not None else cell.nothing or NOTHING
    return Markup(  # noqa: S704
        f'<tr role="row" id="{cell.element}"><td role="cell" data-label="Mã">{cell.element}</td>'
        f'<th role="rowheader" scope="row">{safe(element.name)} '
        f'<span class="small">{safe(element.unit_of_measure)}</span></th>'
        f'<td role="cell" data-label="Số"><span class="n">{said}</span></td>'
        f'<td role="cell" data-label="Chữ đã gõ">{safe(as_seen(cell.text, cell.number)) or NOTHING}</td>'
        f'<td role="cell" data-label="Trang, ô">{place}</td>'
        f'<td role="cell" data-label="Ghi chú">{safe(cell.note) or NOTHING}</td></tr>\n'
    )


def counted_beside(typed_at: str) -> str:
    """Return what is said beside a figure that was counted from the list of plan tasks."""
    return f"đếm từ danh mục, không lấy số đã gõ ở {typed_at}" if typed_at else "đếm từ danh mục"


def quarter_row(row: QuarterRow, columns: Sequence[Column], covered: str) -> Markup:
    """Return one element over the quarters of a year; `covered` says out of how many units, or is empty."""
    element = row.element
    figures = "".join(
        labelled(
            column_name(column),
            f'<span class="{"n derived" if column.derived else "n"}">{_told_or_why(figure, row, column)}</span>',
        )
        for column, figure in zip(columns, row.figures, strict=True)
    )
    return Markup(  # noqa: S704
        f'<tr role="row"><th role="rowheader" scope="row">{safe(element.name)} '
        f'<span class="small">{element.code}, {safe(element.unit_of_measure)}</span></th>'
        f"{figures}{labelled('Đơn vị có số', covered) if covered else ''}</tr>\n"
    )


def column_name(column: Column) -> str:
    """Return the head of a column of quarters: it says when nobody reported what stands below."""
    return f"{column.name} (suy ra)" if column.derived else column.name


def _told_or_why(figure: Decimal | None, row: QuarterRow, column: Column) -> str:
    return safe(row.reason) if figure is None and column.derived and row.reason else shown(figure)


@dataclass(frozen=True)
class Ranking:
    """What the rows of one indicator share: units by name, the elements it reads, and where its bars end."""

    names: Mapping[str, str]
    elements: Sequence[Element]
    top: Decimal


def ranked_row(ranking: Ranking, figure: Figure, rank: str, cells: Mapping[str, Cell]) -> Markup:
    """Return one unit under an indicator: rank, figure with its bar, each part as a link to its cell, status."""
    name, elements, top = ranking.names.get(figure.unit, figure.unit), ranking.elements, ranking.top
    unit = figure.unit
    share = 0.0 if figure.value is None or top <= 0 else max(0.0, min(100.0, float(100 * figure.value / top)))
    drawn = bar(share, figure.status) if figure.value is not None else ""
    parts = "".join(_part(unit, e.code, cells.get(e.code)) for e in elements)
    ratio = f"{shown(figure.numerator)} : {shown(figure.denominator)}" if figure.numerator is not None else NOTHING
    left_out = "" if figure.counted else ' <span class="small">không tính vào toàn huyện</span>'
    return Markup(  # noqa: S704
        f'<tr role="row"><td role="cell" data-label="Hạng">{rank}</td>'
        f'<th role="rowheader" scope="row"><a href="../don-vi/{unit}.html#{figure.indicator}">{safe(name)}</a></th>'
        f'<td role="cell" data-label="Kết quả" class="figure">'
        f'<span class="value n">{shown(figure.value, 2)}</span>{drawn}</td>'
        f'{parts}<td role="cell" data-label="Tử số : mẫu số"><span class="n">{ratio}</span>{left_out}</td>'
        f'<td role="cell" data-label="Đánh giá">{word(figure.status)}</td></tr>\n'
    )


def _part(unit: str, element: str, cell: Cell | None) -> str:
    if cell is None:
        return f'<td role="cell" data-label="{element}">{NOTHING}</td>'
    said = shown(cell.number) if cell.number is not None else cell.nothing or NOTHING
    return f'<td role="cell" data-label="{element}"><a class="n" href="../don-vi/{unit}.html#{element}">{said}</a></td>'


@dataclass(frozen=True)
class HeatBody:
    """The rows of one content in the heat table, and how many they are."""

    rows: Markup
    count: int


def heat_body(
    units: Iterable[tuple[str, str]], codes: Sequence[str], figures: Mapping[str, Mapping[str, Figure]]
) -> HeatBody:
    """Return the rows of the units, each a code and a name, that owe any of the indicators `codes`."""
    owing = [(unit, name) for unit, name in units if figures.get(unit, {}).keys() & set(codes)]
    return HeatBody(joined(heat_row(unit, name, codes, figures[unit]) for unit, name in owing), len(owing))


def heat_row(unit: str, name: str, codes: Sequence[str], figures: Mapping[str, Figure]) -> Markup:
    """Return a unit's cells under the indicators of `codes`: sign and figure in the tone of the status.

    A cell is empty where the unit owes no figure.
    """
    cells = "".join(_heat_cell(unit, code, figures.get(code)) for code in codes)
    head = f'<th scope="row"><a href="don-vi/{unit}.html">{safe(name)}</a></th>'
    return Markup(f"<tr>{head}{cells}</tr>\n")  # noqa: S704


def _heat_cell(unit: str, code: str, figure: Figure | None) -> str:
    if figure is None:
        return '<td class="nil"><span class="hidden">không thuộc diện báo cáo</span></td>'
    status = figure.status
    value = shown(figure.value, 1) if figure.value is not None else status.short
    return (
        f'<td class="{status.tone}"><a href="don-vi/{unit}.html#{code}" title="{status.word}">'
        f'<span class="sign" aria-hidden="true">{status.sign}</span>{value}'
        f'<span class="hidden"> {status.word}</span></a></td>'
    )


@dataclass(frozen=True)
class Places:
    """Which pages of the release there are, seen from the folder that lies `root` above."""

    root: str
    indicators: frozenset[str]
    units: frozenset[str]

    def indicator(self, code: str, text: str) -> str:
        """Return `text`, which is safe, as a link to the page of an indicator, if it has one."""
        return f'<a href="{self.root}chi-tieu/{code}.html">{text}</a>' if code in self.indicators else text

    def figure(self, change: Change, text: str) -> str:
        """Return `text`, which is safe, as a link to the figure on the page of its unit, if there is one now."""
        if change.unit not in self.units or change.new.status is None:
            return text
        return f'<a href="{self.root}don-vi/{change.unit}.html#{change.indicator}">{text}</a>'


def change_row(change: Change, places: Places, *, names_unit: bool) -> Markup:
    """Return one figure that changed: old and new with their parts, both statuses, and why."""
    code = change.indicator
    unit = places.figure(change, safe(change.unit_name))
    causes = ", ".join(CAUSE_NAMES[cause] for cause in change.causes)
    return Markup(  # noqa: S704
        f'<tr role="row"><th role="rowheader" scope="row">{places.indicator(code, safe(change.name))} '
        f'<span class="small">{code}, {safe(change.unit_of_measure)}</span></th>'
        f"{labelled('Đơn vị', unit) if names_unit else ''}"
        f"{labelled('Số cũ', _told(change.old, change.new))}{labelled('Số mới', _told(change.new, change.old))}"
        f"{labelled('Đánh giá cũ', _judged(change.old))}{labelled('Đánh giá mới', _judged(change.new))}"
        f'<td role="cell" data-label="Nguyên nhân">{safe(causes[:1].upper() + causes[1:])} '
        f'<span class="small">{safe(change.explanation)}</span></td></tr>\n'
    )


def labelled(label: str, inner: str) -> str:
    """Return a cell of a table that a narrow screen shows as cards, under `label`; `inner` is safe."""
    return f'<td role="cell" data-label="{label}">{inner}</td>'


def _judged(side: Told) -> str:
    return word(side.status) if side.status else NOTHING


def _told(side: Told, other: Told) -> str:
    """Return a figure with its parts, and its coverage and target where the other release had another one."""
    more = []
    if side.numerator is not None and side.denominator is not None:
        more.append(f"{shown(side.numerator)} : {shown(side.denominator)}")
    if side.reported is not None and side.reported != other.reported:
        more.append(f"{side.reported} đơn vị")
    if side.target != other.target:
        more.append(f"mục tiêu {shown(side.target)}")
    if side.base != other.base:
        more.append(f"gốc {shown(side.base, 2)}")
    small = "".join(f' <span class="small">{text}</span>' for text in more)
    return f'<span class="n">{shown(side.value, 2)}</span>{small}'


def codes_of(line: Line) -> list[str]:
    """Return the elements that a line's definition in force reads, its weight last."""
    codes = sorted(line.definition.elements) if line.definition else []
    weight = elements_of(line.indicator.weight) if line.indicator.weight else frozenset()
    return [*codes, *(code for code in sorted(weight) if code not in codes)]


def joined(rows: Iterator[Markup]) -> Markup:
    """Return `rows` one below the other."""
    return Markup("".join(rows))  # noqa: S704
