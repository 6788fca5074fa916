"""What the page on evaluation shows as Python is what Python gives."""

from __future__ import annotations

import doctest

from config.settings import PROJECT


def test_the_example_of_another_offices_series_holds() -> None:
    result = doctest.testfile(str(PROJECT / "docs" / "danh-gia.md"), module_relative=False, encoding="utf-8")
    assert result.attempted > 0
    assert result.failed == 0
