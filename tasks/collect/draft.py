"""From a grid to a draft of a submission: whose it is, for which form, and what it says."""

from __future__ import annotations

from config.load import Declarations
from config.period import Period
from tasks.collect.grid import Grid
from tasks.collect.guard import Refusal
from tasks.collect.identify import Identity, identify
from tasks.collect.mapping import read_cover, read_values
from tasks.collect.task_list import read_tasks
from tasks.store.receipts import Arrival
from tasks.store.submissions import NewSubmission


def draft_of(
    grid: Grid | Refusal, arrival: Arrival, period: Period, declarations: Declarations
) -> NewSubmission | Refusal:
    """Return the submission that `grid`, read from the bytes of `arrival`, holds, or why it holds none."""
    if isinstance(grid, Refusal):
        return grid
    identity = identify(grid, arrival.unit, period, declarations)
    if isinstance(identity, Refusal):
        return identity
    return submission_of(grid, arrival, identity, period, declarations)


def submission_of(
    grid: Grid, arrival: Arrival, identity: Identity, period: Period, declarations: Declarations
) -> NewSubmission:
    """Return the submission that `grid` holds, for the unit and form that `identity` names."""
    form, calendar = identity.form, declarations.calendar
    cover = read_cover(grid, form.columns)
    return NewSubmission(
        unit=arrival.unit,
        period=str(period),
        form_version=form.id,
        scope=cover.scope,
        window_from=cover.window_from,
        window_to=cover.window_to,
        received_at=arrival.received_at,
        days_late=calendar.days_late(period, form.level, arrival.received_at),
        premature=calendar.is_premature(period, arrival.received_at),
        sha256=arrival.sha256,
        file_name=arrival.file_name,
        values=read_values(grid, form, declarations.rows(form, period), declarations.outlived(form, period)),
        tasks=read_tasks(grid, form),
    )
