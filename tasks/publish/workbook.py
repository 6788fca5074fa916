"""`bang-danh-gia.xlsx`: the evaluation as six annexes; the same content gives the same bytes."""

from __future__ import annotations

import io
from datetime import UTC

from xlsxwriter import Workbook

from tasks.publish.annex import (
    DEFAULT_COLUMN,
    DEFAULT_FONT,
    DEFAULT_ROW,
    Annex,
    Styles,
    open_annex,
    write_foot,
    write_head,
    write_title,
)
from tasks.publish.content import Made, ReleaseContent, approved_on
from tasks.publish.evaluation_sheet import COLUMNS, write_evaluation
from tasks.publish.lines import groups
from tasks.publish.list_sheets import (
    CHANGE_COLUMNS,
    FINDING_COLUMNS,
    SUBMISSION_COLUMNS,
    TASK_COLUMNS,
    write_changes,
    write_findings,
    write_submissions,
    write_tasks,
)
from tasks.publish.matrix import matrix_pages, matrix_widths
from tasks.publish.matrix_sheet import write_units
from tasks.publish.score_sheet import WIDTHS as SCORE_WIDTHS
from tasks.publish.score_sheet import write_scores
from tasks.publish.wording import day
from tasks.store.stage_frames import ScoreFrames

PROVISIONAL, FINAL, ILLUSTRATIVE = "số liệu tạm thời", "số liệu chính thức", "SỐ LIỆU MINH HOẠ"
FILE_NAME = "bang-danh-gia.xlsx"
SHEETS = ("PL I Chỉ tiêu", "PL II Đơn vị", "PL III Biểu nộp", "PL IV Lỗi", "PL V Thay đổi", "PL VI Nhiệm vụ")
SCORE_SHEET = "PL VII Chấm điểm"  # of a full year
OPTIONS = {
    "in_memory": True,
    "strings_to_formulas": False,
    "strings_to_urls": False,
    "strings_to_numbers": False,
    "default_column_width": DEFAULT_COLUMN,
    "default_row_height": DEFAULT_ROW,
}


def workbook(content: ReleaseContent) -> bytes:
    """Return the evaluation book of `content`."""
    out = io.BytesIO()
    # A copy each time: XlsxWriter writes into the font it is given.
    book = Workbook(out, OPTIONS | {"default_format_properties": dict(DEFAULT_FONT)})
    created = content.facts.created_at.astimezone(UTC).replace(tzinfo=None, microsecond=0)
    book.set_properties({"title": f"Bảng đánh giá cải cách hành chính {content.period.name}", "created": created})
    styles = Styles(book)
    _write_annex_1(open_annex(book, styles, SHEETS[0], list(COLUMNS.values()), landscape=True), content)
    _write_annex_2(open_annex(book, styles, SHEETS[1], matrix_widths(groups(content)), landscape=True), content)
    _write_annex_3(open_annex(book, styles, SHEETS[2], list(SUBMISSION_COLUMNS.values()), landscape=False), content)
    _write_annex_4(open_annex(book, styles, SHEETS[3], list(FINDING_COLUMNS.values()), landscape=True), content)
    _write_annex_5(open_annex(book, styles, SHEETS[4], list(CHANGE_COLUMNS.values()), landscape=True), content)
    _write_annex_6(open_annex(book, styles, SHEETS[5], list(TASK_COLUMNS.values()), landscape=True), content)
    if content.scores is not None:
        _write_annex_7(open_annex(book, styles, SCORE_SHEET, SCORE_WIDTHS, landscape=True), content, content.scores)
    book.close()
    return out.getvalue()


def _write_annex_1(annex: Annex, content: ReleaseContent) -> None:
    """The annex that is signed, so the one with the whole official head; the others go out with it."""
    write_head(annex, content.declarations.office, content.facts.created_at.astimezone(content.zone).date())
    _write_title(annex, content, "Phụ lục I", "kết quả thực hiện các chỉ tiêu cải cách hành chính")
    write_evaluation(annex, content)
    _finish(annex, content)


def _write_annex_2(annex: Annex, content: ReleaseContent) -> None:
    title = f"kết quả từng chỉ tiêu của từng đơn vị {content.period.name}"
    write_title(annex, ["Phụ lục II", title, *_title_lines(content)], matrix_pages(groups(content)))
    write_units(annex, content)
    write_foot(annex, _foot(content))


def _write_annex_3(annex: Annex, content: ReleaseContent) -> None:
    _write_title(annex, content, "Phụ lục III", "tình hình nộp biểu số liệu")
    write_submissions(annex, content)
    _finish(annex, content)


def _write_annex_4(annex: Annex, content: ReleaseContent) -> None:
    _write_title(annex, content, "Phụ lục IV", "lỗi và điểm cần kiểm tra trong biểu số liệu")
    write_findings(annex, content)
    _finish(annex, content)


def _write_annex_5(annex: Annex, content: ReleaseContent) -> None:
    since = f" so với bản {content.compared_with}" if content.compared_with else ""
    _write_title(annex, content, "Phụ lục V", f"số liệu thay đổi{since}")
    write_changes(annex, content)
    _finish(annex, content)


def _write_annex_6(annex: Annex, content: ReleaseContent) -> None:
    _write_title(annex, content, "Phụ lục VI", "nhiệm vụ trong kế hoạch của năm, theo đơn vị chủ trì,")
    write_tasks(annex, content)
    _finish(annex, content)


def _write_annex_7(annex: Annex, content: ReleaseContent, scores: ScoreFrames) -> None:
    _write_title(annex, content, "Phụ lục VII", "điểm, hạng, xếp loại các đơn vị")
    write_scores(annex, scores)
    _finish(annex, content)


def _write_title(annex: Annex, content: ReleaseContent, number: str, title: str) -> None:
    write_title(annex, [number, f"{title} {content.period.name}", *_title_lines(content)], [(0, annex.last)])


def _finish(annex: Annex, content: ReleaseContent) -> None:
    annex.fit()
    write_foot(annex, _foot(content))


def _title_lines(content: ReleaseContent) -> list[str]:
    year = content.facts.created_at.astimezone(content.zone).year
    span = content.declarations.calendar.span(content.period)
    days = f"Số liệu từ ngày {day(span.start)} đến hết ngày {day(span.end)}"
    return [
        f"(Kèm theo Báo cáo số ……/BC-UBND ngày …… tháng …… năm {year} của {issuer(content)})",
        " – ".join([days, *marks(content)]),
    ]


def _foot(content: ReleaseContent) -> str:
    return " – ".join([f"Bản công bố {content.facts.name}, kỳ {content.period}", *marks(content)])


def marks(content: Made) -> list[str]:
    """Return what every page says of its figures: provisional or final, and whether they are illustrative."""
    stand, approval = PROVISIONAL if content.facts.provisional else FINAL, content.facts.approval
    if approval:
        stand += f", {approval.title} phê duyệt ngày {day(approved_on(content))}"
    return [stand, ILLUSTRATIVE] if content.facts.illustrative else [stand]


def issuer(content: Made) -> str:
    """Return the issuing body as it stands in a sentence: `Ủy ban nhân dân huyện Chợ Mới`."""
    code = content.declarations.office.district
    name = next(u.name for u in content.declarations.units.all if u.code == code)
    return f"Ủy ban nhân dân {name[0].lower()}{name[1:]}"
