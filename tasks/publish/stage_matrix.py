"""Units × indicators of a stage: each figure carries the sign of its status, so colour only repeats it."""

from __future__ import annotations

from collections.abc import Sequence
from decimal import Decimal

import pandas as pd

from config.number import round_half_up
from tasks.publish.annex import BOLD, CELL, CENTRE, HEAD, ITALIC, LEFT, LINE_HEIGHT, Annex, Look, write_column_numbers
from tasks.publish.evaluation_sheet import INK
from tasks.publish.lines import known
from tasks.publish.matrix_sheet import FIGURE_WIDTH, FIRST_COLUMNS, HEAD_HEIGHT, page_breaks, scale_for
from tasks.publish.stage_content import StageContent
from tasks.publish.stage_lines import StageGroup, stage_groups
from tasks.publish.stage_wording import STAGE_STATUSES
from tasks.publish.wording import Tone, Word

Figure = tuple[Decimal | None, str]


def stage_matrix_widths(content: StageContent) -> list[float]:
    """Return the column widths: place, unit, then a column for each indicator."""
    return [*FIRST_COLUMNS.values(), *(FIGURE_WIDTH for group in stage_groups(content) for _ in group.lines)]


def stage_pages(content: StageContent) -> list[tuple[int, int]]:
    """Return the first and last column of figures of each printed page: as many whole contents as fit."""
    sizes = [len(group.lines) for group in stage_groups(content)]
    starts = [len(FIRST_COLUMNS), *page_breaks(sizes)]
    ends = [*(start - 1 for start in starts[1:]), len(FIRST_COLUMNS) + sum(sizes) - 1]
    return list(zip(starts, ends, strict=True))


def write_stage_matrix(annex: Annex, content: StageContent, boundaries: str) -> None:
    """Write the matrix in these boundaries: the whole district first, then each unit in turn."""
    groups = stage_groups(content)
    codes = [line.indicator.code for group in groups for line in group.lines]
    _write_head(annex, groups)
    _write_row(annex, ("", "Toàn huyện"), _figures(content.frames.table), codes, BOLD)
    units = content.units_in(boundaries)
    for place, (name, rows) in enumerate(units.groupby("unit", sort=False), start=1):
        unit_name = rows["unit_name"].iloc[0] if len(rows) else str(name)
        _write_row(annex, (str(place), unit_name), _figures(rows), codes, {})
    annex.down(10)
    _write_legend(annex, stage_pages(content))
    sizes = [len(group.lines) for group in groups]
    annex.sheet.set_print_scale(scale_for(sizes))
    annex.sheet.set_v_pagebreaks(page_breaks(sizes))


def _figures(rows: pd.DataFrame) -> dict[str, Figure]:
    columns = (rows[name].tolist() for name in ("indicator", "value", "status"))
    return {code: (known(value), status) for code, value, status in zip(*columns, strict=True)}


def _write_head(annex: Annex, groups: Sequence[StageGroup]) -> None:
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
    annex.sheet.freeze_panes(0, len(FIRST_COLUMNS))


def _write_group_head(annex: Annex, column: int, group: StageGroup) -> None:
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


def _write_row(
    annex: Annex, row_head: tuple[str, str], figures: dict[str, Figure], codes: Sequence[str], look: Look
) -> None:
    annex.text(0, row_head[0], CELL, CENTRE, look)
    annex.text(1, row_head[1], CELL, LEFT, look)
    for column, code in enumerate(codes, start=len(FIRST_COLUMNS)):
        _write_figure(annex, column, figures.get(code), look)
    annex.down()


def _write_figure(annex: Annex, column: int, figure: Figure | None, look: Look) -> None:
    if figure is None:
        annex.text(column, "", CELL, LEFT, look)
        return
    value, status = figure
    word = STAGE_STATUSES[status]
    if value is None:
        annex.text(column, word.short, CELL, CENTRE, INK[word.tone], look)
    else:
        annex.number(column, round_half_up(value), _signed(word), CELL, INK[word.tone], look)


def _signed(word: Word) -> str:
    return f'[$-42A]" {word.sign}"* #,##0.00" "'


def _write_legend(annex: Annex, places: Sequence[tuple[int, int]]) -> None:
    signs = "; ".join(f"{w.sign} {w.word}" for w in STAGE_STATUSES.values())
    shorts = "; ".join(f"{w.short} = {w.word}" for w in STAGE_STATUSES.values() if w.tone is Tone.NONE)
    for text in (f"Dấu trước số: {signs}.", f"Không có số: {shorts}; ô trống = không phải báo cáo chỉ tiêu này."):
        for place in places:
            annex.across(*place, text, ITALIC, {"font_size": 10})
        annex.down()
