"""Whether the newest release of a period still says what counts."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import Connection

from tasks.store.calculations import base_of, inputs_of, latest_calculation, releases
from tasks.store.submissions import counted, submissions


def is_outdated(connection: Connection, period: str, as_of: datetime) -> bool:
    """Return whether other submissions of `period` count at `as_of` than in its newest release, or its base is another.

    Changed declarations do not count: what was published of the past is not made anew for them.
    """
    published = releases(connection, period)
    if not published:
        return False
    told, known = published[-1].calculation_id, latest_calculation(connection, period, as_of)
    counting = sorted(s.id for s in counted(submissions(connection, period, as_of)))
    if counting != inputs_of(connection, told):
        return True
    return known is not None and base_of(connection, known) != base_of(connection, told)
