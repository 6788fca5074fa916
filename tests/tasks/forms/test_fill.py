"""Writing into an issued workbook is read back exactly as a unit's typing would be."""

from __future__ import annotations

import zipfile
from collections.abc import Callable
from datetime import date
from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tasks.forms.fill import ErrorCell, Formula, fill
from tests.examples import tried_on
from tests.tasks.forms.factory import cells_of, opened


def _row(data: bytes, code: str, sheet: str = "TTHC") -> list[object]:
    return next(row for row in cells_of(data, sheet) if row[0] == code)


@pytest.mark.parametrize(
    ("entry", "read"),
    [
        (0, 0.0),
        (34600, 34600.0),
        (1234.5, 1234.5),
        (Decimal("65.25"), 65.25),
        ("34.600", "34.600"),
        ("không phát sinh", "không phát sinh"),
        (" trên <5> & hơn ", " trên <5> & hơn "),
        ("=1+1", "=1+1"),
        (True, True),
        (None, ""),
    ],
)
def test_an_entry_is_read_back_as_it_was_typed(commune: bytes, entry: object, read: object) -> None:
    filled = fill(commune, {"C11": entry})
    assert _row(filled, "C11")[3] == read
    assert opened(filled)["TTHC"]["D14"].value == (read if read != "" else None)


@tried_on(25)
@given(
    text=st.text(st.characters(categories=["L", "N", "P", "S", "Zs"], exclude_characters="_\ufffe\uffff"), min_size=1)
)
def test_any_text_stays_that_text(commune: bytes, text: str) -> None:
    assert _row(fill(commune, {"C11": text}, {"C11": text}), "C11")[3:] == [text, text]


def test_notes_stand_beside_their_figures(commune: bytes) -> None:
    filled = fill(commune, {"C11": 5}, {"C11": "số ước", "C12": "chưa đối chiếu"})
    assert _row(filled, "C11")[3:] == [5.0, "số ước"]
    assert _row(filled, "C12")[3:] == ["", "chưa đối chiếu"]


def test_a_row_grows_with_its_note(commune: bytes) -> None:
    filled = opened(fill(commune, {}, {"C11": "số liệu gồm cả hồ sơ chuyển từ kỳ trước sang và hồ sơ bưu chính"}))
    assert filled["TTHC"].row_dimensions[14].height > opened(commune)["TTHC"].row_dimensions[14].height


def test_the_rows_of_the_cover_are_filled_by_their_codes(district: bytes) -> None:
    filled = fill(district, {"TT01": "Gồm cả cấp dưới", "TT02": date(2021, 12, 1)}, {"TT02": "theo tỉnh"})
    assert _row(filled, "TT01", "Thông tin")[3] == "Gồm cả cấp dưới"
    assert _row(filled, "TT02", "Thông tin")[3:] == [date(2021, 12, 1), "theo tỉnh"]
    assert _row(filled, "TT03", "Thông tin")[3] == date(2022, 6, 14)


def test_a_figure_can_be_written_over(commune: bytes) -> None:
    assert _row(fill(fill(commune, {"C11": "sai"}), {"C11": 7}), "C11")[3] == 7.0


def test_nothing_else_in_the_workbook_changes(commune: bytes) -> None:
    before, after = opened(commune), opened(fill(commune, {"C11": 5}))
    for sheet in before.worksheets:
        for row in sheet.iter_rows():
            for cell in row:
                other = after[sheet.title][cell.coordinate]
                assert (other.value == cell.value) != (sheet.title == "TTHC" and cell.coordinate == "D14")
                assert other.style_id == cell.style_id


def test_a_formula_without_result_looks_blank_to_calamine(commune: bytes) -> None:
    filled = fill(commune, {"C14": Formula("=SUM(D13:D16)")})
    assert _row(filled, "C14")[3] == ""
    assert opened(filled)["TTHC"]["D17"].value == "=SUM(D13:D16)"


@pytest.mark.parametrize(("result", "read"), [(12, 12.0), ("ba", "ba"), ("#REF!", "")])
def test_a_formula_may_carry_its_result(commune: bytes, result: int | str, read: object) -> None:
    filled = fill(commune, {"C14": Formula("=D13&D14", result)})
    assert _row(filled, "C14")[3] == read
    assert opened(filled)["TTHC"]["D17"].value == "=D13&D14"


def test_an_error_cell_is_an_error_to_openpyxl(commune: bytes) -> None:
    cell = opened(fill(commune, {"C14": ErrorCell("#REF!")}))["TTHC"]["D17"]
    assert (cell.value, cell.data_type) == ("#REF!", "e")


def test_a_code_that_is_not_on_the_form_is_refused_by_name(commune: bytes) -> None:
    with pytest.raises(KeyError, match="C45, Z99"):
        fill(commune, {"C11": 1, "Z99": 2, "C45": 3})


def test_what_no_cell_can_hold_is_refused(commune: bytes) -> None:
    with pytest.raises(TypeError, match="no cell can hold"):
        fill(commune, {"C11": [1]})


def test_the_same_entries_give_the_same_bytes(commune: bytes) -> None:
    assert fill(commune, {"C11": 1}) == fill(commune, {"C11": 1})


def test_what_is_no_workbook_is_refused() -> None:
    with pytest.raises(zipfile.BadZipFile):
        fill(b"<html>", {"C11": 1})


@pytest.mark.slow
def test_libreoffice_reads_every_kind_of_entry(commune: bytes, through_libreoffice: Callable[[bytes], bytes]) -> None:
    entries = {"C10": 5, "C11": "34.600", "C12": 2.5, "C13": Formula("=D13*2"), "C20": ErrorCell("#REF!")}
    saved = through_libreoffice(fill(commune, entries, {"C10": "đã đối chiếu"}))
    assert [_row(saved, code)[3] for code in ("C10", "C11", "C12", "C13")] == [5.0, "34.600", 2.5, 10.0]
    assert opened(saved)["TTHC"]["D18"].value == "=#REF!"  # what LibreOffice makes of an error
    assert _row(saved, "C10")[4] == "đã đối chiếu"
