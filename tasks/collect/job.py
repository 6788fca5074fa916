"""What taking in needs to know."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

from config.load import Declarations
from config.period import Period
from config.settings import Settings
from tasks.store.values import Run


@dataclass(frozen=True)
class Intake:
    """What taking in needs to know: where things lie, what is declared, which period is collected, in which run."""

    settings: Settings
    declarations: Declarations
    period: Period
    run: Run

    @property
    def raw(self) -> Path:
        """Where received bytes are kept."""
        return self.settings.home / "raw"
