"""Totals: the marks of one unit made into its score, as far as there are enough figures for one."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from decimal import Context, Decimal
from enum import StrEnum

from config.criterion import ADJUSTING, Kind, ScoringSet
from tasks.evaluate.marks import KNOWN, Mark
from tasks.evaluate.points import NOTHING
from tasks.evaluate.status import Status

# A quotient without end carries an error in its 28th digit; two such scores must not differ by it alone.
_WITHOUT_NOISE = Context(prec=20)


class Scored(StrEnum):
    """Whether a unit has a score, and if not, why; the words are those of the evaluation."""

    YES = "đã chấm"
    NOT_REPORTED = Status.NOT_REPORTED.value
    TOO_FEW_FIGURES = Status.TOO_FEW_UNITS.value


@dataclass(frozen=True)
class Total:
    """The score of one unit, or None, and the sums it comes from; `missing` counts the criteria without an answer."""

    unit: str
    status: Scored
    score: Decimal | None
    points: Decimal
    maximum: Decimal
    bonus: Decimal
    penalty: Decimal
    self_score: Decimal | None
    missing: int
    groups: Mapping[str, Decimal]


def clean(score: Decimal) -> Decimal:
    """Return `score` without the noise of unending quotients: what scores are compared by."""
    return _WITHOUT_NOISE.plus(score)


def total_of(unit: str, marks: Sequence[Mark], scoring: ScoringSet, minimum_coverage: Decimal) -> Total:
    """Return the total of all `marks` of `unit`.

    The score is points over the maximum that counts, times the set's total, plus bonus, minus penalty, within 0 and
    the total. There is none when nothing was answered, or less of the maximum than `minimum_coverage` (0–1).
    """
    counted = [mark for mark in marks if mark.criterion.kind not in ADJUSTING]
    points, maximum = _sum(m.points for m in counted), _sum(m.maximum for m in counted)
    bonus, penalty = (_sum(m.points for m in marks if m.criterion.kind is kind) for kind in (Kind.BONUS, Kind.PENALTY))
    status = _status(counted, maximum * minimum_coverage)
    of_group = {group.code: {criterion.code for criterion in group.criteria} for group in scoring.groups}
    return Total(
        unit=unit,
        status=status,
        score=_scaled(points, maximum, bonus - penalty, scoring.total) if status is Scored.YES else None,
        points=points,
        maximum=maximum,
        bonus=bonus,
        penalty=penalty,
        self_score=_self_score(marks, maximum, scoring.total),
        missing=sum(mark.ground not in KNOWN for mark in counted if mark.maximum),
        groups={group: _sum(m.points for m in counted if m.criterion.code in of_group[group]) for group in of_group},
    )


def _status(counted: Sequence[Mark], enough: Decimal) -> Scored:
    answered = _sum(mark.maximum for mark in counted if mark.ground in KNOWN)
    if not answered:
        return Scored.NOT_REPORTED
    return Scored.YES if answered >= enough else Scored.TOO_FEW_FIGURES


def _self_score(marks: Sequence[Mark], maximum: Decimal, total: Decimal) -> Decimal | None:
    """Return the score by the unit's own claims, or None when it made none; what it does not claim is nothing."""
    claims = [(m.criterion.kind, m.self_points) for m in marks if m.maximum and m.self_points is not None]
    if not claims or not maximum:
        return None
    points = _sum(claimed for kind, claimed in claims if kind not in ADJUSTING)
    bonus, penalty = (_sum(claimed for of, claimed in claims if of is kind) for kind in (Kind.BONUS, Kind.PENALTY))
    return _scaled(points, maximum, bonus - penalty, total)


def _scaled(points: Decimal, maximum: Decimal, adjustment: Decimal, total: Decimal) -> Decimal:
    return min(total, max(NOTHING, points * total / maximum + adjustment))


def _sum(points: Iterable[Decimal]) -> Decimal:
    return sum(points, NOTHING)
