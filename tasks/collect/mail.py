"""One mail, taken apart: what its header says and the workbooks in it. It knows no clock, no file, no network.

The header fields are handed on as written: `sender.py` judges them. A mail that breaks the rules of MIME still gives
up what can be found in it; only one beyond the bounds of `mail_parts.py` is refused.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from email.errors import HeaderParseError
from email.header import decode_header, make_header

from config.safe_text import safe_text
from tasks.collect.guard import Code, Refusal
from tasks.collect.guard.magic import OLE, ZIP
from tasks.collect.guard.refusal import quoted
from tasks.collect.mail_parts import HEADERS_SIZE, BeyondBoundsError, Part, leaves, parse_parts

NAME = 150  # letters of a file name that are kept
WORKBOOKS = 20  # in one mail: each is answered by itself, and nobody is to be sent hundreds of answers
EXTENSIONS = (".xlsx", ".xls", ".xlsm", ".xlsb", ".xltx", ".xltm", ".ods", ".et", ".csv")
TYPES = ("spreadsheet", "ms-excel")
# Words by which a header says that a program wrote the mail (RFC 3834, and what came before it).
PROGRAMS = ("bulk", "junk", "list", "auto_reply")
PROGRAM_FIELDS = ("X-Autoreply", "X-Autorespond", "X-Autoresponder", "List-Id", "X-Failed-Recipients")

_END_OF_HEADER = re.compile(rb"\r?\n\r?\n")
_BARE_CONTROL = re.compile(rb"\r(?!\n)|\0")
_FIELD, _FIELD_OR_MORE_OF_IT = re.compile(rb"[!-9;-~]+:"), re.compile(rb"[!-9;-~]+:|[ \t]")
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


def parse_mail(data: bytes) -> ParsedMail | Refusal:
    """Return what the mail `data` says and holds, or `bad_mail` when it is beyond the bounds; never raises.

    The first bytes of a mail, up to the end of its header, are a mail without files.
    """
    try:
        return _parsed(data)
    except BeyondBoundsError as excess:
        return Refusal(Code.BAD_MAIL, str(excess))
    except Exception as fault:  # noqa: BLE001  a mail library raises whatever a broken mail makes it; others must not suffer
        return Refusal(Code.BAD_MAIL, f"{type(fault).__name__}: {quoted(fault)}")


def header_of(data: bytes) -> bytes:
    """Return the header of the mail `data`, as far as a header may be long."""
    end = _END_OF_HEADER.search(data, 0, HEADERS_SIZE)
    return data[: end.end() if end else HEADERS_SIZE]


def _parsed(data: bytes) -> ParsedMail:
    root = parse_parts(data)
    files = list(_files(root))
    workbooks = tuple(file for file, kind in files if _looks_like_workbook(file, kind))
    if len(workbooks) > WORKBOOKS:
        raise BeyondBoundsError(f"{len(workbooks)} workbooks, at most {WORKBOOKS}")
    return ParsedMail(
        message_id=safe_text(_unfolded(root.get("Message-ID", ""))).strip(),
        subject=safe_text(_decoded(_unfolded(root.get("Subject", "")))).strip(),
        from_fields=tuple(map(_unfolded, root.get_all("From", []))),
        results=tuple(map(_unfolded, root.get_all("Authentication-Results", []))),
        two_ways=_two_ways(header_of(data)),
        automatic=_automatic(root),
        workbooks=workbooks,
        others=tuple(file.name for file, _ in files if file not in workbooks),
        is_packed=any(kind.endswith("/ms-tnef") or file.name.lower() == "winmail.dat" for file, kind in files),
    )


def _files(root: Part) -> Iterator[tuple[Attachment, str]]:
    """Yield each file in the mail with its media type; what a person wrote as text is none."""
    for position, part in enumerate(leaves(root), start=1):
        name, kind = _name_of(part), part.get_content_type()
        if name or part.get_content_maintype() not in ("text", "message", "multipart"):
            payload = part.get_payload(decode=True)
            data = payload if isinstance(payload, bytes) else b""
            yield Attachment(position, name or _nameless(position, data), data), kind


def _name_of(part: Part) -> str:
    try:
        name = part.get_filename() or ""
    except (ValueError, TypeError):  # in letters of a code that does not fit, in pieces that cannot be put in order
        return ""
    return re.split(r"[/\\]", safe_text(_decoded(name)))[-1].strip()[-NAME:]


def _nameless(position: int, data: bytes) -> str:
    return f"tep-{position}.xlsx" if _is_workbook(data) else f"tep-{position}"


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


def _automatic(root: Part) -> str:
    if (submitted := _word(root.get("Auto-Submitted", ""))) not in ("", "no"):
        return f"Auto-Submitted: {quoted(submitted)}"
    if (precedence := _word(root.get("Precedence", ""))) in PROGRAMS:
        return f"Precedence: {precedence}"
    if "".join(root.get("Return-Path", "").split()) == "<>":
        return "Return-Path: <>"
    if root.get_content_type() == "multipart/report":
        return "Content-Type: multipart/report"
    return next((name for name in PROGRAM_FIELDS if name in root), "")


def _word(value: str) -> str:
    return re.split(r"[;\s(]", value.strip(), maxsplit=1)[0].lower()


def _two_ways(header: bytes) -> str:
    """Return why two programs may read `header` differently, our parser being one of them, or ""."""
    if _BARE_CONTROL.search(header):
        return "a bare CR or NUL in the header"
    first, *others = re.split(rb"\r?\n", header.rstrip(b"\r\n"))
    odd = [line for line in others if not _FIELD_OR_MORE_OF_IT.match(line)]
    if not (_FIELD.match(first) or first.startswith(b"From ")):
        odd.insert(0, first)
    return f"no header field: {quoted(odd[0])}" if odd else ""


def _unfolded(value: str) -> str:
    return _FOLD.sub("", value).strip()
