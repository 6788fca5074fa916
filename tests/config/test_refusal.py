"""Facts about the words of refusals."""

from __future__ import annotations

from pathlib import Path

import pytest

from config.refusal import load_refusals
from config.settings import PROJECT
from config.strict import DeclarationError
from tasks.collect.guard import Code, limits


def test_every_code_of_the_guard_has_its_words() -> None:
    assert set(Code) <= set(load_refusals(PROJECT / "config"))


def test_every_sentence_is_whole_and_ends() -> None:
    for code, text in load_refusals(PROJECT / "config").items():
        assert text.unit.endswith("."), code
        assert text.operator.endswith("."), code
        assert "  " not in text.unit + text.operator, code


def test_the_unit_is_told_what_came_and_where() -> None:
    text = load_refusals(PROJECT / "config")["stray_cell"]
    assert text.sentence() == text.unit
    assert text.sentence(place="TTHC!XFD1") == f"{text.unit} Vị trí: TTHC!XFD1."
    assert text.sentence(found="tệp PDF") == f"Tệp nhận được là tệp PDF. {text.unit}"


def test_the_bounds_in_words_are_the_bounds_of_the_guard() -> None:
    texts = load_refusals(PROJECT / "config")
    assert f"{limits.ROWS:,}".replace(",", ".") in texts["stray_cell"].operator
    assert f"{limits.COLUMNS} cột" in texts["stray_cell"].operator
    assert f"{limits.FILE // 1024**2} MB" in texts["too_big"].unit
    assert f"{limits.SHEET_NAME} ký tự" in texts["bad_sheet_name"].operator
    assert f"{limits.RATIO} lần" in texts["bomb_ratio"].operator


@pytest.mark.parametrize(
    ("text", "line", "sentence"),
    [
        ('refusals:\n  a:\n    unit: "x."\n', 2, "thiếu khóa «operator»"),
        ('refusals:\n  a:\n    unit: "x."\n    operator: "y."\n    nguoi_dung: "z."\n', 5, "khóa lạ «nguoi_dung»"),
        ('refusals:\n  a:\n    unit: ""\n    operator: "y."\n', 3, "«unit» không được để trống"),
        ('refusals:\n  a: {unit: "x.", operator: "y."}\n  a: {unit: "x.", operator: "y."}\n', 3, "ghi hai lần"),
    ],
)
def test_a_slip_in_the_file_is_refused_with_its_line(tmp_path: Path, text: str, line: int, sentence: str) -> None:
    (tmp_path / "refusals.yaml").write_text(text, encoding="utf-8")
    with pytest.raises(DeclarationError, match=f"refusals.yaml:{line}: .*{sentence}"):
        load_refusals(tmp_path)
