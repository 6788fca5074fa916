"""What one cell says: a text or number, an error, a formula that nobody computed, or nothing."""

from __future__ import annotations

import math
import re
from dataclasses import dataclass
from enum import Enum, auto
from html import unescape
from xml.etree.ElementTree import ParseError, fromstring

from tasks.collect.guard import limits
from tasks.collect.guard.formats import Formats
from tasks.collect.guard.names import MAIN
from tasks.collect.guard.refusal import Code, Refused, quoted
from tasks.collect.guard.strings import text_of

_NUMBER = re.compile(rb"[+-]?(?:[0-9]+\.?[0-9]*|\.[0-9]+)(?:[eE][+-]?[0-9]{1,3})?")
_INDEX = re.compile(rb"[0-9]{1,7}")
_ERROR = re.compile(rb"#[A-Z0-9/_]{2,20}[!?]?|Err:[0-9]{3}")
_DAY = re.compile(rb"[0-9]{4}-[0-9]{2}-[0-9]{2}(?:T[0-9:.]{4,16}Z?)?")


class Content(Enum):
    """What one cell says, unless it says nothing."""

    TEXT_OR_NUMBER = auto()
    ERROR = auto()  # what went wrong, such as #REF!
    UNCACHED = auto()  # a formula that was never computed


FILLED = Content.TEXT_OR_NUMBER


@dataclass(frozen=True)
class Book:
    """What the cells of every sheet refer to: which shared strings say something, and the formats there are."""

    strings: tuple[bool, ...]
    formats: Formats


def content_of_value(kind: bytes, value: bytes, book: Book) -> Content | None:
    """Return what a cell of type `kind` says with `value` as written, None for nothing; a refusal if readers differ."""
    if kind == b"n" and len(value) <= limits.NUMBER and _NUMBER.fullmatch(value) and math.isfinite(float(value)):
        return FILLED
    if kind == b"s" and _INDEX.fullmatch(value) and int(value) < len(book.strings):
        return FILLED if book.strings[int(value)] else None
    if kind == b"str":
        return content_of_text(text_from(value))
    if kind == b"e" and _ERROR.fullmatch(value):
        return Content.ERROR
    if (kind == b"b" and value in (b"0", b"1")) or (kind == b"d" and _DAY.fullmatch(value)):
        return FILLED
    raise Refused(Code.BAD_CELL, f"type {quoted(kind)} with value {quoted(value, 40)}")


def content_of_text(text: str | None) -> Content | None:
    """Return what `text` says, None for white space; a refusal if there is none, or more than a cell can hold."""
    if text is None or len(text) > limits.TEXT:
        raise Refused(Code.BAD_CELL, f"string of an odd shape, or over {limits.TEXT} characters")
    return None if not text or text.isspace() else FILLED


def content_of_plain_text(raw: bytes) -> Content | None:
    """Return what a text written as `raw` says, as `content_of_text`; most need not be decoded for it."""
    begins_with_letter = raw[:1].isalnum()
    return FILLED if begins_with_letter and len(raw) <= limits.TEXT else content_of_text(text_from(raw))


def text_from(raw: bytes) -> str:
    """Return the text that character data `raw` of a well-formed part means."""
    return unescape(raw.decode()) if b"&" in raw else raw.decode()


def rich_text(inline: bytes) -> str | None:
    """Return the text of an inline string made of runs, or None if it is made of anything else."""
    if not inline.strip():
        return ""
    wrapped = b'<is xmlns="' + MAIN[1:-1].encode() + b'">' + inline + b"</is>"
    try:
        return text_of(fromstring(wrapped))  # noqa: S314 - a piece of a part that was checked whole
    except ParseError:  # a prefix that is declared further up
        return None
