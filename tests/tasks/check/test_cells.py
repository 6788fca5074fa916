"""What a cell counts as, and how it is spoken of."""

from __future__ import annotations

from decimal import Decimal
from typing import Any

import pytest

from config.form import FormVersion
from config.load import Declarations
from config.number import CellStatus, Fault
from config.period import Period
from tasks.check.cells import cells_of, figure, is_filled, place_of, places_of, said
from tasks.store.values import Value
from tests.factory import make_value


def value(status: CellStatus = CellStatus.NUMBER, number: str | None = None, **changes: Any) -> Value:
    return make_value("C14", number, **{"status": status, "cell": "D14", **changes})


def test_a_row_that_nothing_was_kept_of_is_a_missing_row(declarations: Declarations, commune: FormVersion) -> None:
    rows = declarations.rows(commune, Period.parse("2022-H1"))
    cells = cells_of([], commune, rows)
    assert list(cells) == [e.code for e in rows]
    assert (cells["C14"].fault, cells["C14"].sheet, cells["C14"].cell) == (Fault.ROW_MISSING, "TTHC", None)


def test_nothing_arose_counts_as_zero_and_what_is_missing_counts_as_nothing() -> None:
    assert figure(value(CellStatus.NOT_APPLICABLE)) == 0
    assert figure(value(number="12.5")) == Decimal("12.5")
    for status in (CellStatus.EMPTY, CellStatus.NOT_AVAILABLE, CellStatus.UNREADABLE):
        assert figure(value(status)) is None


@pytest.mark.parametrize(
    ("cell", "filled"),
    [
        (value(number="0"), True),
        (value(CellStatus.NOT_APPLICABLE), True),
        (value(CellStatus.UNREADABLE, fault=Fault.NOT_A_NUMBER), True),
        (value(CellStatus.UNREADABLE, fault=Fault.ROW_MISSING), False),
        (value(CellStatus.NOT_AVAILABLE), False),
        (value(CellStatus.EMPTY), False),
    ],
)
def test_a_cell_is_filled_when_the_unit_answered_in_it(cell: Value, filled: bool) -> None:
    assert is_filled(cell) is filled


@pytest.mark.parametrize(
    ("cell", "words"),
    [
        (value(number="34600"), "34.600"),
        (value(number="65.20"), "65,2"),
        (value(CellStatus.EMPTY), "(để trống)"),
        (value(CellStatus.NOT_APPLICABLE, text="KPS"), "không phát sinh"),
        (value(CellStatus.UNREADABLE, fault=Fault.NOT_A_NUMBER, text=" trên\n34.600 "), "trên 34.600"),
        (value(CellStatus.UNREADABLE, fault=Fault.NOT_WHOLE, text="34.6"), "34,6"),
        (value(CellStatus.UNREADABLE, fault=Fault.ROW_MISSING), "không có dòng này"),
        (value(CellStatus.UNREADABLE, fault=Fault.TOO_LONG, text="9" * 70), "9" * 60 + "…"),
    ],
)
def test_what_a_cell_says_is_given_back_as_the_unit_would_read_it(cell: Value, words: str) -> None:
    assert said(cell) == words


def test_a_place_is_sheet_and_cell_and_the_sheet_alone_when_the_row_is_gone() -> None:
    assert place_of(value()) == "TTHC!D14"
    assert place_of(value(cell=None)) == "TTHC"


@pytest.mark.parametrize(
    ("cells", "words"),
    [
        (["D11", "D12", "D13"], "D11–D13"),
        (["D11"], "D11"),
        (["D23", "D26", "D27"], "D23, D26–D27"),
        (["D13", "D12"], "D13, D12"),
    ],
)
def test_cells_that_stand_one_below_the_other_are_named_as_a_run(cells: list[str], words: str) -> None:
    assert places_of([value(cell=c) for c in cells], "TTHC") == words


def test_cells_of_another_sheet_are_named_with_it() -> None:
    cells = [value(sheet="Tài chính", cell=c) for c in ("D6", "D7")]
    assert places_of(cells, "Bộ máy") == "Tài chính!D6–D7"
