"""What was known on an earlier day: the same figures and files as then, made anew and kept apart from the releases."""

from __future__ import annotations

from datetime import datetime
from pathlib import Path

import pandas as pd

from config.load import Declarations
from config.period import Period
from config.scoring import load_scoring
from config.settings import Settings
from tasks.aggregate.period import basis_of, figures_of, stretch_basis, stretch_from
from tasks.evaluate.bases import bases_from
from tasks.evaluate.period import evaluate
from tasks.evaluate.scored_period import is_scored, scores_from
from tasks.publish.contents import Job, Made, content_of
from tasks.publish.release import write_aside
from tasks.store.database import reading
from tasks.store.stage_frames import ScoreFrames
from tasks.store.values import Run


def evaluation_as_of(
    settings: Settings, declarations: Declarations, period: Period, as_of: datetime
) -> tuple[pd.DataFrame, list[int]]:
    """Return the evaluation of `period` as known at `as_of`, and the ids of the submissions it rests on."""
    with reading(settings.database) as connection:
        basis = basis_of(connection, declarations, period, as_of)
        figures = figures_of(connection, basis, declarations, period)
        bases = bases_from(connection, declarations, period, basis.base)
    return evaluate(figures, declarations, period, bases), [s.id for s in basis.submissions]


def publish_as_of(
    settings: Settings, declarations: Declarations, period: Period, as_of: datetime, folder: Path
) -> Path:
    """Write what a release made at `as_of` would have held into `folder` and return it; no pointer moves."""
    evaluated = evaluation_as_of(settings, declarations, period, as_of)
    scores = scores_as_of(settings, declarations, period, as_of)
    with reading(settings.database) as connection:
        basis = stretch_basis(connection, declarations, period, as_of)
        stretch = stretch_from(connection, basis, declarations, period)
    content = content_of(Job(settings, declarations, period, Run("as-of", as_of)), Made(evaluated, stretch, scores))
    return write_aside(content, folder)


def scores_as_of(settings: Settings, declarations: Declarations, period: Period, as_of: datetime) -> ScoreFrames | None:
    """Return the scores of `period` as known at `as_of`; None where units are not scored."""
    if not is_scored(period):
        return None
    sets = load_scoring(settings.config_dir / "scoring", declarations)
    with reading(settings.database) as connection:
        basis = basis_of(connection, declarations, period, as_of)
        figures = figures_of(connection, basis, declarations, period), [s.id for s in basis.submissions]
        return scores_from(connection, declarations, sets, period, figures, basis.base)
