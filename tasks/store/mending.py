"""Who has made good a file that could not be used: whoever sent something usable after it, be it known already."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from datetime import datetime

from tasks.store.receipts import Receipt
from tasks.store.values import Outcome, Submission


def last_usable(versions: Iterable[Submission], received: Iterable[Receipt]) -> dict[str, datetime]:
    """Return when each unit last sent a workbook that could be taken in: a version, or once more the bytes of its last.

    `received` are the receipts of the period of `versions`.
    """
    came = [(version.unit, version.received_at) for version in versions]
    came += [(r.arrival.unit, r.arrival.received_at) for r in received if r.outcome is Outcome.DUPLICATE]
    found: dict[str, datetime] = {}
    for unit, moment in came:
        found[unit] = max(moment, found.get(unit, moment))
    return found


def is_mended(refused: Receipt, last: Mapping[str, datetime]) -> bool:
    """Return whether the unit of the file `refused` has sent something usable since; `last` is `last_usable`.

    Files that are nobody's stay as they are.
    """
    unit, moment = refused.arrival.unit, refused.arrival.received_at
    return unit in last and last[unit] > moment
