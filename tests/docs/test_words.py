"""One word per thing: what the glossary calls otherwise stands nowhere that a user reads."""

from __future__ import annotations

from unicodedata import normalize

import pytest

from config.settings import PROJECT

ROOMS = ("config", "docs", "expectations", "flows", "sample", "tasks")
READ = {".css", ".example", ".html", ".j2", ".js", ".md", ".py", ".service", ".sh", ".timer", ".toml", ".yaml"}
NAMED = {"Dockerfile", "Makefile"}  # by no suffix
OTHERWISE = {
    "hạn nộp": "hạn gửi",
    "thời hạn báo cáo": "hạn gửi",
    "tổ tổng hợp": "bộ phận tổng hợp",
    "kho số liệu": "cơ sở dữ liệu",
}
IN_ROOMS = (path for room in ROOMS for path in sorted((PROJECT / room).rglob("*")))
PLACES = [path for path in (*sorted(PROJECT.iterdir()), *IN_ROOMS) if path.suffix in READ or path.name in NAMED]


def slips(text: str) -> list[str]:
    """Return the words in `text` for which the glossary has another."""
    said = normalize("NFC", text).casefold()
    return [word for word in OTHERWISE if word in said]


def test_nothing_goes_by_two_words() -> None:
    found = {path.relative_to(PROJECT).as_posix(): slips(path.read_text(encoding="utf-8")) for path in PLACES}
    assert {place: words for place, words in found.items() if words} == {}
    assert len(found) > 300
    assert {"README.md", "CHANGELOG.md", ".env.example", "Makefile", "docs/van-hanh/cchc.env.example"} <= set(found)


@pytest.mark.parametrize("text", ["Quá hạn nộp 3 ngày", "Tổ tổng hợp CCHC", normalize("NFD", "kho số liệu")])
def test_another_word_is_seen(text: str) -> None:
    assert slips(text)


def test_the_words_themselves_stand_in_the_glossary() -> None:
    glossary = (PROJECT / "docs" / "tu-vung.md").read_text(encoding="utf-8")
    assert all(f"| {word} |" in glossary for word in OTHERWISE.values())
