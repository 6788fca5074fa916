"""Two releases of a period side by side, as the store knows them."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from datetime import datetime

import pandas as pd
from sqlalchemy import Connection

from config.load import Declarations
from config.period import Period
from tasks.publish.changes import Side, changes_between, stated
from tasks.store.calculations import Published, inputs_of, releases
from tasks.store.frames import CHANGES, evaluation_frame, values_frame
from tasks.store.reopenings import reopenings
from tasks.store.submissions import submissions
from tasks.store.values import Submission

Evaluated = tuple[pd.DataFrame, Iterable[int]]  # the evaluation, and the submissions that it was made from


def changes_since(
    connection: Connection, declarations: Declarations, period: Period, as_of: datetime, evaluated: Evaluated
) -> pd.DataFrame:
    """Return what `evaluated` says otherwise than the last release before `as_of` that was made of anything else.

    A final release says the same as the provisional one that was approved: both tell the same changes. Empty for the
    first release, and when submissions came anew that moved no figure.
    """
    seen, counted = set[int](), set(evaluated[1])
    for release in reversed(releases(connection, str(period))):
        if release.published_at <= as_of and release.calculation_id not in seen:
            seen.add(release.calculation_id)
            found = _changes(connection, declarations, period, as_of, (release, evaluated))
            if len(found) or set(inputs_of(connection, release.calculation_id)) != counted:
                return found
    return pd.DataFrame(columns=CHANGES, dtype=object)


def changes_of(
    connection: Connection, declarations: Declarations, period: Period, old: Published, new: Published
) -> pd.DataFrame:
    """Return what the release `new` says otherwise than `old`."""
    evaluation = evaluation_frame(connection, declarations, period, new.calculation_id)
    evaluated = (evaluation, inputs_of(connection, new.calculation_id))
    return _changes(connection, declarations, period, max(old.published_at, new.published_at), (old, evaluated))


def _changes(
    connection: Connection,
    declarations: Declarations,
    period: Period,
    as_of: datetime,
    pair: tuple[Published, Evaluated],
) -> pd.DataFrame:
    release, (evaluation, made_from) = pair
    versions = {s.id: s for s in submissions(connection, str(period), as_of)}
    before = [versions[key] for key in inputs_of(connection, release.calculation_id) if key in versions]
    after = [versions[key] for key in made_from if key in versions]
    old_evaluation = evaluation_frame(connection, declarations, period, release.calculation_id)
    old = _side(connection, declarations, release.name, old_evaluation, before, after)
    new = _side(connection, declarations, "", evaluation, after, before)
    return changes_between(old, new, declarations, period, reopenings(connection, str(period), as_of))


def _side(  # noqa: PLR0913, PLR0917  one release, what it was made from, and what the other was
    connection: Connection,
    declarations: Declarations,
    name: str,
    evaluation: pd.DataFrame,
    counted: Sequence[Submission],
    other: Sequence[Submission],
) -> Side:
    """Return one side with the cells of those submissions that the other side does not have."""
    changed = [s for s in counted if s.id not in {o.id for o in other}]
    cells = values_frame(connection, declarations, changed)
    told = zip(cells["unit"], cells["element"], cells["value"], cells["status"], strict=True)
    return Side(
        name,
        evaluation,
        {s.unit: s for s in counted},
        {(unit, element): stated(value, status) for unit, element, value, status in told},
    )
