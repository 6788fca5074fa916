"""The two readers of the project, as they are, giving what a plain read gives."""

from __future__ import annotations

import io
import warnings
from collections.abc import Iterable

from openpyxl import load_workbook
from openpyxl.cell import Cell
from openpyxl.utils import get_column_letter
from python_calamine import CalamineWorkbook

from tests.hostile.plain_read import Cells, Value, comparable, unescaped


def calamine_read(data: bytes) -> dict[str, Cells]:
    """Return the cells that say something as calamine reads them, by sheet and reference."""
    workbook = CalamineWorkbook.from_filelike(io.BytesIO(data))
    return {
        name: _cells(workbook.get_sheet_by_name(name).to_python(skip_empty_area=False)) for name in workbook.sheet_names
    }


def openpyxl_read(data: bytes) -> dict[str, Cells]:
    """Return the cells that say something as openpyxl reads them, by sheet and reference."""
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        workbook = load_workbook(io.BytesIO(data), data_only=True)
    return {
        sheet.title: {
            cell.coordinate: _value(cell)
            for cell in sheet._cells.values()
            if cell.value is not None and _value(cell) != "" and not _is_made_of_a_link(cell)
        }
        for sheet in workbook.worksheets
    }


def _cells(rows: Iterable[Iterable[object]]) -> Cells:
    return {
        f"{get_column_letter(column)}{row}": comparable(value)
        for row, values in enumerate(rows, 1)
        for column, value in enumerate(values, 1)
        if comparable(value) != ""
    }


def _is_made_of_a_link(cell: Cell) -> bool:
    """Return whether openpyxl put the address of a link where the file has no value."""
    return cell.hyperlink is not None and cell.value in (cell.hyperlink.target, cell.hyperlink.location)


def _value(cell: Cell) -> Value:
    """Return the value of `cell`; openpyxl leaves `_x0041_` as it is written."""
    return comparable(unescaped(cell.value) if isinstance(cell.value, str) else cell.value)
