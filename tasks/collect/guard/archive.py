"""The archive: its directory is checked before a byte is inflated, each member while it is."""

from __future__ import annotations

import io
import re
import stat
import struct
import zipfile
import zlib
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from itertools import pairwise

from tasks.collect.guard import limits
from tasks.collect.guard.refusal import Code, Refused, quoted

END = struct.Struct("<4s4H2LH")  # end of central directory; we take no archive comment after it
LOCAL = struct.Struct("<4s5H3L2H")  # local file header
ZIP64_LOCATOR, ZIP64_LOCATOR_SIZE = b"PK\x06\x07", 20
ENCRYPTED = 0x2041  # flag bits: traditional, strong, masked headers
SIZES_FOLLOW = 0x8  # flag bit: sizes stand behind the data, not in the local header
PLAIN = 0x0806 | SIZES_FOLLOW  # flag bits with which readers agree: how hard it was deflated, names in UTF-8
# Extra fields that let two readers see two archives: 64-bit sizes, another name; and AES.
AMBIGUOUS_EXTRAS = {0x0001, 0x7075}
AES_EXTRA = 0x9901

_SEGMENT = r"(?!\.+(?:/|$))[A-Za-z0-9_ ()\[\]{}.,=+&-]+"
_SAFE_NAME = re.compile(rf"{_SEGMENT}(?:/{_SEGMENT})*/?")


@dataclass(frozen=True)
class Member:
    """One member of a checked directory; `start` and `end` bound its deflated or stored bytes."""

    name: str
    start: int
    end: int
    size: int
    crc: int
    deflated: bool


def read_directory(data: bytes) -> list[zipfile.ZipInfo]:
    """Return the directory of `data`, which must be one archive from its first byte to its last."""
    offset, size, count = _end_record(data)
    if size > limits.DIRECTORY or count > limits.MEMBERS:
        raise Refused(Code.BOMB_SIZE, f"directory of {count} members, {size} bytes")
    try:
        with zipfile.ZipFile(io.BytesIO(data)) as archive:
            entries, start = archive.infolist(), archive.start_dir
    except (zipfile.BadZipFile, NotImplementedError, UnicodeDecodeError, struct.error) as fault:
        raise Refused(Code.DAMAGED_ARCHIVE, f"directory: {quoted(fault)}") from fault
    if start != offset or len(entries) != count:
        raise Refused(Code.DAMAGED_ARCHIVE, f"directory: {len(entries)} members at {start}, said {count} at {offset}")
    return entries


def members_of(data: bytes, entries: Sequence[zipfile.ZipInfo]) -> list[Member]:
    """Return the members of a directory that names each byte and each part once, within limits."""
    _refuse_same_names(entries)
    for entry in entries:
        _refuse_unsafe(entry)
    _refuse_bombs(entries)
    members = [_located(data, entry) for entry in entries]
    _refuse_overlaps(entries, members, _end_record(data)[0])
    return [m for m in members if not m.name.endswith("/")]


def content(data: bytes, member: Member) -> bytes:
    """Return the inflated bytes of `member`: as many as declared, with the declared CRC, or a refusal."""
    packed = data[member.start : member.end]
    if member.deflated:
        inflater = zlib.decompressobj(-zlib.MAX_WBITS)
        try:
            plain = inflater.decompress(packed, member.size + 1)
        except zlib.error as fault:
            raise Refused(Code.DAMAGED_ARCHIVE, f"{quoted(member.name)}: {quoted(fault)}") from fault
        if len(plain) > member.size or not inflater.eof or inflater.unused_data:
            raise Refused(Code.DAMAGED_ARCHIVE, f"{quoted(member.name)}: deflated data does not end as declared")
    else:
        plain = packed
    if len(plain) != member.size or zlib.crc32(plain) != member.crc:
        raise Refused(Code.DAMAGED_ARCHIVE, f"{quoted(member.name)}: size or CRC is not as declared")
    return plain


def _end_record(data: bytes) -> tuple[int, int, int]:
    """Return offset, size and member count of the directory; it must lie right before the end of `data`."""
    place = len(data) - END.size
    if place < 0 or data[place : place + 4] != b"PK\x05\x06":
        raise Refused(Code.DAMAGED_ARCHIVE, "no end record in the last 22 bytes: cut off, or bytes appended")
    _, disk, first_disk, here, count, size, offset, _ = END.unpack_from(data, place)
    is_zip64 = data[max(0, place - ZIP64_LOCATOR_SIZE) :].startswith(ZIP64_LOCATOR)
    if disk or first_disk or here != count or offset + size != place or is_zip64:
        raise Refused(Code.DAMAGED_ARCHIVE, "end record: several disks, ZIP64, or a directory that is elsewhere")
    return offset, size, count


def _refuse_same_names(entries: Sequence[zipfile.ZipInfo]) -> None:
    seen: set[str] = set()
    for entry in entries:
        name = entry.orig_filename.replace("\\", "/").casefold().strip("/")
        if name in seen:
            raise Refused(Code.UNSAFE_ARCHIVE, f"two members named {quoted(name)}")
        seen.add(name)


def _refuse_unsafe(entry: zipfile.ZipInfo) -> None:
    name = entry.orig_filename
    extras = set(_extra_fields(entry))
    if entry.flag_bits & ENCRYPTED or AES_EXTRA in extras:
        raise Refused(Code.ENCRYPTED_WORKBOOK, f"member {quoted(name)} is encrypted")
    if len(name) > limits.NAME or not _SAFE_NAME.fullmatch(name):
        raise Refused(Code.UNSAFE_ARCHIVE, f"member name {quoted(name)}")
    if entry.compress_type not in (zipfile.ZIP_STORED, zipfile.ZIP_DEFLATED) or entry.flag_bits & ~PLAIN:
        raise Refused(Code.UNSAFE_ARCHIVE, f"{quoted(name)}: method {entry.compress_type}, flags {entry.flag_bits:#x}")
    if stat.S_ISLNK(entry.external_attr >> 16):
        raise Refused(Code.UNSAFE_ARCHIVE, f"{quoted(name)} is a symbolic link")
    if extras & AMBIGUOUS_EXTRAS or entry.comment or entry.volume:
        raise Refused(Code.UNSAFE_ARCHIVE, f"{quoted(name)}: extra fields {sorted(extras)}, comment or disk number")
    if name.endswith("/") and entry.file_size:
        raise Refused(Code.UNSAFE_ARCHIVE, f"folder {quoted(name)} with content")


def _extra_fields(entry: zipfile.ZipInfo) -> Iterator[int]:
    """Return the ids of the extra fields of `entry`."""
    extra = entry.extra
    while len(extra) >= 4:
        kind, size = struct.unpack_from("<2H", extra)
        yield kind
        extra = extra[4 + size :]


def _refuse_bombs(entries: Sequence[zipfile.ZipInfo]) -> None:
    total = sum(entry.file_size for entry in entries)
    largest = max(entries, key=lambda entry: entry.file_size)
    if total > limits.TOTAL or largest.file_size > limits.MEMBER:
        raise Refused(Code.BOMB_SIZE, f"{total} bytes inflated, {largest.file_size} in {quoted(largest.filename)}")
    for entry in entries:
        if entry.file_size > max(limits.RATIO_FREE, limits.RATIO * entry.compress_size):
            raise Refused(
                Code.BOMB_RATIO, f"{quoted(entry.filename)}: {entry.compress_size} bytes become {entry.file_size}"
            )


def _located(data: bytes, entry: zipfile.ZipInfo) -> Member:
    """Return where the bytes of `entry` lie; its local header must say what the directory says."""
    header = data[entry.header_offset : entry.header_offset + LOCAL.size]
    if len(header) < LOCAL.size or not header.startswith(b"PK\x03\x04"):
        raise Refused(Code.DAMAGED_ARCHIVE, f"{quoted(entry.filename)}: no local header at {entry.header_offset}")
    _, _, flags, method, _, _, crc, packed, size, name_length, extra_length = LOCAL.unpack(header)
    name_at = entry.header_offset + LOCAL.size
    start = name_at + name_length + extra_length
    same = (
        data[name_at : name_at + name_length] == entry.orig_filename.encode()
        and method == entry.compress_type
        and flags & ~PLAIN == 0
        and flags & SIZES_FOLLOW == entry.flag_bits & SIZES_FOLLOW
        and (flags & SIZES_FOLLOW or (crc, packed, size) == (entry.CRC, entry.compress_size, entry.file_size))
    )
    if not same:
        raise Refused(Code.DAMAGED_ARCHIVE, f"{quoted(entry.filename)}: local header and directory differ")
    deflated = method == zipfile.ZIP_DEFLATED
    return Member(entry.filename, start, start + entry.compress_size, entry.file_size, entry.CRC, deflated)


def _refuse_overlaps(entries: Sequence[zipfile.ZipInfo], members: Sequence[Member], directory: int) -> None:
    """Refuse members that share bytes with each other or the directory, or an archive with bytes before the first."""
    spans = sorted((entry.header_offset, member.end) for entry, member in zip(entries, members, strict=True))
    if spans[0][0] != 0 or spans[-1][1] > directory or any(end > start for (_, end), (start, _) in pairwise(spans)):
        raise Refused(Code.UNSAFE_ARCHIVE, "members overlap, or bytes lie before the first")
