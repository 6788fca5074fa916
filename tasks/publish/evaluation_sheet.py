"""Phụ lục I: the indicators of the whole district by content, with target, coverage, pace and assessment."""

from __future__ import annotations

from decimal import Decimal

from config.number import round_half_up
from tasks.publish.annex import (
    BOLD,
    CELL,
    CENTRE,
    GROUP,
    ITALIC,
    LEFT,
    TWO_DECIMALS,
    WHOLE,
    Annex,
    Look,
    write_signature,
    write_table_head,
)
from tasks.publish.content import ReleaseContent
from tasks.publish.judged_line import Group
from tasks.publish.lines import Line, groups
from tasks.publish.wording import STATUSES, TARGET_MEANINGS, Tone, bound, number

COLUMNS = {
    "TT": 4.5,
    "Nội dung": 29.0,
    "Đơn vị tính": 7.0,
    "Gốc": 7.5,
    "Mức": 10.5,
    "Năm": 5.5,
    "Tử số": 13.5,
    "Mẫu số": 13.0,
    "Giá trị": 8.5,
    "Bao phủ": 7.0,
    "p": 6.5,
    "q": 6.5,
    "r": 6.5,
    "Tỷ số CAGR": 7.0,
    "Đánh giá": 16.5,
    "Đơn vị chủ trì (đề xuất)": 21.0,
    "Ghi chú": 29.0,
}
OVER = {(4, 5): "Chỉ tiêu", (6, 8): "Kết quả", (10, 13): "Tỷ lệ, nhịp độ"}
LINES_BY_THE_LEGEND = 3  # of the table: neither legend nor signature stands alone on a page
NUMERATOR, VALUE = 6, 8  # read back before a release is published

INK: dict[Tone, Look] = {
    Tone.GOOD: {"font_color": "#0B5A45"},
    Tone.FAIR: {"font_color": "#1F4E8C"},
    Tone.SLOW: {"font_color": "#7A4B00"},
    Tone.BAD: {"font_color": "#9B1C1C"},
    Tone.NONE: {"font_color": "#4A4A4A"},
}

READING = (
    "Bao phủ: số đơn vị có số liệu trên số đơn vị phải báo cáo chỉ tiêu đó. Giá trị tính từ số thập phân đúng, "
    "làm tròn một lần, hai chữ số, nửa làm tròn lên.",
    "p = (kết quả − gốc) : (mục tiêu − gốc); q = thời gian đã qua : thời gian từ gốc đến hạn; r = p : q. "
    "Đúng tiến độ khi r ≥ 0,95; chậm khi 0,60 ≤ r < 0,95; chậm nhiều khi 0 ≤ r < 0,60; xấu đi khi r < 0. "
    "Cách kết hợp này do huyện đặt ra, không phải của văn bản cấp trên.",
    "Đơn vị chủ trì do bộ phận tổng hợp đề xuất, chưa có văn bản giao.",
    "Tỷ số CAGR = tốc độ tăng bình quân năm đã đạt : tốc độ cần có; chỉ để đối chiếu, dùng cùng các ngưỡng.",
)


def write_evaluation(annex: Annex, content: ReleaseContent) -> None:
    """Write the table, its legend and the signature block below the title."""
    write_table_head(annex, list(COLUMNS), OVER)
    place = 0
    for group in groups(content):
        _write_group(annex, group)
        for line in group.lines:
            place += 1
            _write_line(annex, place, line)
    last_lines = annex.row - LINES_BY_THE_LEGEND
    annex.down(10)
    _write_legend(annex, content)
    annex.down(10)
    write_signature(annex, content.declarations.office)
    annex.keep(last_lines)


def _write_group(annex: Annex, group: Group[Line]) -> None:
    annex.text(0, group.numeral, GROUP, CENTRE)
    annex.across(1, annex.last, group.name.upper(), GROUP, LEFT)
    annex.down()
    annex.keep_with_next()


def _write_line(annex: Annex, place: int, line: Line) -> None:
    annex.number(0, place, "0", CELL, CENTRE)
    annex.text(1, line.indicator.name, CELL, LEFT)
    annex.text(2, line.indicator.unit_of_measure, CELL, CENTRE)
    annex.number(3, line.base, TWO_DECIMALS, CELL)
    _write_target(annex, line)
    annex.number(NUMERATOR, line.numerator, count_format(line.numerator), CELL)
    annex.number(NUMERATOR + 1, line.denominator, count_format(line.denominator), CELL)
    annex.number(VALUE, rounded(line.value), TWO_DECIMALS, CELL, BOLD)
    annex.text(9, line.coverage, CELL, CENTRE)
    for column, figure in enumerate((line.p, line.q, line.r, line.cagr_ratio), start=10):
        annex.number(column, rounded(figure), TWO_DECIMALS, CELL)
    annex.text(14, f"{line.status.sign} {line.status.word}", CELL, LEFT, INK[line.status.tone], BOLD)
    annex.text(15, line.indicator.lead, CELL, LEFT)
    annex.text(16, _sentence(line.notes), CELL, LEFT, {"font_size": 11})
    annex.down()


def _write_target(annex: Annex, line: Line) -> None:
    if line.target is None:
        annex.number(4, None, WHOLE, CELL)
    elif line.target.value is None:
        annex.text(4, line.target_text, CELL, CENTRE)
    else:
        digits = "#,##0" if line.target.value % 1 == 0 else "#,##0.0#"
        mark = f'" {line.mark}"' if line.mark else ""
        annex.number(4, line.target.value, f'[$-42A]"{bound(line.indicator)} "{digits}{mark}" "', CELL)
    annex.number(5, line.target_year, "0", CELL, CENTRE)


def _write_legend(annex: Annex, content: ReleaseContent) -> None:
    annex.across(0, annex.last, "Chú giải", BOLD)
    annex.down()
    coverage = content.declarations.calendar.minimum_coverage * 100
    least = f"Mức bao phủ tối thiểu để công bố, nếu chỉ tiêu không đặt mức riêng: {number(coverage)} %."
    words = "; ".join(f"{w.sign} {w.word}: {w.meaning[0].lower()}{w.meaning[1:]}" for w in STATUSES.values())
    for text in (*TARGET_MEANINGS.values(), f"{words}.", *READING, least):
        annex.across(0, annex.last, text, ITALIC)
        annex.down()


def rounded(value: Decimal | None) -> Decimal | None:
    """Return `value` as it is printed: two decimals, half up."""
    return None if value is None else round_half_up(value)


def count_format(value: Decimal | None) -> str:
    """Return the format of a sum: whole where it is whole."""
    return WHOLE if value is None or value % 1 == 0 else TWO_DECIMALS


def _sentence(notes: tuple[str, ...]) -> str:
    return "; ".join(notes) + "." if notes else ""
