"""Judging the guard: what it makes of a file, how fast, and whether readers then see what is really there."""

from __future__ import annotations

import time
from collections import Counter
from collections.abc import Iterable, Iterator

from tasks.collect.guard import Inspection, Refusal, inspect
from tests.hostile.hostile import ACCEPTED, Hostile
from tests.hostile.plain_read import Cells, plain_read
from tests.hostile.readers import calamine_read, openpyxl_read

SECONDS = 2.0  # of the processor, for any file whatever


def faults(files: Iterable[Hostile], any_code: bool = False, outcomes: Counter[str] | None = None) -> Iterator[str]:
    """Yield what went wrong with `files`, one line each, and count in `outcomes` what came of them."""
    for hostile in files:
        start = time.thread_time()
        verdict = inspect(hostile.data)
        taken = time.thread_time() - start
        outcome = verdict.code if isinstance(verdict, Refusal) else ACCEPTED
        if outcomes is not None:
            outcomes[outcome] += 1
        if taken > SECONDS:
            yield f"{hostile.name}: {taken:.1f} s"
        if outcome not in hostile.allowed and not any_code:
            yield f"{hostile.name}: {verdict}"
        if isinstance(verdict, Inspection):
            yield from (f"{hostile.name}: {fault}" for fault in _differences(hostile.data, verdict))


def _differences(data: bytes, inspection: Inspection) -> Iterator[str]:
    """Yield where guard and readers see anything else in an accepted file than a plain read does."""
    plain = plain_read(data)
    counted = [(sheet.name, sheet.cells) for sheet in inspection.sheets]
    if counted != [(name, len(cells)) for name, cells in plain.items()]:
        yield f"guard counts {counted}"
    readers = (openpyxl_read,) if inspection.needs_care else (openpyxl_read, calamine_read)
    for reader in readers:
        try:
            read = reader(data)
        except (TypeError, ValueError, KeyError, IndexError, AttributeError):
            continue  # a reader that gives up says nothing wrong
        if read != plain:
            yield f"{reader.__name__}: {_first_difference(plain, read)}"


def _first_difference(plain: dict[str, Cells], read: dict[str, Cells]) -> str:
    if list(plain) != list(read):
        return f"sheets {list(read)}"
    for name, cells in plain.items():
        for reference in sorted(cells.keys() | read[name].keys()):
            if cells.get(reference) != read[name].get(reference):
                return f"{name}!{reference} {read[name].get(reference)!r} instead of {cells.get(reference)!r}"
    return "nothing"
