"""The page of states draws and lists exactly what the code knows: states, their words, and actions of the audit."""

from __future__ import annotations

import re

import pytest

from config.settings import PROJECT
from expectations.finding import Severity
from tasks.publish.wording import SEVERITIES, STATES
from tasks.store.values import Outcome, State

PAGE = (PROJECT / "docs" / "trang-thai.md").read_text(encoding="utf-8")
DRAWN = {"arrival", "warned"}  # the diagram's short names of what arrives, and of «accepted_with_warnings»
NOTES = re.compile(r"\bnote(?:_all|_kept)?\(|as the audit says it")
ACTION = re.compile(r'"([a-z]+\.[a-z_]+)"')
FILES = re.compile(r"\.(?:csv|db|json|html|yaml|lock|log)$")


def section(heading: str) -> str:
    """Return the text under `heading`."""
    return PAGE.partition(f"\n## {heading}\n")[2].partition("\n## ")[0]


def rows(heading: str) -> dict[str, str]:
    """Return the first table under `heading`: each code with the word beside it."""
    return dict(re.findall(r"^\| `(\w+)` \| ([^|]+?) \|", section(heading), re.MULTILINE))


def test_the_diagram_has_every_state_and_no_other() -> None:
    drawn = set(re.findall(r"^    state \"[^\"]+\" as (\w+)$", PAGE, re.MULTILINE))
    known = {*(set(Outcome) - {Outcome.SUBMITTED}), *State} - {State.ACCEPTED_WITH_WARNINGS}
    assert drawn == known | DRAWN
    ways = re.findall(r"^    (\w+) --> (\w+):", PAGE, re.MULTILINE)
    assert {name for way in ways for name in way} == drawn


@pytest.mark.parametrize(("heading", "known"), [("Tệp đến", Outcome), ("Bản nộp", State), ("Mức độ của lỗi", Severity)])
def test_each_table_has_every_code_and_no_other(heading: str, known: type) -> None:
    assert set(rows(heading)) == set(known)


def test_the_words_are_those_that_are_published() -> None:
    said = rows("Bản nộp") | rows("Mức độ của lỗi")
    published = {code: word.word for code, word in (STATES | SEVERITIES).items() if code in said}
    assert {code: word.lower() for code, word in said.items()} == {c: word.lower() for c, word in published.items()}


def test_every_action_of_the_audit_is_listed_and_none_that_is_not_written() -> None:
    sources = [path.read_text(encoding="utf-8") for top in ("tasks", "flows") for path in (PROJECT / top).rglob("*.py")]
    found = {name for source in sources if NOTES.search(source) for name in ACTION.findall(source)}
    written = {name for name in found if not FILES.search(name)}
    written |= {f"receipt.{outcome}" for outcome in Outcome} | {f"submission.{s}" for s in State} - {
        "submission.received"
    }
    listed = {
        name
        for row in section("Nhật ký của mọi thay đổi").splitlines()
        if row.startswith("| `")
        for name in re.findall(r"`([a-z]+\.[a-z_]+)`", row.split("|")[1])
    }
    assert listed == written
