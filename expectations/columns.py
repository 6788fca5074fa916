"""The columns of the check frame: one row a submission, read by the rules and built by `tasks/check/frame.py`.

Beside the columns named here, every element of the form has a column of its code: float64, NaN when the cell states no
number, 0.0 for *không phát sinh*. What the unit said before stands in columns `prev_<past>_<code>`, float64, NaN where
there is nothing to compare with; only those that some rule reads and some submission has are there.
"""

from __future__ import annotations

import re
from enum import StrEnum

from config.number import CellStatus, Fault

UNIT = "unit"
SCOPE = "scope"  # own | consolidated
WINDOW = "window"  # the days that the unit says its figures cover, as 15/12/2021–14/06/2022
WINDOW_DECLARED = "window_declared"
PREMATURE = "premature"  # bool: sent before the cut-off had passed
RECEIVED_ON = "received_on"  # dd/mm/yyyy
CUT_OFF = "cut_off"  # dd/mm/yyyy
FILLED_SHARE = "filled_share"  # 0–1: required cells that hold something
OVERLAP_SHARE = "overlap_share"  # 0–1, NaN where nothing can be compared: see tasks/check/overlap.py
FORM_VERSION = "form_version"  # as commune/2021
FORM_IN_FORCE = "form_in_force"  # the one in force at the cut-off
COPIED_SHARE = "copied_share"  # 0–1, NaN where nothing can be compared: see tasks/check/copies.py
COPIED_FROM = "copied_from"  # the period whose figures are most like these, by name

SUBMISSION_COLUMNS = (
    UNIT,
    SCOPE,
    WINDOW,
    WINDOW_DECLARED,
    PREMATURE,
    RECEIVED_ON,
    CUT_OFF,
    FILLED_SHARE,
    OVERLAP_SHARE,
    FORM_VERSION,
    FORM_IN_FORCE,
    COPIED_SHARE,
    COPIED_FROM,
)

CELLS = "cells_"  # `cells_<state>`: the codes of the elements whose cell is in that state, None when none is
_LISTED_STATES = (CellStatus.EMPTY, CellStatus.NOT_AVAILABLE, *Fault)


def cells_column(state: CellStatus | Fault) -> str:
    """Return the column that lists the cells in `state`.

    One column a state, not one a cell: Great Expectations looks every column name up in the whole frame, so that 97
    status columns under 12 rules would cost as much as all other rules together.

    >>> cells_column(Fault.DATE)
    'cells_date_in_cell'
    """
    return f"{CELLS}{state.value}"


OLD_LABELS = f"{CELLS}old_label"  # codes of elements that had ended, in rows that somebody put back

MISSING_SHEETS = f"{CELLS}sheet_missing"  # codes of elements on sheets of which no row is left; told by sheet

CELL_COLUMNS = (*(cells_column(state) for state in _LISTED_STATES), OLD_LABELS, MISSING_SHEETS)


class Past(StrEnum):
    """Which earlier figure of the same element stands beside the one judged; `tasks/check/past.py` finds them."""

    FLOOR = "floor"  # a flow: what the windows within this one came to; H1 ≥ Q1, YEAR ≥ H1 + Q3
    OPENING = "opening"  # an opening balance since the year began: what was pending when last year closed
    CARRIED = "carried"  # an opening balance of the third quarter: what was pending at the half-year
    LAST = "last"  # the last earlier report, at most a year back
    FIXED = "fixed"  # what does not change: a baseline ever, other figures within the year
    YEAR_AGO = "year"  # the same window a year ago
    LIKE = "like"  # the nearest one of like size: YEAR_AGO for a flow, LAST for anything else; no column of its own
    USUAL = "usual"  # the middle (median) of what the last quarters or reports said
    SPREAD = "spread"  # beside it: how far they usually lie from that middle (1.4826 × MAD), a tenth of it at least


_PAST_COLUMN = re.compile(rf"prev_({'|'.join(Past)})_([A-Z]\d+)")


def past_column(past: Past, code: str) -> str:
    """Return the column of an earlier figure.

    >>> past_column(Past.FLOOR, "C11")
    'prev_floor_C11'
    """
    return f"prev_{past.value}_{code}"


def element_of_past(column: str) -> str | None:
    """Return the element whose earlier figure stands in `column`, or None for any other column.

    >>> element_of_past("prev_floor_C11")
    'C11'
    """
    match = _PAST_COLUMN.fullmatch(column)
    return match[2] if match else None
