"""A line of an evaluation table: one indicator of the whole district, of a period or of a stage."""

from __future__ import annotations

from collections import Counter
from collections.abc import Hashable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from itertools import groupby
from typing import Any, Generic, TypeVar

import pandas as pd

from config.indicator import Aggregation, Indicator, Target, TargetStatus
from tasks.publish.wording import TARGET_MARKS, Word, per_year, target_text

ROMAN = ("I", "II", "III", "IV", "V", "VI", "VII")
METHODS_DISAGREE = "hai cách tính nhịp độ cho kết quả khác nhau"


@dataclass(frozen=True)
class JudgedLine:
    """The figure of one indicator, its coverage, target and pace towards it; exact, None where there is none."""

    indicator: Indicator
    numerator: Decimal | None
    denominator: Decimal | None
    value: Decimal | None
    reported: int
    expected: int
    target: Target | None
    target_year: int | None
    status: Word
    base: Decimal | None
    base_date: date | None
    p: Decimal | None
    q: Decimal | None
    r: Decimal | None
    cagr_ratio: Decimal | None
    needed_pace: Decimal | None
    methods_disagree: bool

    @property
    def coverage(self) -> str:
        """How many units the figure rests on, as `17/19`."""
        return f"{self.reported}/{self.expected}"

    @property
    def mark(self) -> str:
        """The sign after a target that no document of the province gives."""
        return TARGET_MARKS[self.target.status] if self.target else ""

    @property
    def target_text(self) -> str:
        """The target with its bound and mark, as `≥ 80 (*)`, or empty; it stays on one line."""
        return f"{target_text(self.indicator, self.target)}\u00a0{self.mark}".rstrip() if self.target else ""

    @property
    def needed(self) -> str:
        """The pace needed from now on with its unit of measure, as `tăng 1,77 điểm %/năm`, or empty."""
        return per_year(self.needed_pace, self.indicator)

    @property
    def is_percentage(self) -> bool:
        """Whether the figure lies between 0 and 100 and can be drawn as a part of a whole."""
        return is_percentage(self.indicator)


AnyLine = TypeVar("AnyLine", bound=JudgedLine)
Line_co = TypeVar("Line_co", bound=JudgedLine, covariant=True)


@dataclass(frozen=True)
class Group(Generic[Line_co]):
    """The lines of one content of the programme, under its Roman number."""

    numeral: str
    name: str
    lines: tuple[Line_co, ...]


def grouped(lines: Iterable[AnyLine], names: Mapping[int, str]) -> tuple[Group[AnyLine], ...]:
    """Return `lines`, which come in the declared order, by content: the steering work first, then the six contents."""
    found = groupby(lines, key=lambda line: line.indicator.content)
    return tuple(Group(ROMAN[i], names[key], tuple(of_content)) for i, (key, of_content) in enumerate(found))


def tally(lines: Sequence[JudgedLine], words: Mapping[str, Word]) -> tuple[tuple[Word, int], ...]:
    """Return how many of `lines` have each status, in the order of `words`, without those that none has."""
    counts = Counter(line.status.word for line in lines)
    return tuple((word, counts[name]) for name, word in words.items() if counts[name])


def judged(row: Mapping[str, Any], indicator: Indicator, words: Mapping[str, Word]) -> dict[str, Any]:
    """Return what a row of an evaluation says of `indicator`, as `JudgedLine` has it."""
    as_they_are = ("numerator", "denominator", "value", "base", "p", "q", "r", "cagr_ratio", "needed_pace")
    return {
        **{name: row[name] for name in as_they_are},
        "indicator": indicator,
        "reported": int(row["reported_units"]),
        "expected": int(row["expected_units"]),
        "target": _target(row, indicator),
        "target_year": None if row["target_year"] is None else int(row["target_year"]),
        "status": words[row["status"]],
        "base_date": _day(row["base_date"]),
        "methods_disagree": bool(row["methods_disagree"]),
    }


def is_percentage(indicator: Indicator) -> bool:
    """Return whether figures of `indicator` lie between 0 and 100 and can be drawn as parts of a whole."""
    return indicator.factor == 100 and indicator.rule is not Aggregation.SUM


def known(value: Any) -> Any:
    """Return `value`, or None for any of the ways in which a frame says that there is none."""
    if value is None or type(value) in (str, int):  # as most cells are: asking pandas is dear
        return value
    if type(value) is Decimal:
        return None if value.is_nan() else value
    return None if pd.isna(value) else value


def plain(record: Mapping[Hashable, Any]) -> dict[str, Any]:
    """Return a row of a frame with None for what it lacks."""
    return {str(name): known(value) for name, value in record.items()}


def _target(row: Mapping[str, Any], indicator: Indicator) -> Target | None:
    """Return the target of the row; a range keeps its bounds in the declaration, which the row's year names."""
    if row["target_year"] is None:
        return None
    declared = indicator.targets.get(int(row["target_year"]))
    if declared is not None and (row["target"] is None or declared.value is None):
        return declared
    status = TargetStatus(row["target_status"])
    return Target(status=status, document=declared.document if declared else "", value=row["target"])


def _day(value: Any) -> date | None:
    return date.fromisoformat(value[:10]) if isinstance(value, str) else value
