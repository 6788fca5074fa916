"""The pace towards a target: how much of the road is done, against how much of the time is gone.

Two methods stand side by side. The **pace** r = p/q judges: p = (c − b)/(g − b) of the road in
q = (t − t0)/(T − t0) of the time. The **CAGR ratio** (Open SDG 2.4, Statistics Canada, Eurostat) checks: observed
yearly growth (c/b)^(1/(t − t0)) − 1 over required yearly growth (g/b)^(1/(T − t0)) − 1. Both have the same cut-offs.
The combination, a current-status index with Eurostat's cut-offs, is this project's own. Nothing is rounded.

To run another office's series through it, give its figures and years:

>>> judged = judge(Decimal(50), Decimal(56), Decimal(80), 2020, 2022, 2025, Direction.UP)
>>> judged.p, judged.q, judged.r, judged.status.value
(Decimal('0.2'), Decimal('0.4'), Decimal('0.5'), 'chậm nhiều')
>>> f"{judged.cagr_ratio:.4f}", judged.needed_pace, judged.methods_disagree
('0.5918', Decimal('8'), False)
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from decimal import Decimal

from config.indicator import Direction
from tasks.evaluate.status import Status, status_of

Day = date | Decimal | int  # a day, or a year as a number; one or the other throughout a judgement
DAYS_PER_YEAR = Decimal("365.25")


@dataclass(frozen=True)
class Range:
    """A target to stay within: from `low` to `high`, both inclusive, either of them open."""

    low: Decimal | None = None
    high: Decimal | None = None

    def holds(self, value: Decimal) -> bool:
        """Return whether `value` lies inside."""
        return (self.low is None or self.low <= value) and (self.high is None or value <= self.high)


@dataclass(frozen=True)
class Judgement:
    """A status and what it was judged by; None where a figure cannot be had or would say nothing.

    `p` share of the road, `q` share of the time, `r` = p/q; `cagr_ratio` as above; `pace` reached so far and
    `needed_pace` from now on, both in the indicator's unit of measure per year.
    """

    status: Status
    p: Decimal | None = None
    q: Decimal | None = None
    r: Decimal | None = None
    cagr_ratio: Decimal | None = None
    pace: Decimal | None = None
    needed_pace: Decimal | None = None
    methods_disagree: bool = False


def judge(
    base: Decimal | None,
    current: Decimal,
    target: Decimal | Range | None,
    base_day: Day | None,
    day: Day,
    target_day: Day | None,
    direction: Direction,
) -> Judgement:
    """Return how `current` on `day` stands between `base` on `base_day` and `target` on `target_day`.

    * A target that is met now is met, whatever the road; a range is judged inside or outside only.
    * A base that met the target leaves no road: once the target is no longer met, that is «xấu đi», without p and r.
    * A base of the same day or later, or on or after the target's day, is no base: no time has passed, or there is
      none to pass.
    * After `target_day` the same formulas hold; q is then above 1, and no needed pace is left.

    `ValueError` when target and direction do not fit; `TypeError` when days and years are mixed.
    """
    if target is None or target_day is None:
        return Judgement(Status.NO_TARGET)
    if isinstance(target, Range) != (direction is Direction.RANGE):
        raise ValueError("a range goes with the direction «range», a number with «up» or «down»")
    if isinstance(target, Range):
        return Judgement(Status.MET if target.holds(current) else Status.OUTSIDE)
    met = _meets(current, target, direction)
    needed = None if met else _per_year(target - current, day, target_day)
    if base is None or base_day is None or not _elapsed(base_day, day) > 0 or not _elapsed(base_day, target_day) > 0:
        return Judgement(Status.MET if met else Status.NO_BASE, needed_pace=needed)
    gone, whole = _elapsed(base_day, day), _elapsed(base_day, target_day)
    pace = _per_year(current - base, base_day, day)
    if _meets(base, target, direction):
        return Judgement(Status.MET if met else Status.WORSE, q=gone / whole, pace=pace, needed_pace=needed)
    # One division, so that a ratio that has an end comes out exact: 0,95 is 0,95.
    r = (current - base) * whole / ((target - base) * gone)
    cagr_ratio = _cagr_ratio(base, current, target, _years(base_day, day), _years(base_day, target_day))
    status = Status.MET if met else status_of(r)
    return Judgement(
        status=status,
        p=(current - base) / (target - base),
        q=gone / whole,
        r=r,
        cagr_ratio=cagr_ratio,
        pace=pace,
        needed_pace=needed,
        methods_disagree=not met and cagr_ratio is not None and status_of(cagr_ratio) is not status,
    )


def _meets(value: Decimal, target: Decimal, direction: Direction) -> bool:
    return value >= target if direction is Direction.UP else value <= target


def _elapsed(start: Day, end: Day) -> Decimal:
    """Return the days between two days, or the years between two years."""
    if isinstance(start, date) and isinstance(end, date):
        return Decimal((end - start).days)
    if isinstance(start, date) or isinstance(end, date):
        raise TypeError("days and years are not to be mixed")
    return Decimal(end) - Decimal(start)


def _years(start: Day, end: Day) -> Decimal:
    elapsed = _elapsed(start, end)
    return elapsed / DAYS_PER_YEAR if isinstance(start, date) else elapsed


def _per_year(change: Decimal, start: Day, end: Day) -> Decimal | None:
    years = _years(start, end)
    return change / years if years > 0 else None


def _cagr_ratio(base: Decimal, current: Decimal, target: Decimal, gone: Decimal, whole: Decimal) -> Decimal | None:
    """Return observed over required yearly growth; None for zero or opposite signs, where growth has no meaning.

    The road from base to target leads the right way, so that both rates carry the direction's sign and their ratio
    is positive exactly when the indicator moves the right way, up or down.
    """
    if base * current <= 0 or base * target <= 0:
        return None
    return _growth(base, current, gone) / _growth(base, target, whole)


def _growth(start: Decimal, end: Decimal, years: Decimal) -> Decimal:
    """Return (end/start)^(1/years) − 1, as exp(ln(end/start)/years) − 1: `Decimal` rounds both in the 28th digit."""
    return ((end / start).ln() / years).exp() - 1
