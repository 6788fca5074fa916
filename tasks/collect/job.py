"""What taking in needs to know."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import Protocol

from config.load import Declarations
from config.period import Period
from config.settings import Settings
from tasks.collect import sandbox
from tasks.collect.grid import Grid
from tasks.collect.guard import Refusal
from tasks.store.values import Run


class Reading(Protocol):
    """Workbooks that are being read: here (`sandbox.Pending`) or on a cluster (`cluster.OnCluster`)."""

    def grids(self) -> Iterator[Grid | Refusal]:
        """Wait for the workbooks and give the cells of each, in order, or why it cannot be read."""


Begin = Callable[[Sequence[bytes]], Reading]
Takes = Callable[[str, Period, datetime], bool]  # unit, period, when something came: whether that period still takes it


def takes_none(_unit: str, _period: Period, _received_at: datetime) -> bool:
    """Return that no period but the one collected takes anything."""
    return False


@dataclass(frozen=True)
class Intake:
    """What taking in needs to know: where things lie, what is declared, which period is collected, in which run."""

    settings: Settings
    declarations: Declarations
    period: Period
    run: Run
    begin: Begin = sandbox.begin  # how workbooks are read, whose bytes lie in `raw`
    takes: Takes = takes_none  # what comes of another period meanwhile: one that is late, or was reopened

    @property
    def raw(self) -> Path:
        """Where received bytes are kept."""
        return self.settings.home / "raw"
