"""Files that are there whole or not at all."""

from __future__ import annotations

import fcntl
import os
import tempfile
from collections.abc import Mapping
from pathlib import Path

from config.strict import UnusableError

UNFINISHED = ".new-"  # how a file is called until it is whole
LEVELS = ("", "*/", "*/*/", "*/*/*/")  # of a workplace, at which files are written whole
OLD = 3600.0  # seconds
OWN_FOLDER, OWN_FILE = 0o700, 0o600  # whatever the umask: it can only take away


def write_whole(path: Path, data: bytes) -> None:
    """Write `data` to `path`; when this returns, a power cut no longer loses it, and nobody ever sees a part of it."""
    _make_folder(path.parent)
    handle, temporary = tempfile.mkstemp(dir=path.parent, prefix=UNFINISHED)
    fcntl.flock(handle, fcntl.LOCK_EX)  # goes with the process, however that ends: see `scraps`
    try:
        with os.fdopen(handle, "wb") as file:
            file.write(data)
            file.flush()
            os.fsync(file.fileno())
        Path(temporary).chmod(0o644)
        Path(temporary).replace(path)
    except BaseException:
        Path(temporary).unlink(missing_ok=True)
        raise
    sync_folder(path.parent)


def scraps(home: Path) -> list[Path]:
    """Return what was being written under `home` by processes that are dead, an hour ago or longer."""
    left = [path for level in LEVELS for path in home.glob(f"{level}{UNFINISHED}*")]
    if not left:
        return []
    with tempfile.TemporaryFile(dir=home) as probe:  # its time is that of the disk, which may lie on another machine
        now = os.fstat(probe.fileno()).st_mtime
    return [path for path in left if _is_scrap(path, now)]


def sweep(home: Path) -> int:
    """Remove the scraps under `home` and return how many there were."""
    left = scraps(home)
    for path in left:
        path.unlink(missing_ok=True)
    return len(left)


def _is_scrap(path: Path, now: float) -> bool:
    try:
        with path.open("rb") as file:
            fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
            return now - os.fstat(file.fileno()).st_mtime > OLD
    except OSError:  # still being written, or taken away by another run
        return False


def write_together(folder: Path, files: Mapping[str, bytes]) -> None:
    """Write `files` by their paths under `folder`, which nobody reads yet; a power cut no longer loses them afterwards.

    All are written before the first is waited for: a thousand small files cost little more than one.
    """
    for name, data in files.items():
        path = folder / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(data)
        path.chmod(0o644)
    for name in files:
        sync_folder(folder / name)
    for inner in sorted({(folder / name).parent for name in files} | {folder, folder.parent}):
        sync_folder(inner)


def make_own(folder: Path) -> None:
    """Make `folder`, into which nobody but its owner may look, unless it is there."""
    _make_folder(folder, OWN_FOLDER)


def _make_folder(folder: Path, mode: int = 0o777) -> None:
    if folder.is_dir():
        return
    _make_folder(folder.parent)
    try:
        folder.mkdir(mode, exist_ok=True)
    except (FileExistsError, NotADirectoryError):
        raise UnusableError(f"{folder} không thể là thư mục: trên đường dẫn ấy có một tệp; chọn chỗ khác") from None
    except (FileNotFoundError, PermissionError) as fault:
        raise UnusableError(f"không tạo được thư mục {folder} ({fault.strerror}): chọn chỗ khác") from None
    sync_folder(folder.parent)


def sync_folder(folder: Path) -> None:
    """Make the names in `folder` as durable as the files they name; of a file, its bytes."""
    descriptor = os.open(folder, os.O_RDONLY)
    try:
        os.fsync(descriptor)
    finally:
        os.close(descriptor)
