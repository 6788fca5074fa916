"""The table of threats names tests that exist, and every danger has one."""

from __future__ import annotations

import re

from config.settings import PROJECT

PAGE = (PROJECT / "docs" / "an-toan.md").read_text(encoding="utf-8")
NAMED = re.compile(r"`(tests/[\w/]+\.py)::(test_\w+)`")


def test_every_test_that_the_table_names_exists() -> None:
    named = NAMED.findall(PAGE)
    assert len(named) > 20
    assert [f"{file}::{test}" for file, test in named if not _is_there(file, test)] == []


def test_every_row_names_a_test() -> None:
    rows = [line for line in PAGE.splitlines() if line.startswith("| ")]
    dangers = [row for row in rows if not row.startswith(("| Nguy cơ", "| ---"))]
    assert [row for row in dangers if not NAMED.search(row)] == []


def _is_there(file: str, test: str) -> bool:
    path = PROJECT / file
    return path.is_file() and f"\ndef {test}(" in path.read_text(encoding="utf-8")
