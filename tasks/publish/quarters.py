"""What a year came to quarter by quarter, as a page shows it: what was reported, and what was derived from that.

A half-year splits into its two quarters, a third quarter adds up to nine months, a full year has its fourth quarter.
All columns of a row rest on the same units, in the boundaries of the period: those that said enough of every window.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from decimal import Decimal

from config.element import Element, Kind
from config.number import CellStatus
from config.period import RECIPES, Period, Recipe, Stretch, stretch_ending
from tasks.store.values import BELOW_NOTHING, TOO_FEW

REASONS: Mapping[str, str] = {
    BELOW_NOTHING: "hiệu nhỏ hơn 0: một trong các kỳ ghi sai",
    TOO_FEW: "chưa đủ số liệu",
}
SHOWN = (CellStatus.NUMBER.value, *REASONS)
SUMMED = Kind.FLOW_CUM_YEAR  # what adds up over time; the rest is that of the last day, or cannot be derived


@dataclass(frozen=True)
class Column:
    """One stretch of the year, and whether nobody reported it."""

    name: str
    derived: bool


COLUMNS: Mapping[Stretch, tuple[Column, Column, Column]] = {
    Stretch.Q2: (Column("Quý I", False), Column("Quý II", True), Column("6 tháng", False)),
    Stretch.NINE_MONTHS: (Column("6 tháng", False), Column("Quý III", False), Column("9 tháng", True)),
    Stretch.Q4: (Column("9 tháng", True), Column("Quý IV", True), Column("Cả năm", False)),
}


@dataclass(frozen=True)
class Increment:
    """What one stretch came to for an element: `value` None where it cannot be told, and `status` says why."""

    value: Decimal | None
    status: str
    reported: int
    expected: int


@dataclass(frozen=True)
class Told:
    """What is known, by element: the stretch that ends with the period, and what the period's reports say.

    Both are over the same units: one unit, or every unit that said enough of each window.
    """

    derived: Mapping[str, Increment]
    reported: Mapping[str, Decimal]


@dataclass(frozen=True)
class QuarterRow:
    """One element over the columns, in their order; `reason` says why the derived figure is none."""

    element: Element
    figures: tuple[Decimal | None, Decimal | None, Decimal | None]
    reason: str
    reported: int
    expected: int


@dataclass(frozen=True)
class Quarters:
    """The table: which stretches, how the derived one is made, and a row for each element that has anything to show."""

    columns: tuple[Column, Column, Column]
    name: str
    made_of: str
    rows: tuple[QuarterRow, ...]


def quarters(period: Period, asked: Iterable[Element], told: Told, elements: Mapping[str, Element]) -> Quarters | None:
    """Return the quarters of the year up to `period`; None when no element of `asked` has anything to show."""
    stretch = stretch_ending(period.window)
    if stretch is None:
        return None
    summed = [e for e in asked if e.code in told.derived and adds_up(e, elements)]
    rows = tuple(_row(e, stretch, told) for e in summed if told.derived[e.code].status in SHOWN)
    name = RECIPES[stretch].name.format(year=period.year)
    return Quarters(COLUMNS[stretch], name, made_of(RECIPES[stretch], period), rows) if rows else None


def adds_up(element: Element, elements: Mapping[str, Element]) -> bool:
    """Return whether an element is summed up over the year, itself or through each of its parts."""
    if element.kind is SUMMED:
        return True
    return bool(element.parts) and all(elements[code].kind is SUMMED for code in element.parts)


def made_of(recipe: Recipe, period: Period) -> str:
    """Return how a stretch is made, in words: `6 tháng đầu năm 2022 − quý I năm 2022`."""
    added = " + ".join(Period(period.year, window).name_within for window in recipe.plus)
    return added + "".join(f" − {Period(period.year, window).name_within}" for window in recipe.minus)


def _row(element: Element, stretch: Stretch, told: Told) -> QuarterRow:
    made = told.derived[element.code]
    figures = _split(stretch, made.value, told.reported.get(element.code))
    return QuarterRow(element, figures, REASONS.get(made.status, ""), made.reported, made.expected)


def _split(
    stretch: Stretch, made: Decimal | None, told: Decimal | None
) -> tuple[Decimal | None, Decimal | None, Decimal | None]:
    """Return the figures in the order of `COLUMNS`, from the derived one and the reported one."""
    if stretch is Stretch.NINE_MONTHS:
        return (None if made is None or told is None else made - told), told, made
    return (None if made is None or told is None else told - made), made, told
