"""`bang-danh-gia.xlsx`, as a spreadsheet program sees it."""

import io
from dataclasses import replace
from datetime import datetime
from decimal import Decimal
from functools import lru_cache

import openpyxl
import pytest
from openpyxl.workbook import Workbook
from openpyxl.worksheet.worksheet import Worksheet

from tasks.publish.content import ReleaseContent
from tasks.publish.workbook import SHEETS, workbook

from . import factory


def read(content: ReleaseContent) -> Workbook:
    return openpyxl.load_workbook(io.BytesIO(workbook(content.numbered(1))))


@lru_cache
def book() -> Workbook:
    return read(factory.content())


def texts(sheet: Worksheet) -> list[str]:
    return [str(c.value) for row in sheet.iter_rows() for c in row if c.value is not None]


def row_of(sheet: Worksheet, text: str, column: int = 2) -> list[object]:
    """Return the values of the first row that has `text` in a column."""
    return next([c.value for c in row] for row in sheet.iter_rows() if row[column - 1].value == text)


def test_the_same_content_gives_the_same_bytes() -> None:
    content = factory.content().numbered(1)
    assert workbook(content) == workbook(content)


def test_there_is_a_sheet_for_each_annex() -> None:
    assert tuple(book().sheetnames) == SHEETS
    for sheet, numeral in zip(book(), ("I", "II", "III", "IV", "V", "VI"), strict=True):
        assert f"Phụ lục {numeral}" in texts(sheet)


def test_the_first_annex_has_the_official_head_and_who_signs() -> None:
    shown = texts(book()[SHEETS[0]])
    assert shown[:4] == [
        "ỦY BAN NHÂN DÂN TỈNH AN GIANG",
        "CỘNG HÒA XÃ HỘI CHỦ NGHĨA VIỆT NAM",
        "ỦY BAN NHÂN DÂN HUYỆN CHỢ MỚI",
        "Độc lập - Tự do - Hạnh phúc",
    ]
    assert "Chợ Mới, ngày 22 tháng 6 năm 2022" in shown
    assert shown[-2:] == ["TM. ỦY BAN NHÂN DÂN", "CHỦ TỊCH"]


def test_the_least_coverage_is_said_to_its_last_digit() -> None:
    calendar = factory.declarations().calendar
    half = replace(calendar, file=replace(calendar.file, minimum_coverage=Decimal("0.725")))
    shown = read(factory.content(declarations=replace(factory.declarations(), calendar=half)))
    assert any("không đặt mức riêng: 72,5 %." in text for text in texts(shown[SHEETS[0]]))


def test_titles_are_in_capitals_with_the_report_they_go_with() -> None:
    shown = texts(book()[SHEETS[0]])
    assert "KẾT QUẢ THỰC HIỆN CÁC CHỈ TIÊU CẢI CÁCH HÀNH CHÍNH 6 THÁNG ĐẦU NĂM 2022" in shown
    assert any(t.startswith("(Kèm theo Báo cáo số ……/BC-UBND ngày ……") for t in shown)


def test_the_row_of_column_numbers_stands_under_the_head() -> None:
    sheet = book()[SHEETS[0]]
    assert row_of(sheet, "(1)", column=1) == [f"({n})" for n in range(1, 18)]


def test_a_line_has_target_parts_value_and_coverage() -> None:
    row = row_of(book()[SHEETS[0]], "Tỷ lệ nhiệm vụ kế hoạch CCHC năm đã hoàn thành")
    assert row[4:10] == [100, 2022, 2051, 2815, 72.86, "17/19"]


def test_the_districts_own_plan_is_at_twenty_per_cent() -> None:
    assert row_of(book()[SHEETS[1]], "Huyện Chợ Mới")[2] == 20
    note = row_of(book()[SHEETS[0]], "Tỷ lệ nhiệm vụ kế hoạch CCHC năm đã hoàn thành")[16]
    assert "riêng cấp huyện 20,00" in str(note)


def test_figures_are_numbers_shown_the_vietnamese_way() -> None:
    sheet = book()[SHEETS[0]]
    cells = next(r for r in sheet.iter_rows() if r[1].value == "Tỷ lệ nhiệm vụ kế hoạch CCHC năm đã hoàn thành")
    assert cells[8].number_format == '[$-42A]#,##0.00" ";[$-42A]"−"#,##0.00" "'
    assert cells[4].number_format == '[$-42A]"≥ "#,##0" (*)"" "'


def test_a_target_that_is_not_sourced_is_explained_below_the_table() -> None:
    shown = texts(book()[SHEETS[0]])
    assert "(*) Mục tiêu tạm tính, chưa đối chiếu được với văn bản." in shown
    assert "(**) Mục tiêu tham khảo của tỉnh khác hoặc của bộ, ngành." in shown


def test_a_status_has_a_sign_and_a_word() -> None:
    row = row_of(book()[SHEETS[0]], "Tỷ lệ cơ quan, đơn vị được kiểm tra CCHC")
    assert row[14] == "● đạt"


def test_a_unit_that_did_not_report_shows_so_in_letters() -> None:
    row = row_of(book()[SHEETS[1]], "Xã Hòa An")
    assert set(row[2:]) <= {"CBC", None, ""}
    assert "CBC" in row


def test_a_unit_whose_form_was_returned_is_not_said_to_have_sent_nothing() -> None:
    returned = row_of(book()[SHEETS[1]], factory.declarations().reporting(factory.PERIOD)[factory.RETURNED].name)
    assert set(filter(None, returned[2:])) == {"TL"}
    assert any("TL = đã trả lại, chưa nộp lại" in text for text in texts(book()[SHEETS[1]]))


def test_a_figure_in_the_matrix_carries_the_sign_of_its_status() -> None:
    sheet = book()[SHEETS[1]]
    cells = next(r for r in sheet.iter_rows() if r[1].value == "Toàn huyện")
    assert (cells[4].value, cells[4].number_format) == (49.91, '[$-42A]" ●"* #,##0.00" ";[$-42A]" ●"* "−"#,##0.00" "')


def test_every_version_and_every_silent_unit_has_its_row() -> None:
    sheet = book()[SHEETS[2]]
    assert row_of(sheet, "Xã Hòa An")[2] == "– Chưa nộp"
    assert row_of(sheet, "Xã Long Giang")[4:6] == [datetime.fromisoformat("2022-06-19T11:34"), 4]
    assert [r[2].value for r in sheet.iter_rows() if r[1].value == "Xã Tấn Mỹ"] == ["◊ Đã được thay thế", "● Chấp nhận"]


def test_a_finding_is_listed_with_its_cell_and_remedy() -> None:
    row = row_of(book()[SHEETS[3]], "Huyện Chợ Mới")
    assert row[2:7] == ["▲ Cảnh báo", "ID21", "TTHC", "D16", "C11"]


def test_a_finding_is_called_by_the_code_that_its_unit_reads() -> None:
    broken = factory.finding("893", "893-2022-H1-1", rule="formula_error", message="[DS06] TTHC!D21: công thức lỗi.")
    row = row_of(read(factory.content(findings=factory.findings([broken])))[SHEETS[3]], "Huyện Chợ Mới")
    assert row[3] == "DS06"
    assert row[9] == "[DS06] TTHC!D21: công thức lỗi."


def test_without_findings_the_list_says_so() -> None:
    assert "Không có lỗi nào." in texts(read(factory.content(findings=factory.findings([])))[SHEETS[3]])


@pytest.mark.parametrize("name", SHEETS)
def test_every_annex_prints_on_a4_with_official_margins(name: str) -> None:
    sheet = book()[name]
    assert sheet.page_setup.paperSize == 9
    assert sheet.page_setup.orientation == ("portrait" if name == SHEETS[2] else "landscape")
    margins = sheet.page_margins
    assert [round(m * 25.4) for m in (margins.left, margins.right, margins.top, margins.bottom)] == [30, 15, 20, 20]
    assert sheet.print_title_rows
    assert sheet.freeze_panes


@pytest.mark.parametrize("name", SHEETS)
def test_the_page_number_is_top_centre_but_not_on_the_first_page(name: str) -> None:
    parts = book()[name].HeaderFooter
    assert parts.differentFirst
    assert parts.oddHeader.center.text == "&P"
    assert parts.firstHeader.center.text is None


@pytest.mark.parametrize("name", SHEETS)
def test_illustrative_figures_are_marked_on_every_page(name: str) -> None:
    parts = book()[name].HeaderFooter
    assert "SỐ LIỆU MINH HOẠ" in parts.oddFooter.center.text
    assert "SỐ LIỆU MINH HOẠ" in parts.firstFooter.center.text


def test_real_figures_carry_no_such_mark() -> None:
    real = read(factory.content(facts=factory.facts(illustrative=False, provisional=False)))
    for sheet in real:
        assert "MINH HOẠ" not in str(sheet.HeaderFooter.oddFooter)
        assert not any("MINH HOẠ" in t or "tạm thời" in t for t in texts(sheet))


def test_everything_is_in_times_new_roman() -> None:
    fonts = {c.font.name for sheet in book() for row in sheet.iter_rows() for c in row if c.value is not None}
    assert fonts == {"Times New Roman"}
