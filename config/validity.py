"""Values that hold from one day to another: what is in force on a day, and what may not be declared."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from datetime import date, timedelta
from itertools import pairwise
from typing import Protocol, TypeVar


class Dated(Protocol):
    """Anything with a first day and, unless it is still in force, a last one (both inclusive)."""

    @property
    def valid_from(self) -> date: ...
    @property
    def valid_to(self) -> date | None: ...


D = TypeVar("D", bound=Dated)


def in_force(value: Dated, day: date) -> bool:
    """Return whether `value` holds on `day`."""
    return value.valid_from <= day and (value.valid_to is None or day <= value.valid_to)


def the_one_in_force(values: Iterable[D], day: date) -> D | None:
    """Return the value that holds on `day`, or None; of values that `fault_in` passed there is at most one."""
    return next((value for value in values if in_force(value, day)), None)


def fault_in(values: Sequence[Dated]) -> tuple[int, str] | None:
    """Return (place, sentence) of the first reversed, overlapping or interrupted validity in `values`, or None."""
    order = sorted(range(len(values)), key=lambda i: values[i].valid_from)
    for i in order:
        end = values[i].valid_to
        if end is not None and end < values[i].valid_from:
            return i, f"hiệu lực kết thúc {end:%d/%m/%Y} trước khi bắt đầu {values[i].valid_from:%d/%m/%Y}"
    for before, after in pairwise(order):
        end, start = values[before].valid_to, values[after].valid_from
        if end is None or start <= end:
            return after, f"hiệu lực từ {start:%d/%m/%Y} chồng lên hiệu lực trước đó"
        if start != end + timedelta(days=1):
            return after, f"hiệu lực bị hở giữa {end:%d/%m/%Y} và {start:%d/%m/%Y}"
    return None
