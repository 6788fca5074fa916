"""Facts about the guard against all that was thought of to harm a reader, and against accidents by the thousand."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Sequence

import pytest

from config.settings import PROJECT
from tasks.collect.guard import Code, Refusal, inspect
from tests.hostile.corpus import corpus
from tests.hostile.friendly import friendly
from tests.hostile.hostile import Hostile
from tests.hostile.judge import faults
from tests.hostile.mutants import mutants


@pytest.fixture(scope="module")
def files() -> Sequence[Hostile]:
    """Return the hostile corpus."""
    return tuple(corpus())


def test_every_hostile_file_ends_quickly_in_an_outcome_that_does_no_harm(files: Sequence[Hostile]) -> None:
    assert list(faults(files)) == []


def test_fair_workbooks_of_other_programs_are_let_in() -> None:
    assert list(faults(friendly())) == []


def test_an_accepted_mutant_says_to_every_reader_what_a_plain_read_finds() -> None:
    assert list(faults(mutants(500), any_code=True)) == []


def test_the_corpus_names_every_file_once(files: Sequence[Hostile]) -> None:
    assert [name for name, times in Counter(hostile.name for hostile in files).items() if times > 1] == []


def test_the_corpus_meets_every_code_for_which_the_guard_refuses_bytes(files: Sequence[Hostile]) -> None:
    met = {verdict.code for hostile in files if isinstance(verdict := inspect(hostile.data), Refusal)}
    guard = "".join(path.read_text(encoding="utf-8") for path in (PROJECT / "tasks" / "collect" / "guard").glob("*.py"))
    raised = {Code[name] for name in re.findall(r"\bCode\.([A-Z_]+)", guard)}
    of_the_folder = {Code.NOT_REGULAR_FILE, Code.FOLDER_INSIDE, Code.NOT_READABLE, Code.STILL_ARRIVING}
    assert raised - met == of_the_folder
