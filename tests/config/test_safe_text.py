"""What untrusted text may still say when it reaches a reader."""

from __future__ import annotations

import unicodedata

import pytest
from hypothesis import given
from hypothesis import strategies as st

from config.safe_text import MAX_UNITS, safe_text, starts_like_formula


@pytest.mark.parametrize(
    ("typed", "shown"),
    [
        ("Xã Kiến An", "Xã Kiến An"),
        ("Xa\u0303 Kie\u0302\u0301n An", "Xã Kiến An"),
        ("hai\ndòng\tvà\r\nnữa", "hai dòng và nữa"),
        ("an\x00toàn\x07\x9f", "antoàn"),
        ("gõ\u200b\ufeff\u00adliền", "gõliền"),
        ("lẻ \ud800 loi \uffff", "lẻ  loi "),
        ("_x0001_", " x0001_"),
        ("_x0001_x0002_", " x0001 x0002_"),
        ("ten_xa_x01", "ten_xa_x01"),
    ],
)
def test_text_is_composed_and_freed_of_what_cannot_be_seen(typed: str, shown: str) -> None:
    assert safe_text(typed) == shown


@pytest.mark.parametrize(
    "mark", ["\u202a", "\u202b", "\u202c", "\u202d", "\u202e", "\u2066", "\u2069", "\u200e", "\u061c"]
)
def test_no_bidi_mark_turns_a_file_name_around(mark: str) -> None:
    assert safe_text(f"bao-cao{mark}xslx.exe") == "bao-caoxslx.exe"


def test_text_is_cut_to_what_a_cell_holds_and_never_through_a_character() -> None:
    assert safe_text("a" * 40_000) == "a" * MAX_UNITS
    assert safe_text("😀" * 40_000) == "😀" * (MAX_UNITS // 2)


@pytest.mark.parametrize(
    "text", ["=1+1", "+84", "-5", "@SUM", "\t=1", "\r", "\n=1", "  =1", "＝1", "＋1", "－1", "＠A", "﹦1"]
)
def test_what_a_spreadsheet_could_run_is_recognised(text: str) -> None:
    assert starts_like_formula(text)


@pytest.mark.parametrize("text", ["", " ", "34.600", "không phát sinh", "a=b", "–5", "'=1"])
def test_what_no_spreadsheet_runs_is_left_alone(text: str) -> None:
    assert not starts_like_formula(text)


@given(st.text(st.characters()))
def test_safe_text_is_one_line_of_storable_unicode(text: str) -> None:
    safe = safe_text(text)
    assert safe.splitlines() in ([], [safe])
    assert not {unicodedata.category(c) for c in safe} & {"Cc", "Cf", "Cs"}
    safe.encode("utf-8")


@given(st.text(st.characters()))
def test_making_safe_twice_is_making_safe_once(text: str) -> None:
    assert safe_text(safe_text(text)) == safe_text(text)
