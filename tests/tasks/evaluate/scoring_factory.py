"""Small scoring sets: two groups that make ten points, a bonus, a penalty, and what units came to."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from decimal import Decimal
from typing import Any

from config.criterion import Count, Criterion, Grade, Group, NotApplicable, Proportional, ScoringSet
from config.element import Level
from config.load import load
from config.number import Nothing
from config.period import Period
from config.settings import PROJECT
from config.trust import Trust
from tasks.evaluate.figures import Figure
from tasks.evaluate.scoring import Scores, score_units

DECLARED = load(PROJECT / "config")
PERIOD = Period.parse("2022-YEAR")
COMMUNES = tuple(code for code, unit in DECLARED.reporting(PERIOD).items() if unit.level is Level.COMMUNE)
LOWERS, FULL = NotApplicable.LOWERS_MAXIMUM, NotApplicable.FULL_POINTS
NO_FIGURE, VOID = Nothing.NOT_AVAILABLE, Nothing.NOT_APPLICABLE


def make_criterion(code: str = "I.1", **changes: Any) -> Criterion:
    """Return six points in proportion to the share of plan tasks that are done."""
    criterion = Criterion(
        code=code,
        name="Nhiệm vụ kế hoạch",
        maximum=Decimal(6),
        not_applicable=LOWERS,
        indicator="L01",
        proportional=Proportional(zero=Decimal(0), full=Decimal(100)),
    )
    return replace(criterion, **changes)


DELAYS = make_criterion(
    "II.1",
    name="Nhiệm vụ quá hạn",
    maximum=Decimal(4),
    not_applicable=FULL,
    indicator=None,
    element="A04",
    proportional=None,
    deduction=Count(each=Decimal(1)),
)
BONUS = make_criterion(
    "T.1",
    name="Sáng kiến",
    maximum=Decimal(1),
    not_applicable=None,
    indicator=None,
    element="A16",
    proportional=None,
    bonus=Count(each=Decimal("0.5")),
)
PENALTY = make_criterion(
    "P.1",
    name="Kỷ luật",
    maximum=Decimal(2),
    not_applicable=None,
    indicator=None,
    element="E08",
    proportional=None,
    penalty=Count(each=Decimal(1)),
)
GRADES = (
    Grade("Tốt", Decimal(9), Trust.SOURCED),
    Grade("Khá", Decimal(5), Trust.PROVISIONAL),
    Grade("Yếu", Decimal(0), Trust.SOURCED),
)


def make_set(*criteria: Criterion, **changes: Any) -> ScoringSet:
    """Return a set of ten points for communes: tasks done, tasks overdue, a bonus and a penalty."""
    first = criteria or (make_criterion(),)
    scoring = ScoringSet(
        set="thu",
        year=2021,
        name="Bộ thử",
        status=Trust.OWN,
        document="Tự đặt",
        level=Level.COMMUNE,
        total=Decimal(10),
        groups=(
            Group("I", "Kế hoạch", Decimal(6), first),
            Group("II", "Quá hạn", Decimal(4), (DELAYS,)),
        ),
        grades=GRADES,
        adjustments=(BONUS, PENALTY),
    )
    return replace(scoring, **changes)


SET = make_set()


def came(
    done: int | str | Decimal | Nothing = 100,
    overdue: int | Nothing = 0,
    initiatives: int | Nothing = 0,
    disciplined: int | Nothing = 0,
) -> dict[str, Figure]:
    """Return what one unit came to, by source."""
    stated = {"L01": done, "A04": overdue, "A16": initiatives, "E08": disciplined}
    return {code: v if isinstance(v, Nothing) else Decimal(v) for code, v in stated.items()}


def figures(units: Mapping[str, Mapping[str, Figure]]) -> dict[tuple[str, str], Figure]:
    """Return figures by unit and source."""
    return {(unit, code): figure for unit, of_unit in units.items() for code, figure in of_unit.items()}


def scored(
    units: Mapping[str, Mapping[str, Figure]], scoring: ScoringSet = SET, period: Period = PERIOD, **options: Any
) -> Scores:
    """Return the scores of `units`."""
    return score_units(scoring, figures(units), DECLARED, period, **options)


def score_of(scores: Scores, unit: str) -> dict[str, Any]:
    """Return the row of `unit`."""
    (row,) = scores.units[scores.units["unit"] == unit].to_dict("records")
    return {str(name): value for name, value in row.items()}


def mark_of(scores: Scores, unit: str, criterion: str = "I.1") -> dict[str, Any]:
    """Return the row of one criterion of `unit`."""
    rows = scores.criteria
    (row,) = rows[(rows["unit"] == unit) & (rows["criterion"] == criterion)].to_dict("records")
    return {str(name): value for name, value in row.items()}
