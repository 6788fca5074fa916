"""The lines of a stage's table: one indicator of the whole district each, grouped by content of the programme."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from itertools import groupby
from typing import Any

import pandas as pd

from config.indicator import Definition, Indicator, Target, TargetStatus
from config.period import Period
from tasks.publish.lines import ROMAN, Line, is_percentage, known
from tasks.publish.stage_content import StageContent
from tasks.publish.stage_wording import STAGE_STATUSES
from tasks.publish.wording import TARGET_MARKS, Word, day, formula, per_year, target_text


@dataclass(frozen=True)
class StageLine:
    """One row of `evaluate_stage` as it is shown; figures are exact, None where there is none.

    `definition` is the one that the current figure follows, or without a figure the last one.
    """

    indicator: Indicator
    definition: Definition
    base: Decimal | None
    base_date: date | None
    numerator: Decimal | None
    denominator: Decimal | None
    value: Decimal | None
    period: Period | None
    target: Target | None
    target_year: int | None
    status: Word
    p: Decimal | None
    q: Decimal | None
    r: Decimal | None
    cagr_ratio: Decimal | None
    pace: Decimal | None
    needed_pace: Decimal | None
    reported: int
    expected: int
    methods_disagree: bool
    breaks: str
    not_assessed: str

    @property
    def is_percentage(self) -> bool:
        """Whether the figure lies between 0 and 100 and can be drawn as a part of a whole."""
        return is_percentage(self.indicator)

    @property
    def formula(self) -> str:
        """How the figure is computed by that definition, in codes of the form."""
        return formula(self.indicator, self.definition)

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
    def reached(self) -> str:
        """The pace so far, in the same way."""
        return per_year(self.pace, self.indicator)

    @property
    def notes(self) -> tuple[str, ...]:
        """What stands beside the figures: why it is not assessed, breaks, the disagreement of the methods."""
        differ = "hai cách tính nhịp độ cho kết quả khác nhau" if self.methods_disagree else ""
        based = f"gốc ngày {day(self.base_date)}" if self.base_date else ""
        return tuple(note for note in (self.not_assessed, self.breaks, based, differ) if note)


AnyLine = Line | StageLine  # what a period's page and a stage's page count alike


@dataclass(frozen=True)
class StageGroup:
    """The lines of one content of the programme, under its Roman number."""

    numeral: str
    name: str
    lines: tuple[StageLine, ...]


def stage_lines(content: StageContent) -> tuple[StageLine, ...]:
    """Return a line for each indicator of the whole district, in the declared order."""
    return lines_of(content.frames.table, content)


def lines_of(table: pd.DataFrame, content: StageContent) -> tuple[StageLine, ...]:
    """Return a line for each row of `table`, which has the columns of `evaluate_stage`."""
    return tuple(_line({str(k): known(v) for k, v in row.items()}, content) for row in table.to_dict("records"))


def stage_groups(content: StageContent) -> tuple[StageGroup, ...]:
    """Return the district's lines by content: the steering work first, then the six contents."""
    names = content.declarations.framework.contents
    found = groupby(stage_lines(content), key=lambda line: line.indicator.content)
    return tuple(StageGroup(ROMAN[i], names[key], tuple(lines)) for i, (key, lines) in enumerate(found))


def stage_tally(lines: tuple[StageLine, ...]) -> tuple[tuple[Word, int], ...]:
    """Return how many of `lines` have each status, in the order of the legend, without those that none has."""
    counts = Counter(line.status.word for line in lines)
    return tuple((word, counts[name]) for name, word in STAGE_STATUSES.items() if counts[name])


def _line(row: Mapping[str, Any], content: StageContent) -> StageLine:
    indicator = content.declarations.indicators[row["indicator"]]
    period = Period.parse(row["period"]) if row["period"] else None
    day = content.declarations.calendar.cut_off(period) if period else None
    figures = (
        "base",
        "base_date",
        "numerator",
        "denominator",
        "value",
        "p",
        "q",
        "r",
        "cagr_ratio",
        "pace",
        "needed_pace",
    )
    return StageLine(
        indicator=indicator,
        definition=(day and indicator.definition(day)) or indicator.definitions[-1],
        **{name: row[name] for name in figures},
        period=period,
        target=_target(row, indicator),
        target_year=row["target_year"],
        status=STAGE_STATUSES[row["status"]],
        reported=row["reported_units"],
        expected=row["expected_units"],
        methods_disagree=bool(row["methods_disagree"]),
        breaks=row["breaks"],
        not_assessed=row["not_assessed"],
    )


def _target(row: Mapping[str, Any], indicator: Indicator) -> Target | None:
    """Return the target of the row; a range keeps its bounds in the declaration, which the row's year names."""
    if row["target_year"] is None:
        return None
    declared = indicator.targets.get(row["target_year"])
    if declared is not None and declared.value is None:
        return declared
    document = declared.document if declared else ""
    return Target(status=TargetStatus(row["target_status"]), document=document, value=row["target"])
