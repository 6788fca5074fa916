"""From bytes to a grid of cells: the one place where a spreadsheet library meets a received file."""

from __future__ import annotations

import io
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta

from python_calamine import CalamineWorkbook


@dataclass(frozen=True)
class ErrorCell:
    """A cell whose formula came to an error such as `#REF!`."""

    text: str


@dataclass(frozen=True)
class UncachedFormula:
    """A formula saved without its result: nobody knows what the unit saw there."""

    text: str


@dataclass(frozen=True)
class PercentCell:
    """A number that the sheet shows as a percentage: the unit saw `100%` as `text` where the file holds 1."""

    text: str
    number: int | float


@dataclass(frozen=True)
class DisguisedCell:
    """A number that the sheet shows as another one: thousands as ones, or with digits that it does not have."""

    text: str  # as stored
    number: int | float


CellValue = (
    str
    | int
    | float
    | bool
    | date
    | datetime
    | time
    | timedelta
    | ErrorCell
    | UncachedFormula
    | PercentCell
    | DisguisedCell
    | None
)
Rows = Sequence[Sequence[CellValue]]
Grid = Mapping[str, Rows]


def read_grid(data: bytes, needs_care: bool) -> Grid:
    """Return every sheet of the workbook `data` by name, as rows of cells beginning at A1.

    calamine is twenty times faster than openpyxl but shows error cells and uncached formulas as blank and tells
    no formats: files that hold some, or such formats (`needs_care`) are read with openpyxl.
    """
    if needs_care:
        from tasks.collect.careful import read_carefully  # noqa: PLC0415  half a second of imports that few files need

        return read_carefully(data)
    return _with_calamine(data)


def _with_calamine(data: bytes) -> Grid:
    workbook = CalamineWorkbook.from_filelike(io.BytesIO(data))
    return {name: _from_a1(workbook, name) for name in workbook.sheet_names}


def _from_a1(workbook: CalamineWorkbook, name: str) -> Rows:
    return workbook.get_sheet_by_name(name).to_python(skip_empty_area=False)
