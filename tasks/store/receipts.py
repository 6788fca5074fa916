"""Arrivals: every file that came, by whatever way, and the one state it ended in."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import Connection, insert, select

from tasks.store import tables
from tasks.store.audit import note, note_all
from tasks.store.values import Outcome, Run

ArrivalKey = tuple[str, str, str, str]
LOOKED = "collect.looked"
_HASH = re.compile(r"\b[0-9a-f]{64}\b")
_OF_MAIL = re.compile(r" ([0-9a-f]{64})#\d+\Z")  # how the name of an arrival ends that a mail brought
MOST_MESSAGES = 500  # in one query: databases limit how many parameters a statement may have


@dataclass(frozen=True)
class Arrival:
    """One file as a channel handed it over: whose it is by the channel's word, and when it came."""

    channel: str
    message: str
    unit: str
    period: str
    file_name: str
    sha256: str
    size: int
    received_at: datetime

    @property
    def key(self) -> ArrivalKey:
        """What makes it this very arrival: the same way, message, bytes and period."""
        return self.channel, self.message, self.sha256, self.period


@dataclass(frozen=True)
class Receipt:
    """An arrival and what became of it.

    When it was refused, `code` says why, `detail` tells the operator more, `found` and `place` the unit. `kept` says
    whether its bytes lie in the raw store: those of a link or of a file too large were never taken.
    """

    arrival: Arrival
    outcome: Outcome
    code: str | None = None
    detail: str | None = None
    submission_id: int | None = None
    found: str = ""
    place: str = ""
    kept: bool = True


def add_receipts(connection: Connection, receipts: Sequence[Receipt], run: Run) -> None:
    """Keep `receipts` in their order and say so in the audit, in one statement each."""
    if receipts:
        connection.execute(insert(tables.receipt), [_row(receipt, run) for receipt in receipts])
    note_all(connection, run, [(f"receipt.{r.outcome}", r.arrival.sha256, r.code or "") for r in receipts])


def _row(receipt: Receipt, run: Run) -> dict[str, object]:
    return {
        **vars(receipt.arrival),
        "kept": receipt.kept,
        "kept_at": run.now,
        "outcome": receipt.outcome,
        "code": receipt.code,
        "detail": receipt.detail,
        "found": receipt.found,
        "place": receipt.place,
        "submission_id": receipt.submission_id,
        "run_id": run.id,
    }


def known_arrivals(connection: Connection, arrivals: Sequence[Arrival]) -> set[ArrivalKey]:
    """Return the keys of those of `arrivals` that were written down before: same way, message, bytes and period.

    What was not kept is not removed either: it still lies there when another period is collected, and is known.
    """
    r = tables.receipt.c
    messages = sorted({arrival.message for arrival in arrivals})
    found: set[ArrivalKey] = set()
    left: set[tuple[str, str, str]] = set()
    for start in range(0, len(messages), MOST_MESSAGES):
        chunk = messages[start : start + MOST_MESSAGES]
        rows = connection.execute(
            select(r.channel, r.message, r.sha256, r.period, r.kept).where(r.message.in_(chunk))
        ).all()
        found |= {(row.channel, row.message, row.sha256, row.period) for row in rows}
        left |= {(row.channel, row.message, row.sha256) for row in rows if not row.kept}
    return {arrival.key for arrival in arrivals if arrival.key in found or arrival.key[:3] in left}


def has_receipts(connection: Connection) -> bool:
    """Return whether anything was ever received."""
    return connection.execute(select(tables.receipt.c.id).limit(1)).first() is not None


def received_files(connection: Connection, period: str) -> set[tuple[str, str, str]]:
    """Return unit, file name and SHA-256 of everything that came while `period` was collected."""
    r = tables.receipt.c
    query = select(r.unit, r.file_name, r.sha256).where(r.period == period)
    return {(row.unit, row.file_name, row.sha256) for row in connection.execute(query)}


def kept_hashes(connection: Connection) -> list[str]:
    """Return the hashes of everything whose bytes must lie in the raw store: of files, and of the mails of them."""
    r = tables.receipt.c
    found = connection.execute(select(r.sha256, r.message).where(r.kept)).all()
    mails = (_OF_MAIL.search(row.message) for row in found)
    return sorted({row.sha256 for row in found} | {mail[1] for mail in mails if mail})


def named_hashes(connection: Connection) -> set[str]:
    """Return the hashes that any arrival names: of its own bytes, and of the mail in which they came."""
    r = tables.receipt.c
    found = connection.execute(select(r.sha256, r.message)).all()
    return {row.sha256 for row in found} | {sha256 for row in found for sha256 in _HASH.findall(row.message)}


def last_look(connection: Connection, channel: str) -> datetime | None:
    """Return when `channel` was last looked into to the end, or None if never."""
    query = (
        select(tables.audit.c.at)
        .where(tables.audit.c.action == LOOKED, tables.audit.c.subject == channel)
        .order_by(tables.audit.c.id.desc())
        .limit(1)
    )
    return connection.execute(query).scalar()


def note_look(connection: Connection, channel: str, run: Run) -> None:
    """Say that `channel` was looked into to the end by `run`."""
    note(connection, run, LOOKED, channel, "")


def receipts(connection: Connection, period: str, as_of: datetime) -> list[Receipt]:
    """Return the receipts kept up to `as_of` while `period` was collected, oldest first."""
    table = tables.receipt.c
    query = select(tables.receipt).where(table.period == period, table.kept_at <= as_of).order_by(table.id)
    return [
        Receipt(
            Arrival(r.channel, r.message, r.unit, r.period, r.file_name, r.sha256, r.size, r.received_at),
            Outcome(r.outcome),
            r.code,
            r.detail,
            r.submission_id,
            r.found,
            r.place,
            r.kept,
        )
        for r in connection.execute(query)
    ]
