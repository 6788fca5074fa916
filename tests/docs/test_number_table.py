"""The tables of `docs/so-lieu.md` say what `config.number` does, row by row."""

from __future__ import annotations

import re
from collections.abc import Iterator
from decimal import Decimal

import pytest

from config.number import NOTHING_NAMES, Fault, Nothing, NumberType, Reading, format_number, read_number
from config.settings import PROJECT

PAGE = (PROJECT / "docs" / "so-lieu.md").read_text(encoding="utf-8")
TYPES = (NumberType.COUNT, NumberType.DECIMAL, NumberType.FLAG)  # in the order of the columns
EMPTY = NOTHING_NAMES[Nothing.EMPTY]


def table(marker: str) -> list[list[str]]:
    """Return the cells of the first table after `marker`, without its head."""
    lines = PAGE.split(marker, maxsplit=1)[1].split("\n\n")[1].splitlines()
    return [[cell.strip() for cell in line.strip("|").split("|")] for line in lines[2:]]


def faults() -> dict[str, Fault]:
    rows = table("<!-- bảng lỗi")
    return {words: Fault(code_in(code)) for words, code, _ in rows if words != "–"}


def examples() -> Iterator[tuple[str, NumberType, str]]:
    for text, *said in table("<!-- bảng ví dụ"):
        typed = "" if text == EMPTY else re.sub("^`|`$", "", text)
        yield from ((typed, number_type, words) for number_type, words in zip(TYPES, said, strict=True))


def code_in(cell: str) -> str:
    """Return the code that programs read; the one that units read stands behind it."""
    return cell.partition(" ")[0].strip("`")


def in_words(reading: Reading) -> str:
    if isinstance(reading, Decimal):
        return format_number(reading)
    if isinstance(reading, Fault):
        return next(f"✗ {words}" for words, fault in faults().items() if fault is reading)
    return NOTHING_NAMES[reading]


@pytest.mark.parametrize(("text", "number_type", "words"), list(examples()))
def test_every_row_of_the_page_is_what_is_read(text: str, number_type: NumberType, words: str) -> None:
    assert in_words(read_number(text, number_type)) == words


def test_the_page_names_every_fault() -> None:
    assert {code_in(code) for _, code, _ in table("<!-- bảng lỗi")} == {fault.value for fault in Fault}


def test_every_fault_that_a_text_can_have_has_an_example() -> None:
    shown = {words.removeprefix("✗ ") for _, _, words in examples() if words.startswith("✗")}
    assert shown == set(faults())


def test_every_kind_of_nothing_has_an_example() -> None:
    assert set(NOTHING_NAMES.values()) <= {words for _, _, words in examples()}
