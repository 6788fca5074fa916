"""One section of a form: a sheet with a row for each element in force, only figure and note open to the unit."""

from __future__ import annotations

from collections.abc import Sequence

from openpyxl.worksheet.worksheet import Worksheet

from config.element import Element, Kind
from config.form import Section
from config.number import NumberType
from tasks.forms.edition import Edition
from tasks.forms.look import (
    BODY,
    BOLD,
    BOX,
    CENTRE,
    HEADING,
    ITALIC,
    RIGHT,
    TEXT,
    TOTAL_FILL,
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
from tasks.forms.validation import value_validation

LEGEND = "Chỉ ghi vào ô nền vàng. Dòng nền xám là dòng tổng, đơn vị tự cộng. Cách ghi: xem trang «Hướng dẫn»."


def write_section(sheet: Worksheet, section: Section, edition: Edition, unit_line: str) -> None:
    """Write the whole sheet of `section`; `unit_line` is the line of the head that names the unit."""
    form = edition.form
    set_form_widths(sheet, form.columns)
    _write_head(sheet, section, edition, unit_line)
    form_head_row(sheet, form.first_row - 1, form.columns)
    elements = edition.elements(section)
    for row, element in enumerate(elements, start=form.first_row):
        _write_row(sheet, row, element, edition)
    _validate(sheet, elements, edition)
    sheet.freeze_panes = f"A{form.first_row}"
    sheet.print_title_rows = f"{form.first_row - 1}:{form.first_row - 1}"
    set_page(sheet, edition.label)
    lock(sheet)


def number_format(element: Element) -> str:
    """Return how a figure of `element` shows: thousands apart; decimals never look like thousands (1.200,0)."""
    if element.type is NumberType.DECIMAL:
        return "#,##0.0" + "#" * (element.decimals - 1)
    return "#,##0" if element.type is NumberType.COUNT else "0"


def _write_head(sheet: Worksheet, section: Section, edition: Edition, unit_line: str) -> None:
    first, last = edges(edition.form.columns)
    lines = [
        (f"{section.code}. {section.title}", HEADING),
        (unit_line, BODY),
        (f"Kỳ báo cáo: {edition.period.name}, số liệu {edition.window}", BODY),
        (LEGEND, ITALIC),
    ]
    for row, (text, font) in zip(range(1, edition.form.first_row - 1), lines, strict=False):
        put_across(sheet, f"{first}{row}:{last}{row}", text, font)


def _write_row(sheet: Worksheet, row: int, element: Element, edition: Edition) -> None:
    columns, total = edition.form.columns, element.kind is Kind.DERIVED_SUM
    for column, text, alignment in (
        (columns.code, element.code, CENTRE),
        (columns.name, element.name, TEXT),
        (columns.unit_of_measure, element.unit_of_measure, CENTRE),
    ):
        cell = put(sheet[f"{column}{row}"], text, BOLD if total else BODY, alignment)
        cell.border = BOX
        if total:
            cell.fill = TOTAL_FILL
    value, note = sheet[f"{columns.value}{row}"], sheet[f"{columns.note}{row}"]
    make_input(value, RIGHT)
    make_input(note)
    value.number_format = number_format(element)
    if total:
        value.font = BOLD
    fit_row(sheet, row)


def _validate(sheet: Worksheet, elements: Sequence[Element], edition: Edition) -> None:
    alike: dict[tuple[object, ...], list[int]] = {}
    for row, element in enumerate(elements, start=edition.form.first_row):
        alike.setdefault((element.type, element.kind, element.required), []).append(row)
    for rows in alike.values():
        column, element = edition.form.columns.value, elements[rows[0] - edition.form.first_row]
        validation = value_validation(element, f"{column}{rows[0]}", edition)
        for row in rows:
            validation.add(f"{column}{row}")
        sheet.add_data_validation(validation)
