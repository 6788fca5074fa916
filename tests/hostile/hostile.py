"""What a hostile file is: bytes, and the outcomes that do no harm."""

from __future__ import annotations

from collections.abc import Set
from dataclasses import dataclass

ACCEPTED = "accepted"  # let in: then every reader must find in it exactly what a plain read finds


@dataclass(frozen=True)
class Hostile:
    """A file, by a name that says what is wrong with it, and the codes (or `accepted`) that may come of it."""

    name: str
    data: bytes
    allowed: Set[str]
