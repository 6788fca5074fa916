"""Facts about reading cells: the fast reader and the careful one say the same, and the careful one sees more."""

from __future__ import annotations

import io
from datetime import date, datetime

import pytest
from openpyxl import Workbook, load_workbook
from openpyxl.worksheet.worksheet import Worksheet

from config.stamp import STAMP_SHEET
from tasks.collect.grid import CellValue, DisguisedCell, ErrorCell, Grid, PercentCell, UncachedFormula, read_grid
from tasks.collect.guard import Refusal
from tasks.collect.reading import read_workbook
from tests.tasks.collect.conftest import with_cell, workbook

BOTH = pytest.mark.parametrize("careful", [False, True], ids=["calamine", "openpyxl"])


def cell(grid: Grid, code: str, sheet: str = "TTHC") -> CellValue:
    """Return the value cell of `code`."""
    return next(row[3] for row in grid[sheet] if row and row[0] == code)


def read(code: str, xml: str, careful: bool = True) -> CellValue:
    """Return the cell of `code` after it was replaced by raw XML."""
    return cell(read_grid(with_cell(workbook(), code, xml), careful), code)


def plain(value: CellValue) -> CellValue:
    """Return a value as both readers could say it: no cell and an empty text are one, a day has no hour."""
    return value.date() if isinstance(value, datetime) else value or None


def saved(fill: object) -> bytes:
    """Return a workbook of one sheet that `fill` filled."""
    book = Workbook()
    fill(book.active)  # type: ignore[operator]
    buffer = io.BytesIO()
    book.save(buffer)
    return buffer.getvalue()


def test_both_readers_say_the_same() -> None:
    data = workbook({"C14": "1.782", "C51": "không phát sinh", "C80": 12.5}, {"C50": "Ghi chú"})
    fast, careful = read_grid(data, needs_care=False), read_grid(data, needs_care=True)
    assert list(fast) == list(careful)
    for sheet, rows in fast.items():
        for row, again in zip(rows, careful[sheet], strict=True):
            assert [plain(v) for v in row] == [plain(v) for v in again][: len(row)], sheet


@BOTH
def test_the_grid_begins_at_a1_however_late_the_first_cell_comes(careful: bool) -> None:
    def fill(sheet: Worksheet) -> None:
        sheet["C4"] = 7

    [rows] = read_grid(saved(fill), careful).values()
    assert rows[3][2] == 7
    assert len(rows) == 4


@BOTH
def test_hidden_sheets_are_read(careful: bool) -> None:
    assert [row[0] for row in read_grid(workbook(), careful)[STAMP_SHEET]] == ["unit", "period", "form_version", "seal"]


@BOTH
def test_a_formula_with_its_result_is_that_result(careful: bool) -> None:
    assert read("C14", "><f>SUM(D10:D13)</f><v>1782</v>", careful) == 1782


@BOTH
def test_a_formula_that_came_to_nothing_is_an_empty_cell(careful: bool) -> None:
    assert not read("C14", 't="str"><f>IF(D10=0,"")</f><v></v>', careful)


@BOTH
def test_text_stays_as_typed(careful: bool) -> None:
    assert read("C14", 't="inlineStr"><is><t xml:space="preserve"> 1.782 </t></is>', careful) == " 1.782 "


@BOTH
def test_a_date_is_a_date(careful: bool) -> None:
    grid = read_grid(workbook({"TT02": date(2021, 12, 1)}), careful)
    assert plain(cell(grid, "TT02", "Thông tin")) == date(2021, 12, 1)


@pytest.mark.parametrize("error", ["#REF!", "#DIV/0!", "#N/A", "#NAME?", "#VALUE!"])
@pytest.mark.parametrize("formula", ["", "<f>D10/D11</f>"])
def test_the_careful_reader_sees_errors(error: str, formula: str) -> None:
    assert read("C14", f't="e">{formula}<v>{error}</v>') == ErrorCell(error)


@pytest.mark.parametrize(
    ("value", "code", "seen"),
    [
        (1, "0%", PercentCell("100%", 1)),
        (0.986, "0.00%", PercentCell("98,6%", 0.986)),
        (12, "[Red]0.0%;-0.0%", PercentCell("1200%", 12)),
        (0, "0%", 0),
        (12, '0" %"', 12),
        (27_964_000, "#,##0,,", DisguisedCell("27964000", 27_964_000)),
        (8.5, "0.0,", DisguisedCell("8,5", 8.5)),
        (8, '0"000"', DisguisedCell("8", 8)),
        (0, "#,##0,", 0),
        (12, "#,##0", 12),
        ("12", "0%", "12"),
        (None, "0%", None),
    ],
)
def test_a_number_that_is_shown_as_another_is_no_number(value: CellValue, code: str, seen: CellValue) -> None:
    def fill(sheet: Worksheet) -> None:
        sheet["A1"], sheet["B1"] = "Số liệu", value
        sheet["B1"].number_format = code

    grid = read_workbook(saved(fill))
    assert not isinstance(grid, Refusal)
    [[row]] = grid.values()
    assert (row[1] if len(row) > 1 else None) == seen


@pytest.mark.parametrize("result", ["", "<v></v>"])
def test_the_careful_reader_sees_formulas_that_were_never_computed(result: str) -> None:
    assert read("C14", f"><f>D10+D11</f>{result}") == UncachedFormula("=D10+D11")


def test_the_careful_reader_shows_an_array_formula_as_typed() -> None:
    assert read("C14", '><f t="array" ref="D12">SUM(D10:D11)</f>') == UncachedFormula("=SUM(D10:D11)")


def test_the_careful_reader_minds_what_it_cannot_keep_no_more_than_the_fast_one() -> None:
    # Excel writes this list when a drop-down takes its words from another sheet; openpyxl warns that it drops it.
    data = workbook()
    book = load_workbook(io.BytesIO(data))
    extension = (
        b'<extLst><ext xmlns:x14="http://schemas.microsoft.com/office/spreadsheetml/2009/9/main" '
        b'uri="{CCE6A557-97BC-4b89-ADB6-D9C93CAAB3DF}"><x14:dataValidations/></ext></extLst>'
    )
    from tasks.forms.package import read_parts, write_parts  # noqa: PLC0415

    parts = read_parts(data)
    name = f"xl/worksheets/sheet{book.sheetnames.index('TTHC') + 1}.xml"
    parts[name] = parts[name].replace(b"</worksheet>", extension + b"</worksheet>")
    grid = read_grid(write_parts(parts), needs_care=True)
    assert cell(grid, "C01") == 121
