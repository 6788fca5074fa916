"""References and ranges of cells, as `D14` and `A1:E1`."""

from __future__ import annotations

import re
from functools import lru_cache

from tasks.collect.guard import limits
from tasks.collect.guard.refusal import Code, Refused, quoted

LAST_ROW, LAST_COLUMN = 1_048_576, 16_384

_REFERENCE = re.compile(r"([A-Z]{1,3})([1-9][0-9]{0,6})")


@lru_cache(maxsize=1024)
def column_of(letters: bytes) -> int:
    """Return the number of the column `letters` (A to ZZZ) from 1; a sheet has 16384.

    >>> column_of(b"A"), column_of(b"XFD")
    (1, 16384)
    """
    number = 0
    for letter in letters:
        number = number * 26 + letter - ord("A") + 1
    return number


def reference_of(row: int, column: int) -> str:
    """Return the reference of a cell.

    >>> reference_of(1048576, 16384)
    'XFD1048576'
    """
    letters = ""
    while column:
        column, letter = divmod(column - 1, 26)
        letters = chr(ord("A") + letter) + letters
    return f"{letters}{row}"


@lru_cache(maxsize=1024)
def corners_of(reference: str) -> tuple[int, int, int, int] | None:
    """Return (top, left, bottom, right) of a cell or range on a sheet, counted from 1, or None if it is none."""
    first, _, last = reference.partition(":")
    ends = [_REFERENCE.fullmatch(end) for end in (first, last or first)]
    numbers = [(int(end[2]), column_of(end[1].encode())) for end in ends if end]
    if len(numbers) != len(ends) or any(row > LAST_ROW or column > LAST_COLUMN for row, column in numbers):
        return None
    return (*numbers[0], *numbers[1])


def box_of(reference: str, code: Code) -> tuple[int, int, int, int]:
    """Return the corners of a range such as `A1:E1`; a refusal with `code` beyond what we issue."""
    corners = corners_of(reference)
    if corners is None:
        raise Refused(code, f"range {quoted(reference)}")
    top, left, bottom, right = corners
    if not (top <= bottom <= limits.ROWS and left <= right <= limits.COLUMNS):
        raise Refused(code, "range out of bounds", cell=reference)
    return corners
