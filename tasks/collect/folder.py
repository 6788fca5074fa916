"""The drop folders: `inbox/<unit code>/`, one for each unit, whatever lies in them."""

from __future__ import annotations

import errno
import hashlib
import os
import re
import stat
import time
from collections.abc import Iterator
from contextlib import suppress
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime, timedelta
from pathlib import Path

from config.safe_text import safe_text
from tasks.collect.channel import Content, Litter
from tasks.collect.guard import Code, Refusal, breaks_off, is_litter, limits, open_arrival
from tasks.collect.guard.arrival import FLAGS
from tasks.store.waiting import as_text, called_before, called_by_marks

CHANNEL = "folder"
SETTLING = 0.2  # seconds between two looks: a file still being copied grows in that time
PATIENCE = timedelta(seconds=60)  # how long a copy may pause; after that what breaks off is answered
AHEAD = timedelta(days=1)  # a run may work as of a moment before the one at which it looks
OURS = {errno.EMFILE, errno.ENFILE, errno.ENOMEM}  # faults of this machine, not of the file
HASHED, PIECE = 1024**3, 1024**2  # bytes that are worth a hash, and that are read at a time

_ASIDE = re.compile(r"\.\d+-\d+-(?:-?\d+)\.cchc")


@dataclass(frozen=True)
class Dropped:
    """One entry of a drop folder, with the marks that it had at both looks.

    See `channel.Incoming`. A file put there later differs in `inode` or `changed_ns`, even with the size and time of
    the one before.
    """

    unit: str
    path: Path
    size: int
    modified_ns: int
    inode: int
    changed_ns: int
    is_folder: bool = False
    message: str = field(default="", compare=False)  # the arrival's own name: see `store.waiting`
    channel: str = CHANNEL
    is_kept: bool = False

    @property
    def name(self) -> str:
        """The name of the file, as text."""
        return as_text(self.path.name)

    def is_unchanged(self) -> bool:
        """Return whether there still lies what was looked at: a unit may have put a correction in its place."""
        try:
            return _dropped(self.unit, self.path) == self
        except FileNotFoundError:
            return False

    def _is_only_touched(self, kept_as: str) -> bool:
        """Return whether it has other rights, marks or names than before and the same bytes: still the one taken in."""
        try:
            now = _dropped(self.unit, self.path)
        except FileNotFoundError:
            return False
        return replace(now, changed_ns=self.changed_ns) == self and now.hashed() == kept_as

    def received_at(self, look_before: datetime | None, now: datetime) -> datetime:
        """Return when it came: its own time, as far as that lies between the look before and this one."""
        modified = datetime.fromtimestamp(self.modified_ns / 1e9, UTC)
        return min(now, max(modified, look_before) if look_before else modified)

    @property
    def sha256(self) -> str:
        """The hash of a file too large to keep; of no bytes for a link, a pipe, a lock file."""
        return self.hashed() if self.size > limits.FILE else hashlib.sha256().hexdigest()

    def content(self) -> Content | None:
        """Return its bytes, why they are not taken, or None for what the next look should see again."""
        if is_litter(self.name):
            return Litter()
        try:
            data = open_arrival(self.path)
        except FileNotFoundError:
            return None
        except OSError as fault:
            if fault.errno in OURS:
                raise
            return Refusal(Code.NOT_READABLE, fault.strerror or type(fault).__name__)
        match data:
            case Refusal(code=Code.STILL_ARRIVING):
                return None
            case Refusal(code=Code.EMPTY_FILE):
                return b""  # kept as it came, and refused by the guard
        return data

    def is_unfinished(self, content: bytes, now: datetime) -> bool:
        """Return whether it breaks off and was written within the last minute: a copy over a slow line may pause."""
        written = datetime.fromtimestamp(self.modified_ns / 1e9, UTC)
        return now - PATIENCE < written < now + AHEAD and breaks_off(content)

    def done(self, kept_as: str | None) -> None:
        """Remove the file when its bytes are kept."""
        if kept_as:
            self.remove(kept_as)

    def hashed(self) -> str:
        """Return the SHA-256 of its bytes, none of which is kept; of no bytes when it cannot be read or is endless."""
        digest = hashlib.sha256()
        if self.size > HASHED:
            return digest.hexdigest()
        try:
            for piece in _pieces(self.path, self.size):
                digest.update(piece)
        except OSError:
            return hashlib.sha256().hexdigest()
        return digest.hexdigest()

    def remove(self, kept_as: str) -> None:
        """Take what was looked at out of the folder, and never a correction that was put in its place meanwhile.

        What is renamed can no longer be replaced, so the last look at it is one that still holds when it is deleted.
        """
        if not (self.is_unchanged() or self._is_only_touched(kept_as)):
            return
        aside = self.path.with_name(f".{self.inode}-{self.size}-{self.modified_ns}.cchc")
        with suppress(FileNotFoundError):  # another run was faster
            self.path.rename(aside)
            _finish_removal(aside, self.path)


def settled(inbox: Path) -> list[Dropped]:
    """Return what lies still in the drop folders, in order of time, then name; what still grows waits."""
    finish_removals(inbox)
    first = set(_look(inbox))
    if not first:
        return []
    time.sleep(SETTLING)
    before = called_before(inbox.parent)
    again = [replace(d, message=before.get(d.message, d.message)) for d in _look(inbox) if d in first]
    return sorted(again, key=lambda d: (d.modified_ns, d.path.name))


def _look(inbox: Path) -> Iterator[Dropped]:
    for folder in _folders(inbox):
        for path in sorted(folder.iterdir()):
            if _ASIDE.fullmatch(path.name):
                continue  # on its way out, in another run
            try:
                yield _dropped(as_text(folder.name), path)
            except OSError:
                continue  # taken away or renamed while we look, or on a bad patch of the disk: others must not wait


def _folders(inbox: Path) -> list[Path]:
    there = sorted(inbox.iterdir()) if inbox.is_dir() else []
    return [folder for folder in there if folder.is_dir() and not folder.is_symlink()]


def _dropped(unit: str, path: Path) -> Dropped:
    marks = path.lstat()
    is_folder = stat.S_ISDIR(marks.st_mode)
    name = called_by_marks(path, marks)
    return Dropped(unit, path, marks.st_size, marks.st_mtime_ns, marks.st_ino, marks.st_ctime_ns, is_folder, name)


def finish_removals(inbox: Path) -> None:
    """Finish what a run that died had begun to remove."""
    for folder in _folders(inbox):
        for aside in [path for path in folder.iterdir() if _ASIDE.fullmatch(path.name)]:
            with suppress(FileNotFoundError):
                _finish_removal(aside, None)


def _finish_removal(aside: Path, origin: Path | None) -> None:
    """Delete what lies `aside` if it is what its name says was taken in; else put it back, under a name that is free.

    The time of change is not compared: renaming is a change.
    """
    marks = aside.lstat()
    taken_in = f".{marks.st_ino}-{marks.st_size}-{marks.st_mtime_ns}.cchc"
    if stat.S_ISREG(marks.st_mode) and aside.name == taken_in:
        aside.unlink(missing_ok=True)
        return
    free = aside.with_name(f"{marks.st_ino}-{marks.st_mtime_ns}.xlsx")
    try:
        os.link(aside, origin or free, follow_symlinks=False)  # unlike a renaming, it never replaces a newer file
        aside.unlink()
    except OSError:  # there lies a newer one, or the disk knows no second names
        aside.rename(free)


def _pieces(path: Path, most: int) -> Iterator[bytes]:
    """Yield up to `most` bytes of the file at `path`, a piece at a time."""
    descriptor = os.open(path, FLAGS)
    try:
        while most > 0 and (piece := os.read(descriptor, min(most, PIECE))):
            most -= len(piece)
            yield piece
    finally:
        os.close(descriptor)


def misplaced(inbox: Path) -> list[str]:
    """Return the names of what lies beside the drop folders instead of in one: nobody's, and never taken."""
    entries = sorted(inbox.iterdir()) if inbox.is_dir() else []
    return [safe_text(as_text(e.name)) for e in entries if e.is_symlink() or not e.is_dir()]
