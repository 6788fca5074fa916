"""Workbooks taken apart and put together again, honestly or not."""

from __future__ import annotations

import io
import struct
import zipfile
import zlib
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from functools import lru_cache

from config.element import Level
from config.load import load
from config.period import Period
from config.settings import PROJECT
from tasks.forms.fill import fill
from tasks.forms.issue import issue, template

Parts = dict[str, bytes]
COMMUNE = "30634"
LOCAL, CENTRAL = b"PK\x03\x04", b"PK\x01\x02"


@lru_cache
def good_workbook() -> bytes:
    """Return the form of xã Kiến An for the first half of 2022 as issued, with a figure in every element."""
    declarations, period = load(PROJECT / "config"), Period.parse("2022-H1")
    form = declarations.form(Level.COMMUNE, period)
    assert form is not None
    figures = {code: place + 3 for place, code in enumerate(form.codes)}
    issued = issue(template(declarations, form, period, ()), declarations.reporting(period)[COMMUNE])
    return fill(issued, {**figures, "TT02": date(2021, 12, 15)}, {"A01": "ghi chú & <thử>"})


def good_parts() -> Parts:
    """Return the members of the good workbook, in their order."""
    return dict(_good_parts())


@lru_cache
def _good_parts() -> Parts:
    return unpacked(good_workbook())


def unpacked(data: bytes) -> Parts:
    """Return the members of an honest archive."""
    with zipfile.ZipFile(io.BytesIO(data)) as reader:
        return {entry.filename: reader.read(entry) for entry in reader.infolist()}


def packed(parts: Mapping[str, bytes]) -> bytes:
    """Return an honest archive of `parts`."""
    return archive([Entry(name, content) for name, content in parts.items()])


def changed(part: str, old: bytes, new: bytes) -> bytes:
    """Return the good workbook with the first `old` of `part` replaced."""
    parts = good_parts()
    assert old in parts[part], f"{part} holds no {old!r}"
    return packed({**parts, part: parts[part].replace(old, new, 1)})


def with_parts(parts: Mapping[str, bytes]) -> bytes:
    """Return the good workbook with `parts` put in, or in place of those of the same name."""
    return packed({**good_parts(), **parts})


def sheet_part(sheet: str) -> str:
    """Return the name of the part that holds `sheet` of the good workbook."""
    workbook = good_parts()["xl/workbook.xml"].decode()
    names = [piece.split('name="')[1].split('"')[0] for piece in workbook.split("<sheet ")[1:]]
    return f"xl/worksheets/sheet{names.index(sheet) + 1}.xml"


@dataclass(frozen=True)
class Entry:
    """One member; what is None is said truly, the rest is a lie in the place that its name tells."""

    name: str
    content: bytes
    method: int = zipfile.ZIP_DEFLATED
    stream: bytes | None = None  # the bytes between the headers, instead of `content` packed
    size: int | None = None
    crc: int | None = None
    local_name: bytes | None = None
    local_size: int | None = None
    central_name: bytes | None = None
    flags: int = 0
    local_flags: int | None = None
    extra: bytes = b""
    attributes: int = 0
    comment: bytes = b""
    descriptor: bool = False  # sizes behind the data, as LibreOffice may write them


def archive(
    entries: Sequence[Entry],
    before: bytes = b"",
    after: bytes = b"",
    comment: bytes = b"",
    count: int | None = None,
    shared: Mapping[str, str] | None = None,
) -> bytes:
    """Return an archive of `entries`; `shared` lets a member point at the header of another."""
    body, offsets = before, {}
    for entry in entries:
        offsets[entry.name] = len(body)
        body += _local(entry)
    directory = b"".join(_central(e, offsets[(shared or {}).get(e.name, e.name)]) for e in entries)
    number = len(entries) if count is None else count
    end = struct.pack("<4s4H2LH", b"PK\x05\x06", 0, 0, number, number, len(directory), len(body), len(comment))
    return body + directory + end + comment + after


@lru_cache(maxsize=64)
def deflated(content: bytes) -> bytes:
    """Return `content` as a raw deflate stream."""
    packer = zlib.compressobj(6, zlib.DEFLATED, -zlib.MAX_WBITS)
    return packer.compress(content) + packer.flush()


def _stream(entry: Entry) -> bytes:
    if entry.stream is not None:
        return entry.stream
    return deflated(entry.content) if entry.method == zipfile.ZIP_DEFLATED else entry.content


def _facts(entry: Entry) -> tuple[int, int, int]:
    """Return CRC, packed and unpacked size as the directory states them."""
    crc = zlib.crc32(entry.content) if entry.crc is None else entry.crc
    return crc, len(_stream(entry)), len(entry.content) if entry.size is None else entry.size


def _local(entry: Entry) -> bytes:
    name = entry.name.encode() if entry.local_name is None else entry.local_name
    crc, packed_size, size = _facts(entry)
    size = size if entry.local_size is None else entry.local_size
    stated = (0, 0, 0) if entry.descriptor else (crc, packed_size, size)
    flags = entry.flags if entry.local_flags is None else entry.local_flags
    flags |= 8 if entry.descriptor else 0
    header = struct.pack("<4s5H3L2H", LOCAL, 20, flags, entry.method, 0, 33, *stated, len(name), 0)
    behind = struct.pack("<4s3L", b"PK\x07\x08", crc, packed_size, size) if entry.descriptor else b""
    return header + name + _stream(entry) + behind


def _central(entry: Entry, offset: int) -> bytes:
    name = entry.name.encode() if entry.central_name is None else entry.central_name
    flags = entry.flags | (8 if entry.descriptor else 0)
    head = struct.pack("<4s6H3L", CENTRAL, 20, 20, flags, entry.method, 0, 33, *_facts(entry))
    lengths = (len(name), len(entry.extra), len(entry.comment), 0, 0, entry.attributes, offset)
    return head + struct.pack("<5H2L", *lengths) + name + entry.extra + entry.comment
