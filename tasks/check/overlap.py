"""The double count that nobody declared: a district's figures that already contain those of its communes.

A figure that contains the communes' is at least their sum. For one element that proves nothing: a district may well
handle more dossiers than all its communes. For nearly every element it cannot be chance.
"""

from __future__ import annotations

import math
from collections.abc import Iterable, Sequence
from decimal import Decimal

from config.calendar import Calendar
from config.element import Element
from tasks.check.cells import Cells, figure

FEWEST_ELEMENTS = 10  # comparable ones: of fewer, a share says little


def overlap_share(own: Cells, below: Sequence[Cells], elements: Iterable[Element], least_units: int) -> float:
    """Return the share (0–1) of comparable elements in which `own` is at least the sum of `below`, or NaN.

    An element is comparable when it may be summed, `own` and at least `least_units` of `below` give a figure, and the
    sum is more than zero. NaN when fewer than ten are.
    """
    pairs = [_pair(own, below, e.code, least_units) for e in elements if e.additive]
    comparable = [(mine, theirs) for mine, theirs in filter(None, pairs) if theirs > 0]
    if len(comparable) < FEWEST_ELEMENTS:
        return math.nan
    return sum(mine >= theirs for mine, theirs in comparable) / len(comparable)


def least_units(expected: int, calendar: Calendar) -> int:
    """Return how many of `expected` units must have given a figure before it can be compared: at least one."""
    return max(1, math.ceil(calendar.minimum_coverage * expected))


def _pair(own: Cells, below: Sequence[Cells], code: str, least: int) -> tuple[Decimal, Decimal] | None:
    mine = figure(own[code])
    given = [figure(cells[code]) for cells in below if code in cells]
    theirs = [f for f in given if f is not None]
    return (mine, sum(theirs, Decimal(0))) if mine is not None and len(theirs) >= least else None
