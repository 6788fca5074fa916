"""The table of threats names tests that exist, and every danger has one."""

from __future__ import annotations

import re

import pytest

from config.settings import PROJECT
from tests.named import amiss_with

PAGE = (PROJECT / "docs" / "an-toan.md").read_text(encoding="utf-8")
NAMED = re.compile(r"`(tests/[\w/]+\.py)::(test_\w+)`")


def test_every_test_that_the_table_names_is_run() -> None:
    named = {f"{file}::{test}" for file, test in NAMED.findall(PAGE)}
    assert len(named) > 20
    assert [said for node in sorted(named) if (said := amiss_with(node))] == []


def test_every_test_that_the_table_names_was_collected(request: pytest.FixtureRequest) -> None:
    asked, option = request.config.args_source, request.config.option
    if asked is not pytest.Config.ArgsSource.TESTPATHS or option.keyword or option.markexpr:
        pytest.skip("a run of some tests: what it collected says nothing of the others")
    collected = {item.nodeid.partition("[")[0] for item in request.session.items}
    assert {f"{file}::{test}" for file, test in NAMED.findall(PAGE)} - collected == set()


def test_every_row_names_a_test() -> None:
    rows = [line for line in PAGE.splitlines() if line.startswith("| ")]
    dangers = [row for row in rows if not row.startswith(("| Nguy cơ", "| ---"))]
    assert [row for row in dangers if not NAMED.search(row)] == []
