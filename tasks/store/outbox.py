"""Letters waiting to go out: one row each, written in the transaction of what it tells of, never lost."""

from __future__ import annotations

from dataclasses import dataclass

from sqlalchemy import Connection, func, insert, select, update

from tasks.store import tables
from tasks.store.audit import note
from tasks.store.values import Run


@dataclass(frozen=True)
class Letter:
    """One letter to a unit; `key` says what it is about, so that the same letter is never written twice.

    `attachment` is a path under `CCHC_HOME`.
    """

    key: str
    unit: str
    recipient: str
    subject: str
    body: str
    attachment: str | None = None


def is_written(connection: Connection, key: str) -> bool:
    """Return whether the letter with this key has been written before."""
    return connection.execute(select(tables.outbox.c.id).where(tables.outbox.c.key == key)).first() is not None


def add_letter(connection: Connection, letter: Letter, run: Run) -> None:
    """Put `letter` into the outbox."""
    connection.execute(
        insert(tables.outbox).values(
            key=letter.key,
            unit=letter.unit,
            recipient=letter.recipient,
            subject=letter.subject,
            body=letter.body,
            attachment=letter.attachment,
            written_at=run.now,
            run_id=run.id,
        )
    )
    note(connection, run, "letter.written", letter.key, letter.recipient)


def unsent(connection: Connection) -> list[Letter]:
    """Return the letters that have not gone out, oldest first."""
    o = tables.outbox.c
    query = select(tables.outbox).where(o.sent_at.is_(None)).order_by(o.id)
    return [Letter(r.key, r.unit, r.recipient, r.subject, r.body, r.attachment) for r in connection.execute(query)]


def note_sent(connection: Connection, letter: Letter, run: Run) -> None:
    """Say that `letter` has gone out."""
    connection.execute(update(tables.outbox).where(tables.outbox.c.key == letter.key).values(sent_at=run.now))
    note(connection, run, "letter.sent", letter.key, letter.recipient)


def count_unsent(connection: Connection) -> int:
    """Return how many letters wait."""
    return connection.execute(select(func.count()).where(tables.outbox.c.sent_at.is_(None))).scalar_one()
