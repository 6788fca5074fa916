"""Where a period's roads start, as the store knows it."""

from __future__ import annotations

from sqlalchemy import Connection

from config.load import Declarations
from config.period import Period
from tasks.evaluate.base import Bases, bases_of, without_merged
from tasks.store.calculations import indicator_values


def bases_from(connection: Connection, declarations: Declarations, period: Period, base: int | None) -> Bases:
    """Return the figures of calculation `base`, the last full year before `period`; empty when there is none."""
    before = period.last_full_year
    if base is None or before is None:
        return {}
    bases = bases_of(indicator_values(connection, base), declarations.calendar.cut_off(before))
    return without_merged(bases, declarations.units, declarations.calendar.cut_off(period))
