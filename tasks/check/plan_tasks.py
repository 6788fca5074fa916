"""The list of plan tasks judged by itself, and held against the figures A01–A04 that the unit typed.

A list has as many rows as the plan has tasks, where the check frame has one row a submission: these rules are written
here, each with its code and its sentence, and are warnings all: a list that is not in order does not spoil a figure.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date

from config.form import FormVersion
from config.number import format_number
from config.plan_task import TASK_HEADS, TASK_STATE_NAMES, TaskList, TaskState
from expectations.finding import Finding, Severity
from tasks.check.cells import Cells, place_of, said
from tasks.store.values import PlanTask

NEEDED = ("code", "content", "responsible", "due")
MEND = "Sửa rồi gửi lại biểu."


@dataclass(frozen=True)
class Plan:
    """The list of one unit and what it is judged by: its cells of the form, the first and the last day of the window.

    `starts` is the first day of the report year: the plan's tasks are not done before it.
    """

    unit: str
    tasks: Sequence[PlanTask]
    cells: Cells
    starts: date
    cut_off: date

    def typed(self) -> dict[str, int]:
        """Return what A01–A04 come to by the list, on the cut-off day."""
        done = [t for t in self.tasks if t.is_done(self.cut_off)]
        overdue = [t for t in self.tasks if t.days_overdue(self.cut_off)]
        ongoing = len(self.tasks) - len(done) - len(overdue)
        return {"A01": len(self.tasks), "A02": len(done), "A03": ongoing, "A04": len(overdue)}


@dataclass(frozen=True)
class _Fault:
    """One fault of one task: the rule, the part of the row, what is wrong, and what should be there."""

    rule: str
    part: str
    told: str
    wanted: str


COUNTED = {
    "A01": ("KH02", "nhiệm vụ trong danh mục"),
    "A02": ("KH03", "nhiệm vụ hoàn thành đến ngày chốt số liệu"),
    "A03": ("KH04", "nhiệm vụ chưa hoàn thành, chưa quá hạn"),
    "A04": ("KH05", "nhiệm vụ quá hạn chưa hoàn thành"),
}


def task_findings(plan: Plan, form: FormVersion) -> list[Finding]:
    """Return what is wrong with the list of `plan`; nothing when `form` asks for none."""
    if form.tasks is None:
        return []
    if not plan.tasks:
        return [_no_list(plan, form.tasks)]
    return [*_against_figures(plan, form.tasks), *_rows(plan, form.tasks)]


def _no_list(plan: Plan, asked: TaskList) -> Finding:
    message = (
        f"[KH01] {asked.sheet}: chưa có nhiệm vụ nào, nên chưa đối chiếu được A01, A02. Ghi danh mục nhiệm vụ của năm "
        "vào trang này (lấy biểu mới nếu biểu đang dùng không có trang), rồi gửi lại biểu."
    )
    return _finding(plan, "KH01", message, sheet=asked.sheet, expected="mỗi nhiệm vụ một dòng")


def _against_figures(plan: Plan, asked: TaskList) -> Iterator[Finding]:
    for code, counted in plan.typed().items():
        value = plan.cells.get(code)
        if value is None or value.number is None or value.number == counted:
            continue
        rule, what = COUNTED[code]
        message = (
            f"[{rule}] {place_of(value)}: ghi {said(value)}, trang «{asked.sheet}» có {format_number(counted)} {what}. "
            f"Xem lại {code} và danh mục, sửa rồi gửi lại biểu."
        )
        found = _finding(plan, rule, message, found=said(value), expected=format_number(counted))
        yield Finding(**{**vars(found), "element": code, "sheet": value.sheet, "cell": value.cell})


def _rows(plan: Plan, asked: TaskList) -> Iterator[Finding]:
    codes = Counter(task.code.casefold() for task in plan.tasks if task.code)
    seen: set[str] = set()
    for task in plan.tasks:
        yield from (_at(plan, asked, task, fault) for fault in _faults(plan, task))
        if codes[task.code.casefold()] > 1 and task.code.casefold() in seen:
            told = f"mã {task.code} đã dùng cho một nhiệm vụ ở trên"
            yield _at(plan, asked, task, _Fault("KH12", "code", told, "mã khác"))
        seen.add(task.code.casefold())


def _faults(plan: Plan, task: PlanTask) -> Iterator[_Fault]:
    """Give each fault of one task."""
    for part in NEEDED:
        if not _text(task, part):
            yield _Fault("KH06", part, f"còn trống «{_head(part)}»", _head(part).lower())
    for part in ("due", "done"):
        if _text(task, part) and getattr(task, part) is None:
            yield _Fault("KH07", part, f"«{_text(task, part)}» không phải là ngày", "ngày viết dạng 30/06/2022")
    if task.state is None:
        names = ", ".join(TASK_STATE_NAMES.values())
        told = f"không rõ tình trạng «{task.state_text}»" if task.state_text else "chưa ghi tình trạng"
        yield _Fault("KH08", "state", told, f"một trong: {names}")
    if task.state is TaskState.DONE and not task.done_text:
        yield _Fault("KH09", "done", "đã hoàn thành mà chưa ghi ngày hoàn thành", "ngày hoàn thành")
    if task.done and task.state not in (TaskState.DONE, None):
        told = f"có ngày hoàn thành {_day(task.done)} mà tình trạng là «{task.state_text}»"
        yield _Fault("KH10", "state", told, TASK_STATE_NAMES[TaskState.DONE])
    if task.done and task.done < plan.starts:
        told = f"hoàn thành ngày {_day(task.done)}, trước khi năm báo cáo bắt đầu ({_day(plan.starts)})"
        yield _Fault("KH11", "done", told, f"từ ngày {_day(plan.starts)}")
    if task.done and task.done > plan.cut_off:
        told = f"hoàn thành ngày {_day(task.done)}, sau ngày chốt số liệu {_day(plan.cut_off)}: kỳ này chưa được tính"
        yield _Fault("KH13", "done", told, f"đến hết ngày {_day(plan.cut_off)}")


def _at(plan: Plan, asked: TaskList, task: PlanTask, fault: _Fault) -> Finding:
    cell = f"{getattr(asked.columns, fault.part)}{task.row}"
    message = f"[{fault.rule}] {task.sheet}!{cell}: {fault.told}. {MEND}"
    found, wanted = _text(task, fault.part), fault.wanted
    return _finding(plan, fault.rule, message, found=found, expected=wanted, sheet=task.sheet, cell=cell)


def _finding(plan: Plan, rule: str, message: str, **facts: str) -> Finding:
    known: Mapping[str, str] = {"found": "", "expected": "", **facts}
    return Finding(unit=plan.unit, rule=rule, severity=Severity.WARNING, message=message, **known)


def _text(task: PlanTask, part: str) -> str:
    return str(getattr(task, f"{part}_text" if part in ("due", "state", "done") else part))


def _head(part: str) -> str:
    return str(getattr(TASK_HEADS, part))


def _day(day: date) -> str:
    return f"{day:%d/%m/%Y}"
