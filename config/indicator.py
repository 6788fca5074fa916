"""Indicators of the provincial framework: what is divided by what, and which target it is held against."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date
from enum import StrEnum

from pydantic.dataclasses import dataclass

from config.element import Kind, ReportedBy
from config.formula import elements_of
from config.strict import STRICT, Code, Figure, Share
from config.validity import the_one_in_force

WEIGHTED_MEAN = "weighted_mean:"


class Aggregation(StrEnum):
    """How units make one figure."""

    RATIO_OF_SUMS = "ratio_of_sums"
    SHARE_OF_UNITS_MEETING = "share_of_units_meeting"
    WEIGHTED_MEAN = "weighted_mean"
    DISTRICT_ONLY = "district_only"
    SUM = "sum"


AGGREGATION_NAMES = {
    Aggregation.RATIO_OF_SUMS: "tổng tử số chia cho tổng mẫu số của các đơn vị",
    Aggregation.SHARE_OF_UNITS_MEETING: "tỷ lệ đơn vị đáp ứng trên số đơn vị đã báo cáo",
    Aggregation.WEIGHTED_MEAN: "bình quân có trọng số",
    Aggregation.DISTRICT_ONLY: "chỉ lấy số liệu của cấp huyện",
    Aggregation.SUM: "tổng các đơn vị",
}


class Direction(StrEnum):
    """Which way is better; a range is judged inside or outside."""

    UP = "up"
    DOWN = "down"
    RANGE = "range"


class TargetStatus(StrEnum):
    """How far a target can be trusted; everything but `sourced` is marked wherever it is printed."""

    SOURCED = "sourced"
    STAND_IN = "stand_in"
    PROVISIONAL = "provisional"


class Pace(StrEnum):
    """Where the road to a target starts: from nothing each year, or from the level reached before."""

    FROM_ZERO = "from_zero"
    FROM_LEVEL = "from_level"


@dataclass(frozen=True, config=STRICT)
class Definition:
    """Numerator and denominator in force from one day to another."""

    valid_from: date
    numerator: str
    denominator: str
    valid_to: date | None = None

    @property
    def elements(self) -> frozenset[str]:
        """The codes of the elements that the definition reads."""
        return elements_of(self.numerator) | elements_of(self.denominator)


@dataclass(frozen=True, config=STRICT)
class Target:
    """What is to be reached by the end of a year: a value, or for a range its lower and upper bound."""

    status: TargetStatus
    document: str
    value: Figure | None = None
    low: Figure | None = None
    high: Figure | None = None


@dataclass(frozen=True, config=STRICT)
class Baseline:
    """A starting level that a document states, as of a day."""

    day: date
    value: Figure
    document: str


@dataclass(frozen=True, config=STRICT)
class Indicator:
    """One line of the evaluation table, with its dated definitions and targets."""

    code: Code
    content: int
    name: str
    name_en: str
    unit_of_measure: str
    reported_by: ReportedBy
    kind: Kind
    aggregation: str
    direction: Direction
    definitions: tuple[Definition, ...]
    targets: Mapping[int, Target]
    lead: str
    pace: Pace = Pace.FROM_LEVEL
    minimum_coverage: Share | None = None
    baseline: Baseline | None = None
    superseded_by: str | None = None

    @property
    def rule(self) -> Aggregation:
        """How units make one figure, without the weight."""
        return Aggregation(self.aggregation.split(":")[0])

    @property
    def weight(self) -> str | None:
        """The element that weighs a weighted mean."""
        return self.aggregation.removeprefix(WEIGHTED_MEAN) if self.rule is Aggregation.WEIGHTED_MEAN else None

    @property
    def factor(self) -> int:
        """What the quotient is multiplied by: 100 where the unit of measure is a percentage."""
        return 100 if self.unit_of_measure.startswith("%") else 1

    def definition(self, day: date) -> Definition | None:
        """Return the definition in force on `day`."""
        return the_one_in_force(self.definitions, day)

    def target(self, year: int) -> tuple[int, Target] | None:
        """Return (year, target) of the nearest declared target not before `year`, or None: none is ever made up."""
        return min(((y, t) for y, t in self.targets.items() if y >= year), default=None, key=lambda pair: pair[0])
