"""`bang-danh-gia.xlsx`: the evaluation as four annexes; the same content gives the same bytes."""

from __future__ import annotations

import io
from collections.abc import Callable
from datetime import UTC

from xlsxwriter import Workbook

from tasks.publish.annex import Annex, Styles, open_annex, write_foot, write_head, write_title
from tasks.publish.content import ReleaseContent
from tasks.publish.evaluation_sheet import COLUMNS, window, write_evaluation
from tasks.publish.list_sheets import FINDING_COLUMNS, SUBMISSION_COLUMNS, write_findings, write_submissions
from tasks.publish.matrix_sheet import last_of_first_page, matrix_widths, write_matrix

ILLUSTRATIVE = "SỐ LIỆU MINH HOẠ – không phải số liệu chính thức"
FILE_NAME = "bang-danh-gia.xlsx"
SHEETS = ("PL I Chỉ tiêu", "PL II Đơn vị", "PL III Biểu nộp", "PL IV Lỗi")
OPTIONS = {
    "in_memory": True,
    "strings_to_formulas": False,
    "strings_to_urls": False,
    "strings_to_numbers": False,
}  # fmt: skip


def workbook(content: ReleaseContent) -> bytes:
    """Return the evaluation book of `content`."""
    out = io.BytesIO()
    book = Workbook(out, OPTIONS)
    created = content.facts.created_at.astimezone(UTC).replace(tzinfo=None, microsecond=0)
    name = content.period.name
    book.set_properties({"title": f"Bảng đánh giá cải cách hành chính {name}", "created": created})
    styles = Styles(book)
    title = f"kết quả thực hiện các chỉ tiêu cải cách hành chính {name}"
    _annex(content, open_annex(book, styles, SHEETS[0], list(COLUMNS.values()), True), "I", title, write_evaluation)
    title = f"kết quả từng chỉ tiêu của từng đơn vị {name}"
    _annex(content, open_annex(book, styles, SHEETS[1], matrix_widths(content), True), "II", title, write_matrix)
    title = f"tình hình nộp biểu số liệu {name}"
    submissions = open_annex(book, styles, SHEETS[2], list(SUBMISSION_COLUMNS.values()), False)
    _annex(content, submissions, "III", title, write_submissions)
    title = f"lỗi và điểm cần kiểm tra trong biểu số liệu {name}"
    findings = open_annex(book, styles, SHEETS[3], list(FINDING_COLUMNS.values()), True)
    _annex(content, findings, "IV", title, write_findings)
    book.close()
    return out.getvalue()


def _annex(
    content: ReleaseContent, annex: Annex, number: str, title: str, write: Callable[[Annex, ReleaseContent], None]
) -> None:
    office, facts = content.declarations.office, content.facts
    is_matrix = number == "II"
    last = last_of_first_page(content) if is_matrix else annex.last
    if not is_matrix:
        annex.sheet.fit_to_pages(1, 0)
    write_head(annex, office, facts.created_at.astimezone(content.zone).date(), last)
    write_title(annex, number, title, _title_lines(content), last)
    write(annex, content)
    marks = [f"Bản công bố {facts.name} kỳ {content.period}", *_marks(content)]
    write_foot(annex, " – ".join(marks))


def _title_lines(content: ReleaseContent) -> list[str]:
    year = content.facts.created_at.astimezone(content.zone).year
    span = content.declarations.calendar.span(content.period)
    sentence = window(span)
    return [
        f"(Kèm theo Báo cáo số ……/BC-UBND ngày …… tháng …… năm {year} của {issuer(content)})",
        f"{sentence[0].upper()}{sentence[1:]}",
        *_marks(content),
    ]


def _marks(content: ReleaseContent) -> list[str]:
    marks = ["Số liệu tạm thời" if content.facts.provisional else "Số liệu chính thức của kỳ"]
    return [*marks, ILLUSTRATIVE] if content.facts.illustrative else marks


def issuer(content: ReleaseContent) -> str:
    """Return the issuing body as it stands in a sentence: `Ủy ban nhân dân huyện Chợ Mới`."""
    code = content.declarations.office.district
    name = next(u.name for u in content.declarations.units.all if u.code == code)
    return f"Ủy ban nhân dân {name[0].lower()}{name[1:]}"
