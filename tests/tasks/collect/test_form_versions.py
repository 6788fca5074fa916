"""Workbooks of every form version, read where that version has its columns; old forms and old labels are kept apart."""

from __future__ import annotations

from collections.abc import Mapping
from decimal import Decimal

import pytest

from config.load import Declarations
from config.number import Fault
from config.period import Period
from tasks.collect.draft import draft_of
from tasks.collect.grid import CellValue, Grid, read_grid
from tasks.collect.guard import Refusal
from tasks.collect.mapping import read_values
from tasks.collect.reading import read_workbook
from tasks.store.submissions import NewSubmission
from tasks.store.values import Value
from tests.factory import COMMUNE, make_arrival
from tests.tasks.collect.conftest import workbook

Q3_2022, Q3_2025 = Period.parse("2022-Q3"), Period.parse("2025-Q3")


def taken(data: bytes, period: Period, declarations: Declarations) -> NewSubmission:
    """Return the submission that `data` holds."""
    found = draft_of(read_workbook(data), make_arrival(period=str(period)), period, declarations)
    assert not isinstance(found, Refusal)
    return found


def of(submission: NewSubmission, code: str) -> Value:
    """Return the value of one element."""
    return next(v for v in submission.values if v.element == code)


def values(grid: Grid, period: Period, declarations: Declarations) -> Mapping[str, Value]:
    """Return what is read of a grid on the communes' form in force, by element."""
    form = declarations.form_by_id("commune/2022")
    assert form is not None
    read = read_values(grid, form, declarations.rows(form, period), declarations.outlived(form, period))
    return {v.element: v for v in read}


@pytest.mark.parametrize(
    ("period", "cell", "last_sheet", "rows"),
    [
        ("2022-H1", "D14", "Chính quyền số", 78),
        ("2022-Q3", "D14", "Chuyển đổi số", 77),
        ("2025-Q3", "C14", "Chuyển đổi số", 100),
    ],
)
def test_each_version_is_read_where_it_has_its_columns_and_sheets(
    declarations: Declarations, period: str, cell: str, last_sheet: str, rows: int
) -> None:
    found = taken(workbook({"C11": 1234, "G11": 1}, period=period), Period.parse(period), declarations)
    assert (of(found, "C11").number, of(found, "C11").cell) == (Decimal(1234), cell)
    assert (of(found, "G11").number, of(found, "G11").sheet) == (Decimal(1), last_sheet)
    assert len(found.values) == rows
    assert not [v for v in found.values if v.fault]


def test_a_note_is_kept_wherever_its_column_is(declarations: Declarations) -> None:
    found = taken(workbook({"C50": 3}, {"C50": "Gửi bù"}, period="2025-Q3"), Q3_2025, declarations)
    assert of(found, "C50").note == "Gửi bù"


def test_a_late_report_on_the_old_form_is_read_by_the_old_form(declarations: Declarations) -> None:
    found = taken(workbook({"C41": 5}, period="2022-Q3", form="commune/2021"), Q3_2022, declarations)
    assert found.form_version == "commune/2021"
    assert of(found, "C41").number == 5
    assert {"C43", "C44"}.isdisjoint(v.element for v in found.values)
    assert len(found.values) == 78


def test_the_new_communes_report_what_the_district_did(declarations: Declarations) -> None:
    found = taken(workbook({"F01": 2}, period="2025-Q3"), Q3_2025, declarations)
    assert of(found, "F01").number == 2


def with_row(grid: Grid, *row: CellValue, sheet: str = "TTHC") -> Grid:
    """Return `grid` with a row put in at the end of a sheet."""
    return {name: [*rows, list(row)] if name == sheet else rows for name, rows in grid.items()}


def test_an_old_label_put_back_into_a_new_form_is_kept_with_its_cell(declarations: Declarations) -> None:
    clean = read_grid(workbook(period="2022-Q3"), needs_care=False)
    found = values(with_row(clean, "C41", "Hồ sơ mức độ 3", "hồ sơ", 5, "theo mẫu cũ"), Q3_2022, declarations)
    assert (found["C41"].number, found["C41"].note) == (5, "theo mẫu cũ")
    assert found["C41"].cell == f"D{len(clean['TTHC']) + 1}"
    assert len(found) == 78


def test_an_old_label_put_back_twice_is_repeated(declarations: Declarations) -> None:
    clean = read_grid(workbook(period="2022-Q3"), needs_care=False)
    twice = with_row(with_row(clean, "C41", "", "", 5), "C41", "", "", 6)
    assert values(twice, Q3_2022, declarations)["C41"].fault is Fault.ROW_REPEATED


@pytest.mark.parametrize("code", ["A06", "C99", "C72"])
def test_a_row_that_is_no_old_label_does_no_harm(declarations: Declarations, code: str) -> None:
    clean = read_grid(workbook(period="2022-Q3"), needs_care=False)
    found = values(with_row(clean, code, "", "", 5), Q3_2022, declarations)
    assert code not in found


def test_without_old_labels_none_are_kept(declarations: Declarations) -> None:
    found = taken(workbook(period="2022-Q3"), Q3_2022, declarations)
    assert found.unit == COMMUNE
    assert {"C40", "C41", "C42"}.isdisjoint(v.element for v in found.values)
