"""Copies of a whole workplace: what the store knows and the files beside it, readable without any database.

A backup is a folder: `backup.json` names every part with its hash, `store/<table>.jsonl` holds a table, a row a line,
`home/` the files. A backup taken from SQLite can be restored into PostgreSQL and the other way round.
"""

from __future__ import annotations

import hashlib
import json
import os
import shutil
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import asdict, dataclass, field
from datetime import datetime
from pathlib import Path

from sqlalchemy import Connection, MetaData, select

from config.settings import ILLUSTRATIVE, Settings
from config.strict import UnusableError
from tasks.store.files import make_own, sync_folder, write_whole
from tasks.store.lines import fill, line_of
from tasks.store.raw import kept_files, sha256_of
from tasks.store.schema import HEAD
from tasks.store.tables import metadata
from tasks.store.waiting import keep_names, names_of_waiting

CATALOGUE = "backup.json"
FOLDERS = ("inbox", "raw", "returned", "outbox", "forms", "published")  # under `CCHC_HOME`, what no run can make anew
ALONE = (ILLUSTRATIVE,)
_PART = ".part"


class BackupError(UnusableError):
    """What was asked for cannot be done with this backup; `str()` is one Vietnamese sentence that says why."""


@dataclass(frozen=True)
class Backup:
    """What a backup holds: rows by table, hashes of tables and files by path in it, and links by path."""

    made_at: str
    revision: str  # the schema that the tables have
    rows: Mapping[str, int]
    hashes: Mapping[str, str]
    links: Mapping[str, str]
    changed: Mapping[str, int]  # when each file was last changed, in ns: of one that waits, when it was received
    size: int  # bytes, all files together
    folders: Sequence[str] = ()  # drop folders, be they empty; none in a backup of older software
    waiting: Mapping[str, str] = field(default_factory=dict)  # how what waits in them is called; nor that


@dataclass(frozen=True)
class LeftBehind:
    """How much lies in what was set aside and not in what was restored: files that wait in drop folders, raw files."""

    waiting: int
    raw: int


def make_backup(connection: Connection, settings: Settings, folder: Path, now: datetime) -> Backup:
    """Write a backup into `folder`, which must not be there yet, and return what it holds.

    `connection` sees one state of the store; nobody else should be at work (`tasks.store.alone`), or the files may be
    newer than the rows. The folder has its name only once everything is in it and durable.
    """
    if folder.exists():
        raise BackupError(f"{folder} đã có: đặt tên khác, bản sao lưu cũ không bao giờ bị ghi đè")
    part = folder.with_name(f".{folder.name}{_PART}")
    shutil.rmtree(part, ignore_errors=True)
    make_own(part)  # it holds whatever anybody sent
    rows, hashes, changed, size = dict[str, int](), dict[str, str](), dict[str, int](), 0
    for name, data in _tables(connection, rows):
        write_whole(part / name, data)
        hashes[name], size = sha256_of(data), size + len(data)
    for path in _files(settings.home):
        name = f"home/{path.relative_to(settings.home).as_posix()}"
        data = path.read_bytes()
        write_whole(part / name, data)
        hashes[name], changed[name], size = sha256_of(data), path.stat().st_mtime_ns, size + len(data)
    links, folders, names = _links(settings.home), _drop_folders(settings.home), names_of_waiting(settings.home)
    backup = Backup(now.isoformat(timespec="seconds"), HEAD, rows, hashes, links, changed, size, folders, names)
    # Escaped: a file in a drop folder may be named by bytes that are no text at all.
    write_whole(part / CATALOGUE, (json.dumps(asdict(backup), indent=1) + "\n").encode())
    part.rename(folder)
    sync_folder(folder.parent)
    return backup


def open_backup(folder: Path) -> Backup:
    """Return what the backup in `folder` holds after reading all of it; `BackupError` when any byte is not as written.

    A backup made by newer software is refused as well.
    """
    try:
        backup = Backup(**json.loads((folder / CATALOGUE).read_bytes()))
        datetime.fromisoformat(backup.made_at)
    except (OSError, ValueError, TypeError) as fault:
        raise BackupError(f"{folder} không phải bản sao lưu: không đọc được {CATALOGUE}") from fault
    for name, sha256 in backup.hashes.items():
        if not _is_inside(folder, name) or not (folder / name).is_file() or _hash_of(folder / name) != sha256:
            raise BackupError(f"bản sao lưu {folder} không còn nguyên: tệp {name} thiếu hoặc khác mã băm")
    if backup.revision > HEAD:
        raise BackupError(
            f"bản sao lưu {folder} theo lược đồ {backup.revision}, phần mềm này chỉ biết đến {HEAD}: "
            "dùng phiên bản phần mềm đã tạo ra nó hoặc mới hơn"
        )
    return backup


def restore_files(folder: Path, backup: Backup, home: Path) -> int:
    """Put the files, links and drop folders of `backup` under `home` and return how many files these are."""
    for name in backup.folders:
        if _is_inside(home, name):
            (home / name).mkdir(parents=True, exist_ok=True)
    make_own(home / "raw")
    files = [name for name in backup.hashes if name.startswith("home/")]
    for name in files:
        path = home / name.removeprefix("home/")
        write_whole(path, (folder / name).read_bytes())
        if name in backup.changed:
            os.utime(path, ns=(backup.changed[name], backup.changed[name]))
    for name, end in backup.links.items():
        link = home / name
        if _is_inside(home, name) and "/" not in end:
            link.parent.mkdir(parents=True, exist_ok=True)
            link.unlink(missing_ok=True)
            link.symlink_to(end)
    keep_names(home, backup.waiting)
    return len(files)


def restore_rows(connection: Connection, folder: Path, backup: Backup) -> int:
    """Insert the rows of `backup` into the empty tables of the same revision; return how many rows these are."""
    found = MetaData()
    found.reflect(connection)
    for table in metadata.sorted_tables:
        if table.name in backup.rows:
            with (folder / _path_of(table.name)).open(encoding="utf-8") as file:
                fill(connection, found.tables[table.name], table, map(json.loads, file))
    return sum(backup.rows.values())


def holds_anything(home: Path) -> bool:
    """Return whether a file of figures lies under `home`: a restored backup must not mix with other figures."""
    return any(True for _ in _files(home))


def set_aside(home: Path, now: datetime) -> Path:
    """Move what lies under `home` into a folder of its own beside it and return that folder; nothing is deleted."""
    aside = home / f"truoc-phuc-hoi-{now:%Y%m%d-%H%M%S}"
    aside.mkdir()
    for path in sorted(home.iterdir()):
        if path != aside and path.name in (*FOLDERS, *ALONE, "cchc.db", "cchc.db-wal", "cchc.db-shm"):
            path.rename(aside / path.name)
    return aside


def left_behind(aside: Path, home: Path) -> LeftBehind:
    """Return what came after the backup that was restored into `home`: it lies in `aside`, and nobody else has it."""
    waiting = (path for path in (aside / "inbox").rglob("*") if path.is_file() and not path.is_symlink())
    new = [path for path in waiting if not (home / path.relative_to(aside)).exists()]
    raw = {path.name for path in kept_files(aside / "raw")} - {path.name for path in kept_files(home / "raw")}
    return LeftBehind(len(new), len(raw))


def _tables(connection: Connection, rows: dict[str, int]) -> Iterator[tuple[str, bytes]]:
    for table in metadata.sorted_tables:
        lines = [line_of(row) for row in connection.execute(select(table).order_by(*table.primary_key)).mappings()]
        rows[table.name] = len(lines)
        yield _path_of(table.name), "".join(lines).encode()


def _path_of(table: str) -> str:
    return f"store/{table}.jsonl"


def _files(home: Path) -> Iterator[Path]:
    for name in ALONE:
        if (home / name).is_file():
            yield home / name
    for name in FOLDERS:
        for folder, below, files in os.walk(home / name):
            below[:] = sorted(b for b in below if not b.startswith("."))  # half-made releases are nobody's
            paths = (Path(folder) / file for file in sorted(files))
            yield from (path for path in paths if path.is_file() and not path.is_symlink())


def _drop_folders(home: Path) -> list[str]:
    folders = (path for path in sorted((home / "inbox").glob("*")) if path.is_dir() and not path.is_symlink())
    return [path.relative_to(home).as_posix() for path in folders]


def _links(home: Path) -> dict[str, str]:
    links = (path for path in sorted((home / "published").glob("*/*")) if path.is_symlink())
    return {path.relative_to(home).as_posix(): path.readlink().name for path in links if not path.name.startswith(".")}


def _is_inside(folder: Path, name: str) -> bool:
    return (folder / name).resolve().is_relative_to(folder.resolve())


def _hash_of(path: Path) -> str:
    with path.open("rb") as file:
        return hashlib.file_digest(file, "sha256").hexdigest()
