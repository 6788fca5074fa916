"""Values to test with: plausible as they come, every field open to change."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from datetime import date, datetime, timedelta
from decimal import Decimal
from typing import Any
from zoneinfo import ZoneInfo

from sqlalchemy import Connection

from config.number import CellStatus
from config.plan_task import TaskState
from expectations.finding import Finding, Severity
from tasks.store.receipts import Arrival
from tasks.store.submissions import NewSubmission, add_judgement, add_submissions, submissions
from tasks.store.values import PlanTask, Run, Scope, State, Submission, Value

ZONE = ZoneInfo("Asia/Ho_Chi_Minh")
DISTRICT, COMMUNE, NEIGHBOUR = "893", "30628", "30631"
PERIOD = "2022-H1"
NOW = datetime(2022, 6, 22, 8, 0, tzinfo=ZONE)
RECEIVED = datetime(2022, 6, 15, 9, 30, tzinfo=ZONE)
END_OF_TIME = datetime(2100, 1, 1, tzinfo=ZONE)


def at(text: str) -> datetime:
    """Return the moment in Viet Nam that `text` names, as `2022-06-15T09:30`."""
    return datetime.fromisoformat(text).replace(tzinfo=ZONE)


def run_at(moment: datetime, name: str = "run-1") -> Run:
    """Return a run for which `moment` is now."""
    return Run(name, moment)


def sha(letter: str) -> str:
    """Return what could be a SHA-256, told from others by its `letter`."""
    return letter * 64


def make_value(element: str = "C14", number: int | str | None = 100, **changes: Any) -> Value:
    """Return a value that was typed as a number, or with `number` None an empty cell."""
    value = Value(
        element=element,
        status=CellStatus.EMPTY if number is None else CellStatus.NUMBER,
        number=None if number is None else Decimal(number),
        fault=None,
        sheet="TTHC",
        cell="D16",
        text="" if number is None else str(number),
        note="",
    )
    return replace(value, **changes)


def make_task(row: int = 6, **changes: Any) -> PlanTask:
    """Return a task of the plan that was done in time."""
    known: dict[str, Any] = {
        "row": row, "sheet": "Nhiệm vụ", "code": f"NV{row - 5:02}", "content": "Rà soát văn bản",
        "responsible": "Phòng Tư pháp", "post": "Trưởng phòng", "due": date(2022, 5, 31), "due_text": "31/05/2022",
        "state": TaskState.DONE, "state_text": "Đã hoàn thành", "done": date(2022, 5, 20), "done_text": "20/05/2022",
        "note": "",
    }  # fmt: skip
    return PlanTask(**{**known, **changes})


def make_new_submission(**changes: Any) -> NewSubmission:
    """Return a read workbook of a commune, in time, with two figures."""
    new = NewSubmission(
        unit=COMMUNE,
        period=PERIOD,
        form_version="commune/2021",
        scope=Scope.OWN,
        window_from=date(2021, 12, 15),
        window_to=date(2022, 6, 14),
        received_at=RECEIVED,
        days_late=0,
        premature=False,
        sha256=sha("a"),
        file_name="30628-2022-H1.xlsx",
        values=(make_value("A01", 20), make_value("A02", 10)),
    )
    return replace(new, **changes)


def make_submission(**changes: Any) -> Submission:
    """Return an accepted first version of a commune."""
    submission = Submission(
        id=1,
        unit=COMMUNE,
        period=PERIOD,
        form_version="commune/2021",
        version=1,
        state=State.ACCEPTED,
        scope=Scope.OWN,
        window_from=date(2021, 12, 15),
        window_to=date(2022, 6, 14),
        received_at=RECEIVED,
        days_late=0,
        premature=False,
        sha256=sha("a"),
        file_name="30628-2022-H1.xlsx",
    )
    return replace(submission, **changes)


def make_arrival(**changes: Any) -> Arrival:
    """Return a file in the drop folder of a commune."""
    arrival = Arrival(
        channel="folder",
        message="30628/30628-2022-H1.xlsx@1655260200000000000",
        unit=COMMUNE,
        period=PERIOD,
        file_name="30628-2022-H1.xlsx",
        sha256=sha("a"),
        size=26_000,
        received_at=RECEIVED,
    )
    return replace(arrival, **changes)


def make_finding(**changes: Any) -> Finding:
    """Return a critical finding on one cell of a commune."""
    finding = Finding(
        unit=COMMUNE,
        rule="ID11",
        severity=Severity.CRITICAL,
        found="1.872",
        expected="1.782",
        message="[ID11] TTHC!D16: ghi 1.872, tổng các ô D12–D15 là 1.782. Sửa lại rồi gửi lại biểu.",
        element="C14",
        sheet="TTHC",
        cell="D16",
    )
    return replace(finding, **changes)


def keep_version(
    connection: Connection,
    state: State | None = State.ACCEPTED,
    findings: Sequence[Finding] = (),
    moment: datetime = NOW,
    **changes: Any,
) -> Submission:
    """Keep a version at `moment`, judged a second later when `state` is given, and return it as then known."""
    key = add_submissions(connection, [make_new_submission(**changes)], run_at(moment))[0]
    later = run_at(moment + timedelta(seconds=1))
    period = changes.get("period", PERIOD)
    kept = next(s for s in submissions(connection, period, later.now) if s.id == key)
    if state is None:
        return kept
    add_judgement(connection, kept, state, findings, later)
    return next(s for s in submissions(connection, period, later.now) if s.id == key)
