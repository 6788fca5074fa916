"""Facts about rows found by their code, and cells that say a figure, one of four kinds of nothing, or a fault."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date, datetime, time, timedelta
from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from config.element import Level
from config.form import FormVersion
from config.load import Declarations
from config.number import CellStatus, Fault, NumberType, as_seen
from config.period import Period
from config.stamp import COVER_SHEET, STAMP_SHEET, Stamp
from tasks.collect.grid import CellValue, DisguisedCell, ErrorCell, Grid, PercentCell, UncachedFormula, read_grid
from tasks.collect.mapping import MAX_NOTE, read_cell, read_cover, read_stamp_rows, read_values, typed_text
from tasks.store.values import Scope, Value
from tests.tasks.collect.conftest import workbook

Rows = list[list[CellValue]]
Change = Callable[[Rows], None]


@pytest.fixture(scope="module")
def clean() -> Grid:
    """Return the grid of a workbook without a fault."""
    return read_grid(workbook(), needs_care=False)


@pytest.fixture(scope="module")
def form(declarations: Declarations, period: Period) -> FormVersion:
    """Return the communes' form."""
    found = declarations.form(Level.COMMUNE, period)
    assert found is not None
    return found


@pytest.fixture
def values(
    clean: Grid, form: FormVersion, declarations: Declarations, period: Period
) -> Callable[..., dict[str, Value]]:
    """Return a function that reads the values of the clean workbook after changes to one sheet, by element."""

    def read(*changes: Change, sheet: str = "TTHC", title: str | None = None) -> dict[str, Value]:
        rows = [list(row) for row in clean[sheet]]
        for change in changes:
            change(rows)
        grid = {title or name if name == sheet else name: rows if name == sheet else r for name, r in clean.items()}
        return {v.element: v for v in read_values(grid, form, declarations.rows(form, period))}

    return read


def place(rows: Rows, code: str) -> int:
    """Return where the row of `code` stands, beginning with 0."""
    return next(i for i, row in enumerate(rows) if row and row[0] == code)


def put(code: str, value: CellValue, note: CellValue = None) -> Change:
    """Return the change that types `value` into the row of `code`."""

    def change(rows: Rows) -> None:
        rows[place(rows, code)][3:5] = [value, note]

    return change


def insert_above(code: str, row: list[CellValue]) -> Change:
    """Return the change that inserts a row above that of `code`."""
    return lambda rows: rows.insert(place(rows, code), row)


def delete(code: str) -> Change:
    """Return the change that deletes the row of `code`."""

    def change(rows: Rows) -> None:
        del rows[place(rows, code)]

    return change


def repeat(code: str, value: CellValue) -> Change:
    """Return the change that adds a second row of `code` at the end."""
    return lambda rows: rows.append([code, "Chép lại", "hồ sơ", value, None])


def test_there_is_one_value_for_each_element_in_the_order_of_the_form(
    clean: Grid, form: FormVersion, declarations: Declarations, period: Period
) -> None:
    elements = declarations.rows(form, period)
    assert [v.element for v in read_values(clean, form, elements)] == [e.code for e in elements]


def test_a_clean_workbook_has_no_faults(values: Callable[..., dict[str, Value]]) -> None:
    assert {v.element: v.fault for v in values().values() if v.fault} == {}


def test_a_value_knows_its_cell_and_the_text_as_typed(values: Callable[..., dict[str, Value]]) -> None:
    assert values(put("C14", " 1.782 ", "Ước tính"))["C14"] == Value(
        "C14", CellStatus.NUMBER, Decimal(1782), None, "TTHC", "D17", " 1.782 ", "Ước tính"
    )


@pytest.mark.parametrize("row", [[None] * 5, ["", "", "", "", ""], ["Ghi chú của xã", None, None, 5, None], []])
def test_an_inserted_row_does_no_harm(values: Callable[..., dict[str, Value]], row: list[CellValue]) -> None:
    before, after = values(), values(insert_above("C10", row))
    assert {c: (v.number, v.status) for c, v in after.items()} == {c: (v.number, v.status) for c, v in before.items()}
    assert (before["C07"].cell, after["C07"].cell) == ("D12", "D12")
    assert (before["C10"].cell, after["C10"].cell) == ("D13", "D14")


def test_rows_in_another_order_do_no_harm(values: Callable[..., dict[str, Value]]) -> None:
    def turn(rows: Rows) -> None:
        rows[5:] = reversed(rows[5:])

    assert {c: v.number for c, v in values(turn).items()} == {c: v.number for c, v in values().items()}


def test_a_deleted_row_is_a_fault(values: Callable[..., dict[str, Value]]) -> None:
    found = values(delete("C14"))
    assert found["C14"] == Value("C14", CellStatus.UNREADABLE, None, Fault.ROW_MISSING, "TTHC", None, "", "")
    assert [v.element for v in found.values() if v.fault] == ["C14"]


def test_a_deleted_sheet_makes_every_row_of_it_a_fault(
    clean: Grid, form: FormVersion, declarations: Declarations, period: Period
) -> None:
    grid = {name: rows for name, rows in clean.items() if name != "Bộ máy"}
    found = read_values(grid, form, declarations.rows(form, period))
    assert [v.element for v in found if v.fault is Fault.ROW_MISSING] == ["D09", "D10"]


@pytest.mark.parametrize("value", [1782, 5, None])
def test_a_repeated_row_is_a_fault_even_when_both_agree(
    values: Callable[..., dict[str, Value]], value: CellValue
) -> None:
    found = values(put("C14", 1782), repeat("C14", value))["C14"]
    assert (found.status, found.number, found.fault) == (CellStatus.UNREADABLE, None, Fault.ROW_REPEATED)
    assert found.cell == "D40"


@pytest.mark.parametrize("code", [" C14 ", "c14", "C14\u00a0"])
def test_a_code_is_recognised_however_it_is_spaced(values: Callable[..., dict[str, Value]], code: str) -> None:
    def retype(rows: Rows) -> None:
        rows[place(rows, "C14")][0] = code

    assert values(retype)["C14"].fault is None


@pytest.mark.parametrize("title", ["CĐĐH ", "C\u0110\u0110H"])
def test_a_sheet_is_found_by_its_name_however_it_is_written(
    values: Callable[..., dict[str, Value]], title: str
) -> None:
    assert values(sheet="CĐĐH", title=title)["A01"].fault is None


def test_a_sheet_name_may_come_with_its_marks_taken_apart(values: Callable[..., dict[str, Value]]) -> None:
    decomposed = "Bo\u0323\u0302 ma\u0301y"
    assert decomposed != "Bộ máy"
    assert values(sheet="Bộ máy", title=decomposed)["D09"].fault is None


@pytest.mark.parametrize(
    ("typed", "status", "number"),
    [
        (0, CellStatus.NUMBER, Decimal(0)),
        ("0", CellStatus.NUMBER, Decimal(0)),
        ("không phát sinh", CellStatus.NOT_APPLICABLE, None),
        ("KPS", CellStatus.NOT_APPLICABLE, None),
        ("Chưa có số liệu", CellStatus.NOT_AVAILABLE, None),
        (None, CellStatus.EMPTY, None),
        ("", CellStatus.EMPTY, None),
        ("  ", CellStatus.EMPTY, None),
    ],
)
def test_the_four_kinds_of_nothing_stay_four(
    values: Callable[..., dict[str, Value]], typed: CellValue, status: CellStatus, number: Decimal | None
) -> None:
    found = values(put("C51", typed))["C51"]
    assert (found.status, found.number, found.fault) == (status, number, None)


@pytest.mark.parametrize(
    ("typed", "fault", "text"),
    [
        ("trên 500", Fault.NOT_A_NUMBER, "trên 500"),
        ("1,204", Fault.AMBIGUOUS, "1,204"),
        ("98,60%", Fault.NOT_A_NUMBER, "98,60%"),
        (34.6, Fault.NOT_WHOLE, "34.6"),
        (True, Fault.NOT_A_NUMBER, "TRUE"),
        (1e20, Fault.TOO_LONG, "100000000000000000000"),
        ("0,1234567", Fault.NOT_WHOLE, "0,1234567"),
        (float("nan"), Fault.NOT_A_NUMBER, "NaN"),
        (float("inf"), Fault.TOO_LONG, "Infinity"),
        (ErrorCell("#REF!"), Fault.FORMULA_ERROR, "#REF!"),
        (UncachedFormula("=D10+D11"), Fault.FORMULA_UNCACHED, "=D10+D11"),
        (PercentCell("98,6%", 0.986), Fault.PERCENT, "98,6%"),
        (DisguisedCell("27964000", 27_964_000), Fault.DISGUISED, "27964000"),
        (date(2022, 6, 14), Fault.DATE, "14/06/2022"),
        (datetime(2022, 6, 14, 8, 30), Fault.DATE, "14/06/2022"),  # noqa: DTZ001
        (time(8, 30), Fault.DATE, "08:30:00"),
        (timedelta(hours=30), Fault.DATE, "1 day, 6:00:00"),
    ],
)
def test_what_is_no_figure_is_a_fault_with_the_text_as_typed(
    values: Callable[..., dict[str, Value]], typed: CellValue, fault: Fault, text: str
) -> None:
    found = values(put("C14", typed))["C14"]
    assert (found.status, found.number, found.fault, found.text) == (CellStatus.UNREADABLE, None, fault, text)


@pytest.mark.parametrize(
    ("typed", "reading"),
    [(True, Decimal(1)), (False, Decimal(0)), (1, Decimal(1)), ("Có", Decimal(1)), (2, Fault.NOT_A_FLAG)],
)
def test_a_flag_is_yes_or_no(typed: CellValue, reading: object) -> None:
    assert read_cell(typed, NumberType.FLAG) == reading


@given(st.integers(min_value=-(10**14), max_value=10**14))
def test_every_count_a_spreadsheet_holds_is_read_exactly(number: int) -> None:
    assert read_cell(float(number), NumberType.COUNT) == Decimal(number)
    assert typed_text(float(number)) == str(number)


@given(st.decimals(min_value=0, max_value=10**9, places=3))
def test_every_decimal_a_person_types_is_read_exactly(number: Decimal) -> None:
    assert read_cell(float(number), NumberType.DECIMAL) == number
    assert Decimal(typed_text(float(number))) == number


@given(st.floats(allow_nan=False, allow_infinity=False), st.sampled_from(NumberType))
def test_a_number_that_a_cell_holds_is_seen_with_a_decimal_comma(number: float, kind: NumberType) -> None:
    reading = read_cell(number, kind)
    figure, fault = (reading, None) if isinstance(reading, Decimal) else (None, Fault(reading))
    assert as_seen(typed_text(number), figure, fault) == typed_text(number).replace(".", ",")


@pytest.mark.parametrize("typed", ["34.600", "1.234.567", "12.50", "98,6", "trên 34.6", "0.5 %", "34.600,5"])
def test_words_are_seen_as_they_were_typed(values: Callable[..., dict[str, Value]], typed: str) -> None:
    found = values(put("C14", typed))["C14"]
    assert as_seen(found.text, found.number, found.fault) == typed


def test_a_note_is_kept_trimmed_and_not_without_end(values: Callable[..., dict[str, Value]]) -> None:
    found = values(put("C50", 1, "  Có 2 thư " + "x" * 5000), put("C51", 1, 20220614))
    assert found["C50"].note.startswith("Có 2 thư xxx")
    assert len(found["C50"].note) == MAX_NOTE
    assert found["C51"].note == "20220614"


def test_no_text_holds_what_a_store_refuses(values: Callable[..., dict[str, Value]]) -> None:
    found = values(put("C14", "\x0012", "a\x00b"))["C14"]
    assert "\x00" not in found.text + found.note


def test_a_row_shorter_than_its_columns_is_an_empty_cell(values: Callable[..., dict[str, Value]]) -> None:
    def cut(rows: Rows) -> None:
        del rows[place(rows, "C14")][2:]

    assert values(cut)["C14"].status is CellStatus.EMPTY


def test_the_cover_of_an_untouched_form_states_the_units_own_figures_and_the_window(
    clean: Grid, form: FormVersion
) -> None:
    cover = read_cover(clean, form.columns)
    assert (cover.scope, cover.window_from, cover.window_to) == (Scope.OWN, date(2021, 12, 15), date(2022, 6, 14))


def test_a_cover_that_was_renamed_is_still_read_and_one_that_is_gone_states_nothing(
    clean: Grid, form: FormVersion
) -> None:
    renamed = {"Bìa" if title == COVER_SHEET else title: rows for title, rows in clean.items()}
    assert read_cover(renamed, form.columns) == read_cover(clean, form.columns)
    gone = {title: rows for title, rows in clean.items() if title != COVER_SHEET}
    assert read_cover(gone, form.columns).scope is Scope.UNCLEAR


@pytest.mark.parametrize("typed", ["Gồm cả cấp dưới", " gồm cả  CẤP DƯỚI "])
def test_a_unit_can_say_that_its_figures_contain_those_below(form: FormVersion, typed: str) -> None:
    grid = read_grid(workbook({"TT01": typed}), needs_care=False)
    assert read_cover(grid, form.columns).scope is Scope.CONSOLIDATED


@pytest.mark.parametrize(
    ("typed", "day"),
    [
        (date(2021, 12, 1), date(2021, 12, 1)),
        (datetime(2021, 12, 1, 0, 0), date(2021, 12, 1)),  # noqa: DTZ001
        ("01/12/2021", date(2021, 12, 1)),
        (" 1-12-2021 ", date(2021, 12, 1)),
        ("01.12.2021", date(2021, 12, 1)),
        ("2021-12-01", date(2021, 12, 1)),
        ("31/02/2022", None),
        ("đầu năm", None),
        (44531.0, None),
        (None, None),
    ],
)
def test_the_window_is_read_however_a_day_is_written(
    clean: Grid, form: FormVersion, typed: CellValue, day: date | None
) -> None:
    rows = [list(row) for row in clean[COVER_SHEET]]
    put("TT02", typed)(rows)
    assert read_cover({**clean, COVER_SHEET: rows}, form.columns).window_from == day


def test_a_workbook_without_a_cover_states_nothing(form: FormVersion) -> None:
    cover = read_cover({}, form.columns)
    assert (cover.scope, cover.window_from, cover.window_to) == (Scope.UNCLEAR, None, None)


def test_the_stamp_is_read_from_its_sheet(clean: Grid) -> None:
    assert Stamp.read(read_stamp_rows(clean)) == Stamp("30628", "2022-H1", "commune/2021")


@pytest.mark.parametrize("rows", [[], [["unit"]], [[None, None]], [["unit", None]], [[1, 2]]])
def test_a_stamp_sheet_of_something_else_is_no_stamp(rows: Rows) -> None:
    assert Stamp.read(read_stamp_rows({STAMP_SHEET: rows})) is None


def test_a_workbook_without_a_stamp_sheet_has_no_stamp_rows() -> None:
    assert read_stamp_rows({"Sheet1": [["unit", "30628"]]}) == {}
