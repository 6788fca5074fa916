"""From bytes to a grid of cells: the one place where a spreadsheet library meets a received file."""

from __future__ import annotations

import io
import warnings
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta

from openpyxl import load_workbook
from openpyxl.worksheet.worksheet import Worksheet
from python_calamine import CalamineWorkbook


@dataclass(frozen=True)
class ErrorCell:
    """A cell whose formula came to an error such as `#REF!`."""

    text: str


@dataclass(frozen=True)
class UncachedFormula:
    """A formula saved without its result: nobody knows what the unit saw there."""

    text: str


CellValue = str | int | float | bool | date | datetime | time | timedelta | ErrorCell | UncachedFormula | None
Rows = Sequence[Sequence[CellValue]]
Grid = Mapping[str, Rows]


def read_grid(data: bytes, needs_care: bool) -> Grid:
    """Return every sheet of the workbook `data` by name, as rows of cells beginning at A1.

    calamine is twenty times faster than openpyxl but shows error cells and uncached formulas as blank: files that
    hold some (`needs_care`) are read with openpyxl.
    """
    return _with_openpyxl(data) if needs_care else _with_calamine(data)


def _with_calamine(data: bytes) -> Grid:
    workbook = CalamineWorkbook.from_filelike(io.BytesIO(data))
    return {name: _from_a1(workbook, name) for name in workbook.sheet_names}


def _from_a1(workbook: CalamineWorkbook, name: str) -> Rows:
    return workbook.get_sheet_by_name(name).to_python(skip_empty_area=False)


def _with_openpyxl(data: bytes) -> Grid:
    with warnings.catch_warnings():  # about parts that openpyxl would not save again, and days that are none
        warnings.simplefilter("ignore", UserWarning)
        results = load_workbook(io.BytesIO(data), data_only=True)
        formulas = load_workbook(io.BytesIO(data), data_only=False)
    return {sheet.title: _careful_rows(sheet, formulas[sheet.title]) for sheet in results.worksheets}


def _careful_rows(results: Worksheet, formulas: Worksheet) -> Rows:
    return [
        [_careful(result.value, result.data_type, formula.value, formula.data_type) for result, formula in row]
        for row in (zip(*pair, strict=True) for pair in zip(results.iter_rows(), formulas.iter_rows(), strict=True))
    ]


def _careful(result: object, result_type: str, formula: object, formula_type: str) -> CellValue:
    if result_type == "e":
        return ErrorCell(str(result))
    if formula_type == "f" and result is None and result_type != "str":  # a text of no letters is a result
        return UncachedFormula(str(getattr(formula, "text", formula)))
    return result  # type: ignore[return-value]
