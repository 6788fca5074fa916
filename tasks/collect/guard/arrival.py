"""Taking a file out of a folder that anybody may write into: no link is followed, no pipe is waited on."""

from __future__ import annotations

import errno
import os
import re
import stat
from pathlib import Path

from tasks.collect.guard import limits
from tasks.collect.guard.refusal import Code, Refusal

FLAGS = os.O_RDONLY | os.O_NOFOLLOW | os.O_NONBLOCK | os.O_CLOEXEC
IRREGULAR = {errno.ELOOP, errno.ENXIO, errno.ENODEV}  # a link, a socket, a device without driver
FORBIDDEN = {errno.EACCES, errno.EPERM}

_ARCHIVE, _END_RECORD = b"PK\x03\x04", b"PK\x05\x06"
_END_SEARCHED = 65_557  # bytes: the end record and the longest comment that may follow it

# What programs leave beside a document: locks, unfinished downloads and copies, thumbnails.
_LITTER = re.compile(
    r"\..*|~\$.*|~.*\.tmp|.*\.(?:part|partial|tmp|temp|crdownload|download|opdownload|filepart|swp)|"
    r"(?:eh)?thumbs\.db|desktop\.ini|.*~",
    re.IGNORECASE | re.DOTALL,
)


def open_arrival(path: Path) -> bytes | Refusal:
    """Return the bytes of the regular file at `path`, or why they are not taken; never waits, never follows a link.

    `still_arriving` is no verdict but a request to look again. `OSError` when the file is gone or the disk fails.
    """
    try:
        descriptor = os.open(path, FLAGS)
    except OSError as fault:
        if fault.errno in IRREGULAR:
            return Refusal(Code.NOT_REGULAR_FILE, os.strerror(fault.errno))
        if fault.errno in FORBIDDEN:
            return Refusal(Code.NOT_READABLE, os.strerror(fault.errno))
        raise
    try:
        return _taken(descriptor)
    finally:
        os.close(descriptor)


def is_litter(name: str) -> bool:
    """Return whether a file of this name is left over by a program and gets no answer.

    >>> is_litter("~$bieu.xlsx"), is_litter("bieu.xlsx")
    (True, False)
    """
    return _LITTER.fullmatch(name) is not None


def breaks_off(data: bytes) -> bool:
    """Return whether `data` has a beginning but no end: nothing at all, or a ZIP archive without its end record.

    >>> breaks_off(b"PK\\x03\\x04..."), breaks_off(b""), breaks_off(b"%PDF-1.7")
    (True, True, False)
    """
    return _ARCHIVE.startswith(data[:4]) and _END_RECORD not in data[-_END_SEARCHED:]


def _taken(descriptor: int) -> bytes | Refusal:
    before = os.fstat(descriptor)
    if stat.S_ISDIR(before.st_mode):
        return Refusal(Code.FOLDER_INSIDE, stat.filemode(before.st_mode))
    if not stat.S_ISREG(before.st_mode):
        return Refusal(Code.NOT_REGULAR_FILE, stat.filemode(before.st_mode))
    if before.st_size == 0:
        return Refusal(Code.EMPTY_FILE, "0 bytes")
    if before.st_size > limits.FILE:
        return Refusal(Code.TOO_BIG, f"{before.st_size} bytes, at most {limits.FILE}")
    data = _read(descriptor, before.st_size + 1)
    after = os.fstat(descriptor)
    if len(data) != before.st_size or (after.st_size, after.st_mtime_ns) != (before.st_size, before.st_mtime_ns):
        return Refusal(Code.STILL_ARRIVING, f"{before.st_size} bytes became {after.st_size} while reading")
    return data


def _read(descriptor: int, most: int) -> bytes:
    """Return up to `most` bytes, in as many reads as the system needs."""
    pieces: list[bytes] = []
    while most > 0 and (piece := os.read(descriptor, most)):
        pieces.append(piece)
        most -= len(piece)
    return b"".join(pieces)
