"""The sheet of a returned workbook that lists what is wrong, cell by cell, each with its remedy."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence

from openpyxl import Workbook
from openpyxl.styles import PatternFill
from openpyxl.utils import quote_sheetname
from openpyxl.worksheet.hyperlink import Hyperlink
from openpyxl.worksheet.worksheet import Worksheet

from config.stamp import FINDINGS_SHEET
from expectations.finding import SEVERITY_NAMES, Finding, Severity
from tasks.forms.look import (
    BODY,
    BOLD,
    BOX,
    CENTRE,
    LINK,
    TEXT,
    TITLE,
    fit_row,
    head_row,
    lock,
    put,
    put_across,
    set_page,
    solid,
)
from tasks.forms.places import cell_at, sheet_named

# Not the programs' own palettes: a later return knows our marks by these very colours.
SEVERITY_FILLS: dict[Severity, PatternFill] = {
    Severity.CRITICAL: solid("FFFFB3B0"),
    Severity.WARNING: solid("FFFFD685"),
    Severity.INFO: solid("FFB5DBFF"),
}
COLUMNS = {"A": ("TT", 6.0), "B": ("Mức độ", 15.0), "C": ("Vị trí", 22.0), "D": ("Quy tắc", 18.0)}
COLUMNS |= {"E": ("Đang ghi", 26.0), "F": ("Cần là", 28.0), "G": ("Cách sửa", 62.0)}
HEAD_ROW = 6
RETURNED = "Biểu chưa được nhận. Sửa các lỗi nghiêm trọng ngay trong tệp này, lưu lại rồi gửi lại."
RECEIVED = (
    "Biểu đã được nhận. Xem lại các mục dưới đây; số sai thì sửa và gửi lại, số đúng thì ghi lý do ở cột «Ghi chú»."
)
RESEND = (
    "Bấm vào vị trí để đến ô cần sửa. Không cần xóa màu, ghi chú hay trang này; có thể gửi lại nhiều lần, bản sau thay "
    "bản trước."
)


def by_weight(findings: Sequence[Finding]) -> list[Finding]:
    """Return `findings` with the critical ones first, otherwise in the order in which they came."""
    return sorted(findings, key=lambda finding: list(Severity).index(finding.severity))


def write_findings_sheet(workbook: Workbook, findings: Sequence[Finding]) -> None:
    """Put the sheet of `findings` first in `workbook` and show it on opening."""
    sheet: Worksheet = workbook.create_sheet(FINDINGS_SHEET, 0)
    for column, (_, width) in COLUMNS.items():
        sheet.column_dimensions[column].width = width
    _write_head(sheet, findings)
    for row, finding in enumerate(by_weight(findings), start=HEAD_ROW + 1):
        _write_finding(workbook, sheet, row, finding)
    sheet.freeze_panes = f"A{HEAD_ROW + 1}"
    sheet.print_title_rows = f"{HEAD_ROW}:{HEAD_ROW}"
    set_page(sheet, FINDINGS_SHEET, landscape=True)
    lock(sheet)
    _show_first(workbook)


def _write_head(sheet: Worksheet, findings: Sequence[Finding]) -> None:
    counts = Counter(f.severity for f in findings)
    said = ", ".join(f"{counts[s]} {SEVERITY_NAMES[s].lower()}" for s in Severity if counts[s])
    put_across(sheet, "A1:G1", "KẾT QUẢ KIỂM TRA BIỂU", TITLE, CENTRE)
    put_across(sheet, "A2:G2", f"Có {len(findings)} mục: {said}." if findings else "Không có mục nào.", BOLD)
    put_across(sheet, "A3:G3", RETURNED if counts[Severity.CRITICAL] else RECEIVED)
    put_across(sheet, "A4:G4", RESEND)
    head_row(sheet, HEAD_ROW, {column: name for column, (name, _) in COLUMNS.items()})


def _write_finding(workbook: Workbook, sheet: Worksheet, row: int, finding: Finding) -> None:
    texts = (
        str(row - HEAD_ROW),
        SEVERITY_NAMES[finding.severity],
        _place(finding),
        finding.label,
        finding.found,
        finding.expected,
        finding.message,
    )
    for column, text in zip(COLUMNS, texts, strict=True):
        cell = put(sheet[f"{column}{row}"], text, BODY, CENTRE if column in "AB" else TEXT)
        cell.border = BOX
    sheet[f"B{row}"].fill = SEVERITY_FILLS[finding.severity]
    _link(workbook, sheet, f"C{row}", finding)
    fit_row(sheet, row)


def _place(finding: Finding) -> str:
    where = "!".join(part for part in (finding.sheet, finding.cell) if part)
    return f"{where} ({finding.element})" if where and finding.element else where or finding.element or "Toàn biểu"


def _link(workbook: Workbook, sheet: Worksheet, place: str, finding: Finding) -> None:
    target, cell = sheet_named(workbook, finding.sheet), cell_at(workbook, finding)
    if target is None:
        return
    location = f"{quote_sheetname(target.title)}!{cell.coordinate if cell else 'A1'}"
    sheet[place].hyperlink = Hyperlink(ref=place, location=location)
    sheet[place].font = LINK


def _show_first(workbook: Workbook) -> None:
    workbook.active = 0
    for sheet in workbook.worksheets:  # two selected sheets would both take what is typed into one
        sheet.sheet_view.tabSelected = sheet.title == FINDINGS_SHEET
