"""Python's search for dead cycles of objects: rarer than its default, for work that makes much and drops little."""

from __future__ import annotations

import gc

YOUNG, MIDDLE, OLD = 100_000, 20, 100  # by default 700, 10, 10


def collect_rarely() -> None:
    """Have the search begin at more new objects; what a stage reads and writes lives until the stage is done.

    At the default, every fourth second of publishing went into looking at rows that were all still needed
    (`docs/decisions/0021-dead-objects-are-sought-rarely.md`). What is in no cycle goes at once, as ever.
    """
    gc.set_threshold(YOUNG, MIDDLE, OLD)
