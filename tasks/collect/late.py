"""Which periods besides the one that is collected take what comes: one not closed yet, one reopened for its unit."""

from __future__ import annotations

from datetime import datetime
from functools import cache

from config.load import Declarations
from config.period import Period
from config.service import load_service
from config.settings import Settings
from tasks.collect.job import Takes
from tasks.store.closing import Closing, closing_of
from tasks.store.database import reading


def takes_of(settings: Settings, declarations: Declarations, now: datetime) -> Takes:
    """Return what says whether a period that has opened takes at `now` what a unit sent; the store is asked lazily."""
    service = load_service(settings.config_dir, declarations.calendar)
    declared = frozenset(declarations.periods())

    @cache
    def closing(period: Period) -> Closing:
        with reading(settings.database) as connection:
            return closing_of(connection, declarations, period, now)

    def takes(unit: str, period: Period, received_at: datetime) -> bool:
        owing = declarations.reporting(period).get(unit) if period in declared else None
        if owing is None or service.opens(period) > received_at.astimezone(declarations.calendar.zone).date():
            return False
        return closing(period).takes(unit, owing.level, received_at, now)

    return takes
