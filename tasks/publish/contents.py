"""Gathering what a release shows from what the store knew at a moment."""

from __future__ import annotations

from collections.abc import Collection

import pandas as pd

from config.load import Declarations
from config.period import Period
from config.refusal import load_refusals
from config.settings import Settings
from tasks.publish.content import Facts, Input, ReleaseContent
from tasks.publish.software import software
from tasks.store.database import reading
from tasks.store.frames import findings_frame, name_of, submissions_frame, values_frame
from tasks.store.submissions import submissions
from tasks.store.values import Run

Evaluated = tuple[pd.DataFrame, Collection[int]]  # the evaluation, and the submissions that it was made from


def content_of(
    settings: Settings, declarations: Declarations, period: Period, run: Run, evaluated: Evaluated
) -> ReleaseContent:
    """Return everything that a release of `evaluated` shows, as known at `run.now`."""
    evaluation, made_from = evaluated
    refusals = load_refusals(settings.config_dir)
    with reading(settings.database) as connection:
        inputs = [s for s in submissions(connection, str(period), run.now) if s.id in set(made_from)]
        return ReleaseContent(
            period=period,
            evaluation=evaluation,
            values=values_frame(connection, period, run.now),
            findings=findings_frame(connection, period, run.now, refusals),
            submissions=submissions_frame(connection, declarations, period, run.now),
            declarations=declarations,
            facts=Facts(
                created_at=run.now,
                as_of=run.now,
                run_id=run.id,
                provisional=True,
                illustrative=settings.illustrative,
                software=software(),
                inputs=tuple(Input(name_of(s), s.unit, s.version, s.sha256) for s in inputs),
            ),
        )
