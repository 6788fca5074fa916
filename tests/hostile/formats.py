"""Files of other formats that call themselves .xlsx."""

from __future__ import annotations

import io
import zipfile
from collections.abc import Iterator

from tests.hostile.hostile import Hostile

OLE = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + bytes(504)
OTHER = {"not_a_workbook"}
# What each is to be called, as the unit reads it.
NAMED = {
    "pdf": (b"%PDF-1.7\n%\xe2\xe3\xcf\xd3\n1 0 obj\n", "tệp PDF"),
    "html": (b"<!DOCTYPE html><html><body><table></table></body></html>", "trang HTML"),
    "html-table": (b"  <table><tr><td>1</td></tr></table>", "trang HTML"),
    "xml-2003": (b'<?xml version="1.0"?><?mso-application progid="Excel.Sheet"?><Workbook/>', "tệp XML"),
    "csv": ("mã,tên,giá trị\nA01,Số kế hoạch,65\n".encode(), "tệp CSV"),
    "csv-semicolons": ("\ufeffmã;giá trị\r\nA01;65\r\n".encode(), "tệp CSV"),
    "csv-utf-16": ("mã\tgiá trị\r\nA01\t65\r\n".encode("utf-16"), "tệp CSV"),
    "csv-named-bm": (b"BM,gia tri\nA01,65\n", "tệp CSV"),
    "text": ("Kính gửi: Ủy ban nhân dân huyện\n".encode(), "tệp văn bản"),
    "rtf": (b"{\\rtf1\\ansi}", "văn bản RTF"),
    "shortcut": (
        bytes.fromhex("4c00000001140200") + bytes(60),
        "lối tắt của Windows (chỉ trỏ tới tệp, không có số liệu)",
    ),
    "link to a page": (b"[InternetShortcut]\r\nURL=file:///x", "lối tắt tới một trang (không có số liệu)"),
    "rar": (b"Rar!\x1a\x07\x01\x00" + bytes(60), "tệp nén RAR"),
    "7z": (b"7z\xbc\xaf\x27\x1c" + bytes(60), "tệp nén 7z"),
    "gzip": (b"\x1f\x8b\x08\x00" + bytes(60), "tệp nén GZIP"),
    "png": (b"\x89PNG\r\n\x1a\n" + bytes(60), "ảnh PNG"),
    "jpeg": (b"\xff\xd8\xff\xe0\x00\x10JFIF" + bytes(60), "ảnh JPEG"),
    "gif": (b"GIF89a" + bytes(60), "ảnh GIF"),
    "webp": (b"RIFF\x24\x00\x00\x00WEBPVP8 " + bytes(60), "ảnh WEBP"),
    "heic": (b"\x00\x00\x00\x18ftypheic" + bytes(60), "ảnh HEIC hoặc đoạn phim"),
    "bmp": (b"BM" + bytes(60), "ảnh BMP"),
    "program": (b"MZ\x90\x00" + bytes(60), "chương trình Windows"),
    "elf": (b"\x7fELF\x02\x01\x01" + bytes(60), "chương trình"),
    "zeros": (bytes(4000), "tệp nhị phân không rõ loại"),
    "word-old": (OLE + "WordDocument".encode("utf-16-le") + bytes(512), "văn bản Word cũ (DOC)"),
    "ole-empty": (OLE, "tệp Office cũ"),
    "zip-spanned": (b"PK\x07\x08" + bytes(60), "tệp nén ZIP nhiều phần"),
}


def formats() -> Iterator[Hostile]:
    """Yield a file of every other format, and the empty and the large one."""
    for label, (data, _) in NAMED.items():
        yield Hostile(f"format-{label}", data, OTHER)
    for label, stream in {"xls": "Workbook", "xls-95": "Book"}.items():
        yield Hostile(f"format-{label}", OLE + stream.encode("utf-16-le") + bytes(512), {"old_xls"})
    yield Hostile("format-xls-bare", b"\x09\x08\x10\x00\x00\x06\x05\x00" + bytes(512), {"old_xls"})
    for stream in ("EncryptedPackage", "EncryptionInfo"):
        yield Hostile(f"format-{stream}", OLE + stream.encode("utf-16-le") + bytes(2000), {"encrypted_workbook"})
    for label, members in {
        "docx": ["[Content_Types].xml", "word/document.xml"],
        "pptx": ["[Content_Types].xml", "ppt/presentation.xml"],
        "xlsb": ["[Content_Types].xml", "xl/workbook.bin"],
        "ods": ["mimetype", "META-INF/manifest.xml", "content.xml"],
        "zip": ["biểu 1.xlsx", "biểu 2.xlsx"],
    }.items():
        yield Hostile(f"format-{label}", zipped(members), OTHER)
    yield Hostile("size-zero", b"", {"empty_file"})
    yield Hostile("size-over", b"PK\x03\x04" + bytes(20 * 1024**2), {"too_big"})


def zipped(names: list[str]) -> bytes:
    """Return an archive of small members with these names."""
    with io.BytesIO() as buffer:
        with zipfile.ZipFile(buffer, "w") as archive:
            for name in names:
                archive.writestr(name, b"<x/>")
        return buffer.getvalue()
