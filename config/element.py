"""Data elements: the rows that a unit fills in."""

from __future__ import annotations

from datetime import date
from enum import StrEnum
from typing import Annotated

from pydantic import StringConstraints
from pydantic.dataclasses import dataclass

from config.number import NumberType
from config.strict import STRICT


class Level(StrEnum):
    """Where in the administration a unit stands."""

    PROVINCE = "province"
    DISTRICT = "district"
    COMMUNE = "commune"


class ReportedBy(StrEnum):
    """Which units' forms ask for an element or carry an indicator."""

    BOTH = "both"
    DISTRICT = "district"
    COMMUNE = "commune"

    def includes(self, level: Level) -> bool:
        """Return whether units of `level` report it."""
        return self is ReportedBy.BOTH or self.value == level.value


class Kind(StrEnum):
    """How an element's figure relates to time and to other units."""

    STOCK = "stock"
    FLOW_CUM_YEAR = "flow_cum_year"
    FLOW_PERIOD = "flow_period"
    OPENING_BALANCE = "opening_balance"
    CLOSING_BALANCE = "closing_balance"
    DERIVED_SUM = "derived_sum"
    RATE_WEIGHTED = "rate_weighted"
    BASELINE = "baseline"


# As rows of a form are found again by it, whatever the case in which it was typed; the store keeps ten characters.
ElementCode = Annotated[str, StringConstraints(pattern=r"^[A-Z][0-9]{1,9}$")]


@dataclass(frozen=True, config=STRICT)
class Element:
    """One row of the form: what is asked, in which unit of measure, of whom, and since when.

    A derived sum names its `parts`; an opening balance names the closing balance that it `continues`.
    """

    code: ElementCode
    name: str
    name_en: str
    unit_of_measure: str
    reported_by: ReportedBy
    type: NumberType
    kind: Kind
    valid_from: date
    valid_to: date | None = None
    required: bool = True
    decimals: int = 0
    parts: tuple[str, ...] = ()
    continues: str | None = None

    @property
    def additive(self) -> bool:
        """Whether units' figures may be summed."""
        return self.kind is not Kind.RATE_WEIGHTED and self.type is not NumberType.FLAG


@dataclass(frozen=True, config=STRICT)
class ElementFile:
    """One file under `config/elements/`: the elements of one section, and how far they can be trusted."""

    section: str
    status: str
    document: str
    elements: tuple[Element, ...]
