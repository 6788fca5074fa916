"""Scores: units of one level by a declared set of criteria, with rank, class and what every criterion gave."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal

import pandas as pd

from config.criterion import ScoringSet
from config.load import Declarations
from config.period import Period
from tasks.evaluate.figures import Figures
from tasks.evaluate.marks import NO_CLAIMS, Claims, Mark, marks_of
from tasks.evaluate.totals import Total, clean, total_of

UNITS = [
    "period", "set", "set_year", "set_status", "rank", "unit", "unit_name", "score", "grade", "grade_status", "status",
    "points", "maximum", "bonus", "penalty", "self_score", "missing",
]  # fmt: skip
CRITERIA = [
    "period", "set", "set_year", "unit", "unit_name", "group", "criterion", "name", "kind", "source", "value", "ground",
    "maximum", "points", "self_points",
]  # fmt: skip


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

    Equal scores share a rank: 1, 2, 2, 4; a unit without a score has no rank and stands last. A figure for which no
    unit has an answer was not asked for and counts for nobody. Points are exact `Decimal`, nothing is rounded.
    """
    units = {code: u.name for code, u in declarations.reporting(period).items() if u.level is scoring.level}
    asked = frozenset(code for unit, code in figures if unit in units)
    marks = {unit: list(marks_of(unit, scoring, figures, asked, claims)) for unit in units}
    totals = [total_of(unit, marks[unit], scoring, declarations.calendar.minimum_coverage) for unit in units]
    head: dict[str, object] = {"period": str(period), "set": scoring.set, "set_year": scoring.year}
    return Scores(_units(totals, scoring, head, units), _criteria(marks, scoring, head, units))


def ranks(scores: Sequence[Decimal | None]) -> list[int | None]:
    """Return the rank of each score, 1 for the highest; equal ones share it, None has none.

    >>> ranks([Decimal(70), Decimal(90), None, Decimal(80), Decimal(80)])
    [4, 1, None, 2, 2]
    """
    known = sorted((clean(score) for score in scores if score is not None), reverse=True)
    first = {score: place for place, score in reversed(list(enumerate(known, start=1)))}
    return [None if score is None else first[clean(score)] for score in scores]


def _units(
    totals: Sequence[Total], scoring: ScoringSet, head: dict[str, object], names: Mapping[str, str]
) -> pd.DataFrame:
    places = ranks([total.score for total in totals])
    order = sorted(zip(places, totals, strict=True), key=lambda pair: (pair[0] or len(totals) + 1, pair[1].unit))
    groups = [group_column(group.code) for group in scoring.groups]
    rows = [_unit_row(place, total, scoring, names[total.unit]) | head for place, total in order]
    return pd.DataFrame(rows, columns=[*UNITS, *groups], dtype=object)


def _unit_row(place: int | None, total: Total, scoring: ScoringSet, name: str) -> dict[str, object]:
    grade = None if total.score is None else scoring.grade(clean(total.score))
    sums = {name: getattr(total, name) for name in ("points", "maximum", "bonus", "penalty")}
    sums |= {group_column(code): points for code, points in total.groups.items()}
    return {
        "set_status": scoring.status.value,
        "rank": place,
        "unit": total.unit,
        "unit_name": name,
        "score": total.score,
        "grade": grade.name if grade else None,
        "grade_status": grade.status.value if grade else None,
        "status": total.status.value,
        # What was not reported is not nothing: without a score there are no sums either.
        **(dict.fromkeys(sums) if total.score is None else sums),
        "self_score": total.self_score,
        "missing": total.missing,
    }


def _criteria(
    marks: Mapping[str, Sequence[Mark]], scoring: ScoringSet, head: dict[str, object], names: Mapping[str, str]
) -> pd.DataFrame:
    group_of = {criterion.code: group.code for group in scoring.groups for criterion in group.criteria}
    rows = [_mark_row(mark, group_of, names[unit]) | head for unit in sorted(marks) for mark in marks[unit]]
    return pd.DataFrame(rows, columns=CRITERIA, dtype=object)


def _mark_row(mark: Mark, group_of: Mapping[str, str], name: str) -> dict[str, object]:
    criterion = mark.criterion
    return {
        "unit": mark.unit,
        "unit_name": name,
        "group": group_of.get(criterion.code),
        "criterion": criterion.code,
        "name": criterion.name,
        "kind": criterion.kind.value,
        "source": criterion.source,
        "value": mark.value,
        "ground": mark.ground.value,
        "maximum": mark.maximum,
        "points": mark.points,
        "self_points": mark.self_points,
    }
