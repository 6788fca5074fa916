"""The dictionary under `docs/tu-dien/` says what the declarations say, and the check tells when it does not."""

from __future__ import annotations

import re
import shutil
from pathlib import Path

import pytest
import typer
from typer.testing import CliRunner, Result

from config.load import load
from expectations.suite import load_rules
from flows import dictionary, dictionary_pages
from tasks.check.task_rules import TASK_RULES
from tasks.collect.guard import Code

ELEMENTS, INDICATORS, RULES = "chi-tieu-trong-bieu.md", "chi-tieu-danh-gia.md", "quy-tac.md"


@pytest.fixture
def written(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A copy of the committed pages that a test may spoil."""
    folder = shutil.copytree(dictionary.FOLDER, tmp_path / "docs" / "tu-dien")
    monkeypatch.setattr(dictionary, "PROJECT", tmp_path)
    monkeypatch.setattr(dictionary, "FOLDER", folder)
    return folder


def run(*arguments: str) -> Result:
    app = typer.Typer()
    app.command()(dictionary.main)
    return CliRunner().invoke(app, arguments)


def headings(page: str) -> list[str]:
    return re.findall(r"^### (\w+)", dictionary.pages()[page], re.MULTILINE)


def test_the_committed_pages_are_current() -> None:
    assert [p.name for p in dictionary.stale(dictionary.pages(), dictionary.FOLDER)] == []


def test_every_element_has_a_row() -> None:
    rows = re.findall(r"^\| ([A-G]\d\d) \|", dictionary.pages()[ELEMENTS], re.MULTILINE)
    assert sorted(rows) == sorted(load(dictionary.CONFIG).elements)
    assert len(rows) == 106


def test_every_indicator_has_a_heading() -> None:
    assert headings(INDICATORS) == list(load(dictionary.CONFIG).indicators)
    assert len(headings(INDICATORS)) == 48


def test_every_rule_has_a_heading() -> None:
    rules = load_rules(dictionary.EXPECTATIONS, load(dictionary.CONFIG))
    assert headings(RULES) == [*(rule.rule for rule in rules), *TASK_RULES]


def test_every_code_of_a_refusal_has_a_heading_and_both_texts() -> None:
    page = dictionary.pages()["ma-tu-choi.md"]
    assert set(re.findall(r"^### (\w+)", page, re.MULTILINE)) >= set(Code)
    assert page.count("**Đơn vị đọc**") == page.count("**Bộ phận tổng hợp**") == page.count("\n### ")


def test_a_formula_stands_in_words_and_in_codes() -> None:
    page = dictionary.pages()[INDICATORS]
    assert "«Số nhiệm vụ đã hoàn thành» : «Số nhiệm vụ trong kế hoạch CCHC năm» × 100" in page
    assert "`(A02 : A01) × 100`" in page


def test_every_target_shows_how_far_it_can_be_trusted() -> None:
    page = dictionary.pages()[INDICATORS]
    targets = [t for i in load(dictionary.CONFIG).indicators.values() for t in i.targets.values()]
    shown = [name for name in dictionary_pages.TARGET_STATUSES.values() for _ in range(page.count(f"| {name} |"))]
    assert len(shown) == len(targets)


def test_no_placeholder_of_a_message_is_shown() -> None:
    assert not re.search(r"[{}]", dictionary.pages()[RULES])


def test_check_is_silent_when_all_is_current(written: Path) -> None:
    result = run("--check")
    assert (result.exit_code, result.output) == (0, "")


def test_check_names_the_stale_page_and_the_command(written: Path) -> None:
    (written / RULES).write_text("cũ", encoding="utf-8")
    result = run("--check")
    assert result.exit_code == 1
    assert f"docs/tu-dien/{RULES}" in result.output
    assert "make docs" in result.output
    assert ELEMENTS not in result.output


def test_check_changes_nothing(written: Path) -> None:
    (written / RULES).write_text("cũ", encoding="utf-8")
    run("--check")
    assert (written / RULES).read_text(encoding="utf-8") == "cũ"


def test_a_missing_page_is_stale_and_written_again(written: Path) -> None:
    (written / ELEMENTS).unlink()
    assert run("--check").exit_code == 1
    assert run().exit_code == 0
    assert run("--check").exit_code == 0


def test_a_bad_declaration_is_one_line_and_wrong_use(
    tmp_path: Path, written: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    rules = shutil.copytree(dictionary.EXPECTATIONS, tmp_path / "expectations")
    (rules / "identities.yaml").write_text("document: x\nexpectation: []\n", encoding="utf-8")
    pages = dictionary.pages
    monkeypatch.setattr(dictionary, "pages", lambda: pages(expectations=rules))
    result = run()
    assert result.exit_code == 2
    assert re.search(r"identities\.yaml:\d+: ", result.output)
    assert result.output.count("\n") == 1
