"""Approvals: which figures of a period somebody in office has looked at and made final."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import Connection, insert, select

from tasks.store import tables
from tasks.store.audit import note
from tasks.store.calculations import releases
from tasks.store.values import Run

APPROVED, DECLINED = "release.approved", "release.declined"


@dataclass(frozen=True)
class Approval:
    """The release that was looked at, the digest of its figures, and who approved them: the post and its title."""

    period: str
    release: str
    figures: str
    post: str
    title: str
    approved_at: datetime
    id: int = 0  # given by the store


def add_approval(connection: Connection, approval: Approval, run: Run) -> None:
    """Keep `approval` and say so in the audit."""
    row = {name: value for name, value in vars(approval).items() if name != "id"}
    connection.execute(insert(tables.approval).values(**row, run_id=run.id))
    note(connection, run, APPROVED, f"{approval.period}/{approval.release}", approval.post)


def note_declined(connection: Connection, period: str, release: str, post: str, run: Run) -> None:
    """Say in the audit that `post` has looked at `release` and did not approve it."""
    note(connection, run, DECLINED, f"{period}/{release}", post)


def answered_releases(connection: Connection) -> set[tuple[str, str]]:
    """Return the releases that somebody has approved or declined, each as period (or stage) and name."""
    a = tables.audit.c
    subjects = connection.execute(select(a.subject).where(a.action.in_((APPROVED, DECLINED)))).scalars()
    return {(period, name) for period, _, name in (subject.rpartition("/") for subject in subjects)}


def newest_approval(connection: Connection, period: str, as_of: datetime) -> Approval | None:
    """Return the last approval of `period` known at `as_of`, or None."""
    a = tables.approval.c
    query = select(tables.approval).where(a.period == period, a.approved_at <= as_of).order_by(a.id.desc()).limit(1)
    row = connection.execute(query).first()
    if row is None:
        return None
    return Approval(row.period, row.release, row.figures, row.post, row.title, row.approved_at, row.id)


def standing_approval(connection: Connection, period: str, figures: str, as_of: datetime) -> Approval | None:
    """Return the approval that makes a release of `figures` final at `as_of`, or None.

    It stands as long as no release of other figures has overtaken the one that was approved, or its final one.
    """
    approval = newest_approval(connection, period, as_of)
    if approval is None or approval.figures != figures:
        return None
    newest = next((r for r in reversed(releases(connection, period)) if r.published_at <= as_of), None)
    stands = newest is not None and (newest.name == approval.release or newest.approval_id == approval.id)
    return approval if stands else None


def first_final(connection: Connection, period: str, as_of: datetime) -> datetime | None:
    """Return when a release of `period` was first made final, as known at `as_of`, or None."""
    a = tables.approval.c
    query = select(a.approved_at).where(a.period == period, a.approved_at <= as_of).order_by(a.id).limit(1)
    return connection.execute(query).scalar()
