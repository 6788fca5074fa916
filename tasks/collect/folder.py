"""The drop folders: `inbox/<unit code>/`, one for each unit, whatever lies in them."""

from __future__ import annotations

import os
import time
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path

CHANNEL = "folder"
SETTLING = 0.2  # seconds between two looks: a file still being copied grows in that time


@dataclass(frozen=True)
class Dropped:
    """One entry of a drop folder, with the size and time it had at both looks."""

    unit: str
    path: Path
    size: int
    modified_ns: int

    @property
    def name(self) -> str:
        """The name of the file, as text."""
        return _as_text(self.path.name)

    @property
    def message(self) -> str:
        """The arrival's own name: the same file put there again later is another arrival."""
        return f"{self.unit}/{self.name}@{self.modified_ns}"

    def is_unchanged(self) -> bool:
        """Return whether there still lies what was looked at: a unit may have put a correction in its place."""
        try:
            stat = self.path.lstat()
        except FileNotFoundError:
            return False
        return (stat.st_size, stat.st_mtime_ns) == (self.size, self.modified_ns)

    def received_at(self, last_look: datetime | None, now: datetime) -> datetime:
        """Return when it came: its own time, as far as that lies between the look before and this one."""
        modified = datetime.fromtimestamp(self.modified_ns / 1e9, UTC)
        return min(now, max(modified, last_look) if last_look else modified)


def settled(inbox: Path) -> list[Dropped]:
    """Return what lies still in the drop folders, in order of time, then name; what still grows waits."""
    first = {(d.path, d.size, d.modified_ns) for d in _look(inbox)}
    if not first:
        return []
    time.sleep(SETTLING)
    again = [d for d in _look(inbox) if (d.path, d.size, d.modified_ns) in first]
    return sorted(again, key=lambda d: (d.modified_ns, d.path.name))


def _look(inbox: Path) -> Iterator[Dropped]:
    for folder in sorted(inbox.iterdir()) if inbox.is_dir() else []:
        if folder.is_symlink() or not folder.is_dir():
            continue
        for path in sorted(folder.iterdir()):
            try:
                stat = path.lstat()
            except FileNotFoundError:
                continue  # taken away or renamed while we look
            yield Dropped(_as_text(folder.name), path, stat.st_size, stat.st_mtime_ns)


def _as_text(name: str) -> str:
    # A name is any bytes to the system; what is not UTF-8 among them no database would keep.
    return os.fsencode(name).decode(errors="replace")
