"""What follows from a calculation that the store keeps: its evaluation, and the scores of a full year."""

from __future__ import annotations

from collections.abc import Sequence

import pandas as pd
from sqlalchemy import Connection

from config.criterion import ScoringSet
from config.load import Declarations
from config.period import Period
from tasks.evaluate.bases import bases_from
from tasks.evaluate.period import evaluate
from tasks.evaluate.scored_period import is_scored, scores_from
from tasks.store.calculations import base_of, inputs_of
from tasks.store.stage_frames import ScoreFrames

Figures = tuple[int, pd.DataFrame]  # a calculation and its indicator values


def judged(
    connection: Connection, declarations: Declarations, period: Period, figures: Figures, sets: Sequence[ScoringSet]
) -> tuple[pd.DataFrame, ScoreFrames | None]:
    """Return the evaluation of `figures`, of a full year with its scores by `sets`; nothing is kept."""
    calculation, values = figures
    base = base_of(connection, calculation)
    table = evaluate(values, declarations, period, bases_from(connection, declarations, period, base))
    if not (sets and is_scored(period)):
        return table, None
    made = values, inputs_of(connection, calculation)
    return table, scores_from(connection, declarations, sets, period, made, base)
