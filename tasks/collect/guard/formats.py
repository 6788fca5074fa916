"""The formats that a workbook's cells may name: how many, and which of them show another number than is stored."""

from __future__ import annotations

import re
from collections.abc import Set
from dataclasses import dataclass
from functools import lru_cache

from tasks.collect.guard import limits
from tasks.collect.guard.names import MAIN
from tasks.collect.guard.refusal import Code, Refused, quoted
from tasks.collect.guard.remember import remembering
from tasks.collect.guard.xml_parts import parse

BUILT_IN = {"9": "0%", "10": "0.00%"}

_SCALED = re.compile(r"[0#?],+(?![0#?,])")  # a comma behind the last digit divides by a thousand
_DIGITS_ADDED = re.compile(r'[0#?](?:"[.,\s]*[0-9]|\\[0-9])|(?:[0-9]"|\\[0-9])[0#?]')
_CONSTANT = re.compile(r'(?:"[^"]*"|\\.|[_*].|\s)*')
_LITERAL = re.compile(r'"[^"]*"|[\\_*].|\[[^\[\]]*\]')


@dataclass(frozen=True)
class Formats:
    """How many formats a cell may name, and those of them, as cells write them, that show another number for 1."""

    count: int
    misleading: Set[bytes] = frozenset()


@remembering(parts=8)
def formats_in(styles: bytes, name: str) -> Formats:
    """Return the formats that the part `styles` lists for cells; refuse one so long that no Excel has written it."""
    root = parse(name, styles)
    codes = BUILT_IN | {
        f.get("numFmtId", ""): f.get("formatCode", "") for f in root.findall(f"{MAIN}numFmts/{MAIN}numFmt")
    }
    if any(len(code) > limits.FORMAT for code in codes.values()):
        raise Refused(Code.BAD_WORKBOOK, f"{quoted(name)}: a number format of more than {limits.FORMAT} characters")
    listed = root.findall(f"{MAIN}cellXfs/{MAIN}xf")
    used = [codes.get(xf.get("numFmtId", ""), "") for xf in listed]
    misleading = (b"%d" % k for k, code in enumerate(used) if shows_percent(code) or shows_otherwise(code))
    return Formats(len(listed), frozenset(misleading))


@lru_cache(maxsize=256)
def shows_percent(code: str) -> bool:
    """Return whether the number format `code` shows a number as a percentage; a quoted mark is only a letter.

    >>> shows_percent("0.00%"), shows_percent('0" %"'), shows_percent("#,##0")
    (True, False, False)
    """
    return "%" in code and "%" in _LITERAL.sub("", code)


@lru_cache(maxsize=256)
def shows_otherwise(code: str) -> bool:
    """Return whether the number format `code` shows thousands as ones, or digits that are not in the number.

    >>> shows_otherwise("#,##0,"), shows_otherwise("#,##0.0,,"), shows_otherwise('0"000"'), shows_otherwise('"900"')
    (True, True, True, True)
    >>> shows_otherwise("#,##0"), shows_otherwise("_-* #,##0.00_-"), shows_otherwise('0 "(2022)"'), shows_otherwise("")
    (False, False, False, False)
    """
    first = code.split(";", maxsplit=1)[0]
    is_constant = any(c.isdigit() for c in first) and _CONSTANT.fullmatch(first) is not None
    return is_constant or bool(_DIGITS_ADDED.search(code)) or bool(_SCALED.search(_LITERAL.sub("", code)))
