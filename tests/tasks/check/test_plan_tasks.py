"""The list of plan tasks is judged row by row and held against the figures typed beside it; nothing of it blocks."""

from __future__ import annotations

from dataclasses import replace
from datetime import date, timedelta
from typing import Any

import pytest

from config.load import Declarations
from config.number import CellStatus
from config.plan_task import TaskState
from expectations.finding import Finding, Severity
from tasks.check.plan_tasks import Plan, task_findings
from tasks.store.values import PlanTask
from tests.factory import make_task, make_value

STARTS, CUT_OFF = date(2021, 12, 15), date(2022, 6, 14)


DONE = make_task()
OPEN = make_task(row=7, code="NV02", due=date(2022, 9, 30), state=TaskState.ONGOING, done=None, done_text="")
OVERDUE = make_task(row=8, code="NV03", state=TaskState.NOT_STARTED, done=None, done_text="")
WHOLE = (DONE, OPEN, OVERDUE)


def findings(declarations: Declarations, *tasks: PlanTask, **typed: int) -> list[Finding]:
    """Return what is found in `tasks` beside A01–A04 as the list has them, or as `typed`."""
    form = declarations.form_by_id("district/2021")
    assert form is not None
    plan = Plan("893", tasks, {}, STARTS, CUT_OFF)
    cells = {code: make_value(code, number, cell=f"D{code[1:]}") for code, number in {**plan.counts(), **typed}.items()}
    return task_findings(replace(plan, cells=cells), form)


def test_a_list_in_order_that_fits_its_figures_is_left_in_peace(declarations: Declarations) -> None:
    assert findings(declarations, *WHOLE) == []
    assert Plan("893", WHOLE, {}, STARTS, CUT_OFF).counts() == {"A01": 3, "A02": 1, "A03": 1, "A04": 1}


@pytest.mark.parametrize(("code", "rule"), [("A01", "KH02"), ("A02", "KH03"), ("A03", "KH04"), ("A04", "KH05")])
def test_a_typed_figure_that_the_list_does_not_give_is_found_at_its_cell(
    declarations: Declarations, code: str, rule: str
) -> None:
    (found,) = findings(declarations, *WHOLE, **{code: 9})
    assert (found.rule, found.element, found.cell, found.found) == (rule, code, f"D{code[1:]}", "9")
    assert "ghi 9, trang «Nhiệm vụ» có" in found.message
    assert found.severity is Severity.WARNING
    told = f"L01 tính theo danh mục: {found.expected}. Xem lại {code}" in found.message
    assert told is (code in {"A01", "A02"}), "A03 and A04 are no part of L01"


def test_nothing_arose_beside_a_list_with_tasks_is_a_figure_that_the_list_does_not_give(
    declarations: Declarations,
) -> None:
    form = declarations.form_by_id("district/2021")
    assert form is not None
    cells = {"A01": make_value("A01", None, status=CellStatus.NOT_APPLICABLE), "A02": make_value("A02", None)}
    (found,) = task_findings(Plan("893", WHOLE, cells, STARTS, CUT_OFF), form)
    assert (found.rule, found.found, found.expected) == ("KH02", "không phát sinh", "3")


def test_a_window_of_its_own_counts_what_was_done_within_it() -> None:
    summer = make_task(row=9, code="NV04", done=date(2022, 7, 1))
    undated = make_task(row=10, code="NV05", done=None, done_text="")
    plan = Plan("893", (*WHOLE, summer, undated), {}, STARTS, date(2022, 9, 14))
    assert plan.counts()["A02"] == 3
    alone = replace(plan, since=date(2022, 6, 15)).counts()
    assert alone["A02"] == 1, "done before it, or on no known day"
    assert (alone["A03"], alone["A04"]) == (plan.counts()["A03"], plan.counts()["A04"]), "what is left is left"


@pytest.mark.parametrize(
    ("faulty", "rule", "cell"),
    [
        ({"code": ""}, "KH06", "A8"),
        ({"responsible": ""}, "KH06", "C8"),
        ({"due": None, "due_text": ""}, "KH06", "E8"),
        ({"due": None, "due_text": "cuối quý"}, "KH07", "E8"),
        ({"done": None, "done_text": "tháng 5"}, "KH07", "G8"),
        ({"state": None, "state_text": "gần xong"}, "KH08", "F8"),
        ({"state": None, "state_text": ""}, "KH08", "F8"),
        ({"done": None, "done_text": ""}, "KH09", "G8"),
        ({"state": TaskState.ONGOING, "state_text": "Đang thực hiện"}, "KH10", "F8"),
        ({"done": date(2021, 11, 30), "done_text": "30/11/2021"}, "KH11", "G8"),
        ({"code": "nv01"}, "KH12", "A8"),
        ({"done": date(2022, 6, 20), "done_text": "20/06/2022"}, "KH13", "G8"),
    ],
)
def test_a_fault_in_a_row_is_found_at_its_cell_with_what_to_do(
    declarations: Declarations, faulty: dict[str, Any], rule: str, cell: str
) -> None:
    (found,) = findings(declarations, DONE, make_task(**{"row": 8, "code": "NV03"} | faulty))
    assert (found.rule, found.sheet, found.cell, found.severity) == (rule, "Nhiệm vụ", cell, Severity.WARNING)
    assert found.message.startswith(f"[{rule}] Nhiệm vụ!{cell}: ")
    assert found.message.endswith("Sửa rồi gửi lại biểu.")


def test_a_missing_list_is_a_warning_of_its_own(declarations: Declarations) -> None:
    (found,) = findings(declarations)
    assert (found.rule, found.severity) == ("KH01", Severity.WARNING)


def test_a_form_that_asks_for_no_list_is_not_asked_for_it(declarations: Declarations) -> None:
    commune = declarations.form_by_id("commune/2021")
    assert commune is not None
    assert task_findings(Plan("30628", (), {}, STARTS, CUT_OFF), commune) == []


def test_overdue_counts_days_to_the_cut_off_and_never_what_was_done_by_then() -> None:
    assert OVERDUE.days_overdue(CUT_OFF) == 14
    assert DONE.days_overdue(CUT_OFF) == OPEN.days_overdue(CUT_OFF) == 0
    late = make_task(done=CUT_OFF + timedelta(days=1))
    assert (late.is_done(CUT_OFF), late.days_overdue(CUT_OFF)) == (False, 14)
