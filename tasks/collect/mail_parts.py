"""The parts of a mail, built within bounds: no mail, whatever it claims to hold, costs more than an honest long one.

Of the hostile mails tried, the slowest (40 MB, 19 parts within each other) took 9 s, the largest 0.5 GB.
"""

from __future__ import annotations

import binascii
import re
from collections.abc import Iterator
from dataclasses import dataclass
from email.message import Message
from email.parser import BytesParser
from typing import Any

from tasks.collect.guard.refusal import quoted

MAIL = 40 * 1024**2  # bytes: two workbooks of the longest kind, in base64
LINE_ENDS = 1_200_000  # CR and LF, each: as many as a mail of that size has in lines of 76 letters
PARTS, DEPTH = 200, 20
HEADERS, HEADERS_SIZE = 2_000, 512 * 1024  # fields and their letters, in all parts together
# Fields that are taken apart letter by letter, those of the content in the square of their length.
NARROW = re.compile(r"(content-.*)|from|authentication-results", re.IGNORECASE)
CUT = ("subject", "message-id")  # fields that decide nothing: of a longer one the beginning is enough
NARROW_SIZE, NARROWEST_SIZE = 8 * 1024, 4 * 1024


class BeyondBoundsError(Exception):
    """A mail has more of something than any mail needs."""


@dataclass
class _Count:
    """What has been met so far in one mail, over all its parts."""

    parts: int = 0
    headers: int = 0
    letters: int = 0

    def add_part(self, depth: int) -> None:
        self.parts += 1
        if self.parts > PARTS or depth > DEPTH:
            raise BeyondBoundsError(f"more than {PARTS} parts, or {DEPTH} within each other")

    def add_header(self, name: str, value: str) -> None:
        self.headers += 1
        self.letters += len(name) + len(value)
        if self.headers > HEADERS or self.letters > HEADERS_SIZE:
            raise BeyondBoundsError(f"more than {HEADERS} header fields or {HEADERS_SIZE} letters in them")
        narrow = NARROW.fullmatch(name)
        if narrow and len(value) > (NARROWEST_SIZE if narrow[1] else NARROW_SIZE):
            raise BeyondBoundsError(f"{len(value)} letters in the field {quoted(name)}")


class Part(Message):
    """A part that counts itself and its fields while the parser builds it."""

    def __init__(self, count: _Count, depth: int) -> None:
        super().__init__()
        self.count, self.depth = count, depth

    def attach(self, payload: Any) -> None:
        """Take in a part of this part."""
        payload.depth = self.depth + 1
        self.count.add_part(payload.depth)
        super().attach(payload)

    def set_raw(self, name: str, value: str) -> None:
        """Take in a header field, as text: the parser carries other bytes through as lone surrogates."""
        self.count.add_header(name, value)
        text = value.encode("utf-8", "surrogateescape").decode("utf-8", "replace")
        super().set_raw(name, text[:NARROW_SIZE] if name.lower() in CUT else text)


def parse_parts(data: bytes) -> Part:
    """Return the mail `data` as its outermost part; `BeyondBoundsError`, or whatever a broken mail brings about."""
    if len(data) > MAIL or data.count(b"\n") + data.count(b"\r") > LINE_ENDS:
        raise BeyondBoundsError(f"{len(data)} bytes, at most {MAIL} with {LINE_ENDS} line ends")
    return _tree(data, _Count(), 0)


def leaves(part: Part) -> Iterator[Part]:
    """Yield the parts that have no parts of their own, in order, those of forwarded mails among them."""
    for inner in _parts_in(part):
        if inner is part:
            yield part
        else:
            yield from leaves(inner)


def _tree(data: bytes, count: _Count, depth: int) -> Part:
    return BytesParser(lambda: Part(count, depth)).parsebytes(data)


def _parts_in(part: Part) -> list[Part]:
    """Return the parts of `part`, or itself when it has none. A forwarded mail in base64 is not allowed, yet sent."""
    if not part.is_multipart():
        return [part]
    parts: list[Part] = part.get_payload()  # type: ignore[assignment]
    encoding = str(part.get("Content-Transfer-Encoding", "")).strip().lower()
    if part.get_content_maintype() == "message" and encoding == "base64":
        part.count.add_part(part.depth + 1)
        return [_tree(_decoded(str(parts[0].get_payload())), part.count, part.depth + 1)]
    return parts


def _decoded(text: str) -> bytes:
    try:
        return binascii.a2b_base64(text)
    except ValueError:
        return b""
