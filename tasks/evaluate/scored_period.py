"""The scores of a full year, from the figures of its calculation and of the one that its roads start from."""

from __future__ import annotations

from collections.abc import Collection, Sequence

import pandas as pd
from sqlalchemy import Connection

from config.criterion import ScoringSet
from config.load import Declarations
from config.number import CellStatus, Nothing
from config.period import Period, Window
from tasks.evaluate.figures import Figure, Figures, figures_of_indicators
from tasks.evaluate.scored import Scored, scores_of
from tasks.store.calculations import indicator_values, inputs_of
from tasks.store.plan_figures import figured_values
from tasks.store.stage_frames import ScoreFrames
from tasks.store.submissions import versions_of
from tasks.store.values import Value


def is_scored(period: Period) -> bool:
    """Return whether units are scored for `period`: what they did is known when the year is over."""
    return period.window is Window.YEAR


def scores_from(  # noqa: PLR0913, PLR0917  what is scored, on which figures, by which sets, since when
    connection: Connection,
    declarations: Declarations,
    sets: Sequence[ScoringSet],
    period: Period,
    figures: tuple[pd.DataFrame, Collection[int]],
    base: int | None,
) -> ScoreFrames:
    """Return the scores of `period` from its indicator values and submissions, changes since calculation `base`."""
    values, made_from = figures
    before = period.last_full_year
    then = None
    if base is not None and before is not None:
        earlier = indicator_values(connection, base), inputs_of(connection, base)
        then = Scored(before, _figures(connection, declarations, *earlier))
    now = Scored(period, _figures(connection, declarations, values, made_from))
    return scores_of(now, then, sets, declarations)


def _figures(
    connection: Connection, declarations: Declarations, values: pd.DataFrame, made_from: Collection[int]
) -> Figures:
    versions = versions_of(connection, made_from)
    units = {s.id: s.unit for s in versions}
    told = {
        (units[key], value.element): _figure(value)
        for key, of_submission in figured_values(connection, declarations, versions).items()
        for value in of_submission
    }
    return {**told, **figures_of_indicators(values)}


def _figure(value: Value) -> Figure:
    if value.status is CellStatus.NOT_APPLICABLE:
        return Nothing.NOT_APPLICABLE
    return Nothing.NOT_AVAILABLE if value.number is None else value.number
