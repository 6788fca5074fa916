"""Facts about the guard against all that was thought of to harm a reader, and against accidents by the thousand."""

from __future__ import annotations

import re
import time
from collections import Counter
from collections.abc import Iterable, Iterator, Sequence

import pytest

from config.settings import PROJECT
from tasks.collect.guard import Code, Inspection, Refusal, inspect
from tests.hostile.corpus import corpus
from tests.hostile.friendly import friendly
from tests.hostile.hostile import ACCEPTED, Hostile
from tests.hostile.mutants import mutants
from tests.hostile.plain_read import Cells, plain_read
from tests.hostile.readers import calamine_read, openpyxl_read

SECONDS = 2.0  # for any file whatever


@pytest.fixture(scope="module")
def files() -> Sequence[Hostile]:
    """Return the hostile corpus."""
    return tuple(corpus())


def test_every_hostile_file_ends_quickly_in_an_outcome_that_does_no_harm(files: Sequence[Hostile]) -> None:
    assert list(_faults(files)) == []


def test_fair_workbooks_of_other_programs_are_let_in() -> None:
    assert list(_faults(friendly())) == []


def test_an_accepted_mutant_says_to_every_reader_what_a_plain_read_finds() -> None:
    assert list(_faults(mutants(250), any_code=True)) == []


@pytest.mark.slow
def test_five_thousand_more_mutants_say_the_same() -> None:
    assert list(_faults(mutants(5000, seed=30062022), any_code=True)) == []


def test_the_corpus_names_every_file_once(files: Sequence[Hostile]) -> None:
    assert [name for name, times in Counter(hostile.name for hostile in files).items() if times > 1] == []


def test_the_corpus_meets_every_code_for_which_the_guard_refuses_bytes(files: Sequence[Hostile]) -> None:
    met = {verdict.code for hostile in files if isinstance(verdict := inspect(hostile.data), Refusal)}
    guard = "".join(path.read_text(encoding="utf-8") for path in (PROJECT / "tasks" / "collect" / "guard").glob("*.py"))
    raised = {Code[name] for name in re.findall(r"\bCode\.([A-Z_]+)", guard)}
    assert raised - met == {
        Code.NOT_REGULAR_FILE,
        Code.NOT_READABLE,
        Code.STILL_ARRIVING,
    }  # of the folder, not of bytes


def _faults(files: Iterable[Hostile], any_code: bool = False) -> Iterator[str]:
    """Yield what went wrong with `files`, one line each."""
    for hostile in files:
        start = time.perf_counter()
        verdict = inspect(hostile.data)
        taken = time.perf_counter() - start
        outcome = verdict.code if isinstance(verdict, Refusal) else ACCEPTED
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
