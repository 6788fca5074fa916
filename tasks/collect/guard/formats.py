"""The formats that a workbook's cells may name: how many there are, and which of them show a number as a percentage."""

from __future__ import annotations

import re
from collections.abc import Set
from dataclasses import dataclass
from functools import lru_cache

from tasks.collect.guard.names import MAIN
from tasks.collect.guard.remember import remembering
from tasks.collect.guard.xml_parts import parse

BUILT_IN = {"9": "0%", "10": "0.00%"}

_LITERAL = re.compile(r'"[^"]*"|[\\_*].|\[[^\]]*\]')


@dataclass(frozen=True)
class Formats:
    """How many formats a cell may name, and those of them, as cells write them, by which 1 is seen as 100%."""

    count: int
    percents: Set[bytes] = frozenset()


@remembering(parts=8)
def formats_in(styles: bytes, name: str) -> Formats:
    """Return the formats that the part `styles` lists for cells."""
    root = parse(name, styles)
    codes = BUILT_IN | {
        f.get("numFmtId", ""): f.get("formatCode", "") for f in root.findall(f"{MAIN}numFmts/{MAIN}numFmt")
    }
    listed = root.findall(f"{MAIN}cellXfs/{MAIN}xf")
    percents = (b"%d" % k for k, xf in enumerate(listed) if shows_percent(codes.get(xf.get("numFmtId", ""), "")))
    return Formats(len(listed), frozenset(percents))


@lru_cache(maxsize=256)
def shows_percent(code: str) -> bool:
    """Return whether the number format `code` shows a number as a percentage; a quoted mark is only a letter.

    >>> shows_percent("0.00%"), shows_percent('0" %"'), shows_percent("#,##0")
    (True, False, False)
    """
    return "%" in code and "%" in _LITERAL.sub("", code)
