"""One mail, taken apart within bounds: what its header says, and the workbooks in it. It knows no clock, no file, no net.

The header fields are handed on as written: `sender.py` judges them. A mail that breaks the rules of MIME still gives
up what can be found in it; only one that is beyond the bounds is refused.
"""

from __future__ import annotations

import binascii
import re
from collections.abc import Iterator
from dataclasses import dataclass
from email.errors import (
    FirstHeaderLineIsContinuationDefect,
    HeaderParseError,
    MisplacedEnvelopeHeaderDefect,
    MissingHeaderBodySeparatorDefect,
)
from email.header import decode_header, make_header
from email.message import Message
from email.parser import BytesParser
from email.policy import Policy, compat32
from typing import Any

from config.safe_text import safe_text
from tasks.collect.guard import Code, Refusal
from tasks.collect.guard.magic import OLE, ZIP
from tasks.collect.guard.refusal import quoted

MAIL = 40 * 1024**2  # bytes: two workbooks of the longest kind, in base64
LINE_ENDS = 1_200_000  # CR and LF, each: as many as a mail of that size has in lines of 76 letters
PARTS, DEPTH = 200, 20
HEADERS, HEADERS_SIZE = 2_000, 512 * 1024  # fields and their letters, in all parts together
# Fields that are taken apart letter by letter, some of them in the square of their length.
NARROW, NARROW_SIZE = re.compile(r"content-.*|from|message-id|authentication-results|subject", re.IGNORECASE), 8 * 1024
NAME = 150  # letters of a file name that are kept

EXTENSIONS = (".xlsx", ".xls", ".xlsm", ".xlsb", ".xltx", ".xltm", ".ods", ".et", ".csv")
TYPES = ("spreadsheet", "ms-excel")
# Words by which a header says that a program wrote the mail (RFC 3834 and what came before it).
PROGRAMS = ("bulk", "junk", "list", "auto_reply")
PROGRAM_FIELDS = ("X-Autoreply", "X-Autorespond", "X-Autoresponder", "List-Id", "X-Failed-Recipients")
MISREAD = (MissingHeaderBodySeparatorDefect, FirstHeaderLineIsContinuationDefect, MisplacedEnvelopeHeaderDefect)

_END_OF_HEADER = re.compile(rb"\r?\n\r?\n")
_BARE_CONTROL = re.compile(rb"\r(?!\n)|\0")
_FOLD = re.compile(r"\r?\n(?=[ \t])")


@dataclass(frozen=True)
class Attachment:
    """A file in a mail: its place among the mail's parts, from 1, its name as text, and its bytes."""

    position: int
    name: str
    data: bytes


@dataclass(frozen=True)
class ParsedMail:
    """What a mail says and holds; header fields are unfolded, otherwise as written, in order from the top."""

    message_id: str
    subject: str
    from_fields: tuple[str, ...]
    results: tuple[str, ...]  # every Authentication-Results field
    two_ways: str  # why two programs may read its header differently, or ""
    automatic: str  # the field by which a program says that it wrote the mail, or ""
    workbooks: tuple[Attachment, ...]
    others: tuple[str, ...]  # the names of other files
    is_packed: bool  # Outlook has packed its files into a winmail.dat


class _BeyondBoundsError(Exception):
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
            raise _BeyondBoundsError(f"more than {PARTS} parts, or {DEPTH} within each other")

    def add_header(self, name: str, value: str) -> None:
        self.headers += 1
        self.letters += len(name) + len(value)
        if self.headers > HEADERS or self.letters > HEADERS_SIZE:
            raise _BeyondBoundsError(f"more than {HEADERS} header fields or {HEADERS_SIZE} letters in them")
        if len(value) > NARROW_SIZE and NARROW.fullmatch(name):
            raise _BeyondBoundsError(f"{len(value)} letters in the field {quoted(name)}")


class _Part(Message):
    """A part that counts itself and its fields while the parser builds it: no mail grows beyond the bounds."""

    def __init__(self, policy: Policy[Any], count: _Count, depth: int) -> None:
        super().__init__(policy)
        self.count, self.depth = count, depth

    def attach(self, payload: Any) -> None:
        payload.depth = self.depth + 1
        self.count.add_part(payload.depth)
        super().attach(payload)

    def set_raw(self, name: str, value: str) -> None:
        self.count.add_header(name, value)
        super().set_raw(name, _as_text(value))


def parse_mail(data: bytes) -> ParsedMail | Refusal:
    """Return what the mail `data` says and holds, or `bad_mail` when it is beyond the bounds; never raises.

    The first bytes of a mail, up to the end of its header, are a mail without files.
    """
    try:
        return _parsed(data)
    except _BeyondBoundsError as excess:
        return Refusal(Code.BAD_MAIL, str(excess))
    except Exception as fault:  # noqa: BLE001  a mail library raises whatever a broken mail makes it; others must not suffer
        return Refusal(Code.BAD_MAIL, f"{type(fault).__name__}: {quoted(fault)}")


def header_of(data: bytes) -> bytes:
    """Return the header of the mail `data`, as far as a header may be long."""
    end = _END_OF_HEADER.search(data, 0, HEADERS_SIZE)
    return data[: end.end() if end else HEADERS_SIZE]


def _parsed(data: bytes) -> ParsedMail:
    if len(data) > MAIL or data.count(b"\n") + data.count(b"\r") > LINE_ENDS:
        raise _BeyondBoundsError(f"{len(data)} bytes, at most {MAIL} with {LINE_ENDS} line ends")
    root = _tree(data, _Count(), 0)
    files = list(_files(root))
    workbooks = tuple(file for file, kind in files if _looks_like_workbook(file, kind))
    return ParsedMail(
        message_id=safe_text(_unfolded(root.get("Message-ID", ""))).strip(),
        subject=safe_text(_decoded(_unfolded(root.get("Subject", "")))).strip(),
        from_fields=tuple(map(_unfolded, root.get_all("From", []))),
        results=tuple(map(_unfolded, root.get_all("Authentication-Results", []))),
        two_ways=_two_ways(data, root),
        automatic=_automatic(root),
        workbooks=workbooks,
        others=tuple(file.name for file, _ in files if file not in workbooks),
        is_packed=any(kind.endswith("/ms-tnef") or file.name.lower() == "winmail.dat" for file, kind in files),
    )


def _tree(data: bytes, count: _Count, depth: int) -> _Part:
    parser = BytesParser(lambda policy: _Part(policy, count, depth), policy=compat32)
    return parser.parsebytes(data)


def _files(root: _Part) -> Iterator[tuple[Attachment, str]]:
    """Yield each file in the mail with its media type; what a person wrote as text is none."""
    for position, part in enumerate(_leaves(root), start=1):
        name, kind = _name_of(part), part.get_content_type()
        if name or part.get_content_maintype() not in ("text", "message", "multipart"):
            data = part.get_payload(decode=True)
            content = data if isinstance(data, bytes) else b""
            yield Attachment(position, name or f"tep-{position}{'.xlsx' * _is_workbook(content)}", content), kind


def _leaves(part: _Part) -> Iterator[_Part]:
    for inner in _parts_in(part):
        if inner is part:
            yield part
        else:
            yield from _leaves(inner)


def _parts_in(part: _Part) -> list[_Part]:
    """Return the parts of `part`, or itself when it has none; a forwarded mail in base64 is against the rules, yet sent."""
    parts: list[_Part] = part.get_payload() if part.is_multipart() else [part]  # type: ignore[assignment]
    encoding = str(part.get("Content-Transfer-Encoding", "")).strip().lower()
    if part.get_content_maintype() == "message" and encoding == "base64" and part.is_multipart():
        text = parts[0].get_payload()
        try:
            return [_tree(binascii.a2b_base64(str(text)), part.count, part.depth + 1)]
        except binascii.Error:
            return parts
    return parts


def _name_of(part: _Part) -> str:
    name = _decoded(part.get_filename() or "")
    last = re.split(r"[/\\]", safe_text(name))[-1].strip()
    return last[-NAME:]


def _decoded(text: str) -> str:
    """Return `text` with its encoded words (RFC 2047) in letters; what cannot be decoded stays as it is."""
    if "=?" not in text:
        return text
    try:
        return str(make_header(decode_header(text)))
    except (HeaderParseError, LookupError, ValueError):
        return text


def _looks_like_workbook(file: Attachment, kind: str) -> bool:
    by_name = file.name.lower().rstrip(". ").endswith(EXTENSIONS)
    return by_name or any(word in kind for word in TYPES) or _is_workbook(file.data)


def _is_workbook(data: bytes) -> bool:
    if data.startswith(ZIP):
        return b"xl/workbook" in data
    return data.startswith(OLE) and any(n.encode("utf-16-le") in data for n in ("Workbook", "EncryptedPackage"))


def _automatic(root: _Part) -> str:
    submitted = _word(root.get("Auto-Submitted", ""))
    if submitted not in ("", "no"):
        return f"Auto-Submitted: {quoted(submitted)}"
    if (precedence := _word(root.get("Precedence", ""))) in PROGRAMS:
        return f"Precedence: {precedence}"
    if "".join(root.get("Return-Path", "?").split()) == "<>":
        return "Return-Path: <>"
    if root.get_content_type() == "multipart/report":
        return "Content-Type: multipart/report"
    return next((name for name in PROGRAM_FIELDS if name in root), "")


def _word(value: str) -> str:
    return re.split(r"[;\s(]", value.strip(), maxsplit=1)[0].lower()


def _two_ways(data: bytes, root: _Part) -> str:
    if _BARE_CONTROL.search(header_of(data)):
        return "a bare CR or NUL in the header"
    return next((type(defect).__name__ for defect in root.defects if isinstance(defect, MISREAD)), "")


def _unfolded(value: str) -> str:
    return _FOLD.sub("", value).strip()


def _as_text(value: str) -> str:
    # The parser carries bytes that are not ASCII through as lone surrogates, which no database would keep.
    return value.encode("utf-8", "surrogateescape").decode("utf-8", "replace")
