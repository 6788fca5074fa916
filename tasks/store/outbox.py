"""Letters waiting to go out: one row each, written in the transaction of what it tells of, never lost."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from typing import Any

from sqlalchemy import Connection, Row, func, select, update
from sqlalchemy.dialects import postgresql, sqlite

from tasks.store import tables
from tasks.store.audit import note, note_all
from tasks.store.values import Run

MOST_KEYS = 500  # in one query: databases limit how many parameters a statement may have
REFUSED, SENT, STUCK = "letter.refused", "letter.sent", "post.stuck"


class Channel(StrEnum):
    """By which way a letter goes out."""

    MAIL = "mail"
    NOTICE = "notice"  # a few lines by a channel of Apprise, beside a mail that says it all


@dataclass(frozen=True)
class Letter:
    """One letter to a unit; `key` says what it is about, so that the same letter is never written twice.

    `attachment` is a path under `CCHC_HOME`; `copies` are further addresses. The recipient of a notice is its channel
    as declared, without the secrets.
    """

    key: str
    unit: str
    recipient: str
    subject: str
    body: str
    attachment: str | None = None
    html: str | None = None
    copies: tuple[str, ...] = ()
    channel: Channel = Channel.MAIL


@dataclass(frozen=True)
class Waiting:
    """A letter that has not gone out: since when it waits, how often it was tried, what was said last, and when."""

    letter: Letter
    written_at: datetime
    tries: int
    trouble: str
    tried_at: datetime | None


def is_written(connection: Connection, key: str) -> bool:
    """Return whether the letter with this key has been written before."""
    return connection.execute(select(tables.outbox.c.id).where(tables.outbox.c.key == key)).first() is not None


def keys_of(connection: Connection, pattern: str) -> set[str]:
    """Return the keys of letters written before that are like `pattern`, % standing for anything."""
    o = tables.outbox.c
    return set(connection.execute(select(o.key).where(o.key.like(pattern))).scalars())


def written_to(connection: Connection, since: datetime, until: datetime) -> set[str]:
    """Return the units to which something was written from `since` up to but not at `until`."""
    o = tables.outbox.c
    query = select(o.unit).where(o.written_at >= since, o.written_at < until).distinct()
    return set(connection.execute(query).scalars())


def add_letters(connection: Connection, letters: Iterable[Letter], run: Run) -> list[Letter]:
    """Put those of `letters` that were never written into the outbox and return them.

    Of two runs that write the same letter at once, one does: the key is unique.
    """
    offered = {letter.key: letter for letter in letters}
    known = _by(connection, list(offered), run_id=None)
    new = [letter for key, letter in offered.items() if key not in known]
    if not new:
        return []
    dialect = sqlite if connection.dialect.name == "sqlite" else postgresql
    connection.execute(dialect.insert(tables.outbox).on_conflict_do_nothing(), [_row(x, run) for x in new])
    ours = _by(connection, [letter.key for letter in new], run_id=run.id)
    written = [letter for letter in new if letter.key in ours]
    note_all(connection, run, [("letter.written", letter.key, letter.recipient) for letter in written])
    return written


def _by(connection: Connection, keys: Sequence[str], run_id: str | None) -> set[str]:
    """Return those of `keys` whose letters are there, written by this run where one is named."""
    o, found = tables.outbox.c, set[str]()
    for start in range(0, len(keys), MOST_KEYS):
        query = select(o.key).where(o.key.in_(keys[start : start + MOST_KEYS]))
        found |= set(connection.execute(query if run_id is None else query.where(o.run_id == run_id)).scalars())
    return found


def _row(letter: Letter, run: Run) -> dict[str, object]:
    return {
        "key": letter.key,
        "unit": letter.unit,
        "channel": letter.channel,
        "recipient": letter.recipient,
        "copies": ",".join(letter.copies),
        "subject": letter.subject,
        "body": letter.body,
        "html": letter.html,
        "attachment": letter.attachment,
        "written_at": run.now,
        "run_id": run.id,
    }


def unsent(connection: Connection) -> list[Letter]:
    """Return the letters that have not gone out: those refused least often first, of these the oldest.

    A letter that cannot go out then never stands in the way of one that can, whatever it does to the connection.
    """
    o, a = tables.outbox.c, tables.audit.c
    refused = select(a.subject, func.count().label("times")).where(a.action == REFUSED).group_by(a.subject).subquery()
    query = select(tables.outbox).outerjoin(refused, refused.c.subject == o.key).where(o.sent_at.is_(None))
    return [_letter(row) for row in connection.execute(query.order_by(func.coalesce(refused.c.times, 0), o.id))]


def waiting(connection: Connection) -> list[Waiting]:
    """Return the letters that have not gone out, oldest first, each with what was tried.

    A mail is tried by itself, and in vain with all others as often as the mail server could not be used.
    """
    o, a = tables.outbox.c, tables.audit.c
    rows = connection.execute(select(tables.outbox).where(o.sent_at.is_(None)).order_by(o.id)).all()
    if not rows:
        return []
    of_letters = select(a.id, a.at, a.who, a.subject, a.detail).join(tables.outbox, a.subject == o.key)
    tried: dict[str, list[Row[Any]]] = {}
    for said in connection.execute(of_letters.where(a.action == REFUSED, o.sent_at.is_(None))):
        tried.setdefault(said.subject, []).append(said)
    oldest = min(row.written_at for row in rows)
    of_all = select(a.id, a.at, a.who, a.subject, a.detail).where(a.action == STUCK, a.at >= oldest)
    stuck = list(connection.execute(of_all))
    return [_waiting(row, tried.get(row.key, []), stuck) for row in rows]


def _waiting(row: Row[Any], tried: Sequence[Row[Any]], stuck: Sequence[Row[Any]]) -> Waiting:
    by_itself = {said.who for said in tried}  # a run that says what became of this letter did not try it again
    of_mails = stuck if row.channel == Channel.MAIL else []
    with_others = [s for s in of_mails if s.at >= row.written_at and s.who not in by_itself]
    tries = sorted([*tried, *with_others], key=lambda said: said.id)
    last = tries[-1] if tries else None
    return Waiting(_letter(row), row.written_at, len(tries), last.detail if last else "", last.at if last else None)


def note_sent(connection: Connection, letter: Letter, run: Run) -> None:
    """Say that `letter` has gone out."""
    connection.execute(update(tables.outbox).where(tables.outbox.c.key == letter.key).values(sent_at=run.now))
    note(connection, run, SENT, letter.key, letter.recipient)


def note_refused(connection: Connection, letter: Letter, trouble: str, run: Run) -> None:
    """Say why `letter` could not go out this time."""
    note(connection, run, REFUSED, letter.key, trouble)


def note_stuck(connection: Connection, server: str, trouble: str, run: Run) -> None:
    """Say why no mail at all could go out this time by `server`."""
    note(connection, run, STUCK, server, trouble)


def count_unsent(connection: Connection) -> int:
    """Return how many letters wait."""
    return connection.execute(select(func.count()).where(tables.outbox.c.sent_at.is_(None))).scalar_one()


def _letter(row: Row[Any]) -> Letter:
    return Letter(
        key=row.key,
        unit=row.unit,
        recipient=row.recipient,
        subject=row.subject,
        body=row.body,
        attachment=row.attachment,
        html=row.html,
        copies=tuple(filter(None, row.copies.split(","))),
        channel=Channel(row.channel),
    )
