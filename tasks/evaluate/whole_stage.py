"""A whole stage: all its tables made from the histories of its periods."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field

import pandas as pd

from config.alignment import Plan
from config.criterion import ScoringSet
from config.load import Declarations
from config.period import Period, Window
from tasks.evaluate.alignment import COLUMNS as ALIGNMENT
from tasks.evaluate.alignment import align
from tasks.evaluate.figures import Figures
from tasks.evaluate.scored import Scored, no_scores, scores_of
from tasks.evaluate.series import History
from tasks.evaluate.stage import COLUMNS, evaluate_stage, evaluate_stage_units
from tasks.evaluate.stage_summary import not_assessed, stage_by_content
from tasks.evaluate.stages import judged_to, stage_of
from tasks.evaluate.trajectory import trajectory
from tasks.store.stage_frames import BOUNDARIES, ScoreFrames, StageFrames
from tasks.store.values import Submission


@dataclass(frozen=True)
class Question:
    """Which stage is judged, and by which month; None for as far as its figures go.

    `through` is the last period that is looked at, None for every one that has come.
    """

    stage: str
    by: str | None = None
    through: Period | None = None


@dataclass(frozen=True, eq=False)
class Material:
    """What a stage is judged on: indicators of its periods in each set of boundaries, by label; figures to score.

    `histories` has the boundaries of reporting first. `figures` are those of full years, of units as they were then.
    """

    histories: Mapping[str, History]
    figures: Mapping[Period, Figures]
    skipped: tuple[Period, ...] = ()
    inputs: tuple[Submission, ...] = ()
    plans: Sequence[Plan] = field(default=())
    sets: Sequence[ScoringSet] = field(default=())


def periods_of(declarations: Declarations, question: Question) -> list[Period]:
    """Return the periods that can bear on `question`: the full year before the stage, and the stage's, in time.

    `ValueError` in Vietnamese for an unknown stage or month.
    """
    stage = stage_of(declarations, question.stage)
    until = judged_to(declarations, question.stage, question.by)
    before = Period(stage.first_year, Window.Q1).last_full_year
    within = [Period(year, window) for year in range(stage.first_year, stage.last_year + 1) for window in Window]
    if question.through:
        until = min(until, declarations.calendar.cut_off(question.through))
    found = [p for p in (*([before] if before else []), *within) if declarations.calendar.cut_off(p) <= until]
    return sorted(found, key=declarations.calendar.cut_off)


def stage_frames(material: Material, declarations: Declarations, question: Question) -> StageFrames:
    """Return all tables of a stage; `ValueError` in Vietnamese for an unknown stage or month."""
    then = next(iter(material.histories.values()))
    table = evaluate_stage(then, declarations, question.stage, question.by)
    scored, scores = _scores(material, declarations, question)
    return StageFrames(
        stage=question.stage,
        by=question.by,
        table=table,
        units=_units(material, declarations, question),
        contents=stage_by_content(table, declarations),
        not_assessed=not_assessed(table, declarations),
        trajectory=trajectory(then, declarations, question.stage, question.by),
        scores=scores,
        alignment=_alignment(material.plans, declarations, question.stage),
        scored=scored,
        periods=tuple(then),
        skipped=material.skipped,
        inputs=material.inputs,
    )


def _units(material: Material, declarations: Declarations, question: Question) -> pd.DataFrame:
    """Return the units' tables in each set of boundaries, one below the other."""
    frames = []
    for place, (label, history) in enumerate(material.histories.items()):
        frame = evaluate_stage_units(history, declarations, question.stage, question.by, restated=place > 0)
        frames.append(frame.assign(**{BOUNDARIES: label}))
    return pd.concat(frames, ignore_index=True)[[BOUNDARIES, *COLUMNS]]


def _scores(material: Material, declarations: Declarations, question: Question) -> tuple[Period | None, ScoreFrames]:
    stage = stage_of(declarations, question.stage)
    years = [p for p in material.figures if stage.first_year <= p.year <= stage.last_year]
    if not years:
        return None, no_scores()
    last = max(years, key=declarations.calendar.cut_off)
    return last, scores_of(
        Scored(last, material.figures[last]), _before(last, material.figures), material.sets, declarations
    )


def _before(period: Period, figures: Mapping[Period, Figures]) -> Scored | None:
    before = period.last_full_year
    return Scored(before, figures[before]) if before in figures and before is not None else None


def _alignment(plans: Iterable[Plan], declarations: Declarations, stage: str) -> pd.DataFrame:
    rows = [row for plan in plans if plan.stage == stage for row in align(plan, declarations).to_dict("records")]
    return pd.DataFrame(rows, columns=ALIGNMENT, dtype=object)
