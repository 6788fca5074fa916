"""The year ahead as the calendar declares it: windows, cut-offs, deadlines, reminders, each with its weekday."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import asdict, dataclass
from datetime import date
from typing import Any

from rich.table import Table

from config.calendar import Calendar
from config.day import in_words
from config.element import Level
from config.load import Declarations
from config.period import Period, Window
from config.reminding import Audience, Step
from flows.inert import in_table

LEVELS = {Level.COMMUNE: "cấp xã", Level.DISTRICT: "cấp huyện"}
TOLD = {
    Audience.UNIT: "Nhắc đơn vị",
    Audience.HEAD: "Báo thủ trưởng đơn vị",
    Audience.DATA_TEAM: "Báo bộ phận tổng hợp",
}


@dataclass(frozen=True)
class Due:
    """One report of one level: the days its figures cover, the day it is due, the days of reminding."""

    period: str
    name: str
    level: Level
    start: date
    cut_off: date
    declared: date
    deadline: date
    why_moved: str | None
    grace_ends: date
    steps: tuple[Step, ...]


def year_plan(declarations: Declarations, year: int) -> list[Due]:
    """Return what is due in the report year `year`, in order of deadline, for the levels that report then."""
    calendar = declarations.calendar
    plan: list[Due] = []
    for period in (Period(year, window) for window in Window):
        levels = {unit.level for unit in declarations.reporting(period).values()}
        plan += [_due(calendar, period, level) for level in LEVELS if level in levels]
    return sorted(plan, key=lambda due: due.deadline)


def _due(calendar: Calendar, period: Period, level: Level) -> Due:
    span, declared = calendar.span(period), calendar.declared_deadline(period, level)
    return Due(
        period=str(period),
        name=period.name,
        level=level,
        start=span.start,
        cut_off=span.end,
        declared=declared,
        deadline=calendar.deadline(period, level),
        why_moved=calendar.working_days.why_off(declared),
        grace_ends=calendar.grace_ends(period, level),
        steps=calendar.steps(period, level),
    )


def plan_rows(plan: Sequence[Due]) -> list[dict[str, Any]]:
    """Return the plan as plain data for JSON."""
    return [asdict(due) for due in plan]


def plan_tables(plan: Sequence[Due]) -> Iterator[Table]:
    """Give a table for each report and level: first what its figures cover, then by when it is to be sent."""
    for due in plan:
        table = Table(title=f"{due.name} ({due.period}), {LEVELS[due.level]}", show_header=False, title_justify="left")
        table.add_row("Số liệu tính từ ngày", in_words(due.start))
        table.add_row("Số liệu tính đến hết ngày", in_words(due.cut_off))
        moved = f" (dời từ {in_words(due.declared)}: {due.why_moved})" if due.why_moved else ""
        table.add_row("Hạn gửi báo cáo", in_table(in_words(due.deadline) + moved))
        table.add_row("Hết gia hạn", in_words(due.grace_ends))
        for audience, told in TOLD.items():
            days = [in_words(step.day) for step in due.steps if step.audience is audience]
            table.add_row(told, "\n".join(days) or "–")
        yield table
