"""What keeps a run from going on with its database, in one Vietnamese sentence that says what to do about it."""

from __future__ import annotations

import errno
import sqlite3
from pathlib import Path

from sqlalchemy.exc import DatabaseError, OperationalError

AGAIN = "chạy lại đúng lệnh ấy thì việc đã xong không làm lại"
GONE = (
    "tệp cơ sở dữ liệu {path} bị dời, xóa hoặc thay khi đang chạy: đặt lại chỗ cũ rồi {again}; "
    "nếu đã mất thì «cchc rebuild»"
)
LOCKED = f"cơ sở dữ liệu đang có chương trình khác ghi, đã chờ mà chưa xong: đợi nó xong, {AGAIN}"
FULL = f"ổ đĩa của cơ sở dữ liệu đã đầy: dọn chỗ trống, {AGAIN}"
UNUSABLE = f"không đọc hoặc ghi được tệp cơ sở dữ liệu: xem lại chỗ trống của ổ đĩa và quyền ghi, {AGAIN}"
BROKEN = (
    "tệp cơ sở dữ liệu bị hỏng: «cchc rebuild» dựng lại từ tệp gốc và nhật ký (tệp hỏng được giữ bên cạnh), "
    "hoặc phục hồi bằng «cchc restore»"
)
CUT_OFF = f"mất kết nối với máy chủ cơ sở dữ liệu giữa chừng: xem lại máy chủ và mạng, {AGAIN}"

Interruption = DatabaseError  # what ends a run whose database could not go on

_OF_SQLITE = {
    sqlite3.SQLITE_BUSY: LOCKED,
    sqlite3.SQLITE_LOCKED: LOCKED,
    sqlite3.SQLITE_FULL: FULL,
    sqlite3.SQLITE_IOERR: UNUSABLE,
    sqlite3.SQLITE_READONLY: UNUSABLE,
    sqlite3.SQLITE_CANTOPEN: UNUSABLE,
    sqlite3.SQLITE_PERM: UNUSABLE,
    sqlite3.SQLITE_CORRUPT: BROKEN,
    sqlite3.SQLITE_NOTADB: BROKEN,
}
_OF_POSTGRES = {"55P03": LOCKED, "53100": FULL}  # lock_not_available, disk_full
_NO_ROOM = (errno.ENOSPC, errno.EDQUOT, errno.EFBIG)
_NOT_WRITABLE = (errno.EROFS, errno.EACCES, errno.EPERM, errno.EIO)
_PRIMARY = 0xFF  # the part of an extended code of SQLite that says which kind of trouble it is


def gone(path: Path) -> str:
    """Return what to say of a SQLite file that is no longer where it was."""
    return GONE.format(path=path, again=AGAIN)


def store_trouble(fault: Interruption) -> str | None:
    """Return why the database could not go on; None for what is no trouble of its but a slip of ours."""
    if isinstance(fault.orig, sqlite3.Error) or not isinstance(fault, OperationalError):
        return file_trouble(fault)
    return _OF_POSTGRES.get(getattr(fault.orig, "sqlstate", None) or "", CUT_OFF)


def file_trouble(fault: Interruption) -> str | None:
    """Return what is wrong with the file of a SQLite store; None for a slip of ours, or a store on a server."""
    if not isinstance(fault.orig, sqlite3.Error):
        return None
    return _OF_SQLITE.get(getattr(fault.orig, "sqlite_errorcode", 0) & _PRIMARY)


def without_the_row(fault: BaseException) -> None:
    """Cut what `fault`, of PostgreSQL, says to its first line: behind it DETAIL and CONTEXT quote what was typed."""
    fault.args = (str(fault.args[0]).partition("\n")[0],) if fault.args else ()


def disk_trouble(fault: OSError) -> str | None:
    """Return why a file could not be read or written; None for what is no trouble of the disk."""
    where = f" {fault.filename}" if fault.filename else ""
    if fault.errno in _NO_ROOM:
        return f"ổ đĩa đã đầy, không ghi được{where}: dọn chỗ trống, {AGAIN}"
    if fault.errno in _NOT_WRITABLE:
        return f"không đọc hoặc ghi được{where} ({fault.strerror}): xem lại ổ đĩa và quyền ghi, {AGAIN}"
    return None
