"""What the periods of a stage came to, one by one, from what was known at a moment."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime

import pandas as pd
from sqlalchemy import Connection

from config.load import Declarations
from config.period import Period, Window
from tasks.aggregate.boundaries import Boundaries, in_boundaries_of, units_as_of
from tasks.aggregate.indicators import indicator_values
from tasks.aggregate.numbers import Told
from tasks.aggregate.period import basis_of, told_of
from tasks.store.submissions import counted, submissions
from tasks.store.values import Submission

Values = Mapping[Period, pd.DataFrame]  # the columns of `indicator_values`


@dataclass(frozen=True, eq=False)
class StageFigures:
    """What units said in the periods of a stage, and the indicators made of it in each set of boundaries, by label.

    `histories` has the boundaries of reporting first; those of the latest figures' day only where they are others.
    `skipped` are periods that nobody reported, `inputs` the submissions that counted.
    """

    told: Mapping[Period, Told]
    histories: Mapping[str, Values]
    skipped: tuple[Period, ...]
    inputs: tuple[Submission, ...]

    @property
    def full_years(self) -> dict[Period, tuple[Told, pd.DataFrame]]:
        """What was said of each full year, and the indicators made of it, of units as they were then."""
        then = self.histories[Boundaries.THEN.value]
        return {p: (told, then[p]) for p, told in self.told.items() if p.window is Window.YEAR}


def stage_figures(
    connection: Connection,
    declarations: Declarations,
    periods: Sequence[Period],
    known_at: datetime,
    progress: Callable[[int], None] = lambda _: None,
) -> StageFigures:
    """Return what `periods` came to as known at `known_at`; periods whose figures were still to come are left out."""
    today = known_at.astimezone(declarations.calendar.zone).date()
    told, skipped, inputs = dict[Period, Told](), list[Period](), list[Submission]()
    for period in periods:
        if declarations.calendar.cut_off(period) > today:
            continue  # nobody can have reported it yet: it is not skipped, it has not come
        basis = basis_of(connection, declarations, period, known_at)
        if basis.submissions:
            told[period] = told_of(connection, basis, declarations)
            inputs += basis.submissions
        else:
            skipped.append(period)
        progress(1)
    return StageFigures(told, _histories(told, declarations), tuple(skipped), tuple(inputs))


def is_any_told(connection: Connection, periods: Sequence[Period], known_at: datetime) -> bool:
    """Return whether any of `periods` had figures that counted at `known_at`."""
    return any(counted(submissions(connection, str(period), known_at)) for period in periods)


def _histories(told: Mapping[Period, Told], declarations: Declarations) -> dict[str, Values]:
    then = {period: _values(said, declarations, period) for period, said in told.items()}
    return {Boundaries.THEN.value: then} | _today(told, then, declarations)


def _today(told: Mapping[Period, Told], then: Values, declarations: Declarations) -> dict[str, Values]:
    """Return the history in the boundaries of the latest figures' day, under its label; none where nothing changed."""
    day = max((declarations.calendar.cut_off(period) for period in told), default=date.min)
    changed = {period for period in told if _changed(declarations, period, day)}
    if not changed:
        return {}
    restated = {
        period: _restated(said, declarations, period, day) if period in changed else then[period]
        for period, said in told.items()
    }
    return {Boundaries.TODAY.value: restated}


def _changed(declarations: Declarations, period: Period, day: date) -> bool:
    return set(units_as_of(declarations, period, day)) != set(declarations.reporting(period))


def _values(told: Told, declarations: Declarations, period: Period) -> pd.DataFrame:
    return indicator_values(told.numbers, told.not_applicable, declarations, period)


def _restated(told: Told, declarations: Declarations, period: Period, day: date) -> pd.DataFrame:
    now = in_boundaries_of(told, declarations, period, day)
    units = units_as_of(declarations, period, day)
    return indicator_values(now.numbers, now.not_applicable, declarations, period, units)
