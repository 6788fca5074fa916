"""Waiting for files: says when something new lies in the drop folders, by the word of the system and by looking."""

from __future__ import annotations

import logging
import os
from collections.abc import Iterator
from contextlib import suppress
from importlib import import_module
from math import inf
from pathlib import Path
from time import monotonic

from watchfiles import Change, watch

from tasks.collect.guard import is_litter

QUIET = 300  # milliseconds without a change: a file that is being copied makes many
LONGEST = 2_000  # milliseconds after which changes are told although more are coming
LOOK = 2_000  # milliseconds after which we look ourselves: a network share tells of no change made elsewhere
IDLE = 60.0  # seconds after which the mailbox is looked into although nothing came

TAKEN = ".cchc"  # the end of a name that collecting gives to what it is taking away

Marks = frozenset[tuple[str, str, int, int]]


def arrivals(inbox: Path) -> Iterator[bool]:
    """Yield at once, then whenever something came into `inbox` or a minute has passed; True when something came.

    The system is asked to watch before the first look, so nothing comes between the two. Ends when the process is asked
    to end.
    """
    inbox.mkdir(parents=True, exist_ok=True)
    logging.getLogger("watchfiles").setLevel(logging.ERROR)  # it tells of every look, and of being asked to end
    changes = watch(
        inbox,
        watch_filter=_is_arrival,
        debounce=LONGEST,
        step=QUIET,
        rust_timeout=LOOK,
        yield_on_timeout=True,
        raise_interrupt=False,
        ignore_permission_denied=True,
    )
    seen, told = Marks(), -inf  # what came while nobody was watching is told at once
    for found in changes:
        there = _lying(inbox)
        came = bool(found) or not there <= seen or told == -inf
        seen = there
        if came or monotonic() - told >= IDLE:
            told = monotonic()
            yield came


def waits(inbox: Path) -> bool:
    """Return whether something lies in `inbox` that collecting left for its next look: a copy that has not ended."""
    return any(not is_litter(name) for _, name, _, _ in _lying(inbox))


def _lying(inbox: Path) -> Marks:
    """Return what lies in the drop folders, by folder, name, size and time."""
    lying = set()
    for folder in (entry for entry in os.scandir(inbox) if entry.is_dir(follow_symlinks=False)):
        with suppress(OSError):  # taken away while we look, or not ours to read: collecting says so
            for entry in os.scandir(folder):
                if not entry.name.endswith(TAKEN):
                    marks = entry.stat(follow_symlinks=False)
                    lying.add((folder.name, entry.name, marks.st_size, marks.st_mtime_ns))
    return frozenset(lying)


def _is_arrival(change: Change, path: str) -> bool:
    """Return whether a change may bring something; what we take away is also a change."""
    return change is not Change.deleted and not path.endswith(TAKEN)


def warm() -> None:
    """Import what the first file would otherwise wait for: Great Expectations takes seconds."""
    import_module("tasks.check.run")
