"""Parts that come again byte for byte: guide, theme and formats are the same in the workbooks of all units."""

from __future__ import annotations

from collections.abc import Callable, Hashable
from functools import lru_cache
from typing import TypeVar

from tasks.collect.guard import limits

About = TypeVar("About", bound=Hashable)
Verdict = TypeVar("Verdict")
Inspects = Callable[[bytes, About], Verdict]


def remembering(parts: int) -> Callable[[Inspects[About, Verdict]], Inspects[About, Verdict]]:
    """Let a function of a part's bytes, and of what it needs to know about them, remember its last `parts` results.

    It must depend on these alone: they are compared whole, so nothing of one file reaches another. Refusals, and what
    is said of large parts, are not kept.
    """

    def remembers(inspects: Inspects[About, Verdict]) -> Inspects[About, Verdict]:
        known = lru_cache(maxsize=parts)(inspects)
        return lambda part, about: (known if len(part) <= limits.REMEMBERED else inspects)(part, about)

    return remembers
