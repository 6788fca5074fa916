"""Phụ lục II: units × indicators; each figure carries the sign of its status, so colour only repeats it."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from decimal import Decimal

from config.number import round_half_up
from tasks.publish.annex import BOLD, CELL, CENTRE, HEAD, ITALIC, LEFT, LINE_HEIGHT, Annex, Look, write_column_numbers
from tasks.publish.content import ReleaseContent
from tasks.publish.evaluation_sheet import INK
from tasks.publish.lines import Group, Line, groups, unit_figures
from tasks.publish.units import unit_lines
from tasks.publish.wording import STATUSES, Tone, Word
from tasks.store.values import State

FIRST_COLUMNS = {"TT": 5.0, "Đơn vị": 21.0}
FIGURE_WIDTH = 9.0
SCALE = 58  # per cent: the indicators of the largest content side by side, still to be read on paper
PAPER_PIXELS = (297 - 45) / 25.4 * 96  # between the margins of A4 landscape
HEAD_HEIGHT = 150.0
NOT_REPORTED = "chưa báo cáo"
RETURNED = Word("▼", "biểu đang trả lại để sửa", Tone.BAD, short="TL")

Figures = Mapping[str, tuple[Decimal | None, str]]


def matrix_widths(content: ReleaseContent) -> list[float]:
    """Return the column widths: place, unit, then a column for each indicator."""
    return [*FIRST_COLUMNS.values(), *(FIGURE_WIDTH for group in groups(content) for _ in group.lines)]


def pages(content: ReleaseContent) -> list[tuple[int, int]]:
    """Return the first and last column of figures of each printed page: as many whole contents as fit."""
    starts = [len(FIRST_COLUMNS), *_breaks(groups(content))]
    ends = [*(start - 1 for start in starts[1:]), len(matrix_widths(content)) - 1]
    return list(zip(starts, ends, strict=True))


def write_matrix(annex: Annex, content: ReleaseContent) -> None:
    """Write the matrix: the whole district first, then each unit in turn."""
    shown = groups(content)
    lines = [line for group in shown for line in group.lines]
    _write_head(annex, shown)
    totals = {line.indicator.code: (line.value, line.status.word) for line in lines}
    _write_row(annex, ("", "Toàn huyện"), totals, lines, BOLD)
    figures, returned = unit_figures(content), _returned(content)
    for place, unit in enumerate(content.declarations.reporting(content.period).values(), start=1):
        of_unit = figures.get(unit.code, {})
        _write_row(annex, (str(place), unit.name), _sent_back(of_unit) if unit.code in returned else of_unit, lines, {})
    annex.down(10)
    _write_legend(annex, pages(content))
    annex.sheet.set_print_scale(scale_for([len(group.lines) for group in shown]))
    annex.sheet.set_v_pagebreaks(_breaks(shown))


def _returned(content: ReleaseContent) -> frozenset[str]:
    """Return the units of which nothing counts because what they sent was returned: they did report."""
    waiting = (u for u in unit_lines(content) if u.counted is None and u.newest is not None)
    return frozenset(u.unit.code for u in waiting if u.newest is not None and u.newest.state == State.RETURNED)


def _sent_back(figures: Figures) -> Figures:
    return {
        code: (value, RETURNED.word if status == NOT_REPORTED else status) for code, (value, status) in figures.items()
    }


def _write_head(annex: Annex, shown: Sequence[Group]) -> None:
    first = annex.row
    for column, name in enumerate(FIRST_COLUMNS):
        annex.sheet.merge_range(first, column, first + 2, column, name, annex.styles.of(HEAD))
    column = len(FIRST_COLUMNS)
    for group in shown:
        _write_group_head(annex, column, group)
        column += len(group.lines)
    for height in (2 * LINE_HEIGHT, HEAD_HEIGHT, LINE_HEIGHT + 2):
        annex.down(height)
    write_column_numbers(annex)
    annex.sheet.repeat_rows(first, annex.row - 1)
    annex.sheet.repeat_columns(0, 1)
    annex.sheet.freeze_panes(0, len(FIRST_COLUMNS))  # the head is too high to stay in view as well


def _write_group_head(annex: Annex, column: int, group: Group) -> None:
    style, name = annex.styles.of(HEAD), f"{group.numeral}. {group.name}"
    last = column + len(group.lines) - 1
    if last > column:
        annex.sheet.merge_range(annex.row, column, annex.row, last, name, style)
    else:
        annex.sheet.write_string(annex.row, column, name, style)
    upright = annex.styles.of(HEAD, {"rotation": 90, "bold": False})
    for i, line in enumerate(group.lines):
        title = f"{line.indicator.name} ({line.indicator.unit_of_measure})"
        annex.sheet.write_string(annex.row + 1, column + i, title, upright)
        annex.sheet.write_string(annex.row + 2, column + i, line.indicator.code, style)


def _write_row(annex: Annex, row_head: tuple[str, str], figures: Figures, lines: Sequence[Line], look: Look) -> None:
    annex.text(0, row_head[0], CELL, CENTRE, look)
    annex.text(1, row_head[1], CELL, LEFT, look)
    for column, line in enumerate(lines, start=len(FIRST_COLUMNS)):
        _write_figure(annex, column, figures.get(line.indicator.code), look)
    annex.down()


def _write_figure(annex: Annex, column: int, figure: tuple[Decimal | None, str] | None, look: Look) -> None:
    if figure is None:
        annex.text(column, "", CELL, LEFT, look)
        return
    value, status = figure
    word = RETURNED if status == RETURNED.word else STATUSES[status]
    if value is None:
        annex.text(column, word.short, CELL, CENTRE, INK[word.tone], look)
    else:
        annex.number(column, round_half_up(value), _signed(word), CELL, INK[word.tone], look)


def _signed(word: Word) -> str:
    """Return the number format that shows the sign of `word` at the left and the figure at the right."""
    return f'[$-42A]" {word.sign}"* #,##0.00" "'


def _write_legend(annex: Annex, places: Sequence[tuple[int, int]]) -> None:
    signs = "; ".join(f"{w.sign} {w.word}" for w in STATUSES.values())
    words = (*(w for w in STATUSES.values() if w.tone is Tone.NONE), RETURNED)
    shorts = "; ".join(f"{w.short} = {w.word}" for w in words)
    for text in (f"Dấu trước số: {signs}.", f"Không có số: {shorts}; ô trống = không phải báo cáo chỉ tiêu này."):
        for place in places:
            annex.across(*place, text, ITALIC, {"font_size": 10})
        annex.down()


def _breaks(shown: Sequence[Group]) -> list[int]:
    return page_breaks([len(group.lines) for group in shown])


def page_breaks(sizes: Sequence[int]) -> list[int]:
    """Return the columns before which a new page begins: as many whole contents, of these sizes, to a page as fit."""
    room = PAPER_PIXELS / (scale_for(sizes) / 100) - sum(map(_pixels, FIRST_COLUMNS.values()))
    column, used, breaks = len(FIRST_COLUMNS), 0.0, []
    for size in sizes:
        width = size * _pixels(FIGURE_WIDTH)
        if used and used + width > room:
            breaks.append(column)
            used = 0.0
        used += width
        column += size
    return breaks


def scale_for(sizes: Sequence[int]) -> int:
    """Return the per cent at which the largest of the contents, of these sizes, fits on one page: at most `SCALE`."""
    widest = sum(map(_pixels, FIRST_COLUMNS.values())) + max(sizes, default=0) * _pixels(FIGURE_WIDTH)
    return min(SCALE, int(100 * PAPER_PIXELS / widest))


def _pixels(width: float) -> float:
    return width * 8 + 5  # as spreadsheets draw a column
