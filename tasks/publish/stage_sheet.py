"""Phụ lục I of a stage: each indicator of the whole district with base, figure, target, pace and assessment."""

from __future__ import annotations

from tasks.publish.annex import (
    BOLD,
    CELL,
    CENTRE,
    GROUP,
    ITALIC,
    LEFT,
    TWO_DECIMALS,
    Annex,
    write_signature,
    write_table_head,
)
from tasks.publish.evaluation_sheet import INK, LINES_BY_THE_LEGEND, READING, rounded
from tasks.publish.stage_content import StageContent
from tasks.publish.stage_lines import StageLine, stage_groups
from tasks.publish.stage_wording import STAGE_STATUSES
from tasks.publish.wording import NOTHING, TARGET_MEANINGS

COLUMNS = {
    "TT": 5.0,
    "Chỉ tiêu": 33.0,
    "Đơn vị tính": 8.0,
    "Giá trị": 9.5,
    "Ngày": 12.5,
    "Giá trị ": 9.5,
    "Kỳ": 12.0,
    "Mức": 11.0,
    "Năm": 6.5,
    "p": 7.0,
    "q": 7.0,
    "r": 7.5,
    "Tỷ số CAGR": 7.5,
    "Đánh giá": 17.0,
    "Nhịp cần từ nay, mỗi năm": 9.5,
    "Bao phủ": 8.0,
    "Ghi chú": 40.0,
}
OVER = {(3, 4): "Gốc", (5, 6): "Hiện nay", (7, 8): "Mục tiêu", (9, 12): "Tỷ lệ, nhịp độ"}
BASE, VALUE, R = 3, 5, 11  # read back before a release is published

HOW = (
    "Gốc: báo cáo năm của năm ngay trước giai đoạn; không có thì số gốc đã khai; không có nữa thì báo cáo năm đầu tiên "
    "trong giai đoạn. Hiện nay: số mới nhất so được với số cả năm. Chuỗi số liệu không nối qua chỗ đổi định nghĩa.",
    *READING,
)


def write_stage_table(annex: Annex, content: StageContent) -> None:
    """Write the table, its legend and the signature block below the title."""
    write_table_head(annex, list(COLUMNS), OVER)
    place = 0
    for group in stage_groups(content):
        annex.text(0, group.numeral, GROUP, CENTRE)
        annex.across(1, annex.last, group.name.upper(), GROUP, LEFT)
        annex.down()
        annex.keep_with_next()
        for line in group.lines:
            place += 1
            _write_line(annex, place, line)
    last_lines = annex.row - LINES_BY_THE_LEGEND
    annex.down(10)
    write_legend(annex)
    annex.down(10)
    write_signature(annex, content.declarations.office)
    annex.keep(last_lines)


def write_legend(annex: Annex) -> None:
    """Write what the signs and figures mean."""
    annex.across(0, annex.last, "Chú giải", BOLD)
    annex.down()
    words = "; ".join(f"{w.sign} {w.word}: {w.meaning[0].lower()}{w.meaning[1:]}" for w in STAGE_STATUSES.values())
    for text in (*TARGET_MEANINGS.values(), f"{words}.", *HOW):
        annex.across(0, annex.last, text, ITALIC)
        annex.down()


def _write_line(annex: Annex, place: int, line: StageLine) -> None:
    annex.number(0, place, "0", CELL, CENTRE)
    annex.text(1, f"{line.indicator.code} {line.indicator.name}", CELL, LEFT)
    annex.text(2, line.indicator.unit_of_measure, CELL, CENTRE)
    annex.number(BASE, rounded(line.base), TWO_DECIMALS, CELL)
    annex.day(BASE + 1, line.base_date, CELL)
    annex.number(VALUE, rounded(line.value), TWO_DECIMALS, CELL, BOLD)
    annex.text(VALUE + 1, str(line.period or NOTHING), CELL, CENTRE)
    annex.text(7, line.target_text or NOTHING, CELL, CENTRE)
    annex.number(8, line.target_year, "0", CELL, CENTRE)
    for column, figure in enumerate((line.p, line.q, line.r, line.cagr_ratio), start=9):
        annex.number(column, rounded(figure), TWO_DECIMALS, CELL)
    annex.text(13, f"{line.status.sign} {line.status.word}", CELL, LEFT, INK[line.status.tone], BOLD)
    annex.number(14, rounded(line.needed_pace), TWO_DECIMALS, CELL)
    annex.text(15, line.coverage, CELL, CENTRE)
    annex.text(16, "; ".join(line.notes), CELL, LEFT, {"font_size": 11})
    annex.down()
