"""The further annexes of a stage: by content, year by year, and the district's plan beside the province's targets."""

from __future__ import annotations

from collections.abc import Mapping
from decimal import Decimal
from typing import Any

from config.trust import TRUST_NAMES, Trust
from tasks.publish.annex import BOLD, CELL, CENTRE, ITALIC, LEFT, TWO_DECIMALS, Annex, Look, write_table_head
from tasks.publish.evaluation_sheet import INK, rounded
from tasks.publish.judged_line import known
from tasks.publish.stage_content import StageContent
from tasks.publish.stage_wording import STAGE_STATUSES
from tasks.publish.wording import NOTHING, Tone

CONTENT_COLUMNS = {
    "TT": 5.0,
    "Nội dung": 32.0,
    "Số chỉ tiêu": 8.0,
    "Đánh giá được": 8.5,
    **{word.capitalize(): 9.0 for word in STAGE_STATUSES},
}
NOT_ASSESSED_COLUMNS = (1, 2, 4, 8)  # the first column of each of its fields in the sheet of contents
ALIGNMENT_COLUMNS = {
    "TT": 5.0,
    "Mã": 7.5,
    "Chỉ tiêu của tỉnh": 42.0,
    "Mức ": 9.0,
    "Năm ": 7.0,
    "Mức": 9.0,
    "Năm": 7.0,
    "Đối chiếu": 17.0,
    "Khác ở chỗ": 42.0,
    "Văn bản của tỉnh": 40.0,
}
ALIGNMENT_OVER = {(3, 4): "Mục tiêu của tỉnh", (5, 6): "Kế hoạch của huyện"}
TRAJECTORY_FIRST = {"TT": 5.0, "Chỉ tiêu": 40.0, "Đơn vị tính": 9.0}
TRAJECTORY_YEAR = (12.0, 12.0)
BAD: Look = INK[Tone.BAD]


def write_contents(annex: Annex, content: StageContent) -> None:
    """Write how many indicators of each content came out how, then each that was not assessed, and why."""
    write_table_head(annex, list(CONTENT_COLUMNS))
    for place, row in enumerate(content.frames.contents.to_dict("records"), start=1):
        annex.number(0, place, "0", CELL, CENTRE)
        annex.text(1, row["name"], CELL, LEFT)
        for column, name in enumerate(("indicators", "assessed", *STAGE_STATUSES), start=2):
            annex.number(column, row[name], "0", CELL, CENTRE)
        annex.down()
    annex.down(10)
    annex.across(0, annex.last, "Không đánh giá được, vì sao", BOLD)
    annex.down()
    annex.keep_with_next()
    for row in content.frames.not_assessed.to_dict("records"):
        _write_not_assessed(annex, {str(k): v for k, v in row.items()})
    if content.frames.not_assessed.empty:
        annex.across(0, annex.last, "Mọi chỉ tiêu đều đánh giá được.", CELL, CENTRE, ITALIC)
        annex.down()


def _write_not_assessed(annex: Annex, row: Mapping[str, Any]) -> None:
    word = STAGE_STATUSES[row["status"]]
    texts = (f"{row['indicator']} {row['name']}", row["content_name"], f"{word.sign} {word.word}", row["not_assessed"])
    ends = (*(column - 1 for column in NOT_ASSESSED_COLUMNS[1:]), annex.last)
    for first, last, text in zip(NOT_ASSESSED_COLUMNS, ends, texts, strict=True):
        annex.across(first, last, text, CELL, LEFT)
    annex.down()


def trajectory_widths(content: StageContent) -> list[float]:
    """Return the column widths: place, indicator, unit of measure, then line and figure of each year."""
    return [*TRAJECTORY_FIRST.values(), *(TRAJECTORY_YEAR * len(years_of(content)))]


def years_of(content: StageContent) -> list[int]:
    """Return the years of the stage."""
    return list(range(content.stage.first_year, content.stage.last_year + 1))


def write_trajectory(annex: Annex, content: StageContent) -> None:
    """Write the line from base to target and the figure, year by year, an indicator a row."""
    years = years_of(content)
    first = len(TRAJECTORY_FIRST)
    over = {(first + 2 * i, first + 2 * i + 1): f"Năm {year}" for i, year in enumerate(years)}
    write_table_head(annex, [*TRAJECTORY_FIRST, *(["Đường thẳng", "Kết quả"] * len(years))], over)
    rows = content.frames.trajectory.to_dict("records")
    by_indicator: dict[str, dict[int, Mapping[Any, Any]]] = {}
    for row in rows:
        by_indicator.setdefault(row["indicator"], {})[row["year"]] = row
    for place, found in enumerate(by_indicator.values(), start=1):
        any_row = next(iter(found.values()))
        annex.number(0, place, "0", CELL, CENTRE)
        annex.text(1, f"{any_row['indicator']} {any_row['name']}", CELL, LEFT)
        annex.text(2, any_row["unit_of_measure"], CELL, CENTRE)
        for i, year in enumerate(years):
            _write_year(annex, first + 2 * i, found.get(year))
        annex.down()
    annex.down(10)
    note = (
        "Đường thẳng nối số gốc với mục tiêu, đọc ở ngày chốt số liệu năm; không phải mục tiêu của văn bản nào. "
        "Kết quả in đỏ là kém hơn đường thẳng. Ô trống: chỉ tiêu chưa hoặc không còn theo định nghĩa này."
    )
    annex.across(0, annex.last, note, ITALIC)
    annex.down()
    annex.keep(annex.row - 3)


def _write_year(annex: Annex, column: int, row: Mapping[Any, Any] | None) -> None:
    if row is None:
        annex.text(column, "", CELL)
        annex.text(column + 1, "", CELL)
        return
    gap: Decimal | None = known(row["gap"])
    annex.number(column, rounded(known(row["line"])), TWO_DECIMALS, CELL, ITALIC)
    annex.number(column + 1, rounded(known(row["value"])), TWO_DECIMALS, CELL, BAD if gap and gap < 0 else {})


def write_alignment(annex: Annex, content: StageContent) -> None:
    """Write each indicator of the province beside what the district's plan makes of it."""
    write_table_head(annex, list(ALIGNMENT_COLUMNS), ALIGNMENT_OVER)
    rows = content.frames.alignment.to_dict("records")
    for place, row in enumerate(rows, start=1):
        differs = row["alignment"] not in ("khớp", "đặt cao hơn", "tỉnh chưa đặt mục tiêu")
        annex.number(0, place, "0", CELL, CENTRE)
        annex.text(1, row["indicator"], CELL, CENTRE)
        annex.text(2, row["name"], CELL, LEFT)
        for column, name in ((3, "province_target"), (5, "district_target")):
            annex.number(column, rounded(known(row[name])), TWO_DECIMALS, CELL)
        for column, name in ((4, "province_year"), (6, "district_year")):
            annex.number(column, known(row[name]), "0", CELL, CENTRE)
        annex.text(7, row["alignment"], CELL, LEFT, *((BOLD, BAD) if differs else ()))
        annex.text(8, row["remark"] or NOTHING, CELL, LEFT)
        annex.text(9, known(row["province_document"]) or NOTHING, CELL, LEFT, {"font_size": 11})
        annex.down()
    if not rows:
        annex.across(0, annex.last, "Chưa khai kế hoạch nào của huyện cho giai đoạn này.", CELL, CENTRE, ITALIC)
        annex.down()
    annex.down(10)
    for name, status in {row["plan"]: row["plan_status"] for row in rows}.items():
        annex.across(0, annex.last, f"Kế hoạch {name}: {TRUST_NAMES[Trust(status)]}.", ITALIC)
        annex.down()
