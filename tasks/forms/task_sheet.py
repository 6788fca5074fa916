"""The sheet for the year's plan tasks: rows to fill in, days and states judged while they are typed."""

from __future__ import annotations

from datetime import date, timedelta

from openpyxl.utils import column_index_from_string
from openpyxl.worksheet.datavalidation import DataValidation
from openpyxl.worksheet.worksheet import Worksheet

from config.plan_task import TASK_HEADS, TASK_STATE_NAMES, TaskList
from tasks.forms.edition import Edition
from tasks.forms.look import (
    BODY,
    CENTRE,
    DATE_FORMAT,
    HEADING,
    ITALIC,
    LINE_HEIGHT,
    TEXT,
    head_row,
    lock,
    make_input,
    put_across,
    set_page,
)
from tasks.forms.package import serial

WIDTHS = {
    "code": 9.0, "content": 46.0, "responsible": 24.0, "post": 22.0, "due": 13.0, "state": 17.0, "done": 13.0,
    "note": 22.0,
}  # fmt: skip
CENTRED = ("code", "due", "state", "done")
DAYS = ("due", "done")
HOW = (
    "Mỗi nhiệm vụ một dòng. Tình trạng chọn trong danh sách, ngày ghi ngày/tháng/năm; ghi chức vụ, không ghi tên "
    "người. Chương trình đếm lại A01–A04 từ danh mục này; nhiệm vụ quá hạn do chương trình tính, không phải ghi."
)
ROW_HEIGHT = 2 * LINE_HEIGHT + 3  # a task is told in two lines; who needs more makes the row higher
AROUND = timedelta(days=366)  # a plan's days lie in its year, or close to it


def write_task_sheet(sheet: Worksheet, asked: TaskList, edition: Edition, unit_line: str) -> None:
    """Write the whole sheet; `unit_line` is the line of the head that names the unit."""
    columns, head = vars(asked.columns), edition.form.first_row - 1
    for part, letter in columns.items():
        sheet.column_dimensions[letter].width = WIDTHS[part]
    letters = sorted(columns.values(), key=column_index_from_string)
    lines = [
        (asked.title, HEADING),
        (unit_line, BODY),
        (f"Kỳ báo cáo: {edition.period.name}, tình trạng đến hết ngày {edition.span.end:%d/%m/%Y}", BODY),
        (HOW, ITALIC),
    ]
    for row, (text, font) in zip(range(1, head), lines, strict=False):
        put_across(sheet, f"{letters[0]}{row}:{letters[-1]}{row}", text, font)
    head_row(sheet, head, {letter: getattr(TASK_HEADS, part) for part, letter in columns.items()})
    _write_rows(sheet, asked, edition)
    sheet.freeze_panes = f"A{edition.form.first_row}"
    sheet.print_title_rows = f"{head}:{head}"
    set_page(sheet, edition.label, landscape=True)
    lock(sheet)


def _write_rows(sheet: Worksheet, asked: TaskList, edition: Edition) -> None:
    first = edition.form.first_row
    last = first + asked.rows - 1
    for row in range(first, last + 1):
        sheet.row_dimensions[row].height = ROW_HEIGHT
        for part, letter in vars(asked.columns).items():
            cell = sheet[f"{letter}{row}"]
            make_input(cell, CENTRE if part in CENTRED else TEXT)
            if part in DAYS:
                cell.number_format = DATE_FORMAT
    states, days = _states(), _days(edition)
    states.add(f"{asked.columns.state}{first}:{asked.columns.state}{last}")
    for part in DAYS:
        letter = getattr(asked.columns, part)
        days.add(f"{letter}{first}:{letter}{last}")
    sheet.add_data_validation(states)
    sheet.add_data_validation(days)


def _states() -> DataValidation:
    names = list(TASK_STATE_NAMES.values())
    return DataValidation(
        type="list",
        formula1=f'"{",".join(names)}"',
        allow_blank=True,
        showErrorMessage=True,
        errorTitle="Tình trạng",
        error=f"Chọn trong danh sách: {', '.join(names)}.",
        showInputMessage=True,
        promptTitle="Tình trạng",
        prompt="«Đã hoàn thành» thì ghi cả ngày hoàn thành. Quá hạn hay chưa do chương trình tính.",
    )


def _days(edition: Edition) -> DataValidation:
    earliest, latest = date(edition.period.year, 1, 1) - AROUND, date(edition.period.year, 12, 31) + AROUND
    return DataValidation(
        type="date",
        operator="between",
        formula1=f"{serial(earliest):.0f}",
        formula2=f"{serial(latest):.0f}",
        allow_blank=True,
        showErrorMessage=True,
        errorTitle="Ngày",
        error=f"Ghi một ngày từ {earliest:%d/%m/%Y} đến {latest:%d/%m/%Y}, dạng ngày/tháng/năm.",
        showInputMessage=True,
        promptTitle="Ngày",
        prompt="Ghi ngày/tháng/năm, ví dụ 30/06/2022.",
    )
