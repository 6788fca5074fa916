"""What a unit receives: its own workbook, whole, locked where it must be and open where it writes."""

from __future__ import annotations

import io
import zipfile
from collections.abc import Callable
from dataclasses import replace
from datetime import date

import openpyxl
import pytest
from openpyxl import Workbook
from openpyxl.worksheet.worksheet import Worksheet

from config.element import Kind, Level
from config.form import FormVersion
from config.load import Declarations
from config.number import NumberType, format_number, read_number
from config.stamp import COVER_SHEET, GUIDE_SHEET, SCOPE_NAMES, STAMP_SHEET, Stamp
from config.unit import Unit
from tasks.forms.guide import EXAMPLES
from tasks.forms.issue import issue, template
from tasks.forms.look import INPUT_FILL, TOTAL_FILL
from tests.tasks.forms.factory import COMMUNE, DISTRICT, PERIOD, RULES, cells_of, opened


@pytest.fixture
def form(declarations: Declarations) -> FormVersion:
    form = declarations.form(Level.COMMUNE, PERIOD)
    assert form
    return form


@pytest.fixture
def workbook(commune: bytes) -> Workbook:
    return opened(commune)


def _sections(workbook: Workbook, form: FormVersion) -> list[Worksheet]:
    return [workbook[section.sheet] for section in form.sections]


def test_the_same_unit_gets_the_same_bytes(templates: dict[str, bytes], units: dict[str, Unit], commune: bytes) -> None:
    assert issue(templates[COMMUNE], units[COMMUNE]) == commune


def test_a_template_is_built_the_same_every_time(
    declarations: Declarations, form: FormVersion, templates: dict[str, bytes]
) -> None:
    assert template(declarations, form, PERIOD, RULES) == templates[COMMUNE]


def test_no_placeholder_reaches_a_unit(commune: bytes) -> None:
    with zipfile.ZipFile(io.BytesIO(commune)) as package:
        assert not any(b"@@" in package.read(name) for name in package.namelist())
        assert package.testzip() is None


def test_two_units_differ_only_in_name_code_and_seal(templates: dict[str, bytes], units: dict[str, Unit]) -> None:
    first, second = (cells_of(issue(templates[COMMUNE], units[code]), "TTHC") for code in (COMMUNE, "30637"))
    assert first[1] != second[1]
    assert first[:1] + first[2:] == second[:1] + second[2:]


def test_the_stamp_says_whose_form_it_is(commune: bytes) -> None:
    rows = {str(key): str(value) for key, value in cells_of(commune, STAMP_SHEET)}
    assert Stamp.read(rows) == Stamp(COMMUNE, "2022-H1", "commune/2021")


def test_a_user_does_not_come_across_the_stamp(workbook: Workbook) -> None:
    assert workbook[STAMP_SHEET].sheet_state == "veryHidden"
    assert workbook.security.lockStructure


def test_a_name_with_markup_in_it_stays_a_name(templates: dict[str, bytes], units: dict[str, Unit]) -> None:
    unit = replace(units[COMMUNE], name='Xã "A" & <B>\u202e')
    assert cells_of(issue(templates[COMMUNE], unit), COVER_SHEET)[5][2] == 'Xã "A" & <B>'


def test_the_cover_comes_first_then_the_guide_then_the_sections(workbook: Workbook, form: FormVersion) -> None:
    assert workbook.sheetnames == [COVER_SHEET, GUIDE_SHEET, *(s.sheet for s in form.sections), STAMP_SHEET]


def test_every_element_in_force_has_its_row(declarations: Declarations, form: FormVersion, commune: bytes) -> None:
    rows = {e.code: e for e in declarations.rows(form, PERIOD)}
    for section in form.sections:
        cells = cells_of(commune, section.sheet)[form.first_row - 1 :]
        expected = [[e.code, e.name, e.unit_of_measure] for e in (rows[c] for c in section.elements)]
        assert [row[:3] for row in cells] == expected


def test_an_element_no_longer_in_force_has_no_row(declarations: Declarations, form: FormVersion) -> None:
    elements = {**declarations.elements, "C42": replace(declarations.elements["C42"], valid_to=date(2022, 6, 13))}
    fewer = template(replace(declarations, elements=elements), form, PERIOD, RULES)
    codes = [row[0] for row in cells_of(fewer, "TTHC")]
    assert "C41" in codes
    assert "C42" not in codes


def test_only_figures_and_notes_are_open(workbook: Workbook, form: FormVersion) -> None:
    for sheet in _sections(workbook, form):
        open_cells = {c.coordinate for row in sheet.iter_rows() for c in row if not c.protection.locked}
        rows = range(form.first_row, sheet.max_row + 1)
        assert open_cells == {f"{column}{row}" for row in rows for column in (form.columns.value, form.columns.note)}


def test_every_sheet_is_locked_without_a_password(workbook: Workbook) -> None:
    for sheet in workbook.worksheets:
        assert sheet.protection.sheet
        assert sheet.protection.password is None


def test_a_total_looks_distinct_and_is_still_typed_by_the_unit(
    declarations: Declarations, workbook: Workbook, form: FormVersion
) -> None:
    totals = {e.code for e in declarations.elements.values() if e.kind is Kind.DERIVED_SUM}
    for row in workbook["TTHC"].iter_rows(min_row=form.first_row):
        grey = row[0].fill.fgColor.rgb == TOTAL_FILL.fgColor.rgb
        assert grey == (row[0].value in totals)
        assert row[3].fill.fgColor.rgb == INPUT_FILL.fgColor.rgb


def test_the_district_chooses_its_scope(district: bytes) -> None:
    sheet = opened(district)[COVER_SHEET]
    assert sheet["D17"].value == SCOPE_NAMES["own"]
    assert not sheet["D17"].protection.locked
    lists = [v for v in sheet.data_validations.dataValidation if v.type == "list"]
    assert [(str(v.sqref), v.formula1) for v in lists] == [("D17", '"Riêng đơn vị,Gồm cả cấp dưới"')]


def test_a_commune_has_no_scope_to_choose(workbook: Workbook) -> None:
    sheet = workbook[COVER_SHEET]
    assert sheet["D17"].value == SCOPE_NAMES["own"]
    assert sheet["D17"].protection.locked
    assert all(v.type != "list" for v in sheet.data_validations.dataValidation)


def test_the_window_is_filled_in_and_may_be_corrected(commune: bytes, workbook: Workbook) -> None:
    rows = {row[0]: row[3] for row in cells_of(commune, COVER_SHEET)}
    assert f"{rows['TT02']:%d/%m/%Y}–{rows['TT03']:%d/%m/%Y}" == "15/12/2021–14/06/2022"
    assert not workbook[COVER_SHEET]["D18"].protection.locked
    assert not workbook[COVER_SHEET]["D19"].protection.locked


@pytest.mark.parametrize(("unit", "deadline"), [(COMMUNE, "16/06/2022"), (DISTRICT, "20/06/2022")])
def test_each_level_is_told_its_own_deadline(
    templates: dict[str, bytes], units: dict[str, Unit], unit: str, deadline: str
) -> None:
    book = issue(templates[unit], units[unit])
    cover = {str(row[0]): row[2] for row in cells_of(book, COVER_SHEET)}
    assert cover["Hạn gửi báo cáo"] == deadline
    assert cover["Số liệu tính đến hết ngày"] == "14/06/2022 (từ ngày 15/12/2021)"
    told = [str(row) for row in cells_of(book, GUIDE_SHEET) if "Hạn gửi báo cáo" in str(row)]
    assert [f"Hạn gửi báo cáo: {deadline}. Số liệu tính đến hết ngày 14/06/2022" in row for row in told] == [True]


def test_counts_show_thousands_and_decimals_cannot_be_taken_for_them(workbook: Workbook) -> None:
    assert workbook["TTHC"]["D6"].number_format == "#,##0"
    assert workbook["Tài chính"]["D6"].number_format == "#,##0.0##"


def test_a_figure_and_the_words_for_nothing_are_validated_together(workbook: Workbook) -> None:
    count = next(v for v in workbook["TTHC"].data_validations.dataValidation if "D6" in v.sqref)
    assert count.type == "custom"
    assert count.errorStyle in (None, "stop")
    assert count.formula1 == (
        'IF(ISNUMBER(D6),AND(D6>=0,D6=INT(D6)),OR(D6="không phát sinh",D6="chưa có số liệu",D6="KPS",D6="CCSL"))'
    )


def test_a_flag_is_chosen_from_a_list(workbook: Workbook) -> None:
    flags = [v for v in workbook["Chính quyền số"].data_validations.dataValidation if v.type == "list"]
    assert [v.formula1 for v in flags] == ['"1,0,không phát sinh,chưa có số liệu"']


def test_every_value_cell_is_validated(workbook: Workbook, form: FormVersion) -> None:
    for sheet in _sections(workbook, form):
        for row in range(form.first_row, sheet.max_row + 1):
            assert [f"D{row}" in v.sqref for v in sheet.data_validations.dataValidation].count(True) == 1


def test_validation_texts_fit_what_excel_accepts(district: bytes) -> None:
    for sheet in opened(district).worksheets:
        for validation in sheet.data_validations.dataValidation:
            assert len(validation.promptTitle) <= 32
            assert len(validation.errorTitle) <= 32
            assert len(validation.prompt) <= 255
            assert len(validation.error) <= 225
            assert len(validation.formula1) <= 255


def test_every_sheet_prints_on_a4_fitted_to_the_width(workbook: Workbook, form: FormVersion) -> None:
    for sheet in workbook.worksheets[:-1]:
        assert (sheet.page_setup.paperSize, sheet.page_setup.orientation) == (9, "portrait")
        assert (sheet.page_setup.fitToWidth, sheet.page_setup.fitToHeight) == (1, 0)
        footer = sheet.oddFooter
        assert footer
        assert footer.right
        assert "&P" in str(footer.right.text)
    for section in _sections(workbook, form):
        assert section.print_title_rows == "$5:$5"
        assert section.freeze_panes == "A6"


def test_the_rules_of_the_guide_repeat_their_head_on_every_printed_page(workbook: Workbook) -> None:
    guide = workbook[GUIDE_SHEET]
    head = next(row[0].row for row in guide.iter_rows() if row[0].value == "Mã quy tắc")
    assert guide.print_title_rows == f"${head}:${head}"


def test_the_guide_lists_the_rules_that_will_judge(commune: bytes) -> None:
    rows = cells_of(commune, GUIDE_SHEET)
    assert ["ID11", RULES[0].text, "Nghiêm trọng"] in rows
    assert ["ID15", RULES[1].text, "Cảnh báo"] in rows


def test_the_guide_reads_its_examples_as_the_reader_does(commune: bytes) -> None:
    rows = {row[0]: row[1:] for row in cells_of(commune, GUIDE_SHEET)}
    assert set(EXAMPLES) <= rows.keys()
    assert rows["34.600"] == [
        format_number(read_number("34.600", NumberType.COUNT)),  # type: ignore[arg-type]
        "không nhận: hiểu được hai cách",
    ]
    assert rows["69,63"] == ["không nhận: phải là số nguyên", "69,63"]


def test_the_guide_tells_the_four_kinds_of_nothing_apart(commune: bytes) -> None:
    firsts = {row[0] for row in cells_of(commune, GUIDE_SHEET)}
    assert {"0", "không phát sinh (KPS)", "chưa có số liệu (CCSL)", "(để trống)"} <= firsts


def test_only_the_district_is_told_about_scopes(commune: bytes, district: bytes) -> None:
    said = ["\n".join(str(row[0]) for row in cells_of(book, GUIDE_SHEET)) for book in (commune, district)]
    assert [SCOPE_NAMES["consolidated"] in text for text in said] == [False, True]


@pytest.mark.slow
def test_a_form_saved_by_libreoffice_is_still_the_form(
    district: bytes, through_libreoffice: Callable[[bytes], bytes]
) -> None:
    saved = through_libreoffice(district)
    rows = {str(key): str(value) for key, value in cells_of(saved, STAMP_SHEET)}
    assert Stamp.read(rows) == Stamp(DISTRICT, "2022-H1", "district/2021")
    assert [row[0] for row in cells_of(saved, "TTHC")] == [row[0] for row in cells_of(district, "TTHC")]
    sheet = opened(saved)["TTHC"]
    assert sheet.protection.sheet
    assert not sheet["D6"].protection.locked
    assert len(sheet.data_validations.dataValidation) == len(opened(district)["TTHC"].data_validations.dataValidation)


def test_forms_are_written_alike_with_and_without_lxml() -> None:
    assert not openpyxl.LXML
