"""What one cell says: something, nothing, an error, or a formula that nobody computed; and whether readers agree."""

from __future__ import annotations

import math
import re
from collections.abc import Sequence
from dataclasses import dataclass
from enum import Enum, auto
from xml.etree.ElementTree import ParseError, fromstring

from tasks.collect.guard import limits
from tasks.collect.guard.names import MAIN, refuse_calling_out
from tasks.collect.guard.refusal import Code, Refused, quoted
from tasks.collect.guard.strings import text_of

_NUMBER = re.compile(rb"[+-]?(?:[0-9]+\.?[0-9]*|\.[0-9]+)(?:[eE][+-]?[0-9]{1,3})?")
_INDEX = re.compile(rb"[0-9]{1,7}")
_ERROR = re.compile(rb"#[A-Z0-9/_]{2,20}[!?]?|Err:[0-9]{3}")
_DAY = re.compile(rb"[0-9]{4}-[0-9]{2}-[0-9]{2}(?:T[0-9:.]{4,16}Z?)?")
_SIMPLE = re.compile(rb"\s*+<t(?:\s++xml:space=\"preserve\")?+>([^<]*+)</t>\s*+")


class Content(Enum):
    """What one cell holds."""

    NOTHING = auto()
    SOMETHING = auto()
    ERROR = auto()  # says something too: what went wrong
    UNCACHED = auto()  # a formula that was never computed


@dataclass(frozen=True)
class Book:
    """What the cells of every sheet refer to: which shared strings say something, and how many styles there are."""

    strings: Sequence[bool]
    styles: int


def content_of(kind: bytes, formula: bytes | None, value: bytes | None, inline: bytes | None, book: Book) -> Content:
    """Return what a cell of type `kind` holds, given its parts as written (None for a part that is not there).

    A refusal, without place, when readers would not agree on it.
    """
    if (inline is not None) != (kind == b"inlineStr") or (inline is not None and (formula, value) != (None, None)):
        raise Refused(Code.BAD_CELL, f"parts of a cell of type {quoted(kind)}")
    if inline is not None:
        return _said(_inline_text(inline))
    if formula:
        refuse_calling_out([text_from(formula)])
    if value:
        return _valued(kind, value, book)
    is_computed = formula is None or (value is not None and kind == b"str")
    return Content.NOTHING if is_computed else Content.UNCACHED


def text_from(raw: bytes) -> str:
    """Return the text that character data `raw` of a well-formed part means."""
    if b"&" not in raw:
        return raw.decode()
    return fromstring(b"<t>" + raw + b"</t>").text or ""  # noqa: S314 - character data without a tag


def _valued(kind: bytes, value: bytes, book: Book) -> Content:
    if kind == b"n" and len(value) <= limits.NUMBER and _NUMBER.fullmatch(value) and math.isfinite(float(value)):
        return Content.SOMETHING
    if kind == b"s" and _INDEX.fullmatch(value) and int(value) < len(book.strings):
        return Content.SOMETHING if book.strings[int(value)] else Content.NOTHING
    if kind == b"str":
        return _said(text_from(value))
    if kind == b"e" and _ERROR.fullmatch(value):
        return Content.ERROR
    if (kind == b"b" and value in (b"0", b"1")) or (kind == b"d" and _DAY.fullmatch(value)):
        return Content.SOMETHING
    raise Refused(Code.BAD_CELL, f"type {quoted(kind)} with value {quoted(value, 40)}")


def _inline_text(inline: bytes) -> str | None:
    simple = _SIMPLE.fullmatch(inline)
    if simple:
        return text_from(simple[1])
    if not inline.strip():
        return ""
    wrapped = b'<is xmlns="' + MAIN[1:-1].encode() + b'">' + inline + b"</is>"
    try:
        return text_of(fromstring(wrapped))  # noqa: S314 - a piece of a part that was checked whole
    except ParseError:  # a prefix that is declared further up
        return None


def _said(text: str | None) -> Content:
    if text is None or len(text) > limits.TEXT:
        raise Refused(Code.BAD_CELL, f"string of an odd shape, or over {limits.TEXT} characters")
    return Content.NOTHING if not text or text.isspace() else Content.SOMETHING
