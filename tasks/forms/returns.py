"""Giving units their workbooks back: an annotated copy for each version that waits for mending or a second look."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime
from pathlib import Path

from sqlalchemy import Connection

from config.period import Period
from expectations.finding import Finding
from tasks.forms.annotate import annotate
from tasks.store.files import write_whole
from tasks.store.raw import fetch
from tasks.store.submissions import findings_of, newest, submissions
from tasks.store.values import State, Submission

TO_RETURN = (State.RETURNED, State.ACCEPTED_WITH_WARNINGS)


def to_annotate(
    connection: Connection, home: Path, period: Period, as_of: datetime
) -> list[tuple[Submission, list[Finding]]]:
    """Return the newest versions that have findings to show and no annotated copy yet."""
    versions = [s for s in newest(submissions(connection, str(period), as_of)) if s.state in TO_RETURN]
    missing = [s for s in versions if not (home / s.returned_file).exists()]
    found = findings_of(connection, missing, as_of)
    return [(s, found[s.id]) for s in missing]


def write_annotated(home: Path, owed: list[tuple[Submission, list[Finding]]], progress: Callable[[int], None]) -> None:
    """Write the annotated copy of each submission in `owed` to its place under `home`."""
    for submission, findings in owed:
        write_whole(home / submission.returned_file, annotate(fetch(home / "raw", submission.sha256), findings))
        progress(1)
