"""Reading on other machines: what a task of a cluster is handed, and what it gives back."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path

from tasks.collect import sandbox
from tasks.collect.grid import Grid
from tasks.collect.guard import Refusal
from tasks.store.raw import fetch

Grids = list[Grid | Refusal]


@dataclass(frozen=True)
class OnCluster:
    """Workbooks being read by one task of a cluster; `result` waits for it."""

    result: Callable[[], Grids]

    def grids(self) -> Iterator[Grid | Refusal]:
        """Wait for the workbooks and give the cells of each, in order, or why it cannot be read."""
        yield from self.result()


def read_kept(raw: str, hashes: Sequence[str]) -> Grids:
    """Return the cells of the workbooks kept under `hashes` in the raw store `raw`, behind the same guard as here."""
    return list(sandbox.begin([fetch(Path(raw), sha256) for sha256 in hashes]).grids())
