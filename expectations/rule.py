"""One rule: Great Expectations' own type, kwargs and severity, and in `meta` the words for people."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass as plain_dataclass
from enum import Enum
from pathlib import Path
from typing import Any

from pydantic.dataclasses import dataclass

from config.element import Element, Kind, Level
from config.number import NumberType
from config.strict import STRICT, Name
from expectations.columns import CELL_COLUMNS, MISSING_SHEETS, SUBMISSION_COLUMNS, Past, past_column
from expectations.finding import Severity

EQUAL_SUM = "expect_first_column_to_equal_sum_of_others"
AT_MOST_SUM = "expect_first_column_to_be_at_most_sum_of_others"
AT_MOST = "expect_column_pair_values_a_to_be_greater_than_b"  # with or_equal, read from B: B is at most A
EVERY_CELL = "expect_every_cell_to_be_between"
NEAR_PAST = "expect_every_cell_to_be_near_its_past"
NOT_SHIFTED = "expect_no_cell_to_be_shifted"
USUAL = "expect_every_cell_to_be_usual"
AGAINST_PAST = (NEAR_PAST, NOT_SHIFTED, USUAL)
SIGNS = {EQUAL_SUM: "=", AT_MOST_SUM: "≤", AT_MOST: "≤"}

MISSING_MEANS = {
    "any_value_is_missing": "thiếu một ô thì chưa xét",
    "either_value_is_missing": "thiếu một trong hai ô thì chưa xét",
    "all_values_are_missing": "thiếu mọi ô thì chưa xét",
    "both_values_are_missing": "thiếu cả hai ô thì chưa xét",
    "never": "ô chưa có số thì bỏ qua, các ô khác vẫn xét",
    "neither": "không ghi cũng là lỗi",
}
FLOWS = (Kind.FLOW_CUM_YEAR, Kind.FLOW_PERIOD, Kind.DERIVED_SUM)  # whose size depends on the window
NO_PAST = "ô chưa có số, hoặc chưa có số kỳ trước để so, thì chưa xét"


class Shape(Enum):
    """What a violation points at: the first of several compared cells, each faulty cell or sheet, or the submission.

    `PAST` is each faulty cell, too: one that does not fit what was said before.
    """

    COMPARISON = "comparison"
    CELLS = "cells"
    PAST = "past"
    SHEETS = "sheets"
    SUBMISSION = "submission"


@dataclass(frozen=True, config=STRICT)
class Each:
    """The elements of the form that a template is expanded over: of these types or kinds, or named, less some.

    With `past`, each is held against that earlier figure of its own.
    """

    types: tuple[NumberType, ...] = ()
    kinds: tuple[Kind, ...] = ()
    elements: tuple[str, ...] = ()
    without: tuple[str, ...] = ()
    past: Past | None = None

    def picks(self, element: Element) -> bool:
        """Return whether the template is expanded over `element`."""
        named = element.code in self.elements or element.type in self.types or element.kind in self.kinds
        return named and element.code not in self.without

    def past_of(self, element: Element) -> Past | None:
        """Return the earlier figure that `element` is held against."""
        if self.past is not Past.LIKE:
            return self.past
        return Past.YEAR_AGO if element.kind in FLOWS else Past.LAST

    def columns_of(self, elements: Sequence[Element]) -> list[str]:
        """Return the columns that the template reads for `elements`: theirs first, then those of their past."""
        pasts = [(past, e.code) for e in elements if (past := self.past_of(e))]
        spreads = [(Past.SPREAD, code) for past, code in pasts if past is Past.USUAL]
        return [e.code for e in elements] + [past_column(past, code) for past, code in (*pasts, *spreads)]


@dataclass(frozen=True, config=STRICT)
class Aside:
    """Elements that are often added in by mistake, and what to say of the sum that this would make."""

    elements: tuple[str, ...]
    text: str


@dataclass(frozen=True, config=STRICT)
class Meta:
    """What Great Expectations carries along for us: the code, the words, an example that passes and one that fails."""

    rule: Name
    text: str
    message: str
    example_pass: Mapping[str, Any]
    example_fail: Mapping[str, Any]
    found: str | None = None
    expected: str | None = None
    document: str | None = None
    each: Each | None = None
    aside: Aside | None = None
    level: Level | None = None
    cover_row: str | None = None
    since_new_year: bool = False
    unless: tuple[str, ...] = ()
    label: str | None = None


@dataclass(frozen=True, config=STRICT)
class Item:
    """One item of a file under `expectations/`."""

    type: str
    kwargs: Mapping[str, Any]
    severity: Severity
    meta: Meta


@dataclass(frozen=True, config=STRICT)
class RuleFile:
    """One file under `expectations/`: its rules, and the document they follow from unless a rule names its own."""

    document: str
    expectations: tuple[Item, ...]


@plain_dataclass(frozen=True)
class Rule:
    """A declared rule; `text` says what must hold, `message` is the template of a finding, `document` its source.

    `columns` are those of the check frame that it reads, in the order in which people read them: a comparison begins
    with the figure that is judged. A template (`each`) has none until `rules_for` gives it those of a form. It says
    nothing of a cell that one of the rules in `unless` speaks of: one slip is told once. `label` is the code that units
    read; `rule` is the one that programs read, and is the same unless a label is declared. A rule
    `since_new_year` ties what was done since the year began to what is left on the cut-off day: of the former, a window
    that stands for itself alone (Q3) has only a part.
    """

    rule: str
    label: str
    severity: Severity
    type: str
    kwargs: Mapping[str, Any]
    columns: tuple[str, ...]
    text: str
    message: str
    found: str | None
    expected: str | None
    document: str
    each: Each | None
    aside: Aside | None
    level: Level | None
    cover_row: str | None
    since_new_year: bool
    unless: tuple[str, ...]
    example_pass: Mapping[str, Any]
    example_fail: Mapping[str, Any]
    file: Path
    line: int

    @property
    def elements(self) -> tuple[str, ...]:
        """The element codes among the columns."""
        return tuple(c for c in self.columns if c not in SUBMISSION_COLUMNS and c not in CELL_COLUMNS)

    @property
    def shape(self) -> Shape:
        """What a violation of the rule points at."""
        if self.each and self.each.past:
            return Shape.PAST
        if self.type in SIGNS and self.elements:
            return Shape.COMPARISON
        if MISSING_SHEETS in self.columns:
            return Shape.SHEETS
        if self.each or self.elements or set(self.columns) & set(CELL_COLUMNS):
            return Shape.CELLS
        return Shape.SUBMISSION

    @property
    def formula(self) -> str | None:
        """A comparison in short, as `C14 = C10 + C11 + C12 + C13`."""
        if self.shape is not Shape.COMPARISON:
            return None
        subject, *parts = self.columns
        return f"{subject} {SIGNS[self.type]} {' + '.join(parts)}"

    @property
    def missing(self) -> str:
        """What a missing value means to the rule, in Vietnamese."""
        if self.shape is Shape.PAST:
            return NO_PAST
        return MISSING_MEANS.get(str(self.kwargs.get("ignore_row_if")), "không tính được thì chưa xét")


def columns_of(item: Item) -> tuple[str, ...]:
    """Return the columns that `item` names, the judged one first."""
    kwargs = item.kwargs
    named = [
        *(kwargs.get("column_list") or ()),
        *(kwargs[k] for k in ("column", "column_A", "column_B") if k in kwargs),
    ]
    return tuple(str(name) for name in (reversed(named) if item.type == AT_MOST else named))
