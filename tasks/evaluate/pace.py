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
('0.5915', Decimal('8'), False)
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


def judge(  # noqa: PLR0913, PLR0917  the seven figures of every published method, in their usual order
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
    year, left = _year(day), _elapsed(day, target_day)
    needed = (target - current) * year / left if left > 0 and not met else None
    if base is None or base_day is None or min(_elapsed(base_day, day), _elapsed(base_day, target_day)) <= 0:
        return Judgement(Status.MET if met else Status.NO_BASE, needed_pace=needed)
    road = _Road(base, current, target, _elapsed(base_day, day), _elapsed(base_day, target_day), year)
    if _meets(base, target, direction):
        return Judgement(Status.MET if met else Status.WORSE, q=road.q, pace=road.pace, needed_pace=needed)
    r, cagr_ratio = road.r, road.cagr_ratio
    status = Status.MET if met else status_of(r)
    disagree = not met and cagr_ratio is not None and status_of(cagr_ratio) is not status
    return Judgement(status, road.p, road.q, r, cagr_ratio, road.pace, needed, disagree)


@dataclass(frozen=True)
class _Road:
    """From a base that does not meet the target to the target; `gone`, `whole` and `year` in days, or in years."""

    base: Decimal
    current: Decimal
    target: Decimal
    gone: Decimal
    whole: Decimal
    year: Decimal

    @property
    def p(self) -> Decimal:
        return (self.current - self.base) / (self.target - self.base)

    @property
    def q(self) -> Decimal:
        return self.gone / self.whole

    @property
    def r(self) -> Decimal:
        # One division, so that a ratio that has an end comes out exact: 0,95 is 0,95.
        return (self.current - self.base) * self.whole / ((self.target - self.base) * self.gone)

    @property
    def pace(self) -> Decimal:
        return (self.current - self.base) * self.year / self.gone

    @property
    def cagr_ratio(self) -> Decimal | None:
        """Observed over required yearly growth; None for zero or opposite signs, where growth has no meaning.

        The road leads the right way, so both rates carry the direction's sign: their ratio is positive exactly when
        the indicator moves the right way, up or down.
        """
        if self.base * self.current <= 0 or self.base * self.target <= 0:
            return None
        required = _growth(self.base, self.target, self.whole / self.year)
        if not required:
            return None  # base and target are one in 28 digits
        return _growth(self.base, self.current, self.gone / self.year) / required


def _growth(start: Decimal, end: Decimal, years: Decimal) -> Decimal:
    """Return (end/start)^(1/years) − 1, as exp(ln(end/start)/years) − 1: `Decimal` rounds both in the 28th digit."""
    return ((end / start).ln() / years).exp() - 1


def _meets(value: Decimal, target: Decimal, direction: Direction) -> bool:
    return value >= target if direction is Direction.UP else value <= target


def _elapsed(start: Day, end: Day) -> Decimal:
    """Return the days between two days, or the years between two years."""
    if isinstance(start, date) and isinstance(end, date):
        return Decimal((end - start).days)
    if isinstance(start, date) or isinstance(end, date):
        raise TypeError("days and years are not to be mixed")
    return Decimal(end) - Decimal(start)


def _year(day: Day) -> Decimal:
    return DAYS_PER_YEAR if isinstance(day, date) else Decimal(1)
