"""Points: what a figure earns by a criterion, exactly."""

from __future__ import annotations

from decimal import Decimal

from config.criterion import Count, Criterion

NOTHING = Decimal(0)


def points_of(criterion: Criterion, value: Decimal) -> Decimal | None:
    """Return the points, from 0 to the maximum, that `value` earns; None when a choice does not know it.

    Of bonus and penalty the points are those added or taken off; a count has points for whole steps only.
    """
    if criterion.choice is not None:
        return next((option.points for option in criterion.choice if option.value == value), None)
    if criterion.step is not None:
        return next(step.points for step in criterion.step if step.holds(value))
    if criterion.proportional is not None:
        zero, full = criterion.proportional.zero, criterion.proportional.full
        return _within(criterion.maximum * (value - zero) / (full - zero), criterion.maximum)
    if criterion.deduction is not None:
        return _within(criterion.maximum - _counted(criterion.deduction, value), criterion.maximum)
    counts = (criterion.step_count, criterion.bonus, criterion.penalty)
    return _within(next(_counted(count, value) for count in counts if count is not None), criterion.maximum)


def _counted(count: Count, value: Decimal) -> Decimal:
    return value // count.per * count.each


def _within(points: Decimal, maximum: Decimal) -> Decimal:
    return min(maximum, max(NOTHING, points))
