"""Where in a workbook a finding points to."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterator

from openpyxl import Workbook
from openpyxl.cell.cell import Cell, MergedCell
from openpyxl.utils.cell import coordinate_to_tuple
from openpyxl.worksheet.worksheet import Worksheet

from expectations.finding import Finding

_COORDINATE = re.compile(r"[A-Z]{1,3}[1-9][0-9]{0,6}")


def cells(workbook: Workbook) -> Iterator[Cell]:
    """Yield every cell of every sheet, of merged cells the first."""
    for sheet in workbook.worksheets:
        for row in sheet.iter_rows():
            yield from (cell for cell in row if isinstance(cell, Cell))


def sheet_named(workbook: Workbook, name: str | None) -> Worksheet | None:
    """Return the sheet called `name` however its letters are composed, or None."""
    wanted = _composed(name or "")
    return next((s for s in workbook.worksheets if _composed(s.title) == wanted), None)


def cell_at(workbook: Workbook, finding: Finding) -> Cell | None:
    """Return the cell of `finding`, or None when it names none inside the sheet.

    A mark outside the form would itself be a stray cell when the workbook comes back.
    """
    sheet = sheet_named(workbook, finding.sheet)
    if sheet is None or not _COORDINATE.fullmatch(finding.cell or ""):
        return None
    row, column = coordinate_to_tuple(finding.cell or "")
    if row > sheet.max_row or column > sheet.max_column:
        return None
    cell = sheet.cell(row, column)
    return _first_of_merged(sheet, cell) if isinstance(cell, MergedCell) else cell


def _first_of_merged(sheet: Worksheet, cell: MergedCell) -> Cell | None:
    area = next(a for a in sheet.merged_cells.ranges if cell.coordinate in a)
    first = sheet.cell(area.min_row, area.min_col)
    return first if isinstance(first, Cell) else None


def _composed(name: str) -> str:
    return unicodedata.normalize("NFC", name).strip()
