"""Every property is tried on more examples where the long run asks for it: none counts them by itself."""

from __future__ import annotations

import pytest

from config.settings import PROJECT
from tests import examples


def test_the_long_run_tries_more_examples_and_none_has_a_deadline(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(examples, "LONG", False)
    few = examples.tried_on(5)
    monkeypatch.setattr(examples, "LONG", True)
    many = examples.tried_on(5)
    assert (few.max_examples, many.max_examples) == (5, 5 * examples.TIMES)
    assert few.deadline is many.deadline is None


def test_no_property_counts_its_examples_by_itself() -> None:
    counting = "max_examples" + "="
    found = [path.name for path in (PROJECT / "tests").rglob("*.py") if counting in path.read_text(encoding="utf-8")]
    assert found == ["examples.py"]
