"""What is kept, as frozen values: the rows that stages hand each other through the store."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime
from decimal import Decimal
from enum import StrEnum

from config.number import CellStatus, Fault
from config.plan_task import TaskState

# The levels of a figure: the whole district, or one unit alone (the district's own office among them).
DISTRICT_LEVEL, UNIT_LEVEL = "district", "unit"

# Beside the statuses of a cell, those of a figure made of several windows: less than nothing, or of too few units.
BELOW_NOTHING, TOO_FEW = "below_nothing", "too_few_units"


@dataclass(frozen=True)
class Run:
    """One run of the pipeline: its id, and the one moment that is `now` throughout it."""

    id: str
    now: datetime


class Outcome(StrEnum):
    """The one state in which an arrival ends."""

    SUBMITTED = "submitted"  # became a version of a submission, whose own state says more
    DUPLICATE = "duplicate"  # these bytes are already a version
    QUARANTINED = "quarantined"  # refused with a code, kept and answered
    CLOSED = "closed"  # readable, but its period no longer takes figures; kept and answered
    IGNORED = "ignored"  # litter: a lock file, a thumbnail


REFUSED = (Outcome.QUARANTINED, Outcome.CLOSED)  # answered with a code


class State(StrEnum):
    """Where a submission stands; `docs/trang-thai.md` draws the ways between."""

    RECEIVED = "received"  # kept and read, not yet checked
    RETURNED = "returned"  # has critical findings, waits for a correction
    ACCEPTED = "accepted"
    ACCEPTED_WITH_WARNINGS = "accepted_with_warnings"
    SUPERSEDED = "superseded"  # a later version was accepted


COUNTED = (State.ACCEPTED, State.ACCEPTED_WITH_WARNINGS)


class Scope(StrEnum):
    """Whether figures are the unit's own or already contain the units below it."""

    OWN = "own"
    CONSOLIDATED = "consolidated"
    UNCLEAR = "unclear"  # empty, or in words that the form does not offer


@dataclass(frozen=True)
class Value:
    """One element of one submission, with the cell it stood in and the text as typed."""

    element: str
    status: CellStatus
    number: Decimal | None
    fault: Fault | None
    sheet: str | None
    cell: str | None
    text: str
    note: str


@dataclass(frozen=True)
class PlanTask:
    """One task of the year's plan as its unit listed it; a day or state that cannot be read is None beside its text.

    `row` is the row of the sheet as the unit sees it.
    """

    row: int
    sheet: str
    code: str
    content: str
    responsible: str
    post: str
    due: date | None
    due_text: str
    state: TaskState | None
    state_text: str
    done: date | None
    done_text: str
    note: str

    def is_done(self, day: date, since: date | None = None) -> bool:
        """Return whether the task was done by `day`: said to be done, and not on a later day.

        With `since` it must have been done on a known day from then on.
        """
        if self.state is not TaskState.DONE:
            return False
        if self.done is None:
            return since is None
        return self.done <= day and (since is None or self.done >= since)

    def days_overdue(self, day: date) -> int:
        """Return how many days after its due day the task was still open on `day`; 0 when it was not."""
        return max(0, (day - self.due).days) if self.due and not self.is_done(day) else 0


@dataclass(frozen=True)
class Submission:
    """One version of what a unit reports for a period."""

    id: int
    unit: str
    period: str
    form_version: str
    version: int
    state: State
    scope: Scope
    window_from: date | None
    window_to: date | None
    received_at: datetime
    days_late: int
    premature: bool
    sha256: str
    file_name: str
    verdict: str = ""  # the digest of the findings it was judged by
    kept_at: datetime | None = None  # when it was taken in

    @property
    def answer_key(self) -> str:
        """What the letter on it is known by: another version or another verdict is another letter."""
        return f"{self.unit}:{self.period}:{self.sha256}:answer:v{self.version}:{self.verdict[:16]}"

    @property
    def returned_file(self) -> str:
        """Where its annotated copy lies, under `CCHC_HOME`."""
        return f"returned/{self.unit}/{self.unit}-{self.period}-lan-{self.version}.xlsx"
