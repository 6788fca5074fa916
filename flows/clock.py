"""The moment of a run: never before what has been done already."""

from __future__ import annotations

from datetime import datetime

from config.settings import Settings
from tasks.store.audit import last_moment
from tasks.store.database import reading


def moment_after_all(settings: Settings, moment: datetime) -> datetime:
    """Return `moment`, or the last moment at which anything was done when that is later."""
    with reading(settings.database) as connection:
        last = last_moment(connection)
    return moment if last is None or last <= moment else last.astimezone(moment.tzinfo)
