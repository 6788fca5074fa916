"""Steps of a scoring criterion: what makes them a staircase, on which every figure stands on exactly one step."""

from __future__ import annotations

from collections.abc import Sequence
from decimal import Decimal
from itertools import pairwise

from config.criterion import Step
from config.number import format_number

_OPEN = Decimal("Infinity")


def fault_in_steps(steps: Sequence[Step]) -> tuple[int, str] | None:
    """Return (place, sentence) of the first step that is empty, overlaps another or leaves figures out, or None."""
    for place, step in enumerate(steps):
        if sentence := _fault_of(step):
            return place, sentence
    order = sorted(range(len(steps)), key=lambda i: _start(steps[i]))
    for before, after in pairwise(order):
        if _end(steps[before]) > _start(steps[after]):
            return after, f"bậc này chồng lên bậc khác tại {_shown(_start(steps[after]))}"
        if _end(steps[before]) < _start(steps[after]):
            return after, f"giữa hai bậc bị hở tại {_shown(_end(steps[before]))}"
    return _open_ends(steps, order)


def _fault_of(step: Step) -> str | None:
    if step.at_least is not None and step.above is not None:
        return "chỉ ghi một trong «at_least» và «above»"
    if step.at_most is not None and step.below is not None:
        return "chỉ ghi một trong «at_most» và «below»"
    return "bậc này không chứa số nào" if _start(step) >= _end(step) else None


def _open_ends(steps: Sequence[Step], order: Sequence[int]) -> tuple[int, str] | None:
    if not order:
        return 0, "chưa có bậc nào"
    if _start(steps[order[0]])[0] != -_OPEN:
        return order[0], "bậc thấp nhất phải để ngỏ phía dưới"
    return None if _end(steps[order[-1]])[0] == _OPEN else (order[-1], "bậc cao nhất phải để ngỏ phía trên")


# An edge is a figure and the side of it, 0 before and 1 behind: steps meet where one ends on the edge the next begins.
_Edge = tuple[Decimal, int]


def _start(step: Step) -> _Edge:
    if step.at_least is not None:
        return step.at_least, 0
    return (step.above, 1) if step.above is not None else (-_OPEN, 0)


def _end(step: Step) -> _Edge:
    if step.below is not None:
        return step.below, 0
    return (step.at_most, 1) if step.at_most is not None else (_OPEN, 0)


def _shown(edge: _Edge) -> str:
    return format_number(edge[0])
