"""Giving units their workbooks back: an annotated copy for each version that waits for mending or a second look."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime
from pathlib import Path

from sqlalchemy import Connection

from config.period import Period
from expectations.finding import Finding
from tasks.events import finished
from tasks.forms.annotate import UnreadableWorkbookError, annotate
from tasks.store.files import write_whole
from tasks.store.outbox import is_written
from tasks.store.raw import fetch
from tasks.store.submissions import findings_of, newest, submissions
from tasks.store.values import State, Submission

TO_RETURN = (State.RETURNED, State.ACCEPTED_WITH_WARNINGS)


def to_annotate(connection: Connection, period: Period, as_of: datetime) -> list[tuple[Submission, list[Finding]]]:
    """Return the newest versions that have findings to show and were not answered on this verdict yet."""
    versions = [s for s in newest(submissions(connection, str(period), as_of)) if s.state in TO_RETURN]
    unanswered = [s for s in versions if not is_written(connection, s.answer_key)]
    found = findings_of(connection, unanswered, as_of)
    return [(s, found[s.id]) for s in unanswered]


def write_annotated(home: Path, owed: list[tuple[Submission, list[Finding]]], progress: Callable[[int], None]) -> int:
    """Write the annotated copy of each submission in `owed` to its place under `home` and return how many there are.

    A workbook that cannot be written into is left out, and any earlier copy taken away: its letter then goes alone.
    """
    written = 0
    for submission, findings in owed:
        path = home / submission.returned_file
        try:
            write_whole(path, annotate(fetch(home / "raw", submission.sha256), findings))
            written += 1
        except UnreadableWorkbookError as fault:
            path.unlink(missing_ok=True)
            finished("Ghi chú lỗi", f"biểu của {submission.unit} không ghi chú được ({fault}), thư gửi không kèm tệp")
        progress(1)
    return written
