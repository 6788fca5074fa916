"""The lines of a stage's table, grouped by content of the programme."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from decimal import Decimal
from typing import Any

import pandas as pd

from config.indicator import Definition
from config.period import Period
from tasks.publish.judged_line import METHODS_DISAGREE, Group, JudgedLine, grouped, judged, plain
from tasks.publish.stage_content import StageContent
from tasks.publish.stage_wording import STAGE_STATUSES
from tasks.publish.wording import day, formula, per_year


@dataclass(frozen=True, kw_only=True)
class StageLine(JudgedLine):
    """One row of `evaluate_stage` as it is shown.

    `definition` is the one that the current figure follows, or without a figure the last one.
    """

    definition: Definition
    period: Period | None
    base_is_declared: bool
    pace: Decimal | None
    breaks: str
    not_assessed: str

    @property
    def formula(self) -> str:
        """How the figure is computed by that definition, in codes of the form."""
        return formula(self.indicator, self.definition)

    @property
    def reached(self) -> str:
        """The pace so far with its unit of measure, as `tăng 1,77 điểm %/năm`, or empty."""
        return per_year(self.pace, self.indicator)

    @property
    def notes(self) -> tuple[str, ...]:
        """What stands beside the figures: why it is not assessed, breaks, the disagreement of the methods."""
        differ = METHODS_DISAGREE if self.methods_disagree else ""
        based = f"gốc ngày {day(self.base_date)}" if self.base_date else ""
        return tuple(note for note in (self.not_assessed, self.breaks, based, differ) if note)


def stage_lines(content: StageContent) -> tuple[StageLine, ...]:
    """Return a line for each indicator of the whole district, in the declared order."""
    return lines_of(content.frames.table, content)


def lines_of(table: pd.DataFrame, content: StageContent) -> tuple[StageLine, ...]:
    """Return a line for each row of `table`, which has the columns of `evaluate_stage`."""
    return tuple(_line(plain(row), content) for row in table.to_dict("records"))


def stage_groups(content: StageContent) -> tuple[Group[StageLine], ...]:
    """Return the district's lines by content: the steering work first, then the six contents."""
    return grouped(stage_lines(content), content.declarations.framework.contents)


def _line(row: Mapping[str, Any], content: StageContent) -> StageLine:
    indicator = content.declarations.indicators[row["indicator"]]
    period = Period.parse(row["period"]) if row["period"] else None
    day = content.declarations.calendar.cut_off(period) if period else None
    return StageLine(
        **judged(row, indicator, STAGE_STATUSES),
        definition=(day and indicator.definition(day)) or indicator.definitions[-1],
        period=period,
        base_is_declared=bool(row["base_is_declared"]),
        pace=row["pace"],
        breaks=row["breaks"],
        not_assessed=row["not_assessed"],
    )
