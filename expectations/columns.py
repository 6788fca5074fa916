"""The columns of the check frame: one row a submission, read by the rules and built by `tasks/check/frame.py`.

Beside the columns named here, every element of the form has a column of its code: float64, NaN when the cell states no
number, 0.0 for *không phát sinh*. A later issue adds `prev_<code>` columns the same way.
"""

from __future__ import annotations

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


CELL_COLUMNS = tuple(cells_column(state) for state in _LISTED_STATES)
