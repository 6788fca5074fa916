"""The one way from bytes to a grid: guard, reader, and the comparison of both. It runs in a process of its own.

Nothing here, and nothing imported here, knows the store or the declarations; see `sandbox.py`.
"""

from __future__ import annotations

from itertools import chain

from tasks.collect.grid import CellValue, Grid, UncachedFormula, read_grid
from tasks.collect.guard import Code, Inspection, Refusal, inspect
from tasks.collect.guard.refusal import quoted


def read_workbook(data: bytes) -> Grid | Refusal:
    """Return the cells of the workbook `data`, or why no reader may open it."""
    inspection = inspect(data)
    if isinstance(inspection, Refusal):
        return inspection
    try:
        grid = read_grid(data, inspection.needs_care)
    except (KeyboardInterrupt, SystemExit):
        raise
    except BaseException as fault:  # noqa: BLE001  a panic of calamine is none of the usual exceptions
        return Refusal(Code.READER_FAILED, quoted(fault, 300))
    return _disagreement(grid, inspection) or grid


def _disagreement(grid: Grid, inspection: Inspection) -> Refusal | None:
    """Return the refusal of a workbook of which the reader saw other sheets or more or fewer cells than the guard."""
    read = [(name, sum(map(_says_something, chain.from_iterable(rows)))) for name, rows in grid.items()]
    counted = [(sheet.name, sheet.cells) for sheet in inspection.sheets]
    if read == counted:
        return None
    return Refusal(Code.READER_DISAGREES, f"read {read!a}, counted {counted!a}")


def _says_something(value: CellValue) -> bool:
    blank = value is None or isinstance(value, UncachedFormula) or (isinstance(value, str) and not value.strip())
    return not blank
