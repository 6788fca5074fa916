"""What happens, as it happens: one log record for each step, for people's bars and machines' lines alike."""

from __future__ import annotations

import logging
from collections.abc import Callable, Iterator
from contextlib import contextmanager

from config.safe_text import safe_text

LOG = logging.getLogger("cchc")


@contextmanager
def started(stage: str, total: int, counted: str) -> Iterator[Callable[[int], None]]:
    """Say that `stage` begins on `total` things, and give the function that says how many more are done."""
    LOG.info("%s: 0/%d %s", stage, total, counted, extra={"stage": stage, "total": total, "done": 0})
    done = 0

    def progress(more: int) -> None:
        nonlocal done
        done += more
        LOG.info("%s: %d/%d %s", stage, done, total, counted, extra={"stage": stage, "total": total, "done": done})

    yield progress


def finished(stage: str, sentence: str) -> None:
    """Say in one Vietnamese sentence what `stage` came to; nothing that a unit typed acts on a terminal or in a log."""
    said = safe_text(sentence)
    LOG.info("%s: %s", stage, said, extra={"stage": stage, "sentence": said})


def warned(sentence: str) -> None:
    """Warn in one sentence; nothing in it that a unit or a server said acts on a terminal or in a log."""
    LOG.warning("%s", safe_text(sentence))


@contextmanager
def muted() -> Iterator[None]:
    """Keep what happens inside the block to itself, save warnings: whoever calls it tells of the whole."""
    level = LOG.level
    LOG.setLevel(logging.WARNING)
    try:
        yield
    finally:
        LOG.setLevel(level)
