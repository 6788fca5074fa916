"""The cover of a form: whose it is, what it covers, by when it is due, the coded rows of the cover, the signatures."""

from __future__ import annotations

from datetime import date

from openpyxl.cell.cell import Cell
from openpyxl.utils import column_index_from_string, get_column_letter
from openpyxl.worksheet.worksheet import Worksheet

from config.element import Level
from config.stamp import SCOPE_NAMES, SCOPE_ROW, UNIT_LABEL, WINDOW_FROM_ROW, WINDOW_TO_ROW
from tasks.forms.edition import Edition
from tasks.forms.look import (
    BODY,
    BOLD,
    BOX,
    CENTRE,
    DATE_FORMAT,
    HEADING,
    ITALIC,
    LINE_HEIGHT,
    TEXT,
    TITLE,
    UNLOCKED,
    edges,
    fit_row,
    form_head_row,
    lock,
    make_input,
    put,
    put_across,
    set_form_widths,
    set_page,
)
from tasks.forms.validation import scope_validation, window_validation

INPUTS_ROW = 16  # of the heading above the coded rows
SIGN_ROW = 23
ROOM_TO_SIGN = 5


def write_cover(sheet: Worksheet, edition: Edition, unit_name: str, unit_code: str) -> None:
    """Write the whole cover."""
    set_form_widths(sheet, edition.form.columns)
    first, last = edges(edition.form.columns)
    put_across(sheet, f"{first}1:{last}1", edition.office.issuer, BOLD)
    put_across(sheet, f"{first}3:{last}3", edition.form.title, TITLE, CENTRE)
    put_across(sheet, f"{first}4:{last}4", edition.period.name, HEADING, CENTRE)
    _write_facts(sheet, edition, unit_name, unit_code)
    _write_inputs(sheet, edition)
    _write_signatures(sheet, edition)
    set_page(sheet, edition.label)
    lock(sheet)


def _write_facts(sheet: Worksheet, edition: Edition, unit_name: str, unit_code: str) -> None:
    columns = edition.form.columns
    _, last = edges(columns)
    beside = get_column_letter(column_index_from_string(columns.name) + 1)
    facts = {
        "Đơn vị báo cáo": unit_name,
        UNIT_LABEL: unit_code,
        "Kỳ báo cáo": f"{edition.period.name} ({edition.period})",
        "Số liệu tính đến hết ngày": f"{edition.span.end:%d/%m/%Y} (từ ngày {edition.span.start:%d/%m/%Y})",
        "Hạn gửi báo cáo": f"{edition.deadline:%d/%m/%Y}",
        "Nơi nhận": edition.office.contact,
        "Phiên bản biểu": f"{edition.form.version} (mã {edition.form.id})",
        "Căn cứ": edition.form.document,
    }
    for row, (label, text) in enumerate(facts.items(), start=6):
        put_across(sheet, f"{columns.code}{row}:{columns.name}{row}", label, alignment=TEXT)
        put_across(sheet, f"{beside}{row}:{last}{row}", text, BOLD, TEXT)
        for cell in sheet[row]:
            cell.border = BOX
        sheet.row_dimensions[row].height = 4 + (sheet.row_dimensions[row].height or 0)


def _write_inputs(sheet: Worksheet, edition: Edition) -> None:
    first, last = edges(edition.form.columns)
    put_across(sheet, f"{first}{INPUTS_ROW - 1}:{last}{INPUTS_ROW - 1}", "Phần đơn vị khai", HEADING)
    form_head_row(sheet, INPUTS_ROW, edition.form.columns)
    scope = _input_row(sheet, INPUTS_ROW + 1, edition, (SCOPE_ROW, "Phạm vi số liệu", ""))
    put(scope, SCOPE_NAMES["own"], BODY, CENTRE)
    if edition.form.level is Level.DISTRICT:
        make_input(scope, CENTRE)
        scopes = scope_validation()
        scopes.add(scope.coordinate)
        sheet.add_data_validation(scopes)
    rows = ((WINDOW_FROM_ROW, "Số liệu từ ngày", edition.span.start), (WINDOW_TO_ROW, "đến hết ngày", edition.span.end))
    validation = window_validation(edition)
    for row, (code, name, moment) in enumerate(rows, start=INPUTS_ROW + 2):
        _write_day(_input_row(sheet, row, edition, (code, name, "ngày")), moment)
        validation.add(f"{edition.form.columns.value}{row}")
    sheet.add_data_validation(validation)


def _input_row(sheet: Worksheet, row: int, edition: Edition, texts: tuple[str, str, str]) -> Cell:
    columns = edition.form.columns
    places = (columns.code, columns.name, columns.unit_of_measure)
    for column, text, alignment in zip(places, texts, (CENTRE, TEXT, CENTRE), strict=True):
        put(sheet[f"{column}{row}"], text, BODY, alignment).border = BOX
    make_input(sheet[f"{columns.note}{row}"])
    cell: Cell = sheet[f"{columns.value}{row}"]
    cell.border = BOX
    fit_row(sheet, row)
    return cell


def _write_day(cell: Cell, moment: date) -> None:
    make_input(cell, CENTRE)
    cell.value = moment
    cell.number_format = DATE_FORMAT


def _write_signatures(sheet: Worksheet, edition: Edition) -> None:
    columns = edition.form.columns
    _, last = edges(columns)
    beside = get_column_letter(column_index_from_string(columns.name) + 1)
    left, right = (columns.code, columns.name), (beside, last)
    _write_open(sheet, f"{right[0]}{SIGN_ROW - 1}:{right[1]}{SIGN_ROW - 1}", "……………, ngày …… tháng …… năm ………")
    for (start, end), who, how in (
        (left, "NGƯỜI LẬP BIỂU", "(Ký, ghi rõ họ tên)"),
        (right, "THỦ TRƯỞNG ĐƠN VỊ", "(Ký tên, đóng dấu)"),
    ):
        put_across(sheet, f"{start}{SIGN_ROW}:{end}{SIGN_ROW}", who, BOLD, CENTRE)
        put_across(sheet, f"{start}{SIGN_ROW + 1}:{end}{SIGN_ROW + 1}", how, ITALIC, CENTRE)
        name_row = SIGN_ROW + 1 + ROOM_TO_SIGN
        _write_open(sheet, f"{start}{name_row}:{end}{name_row}", "……………………………")
    for row in range(SIGN_ROW + 2, SIGN_ROW + 1 + ROOM_TO_SIGN):
        sheet.row_dimensions[row].height = LINE_HEIGHT


def _write_open(sheet: Worksheet, area: str, dots: str) -> None:
    put_across(sheet, area, dots, ITALIC, CENTRE).protection = UNLOCKED
