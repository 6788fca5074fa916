"""The scores of a period by every scoring set in force, with changes, groups and standings side by side."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from decimal import Decimal
from typing import Any

import pandas as pd

from config.criterion import ScoringSet
from config.load import Declarations
from config.period import Period
from config.scoring import scoring_in_force
from tasks.evaluate.figures import Figures
from tasks.evaluate.scoring import CRITERIA, UNITS, Scores, group_column, score_units
from tasks.evaluate.standing import CHANGES, STANDINGS, standings, with_changes
from tasks.store.stage_frames import ScoreFrames

GROUPS = ["period", "set", "unit", "group", "group_name", "weight", "points"]


@dataclass(frozen=True, eq=False)
class Scored:
    """What a period's units are scored by: their figures, of indicators and elements alike."""

    period: Period
    figures: Figures


def sets_in_force(sets: Sequence[ScoringSet], period: Period) -> tuple[ScoringSet, ...]:
    """Return each set as it stands for reports of the year of `period`, by name."""
    found = (scoring_in_force(sets, name, period.year) for name in sorted({s.set for s in sets}))
    return tuple(scoring for scoring in found if scoring is not None)


def scores_of(
    now: Scored, before: Scored | None, sets: Sequence[ScoringSet], declarations: Declarations
) -> ScoreFrames:
    """Return the scores of `now` by each set in force, and how they changed since `before`.

    A change is told only where the same version of a set scored both and the unit's area is the same.
    """
    made = [_of_set(scoring, now, before, sets, declarations) for scoring in sets_in_force(sets, now.period)]
    return ScoreFrames(
        units=_below((frames.units for frames in made), [*UNITS, *CHANGES]),
        groups=_below((frames.groups for frames in made), GROUPS),
        criteria=_below((frames.criteria for frames in made), CRITERIA),
        standings=_below((frames.standings for frames in made), STANDINGS),
    )


def no_scores() -> ScoreFrames:
    """Return the frames of a time for which nothing was scored: their columns and no row."""
    columns = ([*UNITS, *CHANGES], GROUPS, CRITERIA, STANDINGS)
    return ScoreFrames(*(pd.DataFrame(columns=names, dtype=object) for names in columns))


def _of_set(
    scoring: ScoringSet,
    now: Scored,
    before: Scored | None,
    sets: Sequence[ScoringSet],
    declarations: Declarations,
) -> ScoreFrames:
    scores = score_units(scoring, now.figures, declarations, now.period)
    then = _scored_before(scoring, before, sets, declarations)
    changed = with_changes(scores.units, then.units if then else None, declarations)
    return ScoreFrames(
        units=changed[[*UNITS, *CHANGES]],
        groups=pd.DataFrame(_groups(scores, scoring), columns=GROUPS, dtype=object),
        criteria=scores.criteria,
        standings=standings(scores, then, scoring, declarations),
    )


def _scored_before(
    scoring: ScoringSet, before: Scored | None, sets: Sequence[ScoringSet], declarations: Declarations
) -> Scores | None:
    """Return the scores of `before` by its own version of the set, or None when there are none to compare."""
    then = scoring_in_force(sets, scoring.set, before.period.year) if before else None
    if before is None or then is None or then.id != scoring.id:
        return None
    return score_units(then, before.figures, declarations, before.period)


def _groups(scores: Scores, scoring: ScoringSet) -> Iterable[dict[str, Any]]:
    for row in scores.units.to_dict("records"):
        for group in scoring.groups:
            points: Decimal | None = row[group_column(group.code)]
            yield {
                "period": row["period"],
                "set": row["set"],
                "unit": row["unit"],
                "group": group.code,
                "group_name": group.name,
                "weight": group.weight,
                "points": points,
            }


def _below(frames: Iterable[pd.DataFrame], columns: list[str]) -> pd.DataFrame:
    """Return `frames` one below the other; columns keep their objects, which `pd.concat` of empty ones would not."""
    rows = [row for frame in frames for row in frame[columns].to_dict("records")]
    return pd.DataFrame(rows, columns=columns, dtype=object)
