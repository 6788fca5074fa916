"""Reading with openpyxl, twice: what cells show, and what formulas stand in them."""

from __future__ import annotations

import io
import warnings
from decimal import Decimal

from openpyxl import load_workbook
from openpyxl.cell.cell import Cell, MergedCell
from openpyxl.worksheet.worksheet import Worksheet

from tasks.collect.grid import CellValue, DisguisedCell, ErrorCell, Grid, PercentCell, Rows, UncachedFormula
from tasks.collect.guard.formats import shows_otherwise, shows_percent


def read_carefully(data: bytes) -> Grid:
    """Return every sheet of the workbook `data`, errors and formulas without a result told apart from blanks."""
    with warnings.catch_warnings():  # about parts that openpyxl would not save again, and days that are none
        warnings.simplefilter("ignore", UserWarning)
        results = load_workbook(io.BytesIO(data), data_only=True)
        formulas = load_workbook(io.BytesIO(data), data_only=False)
    return {sheet.title: _careful_rows(sheet, formulas[sheet.title]) for sheet in results.worksheets}


def _careful_rows(results: Worksheet, formulas: Worksheet) -> Rows:
    return [
        [
            _disguised(result) or _careful(result.value, result.data_type, formula.value, formula.data_type)
            for result, formula in row
        ]
        for row in (zip(*pair, strict=True) for pair in zip(results.iter_rows(), formulas.iter_rows(), strict=True))
    ]


def _disguised(cell: Cell | MergedCell) -> PercentCell | DisguisedCell | None:
    """Return what a `cell` comes to that shows another number than it holds; 0 is 0 either way."""
    if cell.data_type != "n" or not cell.value:
        return None
    number = Decimal(format(float(cell.value), ".15g"))  # type: ignore[arg-type]
    if shows_percent(cell.number_format):
        return PercentCell(f"{(number * 100).normalize():f}%".replace(".", ","), cell.value)  # type: ignore[arg-type]
    if shows_otherwise(cell.number_format):
        return DisguisedCell(f"{number.normalize():f}".replace(".", ","), cell.value)  # type: ignore[arg-type]
    return None


def _careful(result: object, result_type: str, formula: object, formula_type: str) -> CellValue:
    if result_type == "e":
        return ErrorCell(str(result))
    if formula_type == "f" and result is None and result_type != "str":  # a text of no letters is a result
        return UncachedFormula(str(getattr(formula, "text", formula)))
    return result  # type: ignore[return-value]
