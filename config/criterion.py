"""Scoring criteria: which figure earns how many points, and what it means when there is nothing to count."""

from __future__ import annotations

from decimal import Decimal
from enum import StrEnum

from pydantic.dataclasses import dataclass

from config.element import Level
from config.strict import STRICT, Figure
from config.trust import Trust


class Kind(StrEnum):
    """How a criterion turns a figure into points; the values are the keys in the YAML."""

    CHOICE = "choice"
    STEP = "step"
    PROPORTIONAL = "proportional"
    STEP_COUNT = "step_count"
    DEDUCTION = "deduction"
    BONUS = "bonus"
    PENALTY = "penalty"


ADJUSTING = (Kind.BONUS, Kind.PENALTY)  # outside the maximum, added and taken off at the end


class NotApplicable(StrEnum):
    """What «không phát sinh» does to a criterion."""

    LOWERS_MAXIMUM = "lowers_maximum"
    FULL_POINTS = "full_points"


@dataclass(frozen=True, config=STRICT)
class Option:
    """One of the figures that a choice knows."""

    value: Figure
    points: Figure
    label: str


@dataclass(frozen=True, config=STRICT)
class Step:
    """The points for every figure between two bounds, each inclusive or not; an open end has none."""

    points: Figure
    at_least: Figure | None = None
    above: Figure | None = None
    at_most: Figure | None = None
    below: Figure | None = None

    def holds(self, value: Decimal) -> bool:
        """Return whether `value` lies on this step."""
        return (
            (self.at_least is None or value >= self.at_least)
            and (self.above is None or value > self.above)
            and (self.at_most is None or value <= self.at_most)
            and (self.below is None or value < self.below)
        )


@dataclass(frozen=True, config=STRICT)
class Proportional:
    """The figure that earns nothing and the one that earns all, whichever is greater; between them points are even."""

    zero: Figure
    full: Figure


@dataclass(frozen=True, config=STRICT)
class Count:
    """`each` points, earned or lost, for every whole `per` of the figure."""

    each: Figure
    per: Figure = Decimal(1)


@dataclass(frozen=True, config=STRICT)
class Criterion:
    """One line of a scoring set: the figure of an indicator or an element, and the one kind by which it is scored."""

    code: str
    name: str
    maximum: Figure
    not_applicable: NotApplicable | None = None
    indicator: str | None = None
    element: str | None = None
    choice: tuple[Option, ...] | None = None
    step: tuple[Step, ...] | None = None
    proportional: Proportional | None = None
    step_count: Count | None = None
    deduction: Count | None = None
    bonus: Count | None = None
    penalty: Count | None = None
    status: Trust = Trust.OWN
    document: str | None = None

    @property
    def kinds(self) -> tuple[Kind, ...]:
        """The kinds that are declared: loading refuses all but one."""
        return tuple(kind for kind in Kind if getattr(self, kind) is not None)

    @property
    def kind(self) -> Kind:
        """How the figure is scored."""
        return self.kinds[0]

    @property
    def source(self) -> str:
        """The code of the indicator or element whose figure is scored."""
        return self.indicator or self.element or ""


@dataclass(frozen=True, config=STRICT)
class Group:
    """Criteria that belong together and the points that they make at most."""

    code: str
    name: str
    weight: Figure
    criteria: tuple[Criterion, ...]
    status: Trust = Trust.OWN
    document: str | None = None


@dataclass(frozen=True, config=STRICT)
class Grade:
    """A class of scores: from `at_least` up to the next one."""

    name: str
    at_least: Figure
    status: Trust
    document: str | None = None


@dataclass(frozen=True, config=STRICT)
class ScoringSet:
    """The criteria by which units of one level are scored from `year` on, until a later year has a file of its own."""

    set: str
    year: int
    name: str
    status: Trust
    document: str
    level: Level
    total: Figure
    groups: tuple[Group, ...]
    grades: tuple[Grade, ...]
    adjustments: tuple[Criterion, ...] = ()

    @property
    def id(self) -> str:
        """The name of the set and of its file, as `cap-xa/2023`."""
        return f"{self.set}/{self.year}"

    @property
    def criteria(self) -> tuple[Criterion, ...]:
        """The criteria of all groups, in order, without bonus and penalty."""
        return tuple(criterion for group in self.groups for criterion in group.criteria)

    def grade(self, score: Decimal) -> Grade:
        """Return the class of `score`: the highest that it reaches; loading makes sure that one begins at 0."""
        return max((g for g in self.grades if g.at_least <= score), key=lambda g: g.at_least)
