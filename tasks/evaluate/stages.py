"""The stages of the programme: which there are, and to which day one is judged."""

from __future__ import annotations

import re
from calendar import monthrange
from datetime import date

from config.calendar import Span
from config.framework import Stage
from config.load import Declarations
from config.period import Period, Window


def stage_of(declarations: Declarations, code: str) -> Stage:
    """Return the stage that `code` names; `ValueError` in Vietnamese says which there are."""
    stages = declarations.framework.stages
    if code not in stages:
        raise ValueError(f"không có giai đoạn {code!r}: có {', '.join(stages)}")
    return stages[code]


def span_of(declarations: Declarations, stage: Stage) -> Span:
    """Return the days whose figures belong to `stage`: from its first report year's first day to its last's last."""
    calendar = declarations.calendar
    first, last = (Period(year, Window.YEAR) for year in (stage.first_year, stage.last_year))
    return Span(calendar.span(first).start, calendar.span(last).end)


def judged_to(declarations: Declarations, code: str, by: str | None) -> date:
    """Return the day after which figures of stage `code` are left aside: the last of month `by`, or of the stage.

    `ValueError` in Vietnamese when `by` is no month of the stage, written as `2024-12`.
    """
    stage = stage_of(declarations, code)
    if by is None:
        return date(stage.last_year, 12, 31)
    match = re.fullmatch(r"(\d{4})-(0[1-9]|1[0-2])", by.strip())
    if not match or not stage.first_year <= int(match[1]) <= stage.last_year:
        span = f"{stage.first_year}-01 đến {stage.last_year}-12"
        raise ValueError(f"không có tháng {by!r} trong {stage.name.lower()}: viết năm-tháng từ {span}, ví dụ 2024-12")
    year, month = int(match[1]), int(match[2])
    return date(year, month, monthrange(year, month)[1])
