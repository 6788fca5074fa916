"""Untrusted text on its way into a cell, a comment or a page: nothing in it that a program could take for an order."""

from __future__ import annotations

import re
import unicodedata

MAX_UNITS = 32_767  # what a spreadsheet cell holds, counted in UTF-16 units as spreadsheets do

# Tabs, line ends and the two Unicode line separators part words; a space does that as well.
_BREAKS = re.compile(r"[\t\n\v\f\r\x1c-\x1f\x85\u2028\u2029]+")
# Control, format (bidi marks, zero-width, soft hyphen) and surrogate characters; the last two are not XML at all.
_UNWANTED_CATEGORIES = {"Cc", "Cf", "Cs"}
_NOT_XML = {"\ufffe", "\uffff"}
# Spreadsheets read `_x0001_` in a stored text as the character U+0001.
_ESCAPE = re.compile(r"_(?=x[0-9A-Fa-f]{4}_)")


def safe_text(text: str) -> str:
    """Return `text` in NFC on one line, without control, bidi or zero-width characters, cut to what a cell holds.

    It stays text only if the writer also keeps it from being read as a formula: see `starts_like_formula`.

    >>> safe_text("Xa\\u0303\\u202e Kiến An\\x01\\n_x0001_")
    'Xã Kiến An  x0001_'
    """
    if (
        text.isprintable()
        and len(text) * 2 <= MAX_UNITS
        and "_x" not in text
        and unicodedata.is_normalized("NFC", text)
    ):
        return text  # nearly every text of a release
    kept = "".join(c for c in _BREAKS.sub(" ", text) if not _is_unwanted(c))
    return _cut(_ESCAPE.sub(" ", unicodedata.normalize("NFC", kept)))


def starts_like_formula(text: str) -> bool:
    """Return whether a spreadsheet could take `text` for a formula: it begins with = + - @, a full-width twin, or a
    tab or line end (spaces before them do not count).

    >>> starts_like_formula("=1+1"), starts_like_formula(" ＠SUM"), starts_like_formula("1=1")
    (True, True, False)
    """
    if text[:1] in ("\t", "\r", "\n"):
        return True
    return unicodedata.normalize("NFKC", text.lstrip()[:1])[:1] in ("=", "+", "-", "@")


def _is_unwanted(character: str) -> bool:
    return unicodedata.category(character) in _UNWANTED_CATEGORIES or character in _NOT_XML


def _cut(text: str) -> str:
    if len(text) * 2 <= MAX_UNITS:
        return text
    return text.encode("utf-16-le")[: MAX_UNITS * 2].decode("utf-16-le", "ignore")
