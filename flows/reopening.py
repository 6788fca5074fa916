"""Opening a closed period once more for some units: kept with its reason, told to each of them."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime

from config.load import Declarations
from config.period import Period
from config.settings import Settings
from tasks.notify.letters import Study, reopened
from tasks.store.closing import closing_of
from tasks.store.database import reading, writing
from tasks.store.outbox import add_letters
from tasks.store.reopenings import Reopening, add_reopening
from tasks.store.values import Run

WHO = "cchc reopen"


def still_open(
    settings: Settings, declarations: Declarations, period: Period, units: Sequence[str], now: datetime
) -> list[str]:
    """Return those of `units` for which `period` has not closed at `now`, reopenings aside."""
    owing = declarations.reporting(period)
    with reading(settings.database) as connection:
        closing = closing_of(connection, declarations, period, now)
    return [code for code in units if not closing.is_shut(owing[code].level, now)]


def reopen_units(settings: Settings, declarations: Declarations, wanted: Sequence[Reopening]) -> None:
    """Keep the reopenings `wanted` and put a letter on each into the outbox, all in one transaction."""
    folder = settings.config_dir / "letters"
    with writing(settings.database) as connection:
        for reopening in wanted:
            run = Run(WHO, reopening.opened_at)
            add_reopening(connection, reopening, run)
            add_letters(connection, reopened(Study(declarations, folder, reopening.opened_at), reopening), run)
