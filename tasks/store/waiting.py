"""What files that wait in drop folders are called: a copy has other marks, and is still the arrival that it was.

An arrival is named by the marks of its file, so that the same bytes put there again count as sent again. A restored
file has other marks: what it was called before is kept beside it.
"""

from __future__ import annotations

import json
import os
import stat
from collections.abc import Iterator, Mapping
from pathlib import Path

from tasks.store.files import write_whole

NAMES = ".waiting.json"  # under `CCHC_HOME`: how restored files would be called by their marks, and how they are called


def as_text(name: str) -> str:
    """Return the name of a file as text: to the system it is any bytes, and no database keeps what is not UTF-8."""
    return os.fsencode(name).decode(errors="replace")


def called_by_marks(path: Path, marks: os.stat_result) -> str:
    """Return the name of the arrival at `path`: the same after a crash, another when the same file is put there again.

    A folder stays the same whatever is put into it: nothing in it is taken.
    """
    place = f"{as_text(path.parent.name)}/{as_text(path.name)}"
    if stat.S_ISDIR(marks.st_mode):
        return f"{place}@folder.{marks.st_ino}"
    return f"{place}@{marks.st_mtime_ns}.{marks.st_ino}.{marks.st_ctime_ns}"


def called_before(home: Path) -> dict[str, str]:
    """Return how restored files under `home` were called before, by how they would be called now."""
    try:
        found = json.loads((home / NAMES).read_bytes())
    except (OSError, ValueError):  # without it they count as sent again: nothing is lost
        return {}
    return {str(now): str(before) for now, before in found.items()} if isinstance(found, dict) else {}


def names_of_waiting(home: Path) -> dict[str, str]:
    """Return how each entry of the drop folders under `home` is called, by its path there."""
    before = called_before(home)
    found = ((path, called_by_marks(path, path.lstat())) for path in _entries(home))
    return {path.relative_to(home).as_posix(): before.get(name, name) for path, name in found}


def keep_names(home: Path, names: Mapping[str, str]) -> None:
    """Let the entries of the drop folders under `home` be called as in `names`, by path."""
    known = ((path, names.get(path.relative_to(home).as_posix())) for path in _entries(home))
    kept = {called_by_marks(path, path.lstat()): name for path, name in known if name}
    if kept:
        write_whole(home / NAMES, (json.dumps(kept, indent=1) + "\n").encode())
    else:
        (home / NAMES).unlink(missing_ok=True)


def _entries(home: Path) -> Iterator[Path]:
    folders = (path for path in sorted((home / "inbox").glob("*")) if path.is_dir() and not path.is_symlink())
    return (path for folder in folders for path in sorted(folder.iterdir()))
