"""What the store says is still owed: forms not issued, periods with submissions and no release, letters not sent."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime, timedelta

from sqlalchemy import Connection, exists, func, select

from tasks.store import tables
from tasks.store.audit import note
from tasks.store.values import Run

ISSUED = "form.issued"
EVALUATED = "stage.evaluated"
AFTERWARDS = timedelta(days=7)  # a run that died may have taken in what nobody was answered for yet


def issued_units(connection: Connection, period: str) -> set[str]:
    """Return the codes of the units to which the form of `period` has been issued by schedule."""
    a = tables.audit.c
    rows = connection.execute(select(a.detail).where(a.action == ISSUED, a.subject == period))
    return set(rows.scalars())


def note_issued(connection: Connection, period: str, units: Iterable[str], run: Run) -> None:
    """Say that the form of `period` has been issued to each of `units`."""
    for unit in units:
        note(connection, run, ISSUED, period, unit)


def last_evaluated(connection: Connection, stage: str) -> tuple[int, datetime] | None:
    """Return with the figures of which year, and when, `stage` was last evaluated by schedule; None when it never was.

    The last year counts, not the last line: nothing is evaluated with fewer years than before.
    """
    a = tables.audit.c
    rows = connection.execute(select(a.detail, a.at).where(a.action == EVALUATED, a.subject == stage))
    return max(((int(row.detail), row.at) for row in rows), default=None)


def note_stage_evaluated(connection: Connection, stage: str, year: int, run: Run) -> None:
    """Say that `stage` has been evaluated by schedule with the figures of `year`."""
    note(connection, run, EVALUATED, stage, str(year))


def filed_periods(connection: Connection) -> set[str]:
    """Return the periods for which some unit has submitted."""
    return set(connection.execute(select(tables.submission.c.period).distinct()).scalars())


def periods_unanswered(connection: Connection, now: datetime) -> set[str]:
    """Return the periods to which something came in the days up to `now`, or came and may not have been answered.

    The run that took it in may have died before it answered. Not answered is what no run has judged, and whatever came
    to a reopened period may be: while it is open and a while after, its units are looked after as those of the period
    that is collected.
    """
    r, s, o = tables.receipt.c, tables.submission.c, tables.reopening.c
    lately = select(r.period).where(r.kept_at >= now - AFTERWARDS, r.kept_at <= now)
    unjudged = select(s.period).where(~exists().where(tables.judgement.c.submission_id == s.id))
    reopened = (
        select(r.period)
        .join(tables.reopening, o.period == r.period)
        .where(o.opened_at <= now, o.until >= now - AFTERWARDS, r.kept_at >= o.opened_at)
    )
    return {
        period for query in (lately, unjudged, reopened) for period in connection.execute(query.distinct()).scalars()
    }


def released_periods(connection: Connection) -> set[str]:
    """Return the periods of which some release was published."""
    return set(connection.execute(select(tables.release.c.period).distinct()).scalars())


def oldest_unsent(connection: Connection) -> datetime | None:
    """Return when the letter was written that has waited longest, or None when none waits."""
    o = tables.outbox.c
    return connection.execute(select(func.min(o.written_at)).where(o.sent_at.is_(None))).scalar()
