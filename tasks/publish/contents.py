"""Gathering what a release shows from what the store knew at a moment."""

from __future__ import annotations

from dataclasses import dataclass

import pandas as pd
from sqlalchemy import Connection

from config.load import Declarations
from config.period import Period
from config.refusal import load_refusals
from config.settings import Settings
from tasks.publish.comparison import Evaluated, changes_since
from tasks.publish.content import Facts, Input, ReleaseContent
from tasks.publish.manifest import figures_of
from tasks.publish.open_data import csv_files
from tasks.publish.software import software
from tasks.store.approvals import standing_approval
from tasks.store.calculations import inputs_of
from tasks.store.database import reading
from tasks.store.frames import (
    evaluation_frame,
    findings_frame,
    submission_name,
    submissions_frame,
    tasks_frame,
    values_frame,
)
from tasks.store.history import past
from tasks.store.scores import scores_of
from tasks.store.stage_frames import ScoreFrames
from tasks.store.stretches import increments_frame, stretch_figures
from tasks.store.submissions import submissions
from tasks.store.values import Run


@dataclass(frozen=True)
class Job:
    """What a release is made of, where, by which run."""

    settings: Settings
    declarations: Declarations
    period: Period
    run: Run


@dataclass(frozen=True, eq=False)
class Made:
    """What earlier stages made for a release: the evaluation, the figures of the stretch, and the scores if any."""

    evaluated: Evaluated
    stretch: pd.DataFrame
    scores: ScoreFrames | None


def content_of(job: Job, made: Made) -> ReleaseContent:
    """Return everything that a release of `made` shows, as known at `run.now`: final if it was so by then."""
    period, run = job.period, job.run
    with reading(job.settings.database) as connection:
        content = gather(connection, job, made)
        figures = figures_of(content, csv_files(content))
        return content.approved(standing_approval(connection, str(period), figures, run.now))


def contents_of(connection: Connection, job: Job, calculation: int) -> ReleaseContent:
    """Return everything that a release of `calculation` shows, as known at `job.run.now`."""
    evaluation = evaluation_frame(connection, job.declarations, job.period, calculation)
    evaluated = evaluation, inputs_of(connection, calculation)
    stretch = stretch_figures(connection, job.period, job.run.now)
    return gather(connection, job, Made(evaluated, stretch, scores_of(connection, calculation)))


def gather(connection: Connection, job: Job, made: Made) -> ReleaseContent:
    """Return the same from `connection`: the figures are those of the submissions that were evaluated."""
    declarations, period, run = job.declarations, job.period, job.run
    evaluation, made_from = made.evaluated
    inputs = [s for s in submissions(connection, str(period), run.now) if s.id in set(made_from)]
    return ReleaseContent(
        period=period,
        evaluation=evaluation,
        values=values_frame(connection, declarations, inputs),
        findings=findings_frame(connection, period, run.now, load_refusals(job.settings.config_dir)),
        submissions=submissions_frame(connection, declarations, period, run.now),
        declarations=declarations,
        tasks=tasks_frame(connection, declarations, period, inputs),
        changes=changes_since(connection, declarations, period, run.now, made.evaluated),
        past=past(connection, period, run.now),
        increments=increments_frame(made.stretch, declarations, period),
        scores=made.scores,
        facts=Facts(
            created_at=run.now,
            as_of=run.now,
            run_id=run.id,
            provisional=True,
            illustrative=job.settings.illustrative,
            software=software(),
            inputs=tuple(
                Input(submission_name(s.unit, s.period, s.version), s.unit, s.version, s.sha256) for s in inputs
            ),
        ),
    )
