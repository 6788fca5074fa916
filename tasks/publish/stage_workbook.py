"""`bang-danh-gia.xlsx` of a stage: its tables as annexes in the official look; the same content, the same bytes."""

from __future__ import annotations

import io
from collections.abc import Callable, Sequence
from datetime import UTC
from decimal import Decimal
from pathlib import Path

from python_calamine import CalamineWorkbook
from xlsxwriter import Workbook

from config.number import round_half_up
from tasks.publish.annex import DEFAULT_FONT, Annex, Styles, open_annex, write_foot, write_head, write_title
from tasks.publish.judged_line import ROMAN, known
from tasks.publish.matrix import matrix_pages, matrix_widths
from tasks.publish.score_sheet import WIDTHS as SCORE_WIDTHS
from tasks.publish.score_sheet import write_scores
from tasks.publish.stage_content import StageContent
from tasks.publish.stage_lines import stage_groups
from tasks.publish.stage_lists import (
    ALIGNMENT_COLUMNS,
    CONTENT_COLUMNS,
    trajectory_widths,
    write_alignment,
    write_contents,
    write_trajectory,
)
from tasks.publish.stage_matrix import write_stage_units
from tasks.publish.stage_sheet import BASE, COLUMNS, VALUE, R, write_stage_table
from tasks.publish.verify import same
from tasks.publish.wording import day
from tasks.publish.workbook import FILE_NAME, OPTIONS, issuer, marks

__all__ = ["FILE_NAME", "check_stage_workbook", "stage_workbook"]

TABLE = "PL I Chỉ tiêu"


def stage_workbook(content: StageContent) -> bytes:
    """Return the evaluation book of a stage."""
    out = io.BytesIO()
    book = Workbook(out, OPTIONS | {"default_format_properties": dict(DEFAULT_FONT)})
    created = content.facts.created_at.astimezone(UTC).replace(tzinfo=None, microsecond=0)
    book.set_properties({"title": f"Bảng đánh giá cải cách hành chính {content.name}", "created": created})
    styles = Styles(book)
    annex = open_annex(book, styles, TABLE, list(COLUMNS.values()), landscape=True)
    write_head(annex, content.declarations.office, content.facts.created_at.astimezone(content.zone).date())
    _finish(annex, content, ROMAN[0], "kết quả thực hiện các chỉ tiêu cải cách hành chính", write_stage_table)
    _write_matrices(book, styles, content)
    further = (
        ("Nội dung", list(CONTENT_COLUMNS.values()), "tổng hợp theo nội dung", write_contents),
        ("Từng năm", trajectory_widths(content), "kết quả từng năm so với đường tới mục tiêu", write_trajectory),
        ("Chấm điểm", SCORE_WIDTHS, f"điểm, hạng, xếp loại các đơn vị{_scored(content)}", _scores),
        ("Đối chiếu", list(ALIGNMENT_COLUMNS.values()), "kế hoạch của huyện và chỉ tiêu của tỉnh", write_alignment),
    )
    for place, (name, widths, title, write) in enumerate(further, start=1 + len(content.boundaries)):
        annex = open_annex(book, styles, f"PL {ROMAN[place]} {name}", widths, landscape=True)
        _finish(annex, content, ROMAN[place], title, write)
    book.close()
    return out.getvalue()


def _write_matrices(book: Workbook, styles: Styles, content: StageContent) -> None:
    """Write a matrix in each set of boundaries, those of today first: along them the units' roads can be judged."""
    shown = stage_groups(content)
    for place, label in enumerate(reversed(content.boundaries), start=1):
        when = "hiện nay" if place == 1 and len(content.boundaries) > 1 else "khi báo cáo"
        annex = open_annex(book, styles, f"PL {ROMAN[place]} Đơn vị {when}", matrix_widths(shown), landscape=True)
        title = f"kết quả từng chỉ tiêu của từng đơn vị {_inside(content.name)}"
        lines = _title_lines(content)
        write_title(annex, [f"Phụ lục {ROMAN[place]}", title, f"({label})", *lines], matrix_pages(shown))
        write_stage_units(annex, content, label)
        write_foot(annex, _foot(content))


def _scores(annex: Annex, content: StageContent) -> None:
    write_scores(annex, content.frames.scores)


def _scored(content: StageContent) -> str:
    return f" {content.frames.scored.name_within}," if content.frames.scored else ""


def _finish(
    annex: Annex, content: StageContent, number: str, title: str, write: Callable[[Annex, StageContent], None]
) -> None:
    texts = [f"Phụ lục {number}", f"{title} {_inside(content.name)}", *_title_lines(content)]
    write_title(annex, texts, [(0, annex.last)])
    write(annex, content)
    annex.fit()
    write_foot(annex, _foot(content))


def _title_lines(content: StageContent) -> list[str]:
    year = content.facts.created_at.astimezone(content.zone).year
    to = max(content.frames.table["figures_to"])
    return [
        f"(Kèm theo Báo cáo số ……/BC-UBND ngày …… tháng …… năm {year} của {issuer(content)})",
        " – ".join([f"Số liệu đến hết ngày {day(to)}", *marks(content)]),
    ]


def _foot(content: StageContent) -> str:
    return " – ".join([f"Bản công bố {content.facts.name}, {_inside(content.name)}", *marks(content)])


def _inside(name: str) -> str:
    return name[:1].lower() + name[1:]


def check_stage_workbook(path: Path, content: StageContent) -> None:
    """Raise `MismatchError` unless the first annex of the written book holds the figures of `content`."""
    grid = CalamineWorkbook.from_path(str(path)).get_sheet_by_name(TABLE).to_python()
    rows = [row for row in grid if row and isinstance(row[0], int | float)]
    table = content.frames.table
    same(f"{TABLE}: số chỉ tiêu", len(rows), len(table))
    for column, place in (("base", BASE), ("value", VALUE), ("r", R)):
        written = [Decimal(str(row[place])) for row in rows if isinstance(row[place], int | float)]
        figures = [round_half_up(v) for v in table[column].tolist() if known(v) is not None]
        same(f"{TABLE}: số ô {column}", len(written), len(figures))
        same(f"{TABLE}: tổng {column}", _sum(written), _sum(figures), _tolerance(figures))


def _sum(figures: Sequence[Decimal]) -> Decimal:
    return sum(figures, Decimal(0))


def _tolerance(figures: Sequence[Decimal]) -> Decimal:
    return sum(map(abs, figures), Decimal(1)).scaleb(-12)
