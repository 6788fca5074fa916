"""Units × indicators as a sheet: each figure carries the sign of its status, so colour only repeats it."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from decimal import Decimal

from config.number import MINUS, round_half_up
from tasks.publish.annex import (
    BOLD,
    CELL,
    CENTRE,
    HEAD,
    ITALIC,
    LEFT,
    LINE_HEIGHT,
    Annex,
    Look,
    pixels,
    write_column_numbers,
)
from tasks.publish.evaluation_sheet import INK
from tasks.publish.judged_line import Group, JudgedLine
from tasks.publish.print_pages import SPANNED
from tasks.publish.wording import Tone, Word

FIRST_COLUMNS = {"TT": 5.0, "Đơn vị": 21.0}
FIGURE_WIDTH = 9.0
SCALE = 58  # per cent: the indicators of the largest content side by side, still to be read on paper
PAPER_PIXELS = SPANNED * (297 - 45) / 25.4 * 96  # between the margins of A4 landscape
HEAD_HEIGHT = 150.0

Figure = tuple[Decimal | None, str]
Figures = Mapping[str, Figure]  # by indicator: the value, and the word of its status
Groups = Sequence[Group[JudgedLine]]


def matrix_widths(groups: Groups) -> list[float]:
    """Return the column widths: place, unit, then a column for each indicator."""
    return [*FIRST_COLUMNS.values(), *(FIGURE_WIDTH for group in groups for _ in group.lines)]


def matrix_pages(groups: Groups) -> list[tuple[int, int]]:
    """Return the first and last column of figures of each printed page: as many whole contents as fit."""
    starts = [len(FIRST_COLUMNS), *page_breaks(_sizes(groups))]
    ends = [*(start - 1 for start in starts[1:]), len(matrix_widths(groups)) - 1]
    return list(zip(starts, ends, strict=True))


def write_matrix(
    annex: Annex, groups: Groups, rows: Sequence[tuple[str, Figures]], statuses: Mapping[str, Word], *more: Word
) -> None:
    """Write the matrix: the first of `rows`, each a name and its figures, is the whole district's and stands out.

    `statuses` are the words of the legend; `more` are those that only cells without a figure carry.
    """
    codes = [line.indicator.code for group in groups for line in group.lines]
    words = {**statuses, **{word.word: word for word in more}}
    _write_head(annex, groups)
    for place, (name, figures) in enumerate(rows):
        look: Look = {} if place else BOLD
        annex.text(0, str(place or ""), CELL, CENTRE, look)
        annex.text(1, name, CELL, LEFT, look)
        for column, code in enumerate(codes, start=len(FIRST_COLUMNS)):
            _write_figure(annex, column, figures.get(code), words, look)
        annex.down()
    annex.down(10)
    _write_legend(annex, matrix_pages(groups), statuses.values(), more)
    annex.sheet.set_print_scale(scale_for(_sizes(groups)))
    annex.sheet.set_v_pagebreaks(page_breaks(_sizes(groups)))


def page_breaks(sizes: Sequence[int]) -> list[int]:
    """Return the columns before which a new page begins: as many whole contents, of these sizes, to a page as fit."""
    room = PAPER_PIXELS / (scale_for(sizes) / 100) - sum(map(pixels, FIRST_COLUMNS.values()))
    column, used, breaks = len(FIRST_COLUMNS), 0.0, []
    for size in sizes:
        width = size * pixels(FIGURE_WIDTH)
        if used and used + width > room:
            breaks.append(column)
            used = 0.0
        used += width
        column += size
    return breaks


def scale_for(sizes: Sequence[int]) -> int:
    """Return the per cent at which the largest of the contents, of these sizes, fits on one page: at most `SCALE`."""
    widest = sum(map(pixels, FIRST_COLUMNS.values())) + max(sizes, default=0) * pixels(FIGURE_WIDTH)
    return min(SCALE, int(100 * PAPER_PIXELS / widest))


def _sizes(groups: Groups) -> list[int]:
    return [len(group.lines) for group in groups]


def _write_head(annex: Annex, groups: Groups) -> None:
    first = annex.row
    for column, name in enumerate(FIRST_COLUMNS):
        annex.sheet.merge_range(first, column, first + 2, column, name, annex.styles.of(HEAD))
    column = len(FIRST_COLUMNS)
    for group in groups:
        _write_group_head(annex, column, group)
        column += len(group.lines)
    for height in (2 * LINE_HEIGHT, HEAD_HEIGHT, LINE_HEIGHT + 2):
        annex.down(height)
    write_column_numbers(annex)
    annex.sheet.repeat_rows(first, annex.row - 1)
    annex.sheet.repeat_columns(0, 1)
    annex.sheet.freeze_panes(0, len(FIRST_COLUMNS))  # the head is too high to stay in view as well


def _write_group_head(annex: Annex, column: int, group: Group[JudgedLine]) -> None:
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


def _write_figure(annex: Annex, column: int, figure: Figure | None, words: Mapping[str, Word], look: Look) -> None:
    if figure is None:
        annex.text(column, "", CELL, LEFT, look)
        return
    value, word = figure[0], words[figure[1]]
    if value is None:
        annex.text(column, word.short, CELL, CENTRE, INK[word.tone], look)
    else:
        annex.number(column, round_half_up(value), _signed(word), CELL, INK[word.tone], look)


def _signed(word: Word) -> str:
    """Return the number format that shows the sign of `word` at the left and the figure at the right."""
    return f'[$-42A]" {word.sign}"* #,##0.00" ";[$-42A]" {word.sign}"* "{MINUS}"#,##0.00" "'


def _write_legend(
    annex: Annex, places: Sequence[tuple[int, int]], statuses: Collection[Word], more: Sequence[Word]
) -> None:
    signs = "; ".join(f"{w.sign} {w.word}" for w in statuses)
    shorts = "; ".join(f"{w.short} = {w.word}" for w in (*(w for w in statuses if w.tone is Tone.NONE), *more))
    for text in (f"Dấu trước số: {signs}.", f"Không có số: {shorts}; ô trống = không phải báo cáo chỉ tiêu này."):
        for place in places:
            annex.across(*place, text, ITALIC, {"font_size": 10})
        annex.down()
