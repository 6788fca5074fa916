"""Scores: units of one level by a declared set of criteria, with rank, class and what every criterion gave."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from decimal import Context, Decimal
from enum import StrEnum

import pandas as pd

from config.criterion import ADJUSTING, Grade, Kind, ScoringSet
from config.load import Declarations
from config.period import Period
from config.unit import Unit
from tasks.evaluate.figures import Figures
from tasks.evaluate.marks import KNOWN, NO_CLAIMS, Claims, Mark, marks_of
from tasks.evaluate.points import NOTHING
from tasks.evaluate.status import Status

UNITS = [
    "period", "set", "set_year", "set_status", "rank", "unit", "unit_name", "score", "grade", "grade_status", "status",
    "points", "maximum", "bonus", "penalty", "self_score", "missing",
]  # fmt: skip
CRITERIA = [
    "period", "set", "set_year", "unit", "unit_name", "group", "criterion", "name", "kind", "source", "value", "ground",
    "maximum", "points", "self_points",
]  # fmt: skip
# A quotient without end carries an error in its 28th digit; two such scores must not differ by it alone.
_WITHOUT_NOISE = Context(prec=20)


class Scored(StrEnum):
    """Whether a unit has a score, and if not, why; the words are those of the evaluation."""

    YES = "đã chấm"
    NOT_REPORTED = Status.NOT_REPORTED.value
    TOO_FEW_FIGURES = Status.TOO_FEW_UNITS.value


@dataclass(frozen=True, eq=False)
class Scores:
    """`units`: a row with `UNITS` and the points of each group, best first; `criteria`: a row with `CRITERIA` each."""

    units: pd.DataFrame
    criteria: pd.DataFrame


def group_column(code: str) -> str:
    """Return the name of the column that holds the points of a group."""
    return f"group_{code}"


def score_units(
    scoring: ScoringSet, figures: Figures, declarations: Declarations, period: Period, claims: Claims = NO_CLAIMS
) -> Scores:
    """Return the scores of the units of the set's level that report for `period`.

    The score is points over the maximum that counts for the unit, times the set's total, plus bonus, minus penalty,
    within 0 to the total; the unit's own claims make `self_score` in the same way. A unit that sent nothing, or whose
    criteria with an answer make less of its maximum than the declared minimum coverage, has neither score nor rank.
    Equal scores share a rank: 1, 2, 2, 4. Points are exact `Decimal`, nothing is rounded.
    """
    units = {code: u for code, u in declarations.reporting(period).items() if u.level is scoring.level}
    asked = frozenset(code for unit, code in figures if unit in units)
    marks = {unit: list(marks_of(unit, scoring, figures, asked, claims)) for unit in units}
    totals = [_total(unit, marks[unit], scoring, declarations.calendar.minimum_coverage) for unit in units]
    names = {code: unit.name for code, unit in units.items()}
    return Scores(_units_frame(totals, scoring, period, names), _criteria_frame(marks, scoring, period, names))


def clean(score: Decimal) -> Decimal:
    """Return `score` without the noise of unending quotients: what scores are compared by."""
    return _WITHOUT_NOISE.plus(score)


def ranks(scores: Sequence[Decimal | None]) -> list[int | None]:
    """Return the rank of each score, 1 for the highest; equal ones share it, None has none.

    >>> ranks([Decimal(70), Decimal(90), None, Decimal(80), Decimal(80)])
    [4, 1, None, 2, 2]
    """
    known = sorted((clean(score) for score in scores if score is not None), reverse=True)
    first = {score: place for place, score in reversed(list(enumerate(known, start=1)))}
    return [None if score is None else first[clean(score)] for score in scores]


@dataclass(frozen=True)
class _Total:
    unit: str
    status: Scored
    score: Decimal | None
    grade: Grade | None
    points: Decimal
    maximum: Decimal
    bonus: Decimal
    penalty: Decimal
    self_score: Decimal | None
    missing: int
    groups: Mapping[str, Decimal]


def _total(unit: str, marks: Sequence[Mark], scoring: ScoringSet, minimum_coverage: Decimal) -> _Total:
    counted = [mark for mark in marks if mark.criterion.kind not in ADJUSTING]
    points, maximum = _sum(m.points for m in counted), _sum(m.maximum for m in counted)
    bonus, penalty = (_sum(m.points for m in marks if m.criterion.kind is kind) for kind in (Kind.BONUS, Kind.PENALTY))
    status = _status(counted, maximum, minimum_coverage)
    score = _score(points, maximum, bonus - penalty, scoring.total) if status is Scored.YES else None
    of = {group.code: {criterion.code for criterion in group.criteria} for group in scoring.groups}
    return _Total(
        unit=unit,
        status=status,
        score=score,
        grade=None if score is None else scoring.grade(clean(score)),
        points=points,
        maximum=maximum,
        bonus=bonus,
        penalty=penalty,
        self_score=_self_score(marks, maximum, scoring.total),
        missing=sum(mark.maximum > 0 and mark.ground not in KNOWN for mark in counted),
        groups={code: _sum(m.points for m in counted if m.criterion.code in codes) for code, codes in of.items()},
    )
