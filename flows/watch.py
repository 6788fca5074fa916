"""Waiting for files: says when something new lies in the drop folders, by the word of the system, not by looking."""

from __future__ import annotations

import logging
from collections.abc import Iterator
from importlib import import_module
from pathlib import Path

from watchfiles import Change, watch

QUIET = 300  # milliseconds without a change: a file that is being copied makes many
LONGEST = 2_000  # milliseconds after which changes are told although more are coming
IDLE = 60_000  # milliseconds after which the mailbox is looked into although nothing came


def arrivals(inbox: Path) -> Iterator[bool]:
    """Yield at once, then whenever something came into `inbox` or a minute has passed; True when something came.

    Ends when the process is asked to end.
    """
    inbox.mkdir(parents=True, exist_ok=True)
    logging.getLogger("watchfiles").setLevel(logging.ERROR)  # it tells of every look, and of being asked to end
    changes = watch(
        inbox,
        watch_filter=_is_arrival,
        debounce=LONGEST,
        step=QUIET,
        rust_timeout=IDLE,
        yield_on_timeout=True,
        raise_interrupt=False,
        ignore_permission_denied=True,
    )
    yield True  # what came while nobody was watching
    for found in changes:
        yield bool(found)


def _is_arrival(change: Change, path: str) -> bool:
    """Return whether a change may bring something; what we take away is also a change."""
    return change is not Change.deleted and not path.endswith(".cchc")


def warm() -> None:
    """Import what the first file would otherwise wait for: Great Expectations takes seconds."""
    import_module("tasks.check.run")
