"""What a file is when it is not a workbook, so that the answer can name it."""

from __future__ import annotations

import re
from collections.abc import Collection

from tasks.collect.guard.refusal import Code, Refused

ZIP = b"PK\x03\x04"
OLE = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"
SNIFFED = 2048  # bytes looked at

SIGNATURES = (
    (b"PK\x05\x06", "tệp nén ZIP rỗng"),
    (b"PK\x07\x08", "tệp nén ZIP nhiều phần"),
    (b"Rar!", "tệp nén RAR"),
    (b"7z\xbc\xaf\x27\x1c", "tệp nén 7z"),
    (b"\x1f\x8b", "tệp nén GZIP"),
    (b"\x89PNG", "ảnh PNG"),
    (b"\xff\xd8\xff", "ảnh JPEG"),
    (b"GIF8", "ảnh GIF"),
    (b"II*\x00", "ảnh TIFF"),
    (b"MM\x00*", "ảnh TIFF"),
    (b"{\\rtf", "văn bản RTF"),
    (b"\x7fELF", "chương trình"),
    (b"L\x00\x00\x00\x01\x14\x02\x00", "lối tắt của Windows (chỉ trỏ tới tệp, không có số liệu)"),
    (b"[InternetShortcut]", "lối tắt tới một trang (không có số liệu)"),
)
# Two letters that a text may begin with too: minded only when the rest is no text.
SHORT_SIGNATURES = ((b"BM", "ảnh BMP"), (b"MZ", "chương trình Windows"))
# The same first word decides between formats that share the ZIP container.
CONTAINERS = (
    ("word/", "văn bản Word (DOCX)"),
    ("ppt/", "bản trình chiếu PowerPoint (PPTX)"),
    ("xl/workbook.bin", "bảng tính nhị phân (XLSB)"),
    ("META-INF/manifest.xml", "tệp OpenDocument (ODS, ODT)"),
)
WORKBOOK = "xl/workbook.xml"
_OLD_EXCEL = re.compile(rb"\x09[\x00\x02\x04\x08][\x04\x06\x08\x10]\x00")
_PAGE = re.compile(r"\s*<(?:!doctype\s+html|html|head|body|table|meta|style|div)\b", re.IGNORECASE)


def refuse_other_formats(data: bytes) -> None:
    """Refuse `data` that does not begin as an archive, naming what it is."""
    if data.startswith(ZIP):
        return
    if data.startswith(OLE):
        _refuse_compound_file(data)
    if _OLD_EXCEL.match(data):
        raise Refused(Code.OLD_XLS, "bare BIFF stream")
    name = _name_of(data[:SNIFFED])
    raise Refused(Code.NOT_A_WORKBOOK, f"first bytes {data[:8].hex(' ')}", found=name)


def refuse_other_archives(names: Collection[str]) -> None:
    """Refuse an archive without a workbook in it, naming what it is by the `names` of its members."""
    if WORKBOOK in names:
        return
    name = next((name for start, name in CONTAINERS if any(n.startswith(start) for n in names)), "tệp nén ZIP")
    raise Refused(Code.NOT_A_WORKBOOK, f"archive of {len(names)} members without {WORKBOOK}", found=name)


def _refuse_compound_file(data: bytes) -> None:
    """Refuse an OLE file: its directory holds the names of its streams in UTF-16."""

    def holds(stream: str) -> bool:
        return stream.encode("utf-16-le") in data

    if holds("EncryptedPackage") or holds("EncryptionInfo"):
        raise Refused(Code.ENCRYPTED_WORKBOOK, "OLE file with an EncryptedPackage stream")
    if holds("WordDocument"):
        raise Refused(Code.NOT_A_WORKBOOK, "OLE file with a WordDocument stream", found="văn bản Word cũ (DOC)")
    if holds("Workbook") or holds("Book"):
        raise Refused(Code.OLD_XLS, "OLE file with a Workbook stream")
    raise Refused(Code.NOT_A_WORKBOOK, "OLE file without a workbook", found="tệp Office cũ")


def _name_of(head: bytes) -> str:
    if known := _signed(head, SIGNATURES):
        return known
    if b"%PDF-" in head[:1024]:
        return "tệp PDF"
    if head[:4] == b"RIFF" and head[8:12] == b"WEBP":
        return "ảnh WEBP"
    if head[4:8] == b"ftyp":
        return "ảnh HEIC hoặc đoạn phim"
    text = _text_of(head)
    if text is not None:
        return _name_of_text(text)
    return _signed(head, SHORT_SIGNATURES) or "tệp nhị phân không rõ loại"


def _signed(head: bytes, signatures: tuple[tuple[bytes, str], ...]) -> str | None:
    return next((name for signature, name in signatures if head.startswith(signature)), None)


def _name_of_text(text: str) -> str:
    if _PAGE.match(text):
        return "trang HTML"
    if text.lstrip().startswith("<?xml") or text.lstrip().startswith("<"):
        return "tệp XML"
    lines = [line for line in text.splitlines() if line.strip()]
    separated = [any(mark in line for mark in ",;\t") for line in lines[:10]]
    return "tệp CSV" if separated and all(separated) else "tệp văn bản"


def _text_of(head: bytes) -> str | None:
    """Return `head` as text, or None when it is not; letters of an old code page may come out wrong."""
    encoding = "utf-16" if head[:2] in (b"\xff\xfe", b"\xfe\xff") else "utf-8-sig"
    text = head.decode(encoding, errors="replace")
    controls = sum(c < " " and c not in "\t\r\n" for c in text)
    return text if controls <= len(text) // 50 else None
