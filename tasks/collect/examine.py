"""Looking at a workbook that nobody submits: what would be read if it came from the unit that its stamp names."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from pathlib import Path

from config.form import FormVersion
from config.load import Declarations
from config.period import Period
from tasks.collect.draft import submission_of
from tasks.collect.guard import Refusal, open_arrival
from tasks.collect.identify import identify, stamped
from tasks.collect.sandbox import read
from tasks.store.raw import sha256_of
from tasks.store.receipts import Arrival
from tasks.store.submissions import LISTS
from tasks.store.values import PlanTask, State, Submission, Value


@dataclass(frozen=True)
class Examined:
    """A submission that was read but is not kept."""

    submission: Submission
    values: tuple[Value, ...]
    form: FormVersion
    period: Period
    tasks: tuple[PlanTask, ...] = ()


def examine(file: Path, declarations: Declarations, now: datetime) -> Examined | Refusal:
    """Return what `file` says, taken at its stamp's word, or why it could not be taken in."""
    data = open_arrival(file)
    if isinstance(data, Refusal):
        return data
    grid = read(data)
    if isinstance(grid, Refusal):
        return grid
    named = stamped(grid, declarations)
    if isinstance(named, Refusal):
        return named
    unit, period = named
    identity = identify(grid, unit, period, declarations)
    if isinstance(identity, Refusal):
        return identity
    arrival = Arrival("check", str(file), unit, str(period), file.name, sha256_of(data), len(data), now)
    draft = submission_of(grid, arrival, identity, period, declarations)
    facts = {name: value for name, value in vars(draft).items() if name not in LISTS}
    submission = Submission(id=0, version=1, state=State.RECEIVED, **facts)
    return Examined(submission, draft.values, identity.form, period, draft.tasks)
