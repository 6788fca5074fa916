"""What a stage came to, as frames with the columns of its CSV files: what evaluating makes and publishing shows.

Everything here follows from the submissions known at one moment and the declarations; nothing of it is kept but the
release. Figures are exact `Decimal` or None, days `date` or None; nothing is rounded.
"""

from __future__ import annotations

from dataclasses import dataclass

import pandas as pd

from config.period import Period
from tasks.store.values import Submission

BOUNDARIES = "boundaries"  # the column of `units` that says in which boundaries a row is


@dataclass(frozen=True, eq=False)
class ScoreFrames:
    """Scores of units by every scoring set in force, one set below the other, best first.

    * `units`: a row for each set and unit: `scoring.UNITS`, then `standing.CHANGES` since the full year before.
    * `groups`: set, unit, group, group_name, weight, points: what each group of criteria gave.
    * `criteria`: `scoring.CRITERIA`: what each criterion gave each unit, on which figure.
    * `standings`: `standing.STANDINGS`: best practice, most improved, in need of help, and what decided it.
    """

    units: pd.DataFrame
    groups: pd.DataFrame
    criteria: pd.DataFrame
    standings: pd.DataFrame


@dataclass(frozen=True, eq=False)
class StageFrames:
    """One stage, judged as far as its figures go.

    * `table`: a row for each indicator of the whole district: `stage.COLUMNS` (base, current figure, target, p, q, r,
      CAGR ratio, status, needed pace, coverage, breaks, disagreement of the methods).
    * `units`: the same for each unit, twice where boundaries changed: `boundaries` says «địa giới khi báo cáo» or
      «địa giới hiện nay»; where they never changed only the former stands there.
    * `contents`: a row for each content of the programme: how many indicators came out how, what was not assessed.
    * `not_assessed`: a row for each indicator that could not be judged, with the reason.
    * `trajectory`: a row for each indicator and year: the line from base to target, the figure, the gap.
    * `scores`: by the sets in force for `scored`, the last full year within the stage that has figures, if any.
    * `alignment`: a row for each indicator of the province: how the district's plan carries it.
    * `periods` have figures and were used; `skipped` are those by then that nobody reported.
    """

    stage: str
    by: str | None
    table: pd.DataFrame
    units: pd.DataFrame
    contents: pd.DataFrame
    not_assessed: pd.DataFrame
    trajectory: pd.DataFrame
    scores: ScoreFrames
    alignment: pd.DataFrame
    scored: Period | None
    periods: tuple[Period, ...]
    skipped: tuple[Period, ...]
    inputs: tuple[Submission, ...]
