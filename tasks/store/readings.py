"""Readings under way: what was being read when a run died, so that no file can end run after run.

They are lines of the audit: one before anything of a chunk is opened, one when its reading is over.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from sqlalchemy import Connection, select

from tasks.store import tables
from tasks.store.audit import note
from tasks.store.values import Run

BEGUN, ENDED = "reading.begun", "reading.ended"
ALONE = "alone"


@dataclass(frozen=True)
class Unfinished:
    """What runs were reading that never said it was over: they died, or are at it now.

    `deaths` counts by hash only those readings in which a file was alone: of the others nobody knows which it was.
    """

    suspects: frozenset[str]
    deaths: Mapping[str, int]


def note_begun(connection: Connection, run: Run, key: str, hashes: Sequence[str], alone: bool = False) -> None:
    """Say that the reading `key` begins, of the bytes with `hashes`."""
    note(connection, run, BEGUN, key, " ".join([ALONE, *hashes] if alone else hashes))


def note_ended(connection: Connection, run: Run, key: str) -> None:
    """Say that the reading `key` is over and nobody died of it."""
    note(connection, run, ENDED, key, "")


def unfinished(connection: Connection) -> Unfinished:
    """Return what was begun and is not over."""
    a = tables.audit.c
    over = select(a.subject).where(a.action == ENDED)
    query = select(a.detail).where(a.action == BEGUN, a.subject.not_in(over))
    begun = [detail.split() for detail in connection.execute(query).scalars()]
    deaths = Counter(words[1] for words in begun if words[:1] == [ALONE])
    return Unfinished(frozenset(word for words in begun for word in words if word != ALONE), deaths)
