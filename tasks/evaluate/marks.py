"""Marks: what each criterion of a scoring set gives a unit, out of how much, and on which figure."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from decimal import Decimal
from enum import StrEnum

from config.criterion import Criterion, NotApplicable, ScoringSet
from config.number import NOTHING_NAMES, Nothing
from tasks.evaluate.figures import Figure, Figures
from tasks.evaluate.points import NOTHING, points_of


class Ground(StrEnum):
    """What a mark rests on, in the words that people read."""

    FIGURE = "theo số liệu"
    APPRAISAL = "theo thẩm định"
    NOT_APPLICABLE = NOTHING_NAMES[Nothing.NOT_APPLICABLE]
    MISSING = NOTHING_NAMES[Nothing.NOT_AVAILABLE]
    NO_SUCH_OPTION = "số liệu ngoài các lựa chọn"
    NOT_ASKED = "kỳ này chưa thu thập"


KNOWN = (Ground.FIGURE, Ground.APPRAISAL, Ground.NOT_APPLICABLE)


@dataclass(frozen=True)
class Mark:
    """The points of one unit by one criterion; `maximum` is 0 where the criterion does not count for the unit."""

    unit: str
    criterion: Criterion
    value: Decimal | None
    ground: Ground
    maximum: Decimal
    points: Decimal
    self_points: Decimal | None = None


@dataclass(frozen=True)
class Claims:
    """Points that people gave, by unit and criterion: those a unit claims for itself, and those of its appraisers."""

    claimed: Mapping[tuple[str, str], Decimal]
    appraised: Mapping[tuple[str, str], Decimal]


NO_CLAIMS = Claims({}, {})


def marks_of(unit: str, scoring: ScoringSet, figures: Figures, asked: frozenset[str], claims: Claims) -> Iterator[Mark]:
    """Yield the marks of `unit` in the order of the set; `asked` are the sources for which any unit has an answer."""
    for criterion in (*scoring.criteria, *scoring.adjustments):
        figure = figures.get((unit, criterion.source), Nothing.NOT_AVAILABLE)
        key = unit, criterion.code
        value = figure if isinstance(figure, Decimal) else None
        if key in claims.appraised:
            ground, maximum, points = Ground.APPRAISAL, criterion.maximum, claims.appraised[key]
        elif criterion.source not in asked:
            ground, maximum, points = Ground.NOT_ASKED, NOTHING, NOTHING
        else:
            ground, maximum, points = _marked(criterion, figure)
        yield Mark(unit, criterion, value, ground, maximum, points, claims.claimed.get(key))


def _marked(criterion: Criterion, figure: Figure) -> tuple[Ground, Decimal, Decimal]:
    """Return (ground, maximum, points): a missing figure earns nothing, and what did not arise is as declared."""
    if figure is Nothing.NOT_APPLICABLE:
        full = criterion.not_applicable is NotApplicable.FULL_POINTS
        maximum = criterion.maximum if full else NOTHING
        return Ground.NOT_APPLICABLE, maximum, maximum
    if not isinstance(figure, Decimal):
        return Ground.MISSING, criterion.maximum, NOTHING
    points = points_of(criterion, figure)
    if points is None:
        return Ground.NO_SUCH_OPTION, criterion.maximum, NOTHING
    return Ground.FIGURE, criterion.maximum, points
