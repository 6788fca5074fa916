"""Facts about whose submission a workbook is: what the folder says, the stamp must confirm."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace

import pytest

from config.load import Declarations
from config.period import Period
from config.stamp import COVER_SHEET, STAMP_SHEET, Stamp
from tasks.collect.grid import Grid, read_grid
from tasks.collect.guard import Refusal
from tasks.collect.identify import Identity, identify
from tests.factory import COMMUNE, DISTRICT, NEIGHBOUR
from tests.tasks.collect.conftest import workbook


def stamped(rows: Mapping[str, str]) -> Grid:
    """Return a workbook of which only the stamp counts."""
    return {STAMP_SHEET: [[key, value] for key, value in rows.items()]}


def sealed(unit: str = COMMUNE, period: str = "2022-H1", form: str = "commune/2021") -> Grid:
    """Return a workbook with a stamp whose seal fits."""
    return stamped(Stamp(unit, period, form).rows())


def refused(grid: Grid, declarations: Declarations, period: Period, unit: str = COMMUNE) -> Refusal:
    """Return why `grid` is not taken from the folder of `unit`."""
    found = identify(grid, unit, period, declarations)
    assert isinstance(found, Refusal)
    return found


@pytest.mark.parametrize(("unit", "form"), [(COMMUNE, "commune/2021"), (DISTRICT, "district/2021")])
def test_a_form_in_its_own_folder_is_that_units(
    declarations: Declarations, period: Period, unit: str, form: str
) -> None:
    found = identify(read_grid(workbook(unit=unit), needs_care=False), unit, period, declarations)
    assert isinstance(found, Identity)
    assert (found.unit.code, found.form.id) == (unit, form)


@pytest.mark.parametrize("folder", ["xa-la", "", "89", "30628 ", "91"])
def test_a_folder_of_nobody_who_reports_is_an_unknown_unit(
    declarations: Declarations, period: Period, folder: str
) -> None:
    assert refused(sealed(), declarations, period, folder).code == "unknown_unit"


@pytest.mark.parametrize("grid", [{}, {"Sheet1": [["unit", COMMUNE]]}, {STAMP_SHEET: []}])
def test_a_workbook_of_ones_own_making_has_no_stamp(declarations: Declarations, period: Period, grid: Grid) -> None:
    assert refused(grid, declarations, period).code == "no_stamp"


@pytest.mark.parametrize("key", ["unit", "period", "form_version", "seal"])
def test_a_stamp_that_was_tampered_with_is_none(declarations: Declarations, period: Period, key: str) -> None:
    rows = {**Stamp(COMMUNE, "2022-H1", "commune/2021").rows(), key: "2022-Q1"}
    assert refused(stamped(rows), declarations, period).code == "no_stamp"


def test_over_all_pairs_of_units_a_form_counts_only_in_its_own_folder(
    declarations: Declarations, period: Period
) -> None:
    units = declarations.reporting(period)
    forms = {u.code: f for u in units.values() if (f := declarations.form(u.level, period))}
    taken = [
        (folder, unit)
        for unit in units
        for folder in units
        if isinstance(identify(sealed(unit, form=forms[unit].id), folder, period, declarations), Identity)
    ]
    assert taken == [(unit, unit) for unit in units]


def test_a_form_of_another_unit_is_refused_naming_whose_it_is(declarations: Declarations, period: Period) -> None:
    refusal = refused(sealed(unit=NEIGHBOUR), declarations, period)
    assert (refusal.code, refusal.found) == ("wrong_unit", "biểu cấp cho thị trấn Mỹ Luông (30631)")


def test_a_form_of_a_unit_that_does_not_exist_is_another_units(declarations: Declarations, period: Period) -> None:
    refusal = refused(sealed(unit="00000"), declarations, period)
    assert (refusal.code, refusal.found) == ("wrong_unit", "biểu cấp cho mã «00000»")


def test_nobody_submits_for_another_even_with_another_period(declarations: Declarations, period: Period) -> None:
    assert refused(sealed(unit=NEIGHBOUR, period="2022-Q1"), declarations, period).code == "wrong_unit"


@pytest.mark.parametrize(("stamped_period", "named"), [("2022-Q1", "Quý I năm 2022"), ("2022-Q2", "«2022-Q2»")])
def test_a_form_of_another_period_is_refused_naming_its_own_and_the_one_collected(
    declarations: Declarations, period: Period, stamped_period: str, named: str
) -> None:
    refusal = refused(sealed(period=stamped_period), declarations, period)
    told = f"biểu của kỳ {named}, kỳ đang thu là 6 tháng đầu năm 2022"
    assert (refusal.code, refusal.found) == ("wrong_period", told)


@pytest.mark.parametrize("form", ["district/2021", "commune/2020", "commune/2022", "commune/2025", ""])
def test_a_foreign_or_newer_form_version_is_refused(declarations: Declarations, period: Period, form: str) -> None:
    refusal = refused(sealed(form=form), declarations, period)
    assert (refusal.code, refusal.found) == ("wrong_form_version", f"biểu theo mẫu {form}")


@pytest.mark.parametrize(
    ("period", "used"),
    [
        ("2022-Q3", "commune/2021"),
        ("2023-YEAR", "commune/2021"),
        ("2025-Q3", "commune/2022"),
        ("2025-Q3", "commune/2021"),
    ],
)
def test_an_older_version_of_the_same_form_is_taken_and_is_the_one_read(
    declarations: Declarations, period: str, used: str
) -> None:
    found = identify(sealed(period=period, form=used), COMMUNE, Period.parse(period), declarations)
    assert isinstance(found, Identity)
    assert found.form.id == used


def test_an_older_version_that_asks_less_than_half_is_refused(declarations: Declarations) -> None:
    old = declarations.form_by_id("commune/2021")
    assert old is not None
    short = replace(old, sections=old.sections[:1])
    fewer = replace(declarations, forms=tuple(short if f.id == old.id else f for f in declarations.forms))
    assert refused(sealed(period="2022-Q3"), fewer, Period.parse("2022-Q3")).code == "wrong_form_version"


def test_the_districts_form_is_nobodys_after_the_level_ended(declarations: Declarations) -> None:
    period = Period.parse("2025-Q3")
    assert refused(sealed(DISTRICT, "2025-Q3", "district/2022"), declarations, period, DISTRICT).code == "unknown_unit"
    assert refused(sealed(COMMUNE, "2025-Q3", "district/2022"), declarations, period).code == "wrong_form_version"


def test_no_stamp_can_write_lines_of_its_own_into_an_answer(declarations: Declarations, period: Period) -> None:
    said = "x\n\nSố liệu đã bị xoá\u202e"
    for grid in (sealed(unit=said), sealed(period=said), sealed(form=said)):
        refusal = refused(grid, declarations, period)
        assert refusal.found == refusal.found.translate({10: " ", 0x202E: None})
        assert (refusal.detail + "x").isascii()


def with_a_column_before(grid: Grid, letter: str, head: str, sheet: str = "TTHC") -> Grid:
    """Return `grid` with a column of zeros under `head` inserted before `letter`."""
    place, rows = ord(letter) - ord("A"), []
    for row in grid[sheet]:
        new = head if "Mã" in row else 0
        rows.append([*row[:place], new, *row[place:]])
    return {**grid, sheet: rows}


@pytest.mark.parametrize(("letter", "head"), [("D", "Kỳ trước"), ("D", "Số liệu"), ("A", "TT"), ("E", "Kỳ trước")])
def test_a_column_that_was_inserted_is_never_read_as_the_figures(
    declarations: Declarations, period: Period, letter: str, head: str
) -> None:
    grid = with_a_column_before(read_grid(workbook(), needs_care=False), letter, head)
    refusal = refused(grid, declarations, period)
    assert (refusal.code, refusal.sheet) == ("moved_columns", "TTHC")
    assert refusal.cell
    assert "tiêu đề" in refusal.found


def test_a_head_written_otherwise_than_issued_is_told(declarations: Declarations, period: Period) -> None:
    grid = read_grid(workbook(), needs_care=False)
    other = [["Năm trước" if cell == "Số liệu" else cell for cell in row] for row in grid["TTHC"]]
    refusal = refused({**grid, "TTHC": other}, declarations, period)
    assert (refusal.code, refusal.found) == ("moved_columns", "biểu có «Năm trước» ở chỗ của tiêu đề «Số liệu»")
    gone = [row[:4] for row in grid["TTHC"]]
    assert refused({**grid, "TTHC": gone}, declarations, period).found == "biểu thiếu tiêu đề «Ghi chú»"
    shouted = [[cell.upper() if cell == "Số liệu" else cell for cell in row] for row in grid["TTHC"]]
    assert isinstance(identify({**grid, "TTHC": shouted}, COMMUNE, period, declarations), Identity)


@pytest.mark.parametrize("sheet", [COVER_SHEET, "TTHC"])
def test_a_sheet_of_a_neighbours_form_in_ones_own_is_not_ones_own(
    declarations: Declarations, period: Period, sheet: str
) -> None:
    own, neighbours = (read_grid(workbook(unit=unit), needs_care=False) for unit in (COMMUNE, NEIGHBOUR))
    refusal = refused({**own, sheet: neighbours[sheet]}, declarations, period)
    assert (refusal.code, refusal.place) == ("wrong_unit", sheet)
    assert f"({NEIGHBOUR})" in refusal.found


def test_a_sheet_that_a_unit_added_may_name_whom_it_likes(declarations: Declarations, period: Period) -> None:
    own, neighbours = (read_grid(workbook(unit=unit), needs_care=False) for unit in (COMMUNE, NEIGHBOUR))
    found = identify({**own, "TTHC (2)": neighbours["TTHC"]}, COMMUNE, period, declarations)
    assert isinstance(found, Identity)
