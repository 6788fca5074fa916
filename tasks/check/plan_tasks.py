"""The list of plan tasks judged by itself, and held against the figures A01–A04 that the unit typed.

A list has as many rows as the plan has tasks, where the check frame has one row a submission: these rules are judged
here, by what `task_rules.py` declares.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import date
from decimal import Decimal

from config.form import FormVersion
from config.number import NOTHING_NAMES, CellStatus, Nothing, format_number
from config.plan_task import TASK_HEADS, TASK_STATE_NAMES, TaskList, TaskState
from expectations.finding import Finding
from tasks.check.cells import Cells, place_of, said
from tasks.check.task_rules import COUNTED, TASK_RULES
from tasks.store.values import PlanTask, Value

NEEDED = ("code", "content", "responsible", "due")


@dataclass(frozen=True)
class Plan:
    """The list of one unit and what it is judged by: its cells of the form, the first and the last day of the window.

    `starts` is the first day of the report year: the plan's tasks are not done before it. `since` is the first day of a
    window that stands for itself alone, in which A02 counts what was done within it.
    """

    unit: str
    tasks: Sequence[PlanTask]
    cells: Cells
    starts: date
    cut_off: date
    since: date | None = None

    def counts(self) -> dict[str, int]:
        """Return what A01–A04 come to by the list, on the cut-off day."""
        done = [t for t in self.tasks if t.is_done(self.cut_off, self.since)]
        overdue = [t for t in self.tasks if t.days_overdue(self.cut_off)]
        ongoing = sum(not t.is_done(self.cut_off) for t in self.tasks) - len(overdue)
        return {"A01": len(self.tasks), "A02": len(done), "A03": ongoing, "A04": len(overdue)}


@dataclass(frozen=True)
class _Fault:
    """One fault of one task: the rule, the part of the row, what should be there, and what its sentence names."""

    rule: str
    part: str
    wanted: str
    facts: Mapping[str, str] = field(default_factory=dict)


def task_findings(plan: Plan, form: FormVersion) -> list[Finding]:
    """Return what is wrong with the list of `plan`; nothing when `form` asks for none."""
    if form.tasks is None:
        return []
    if not plan.tasks:
        return [_no_list(plan, form.tasks)]
    return [*_against_figures(plan, form.tasks), *_rows(plan, form.tasks)]


def _no_list(plan: Plan, asked: TaskList) -> Finding:
    message = TASK_RULES["KH01"].sentence(asked.sheet)
    return _finding(plan, "KH01", message, sheet=asked.sheet, expected="mỗi nhiệm vụ một dòng")


def _against_figures(plan: Plan, asked: TaskList) -> Iterator[Finding]:
    for code, counted in plan.counts().items():
        value = plan.cells.get(code)
        if value is None or _stated(value) in {None, counted}:
            continue
        rule, facts = COUNTED[code], {"found": said(value), "expected": format_number(counted)}
        found = _finding(plan, rule.rule, rule.sentence(place_of(value), sheet=asked.sheet, **facts), **facts)
        yield replace(found, element=code, sheet=value.sheet, cell=value.cell)


def _stated(value: Value) -> Decimal | None:
    """Return the figure that a cell states: nothing arose is none of them, a gap states nothing."""
    return Decimal(0) if value.status is CellStatus.NOT_APPLICABLE else value.number


def _rows(plan: Plan, asked: TaskList) -> Iterator[Finding]:
    codes = Counter(task.code.casefold() for task in plan.tasks if task.code)
    seen: set[str] = set()
    for task in plan.tasks:
        yield from (_at(plan, asked, task, fault) for fault in _faults(plan, task))
        if codes[task.code.casefold()] > 1 and task.code.casefold() in seen:
            yield _at(plan, asked, task, _Fault("KH12", "code", "mã khác"))
        seen.add(task.code.casefold())


def _faults(plan: Plan, task: PlanTask) -> Iterator[_Fault]:
    """Give each fault of one task."""
    for part in NEEDED:
        if not _text(task, part):
            yield _Fault("KH06", part, _head(part).lower(), {"head": _head(part)})
    for part in ("due", "done"):
        if _text(task, part) and getattr(task, part) is None:
            yield _Fault("KH07", part, "ngày viết dạng 30/06/2022")
    if task.state is None:
        told = {"found": task.state_text or NOTHING_NAMES[Nothing.EMPTY]}
        yield _Fault("KH08", "state", f"một trong: {', '.join(TASK_STATE_NAMES.values())}", told)
    if task.state is TaskState.DONE and not task.done_text:
        yield _Fault("KH09", "done", "ngày hoàn thành")
    if task.done is None:
        return
    day = {"day": _day(task.done)}
    if task.state not in (TaskState.DONE, None):
        yield _Fault("KH10", "state", TASK_STATE_NAMES[TaskState.DONE], day)
    if task.done < plan.starts:
        yield _Fault("KH11", "done", f"từ ngày {_day(plan.starts)}", day | {"starts": _day(plan.starts)})
    if task.done > plan.cut_off:
        yield _Fault("KH13", "done", f"đến hết ngày {_day(plan.cut_off)}", day | {"cut_off": _day(plan.cut_off)})


def _at(plan: Plan, asked: TaskList, task: PlanTask, fault: _Fault) -> Finding:
    cell, found = f"{getattr(asked.columns, fault.part)}{task.row}", _text(task, fault.part)
    message = TASK_RULES[fault.rule].sentence(f"{task.sheet}!{cell}", **{"found": found, **fault.facts})
    return _finding(plan, fault.rule, message, found=found, expected=fault.wanted, sheet=task.sheet, cell=cell)


def _finding(plan: Plan, rule: str, message: str, **facts: str) -> Finding:
    known: Mapping[str, str] = {"found": "", "expected": "", **facts}
    return Finding(unit=plan.unit, rule=rule, severity=TASK_RULES[rule].severity, message=message, **known)


def _text(task: PlanTask, part: str) -> str:
    return str(getattr(task, f"{part}_text" if part in ("due", "state", "done") else part))


def _head(part: str) -> str:
    return str(getattr(TASK_HEADS, part))


def _day(day: date) -> str:
    return f"{day:%d/%m/%Y}"
