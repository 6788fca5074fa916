"""Where the printed pages of a sheet begin, so that what belongs together is read together.

Spreadsheets break a page wherever it is full: a heading is left alone at the foot, a legend on a page without what it
explains. Row heights are set and the scale is known, so the pages can be counted beforehand.
"""

from __future__ import annotations

from collections.abc import Collection, Iterator, Sequence

MOST_BREAKS = 1_000  # spreadsheets keep 1,023 on a sheet; after these they break a page wherever it is full
FILLED = 0.97  # of a page, down: programs differ by a hair in what they fit on it
SPANNED = 0.98  # of a page, across: a column that is left over would take as many pages again


def page_starts(heights: Sequence[float], kept: Collection[int], head: range, room: float) -> list[int]:
    """Return the rows at which a new page begins, the first page left out; the first `MOST_BREAKS` of them.

    `heights` are those of all rows and `room` that of a page, in points; a row in `kept` stays with the next one as
    long as a page can hold both; the rows of `head` are printed again on each page after their own.
    """
    again = sum(heights[row] for row in head)
    starts: list[int] = []
    used = 0.0
    for block in _blocks(len(heights), kept):
        whole = sum(heights[row] for row in block)
        rows = [block] if again + whole <= room else [range(row, row + 1) for row in block]
        for part in rows:
            height = sum(heights[row] for row in part)
            if used and used + height > room:
                starts.append(part.start)
                used = again if part.start > head.stop else 0.0
            used += height
    return starts[:MOST_BREAKS]


def _blocks(rows: int, kept: Collection[int]) -> Iterator[range]:
    """Give the rows in runs that stay together."""
    first = 0
    for row in range(rows):
        if row not in kept or row == rows - 1:
            yield range(first, row + 1)
            first = row + 1
