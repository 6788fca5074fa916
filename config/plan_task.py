"""The list of the year's plan tasks on a form: its sheet and columns, the states that a task can be in."""

from __future__ import annotations

from collections.abc import Mapping
from enum import StrEnum
from typing import Annotated

from pydantic import Field, StringConstraints
from pydantic.dataclasses import dataclass

from config.strict import STRICT

SheetName = Annotated[str, StringConstraints(pattern=r"^[^\[\]:*?/\\]{1,31}$")]  # what a spreadsheet takes as a name


class TaskState(StrEnum):
    """Where a task stands, by its unit's word; overdue follows from the days, nobody has to say it."""

    DONE = "done"
    ONGOING = "ongoing"
    NOT_STARTED = "not_started"


TASK_STATE_NAMES: Mapping[TaskState, str] = {
    TaskState.DONE: "Đã hoàn thành",
    TaskState.ONGOING: "Đang thực hiện",
    TaskState.NOT_STARTED: "Chưa thực hiện",
}


@dataclass(frozen=True, config=STRICT)
class TaskColumns:
    """The spreadsheet column of each part of a task."""

    code: str
    content: str
    responsible: str
    post: str
    due: str
    state: str
    done: str
    note: str


TASK_HEADS = TaskColumns(
    code="Mã",
    content="Nội dung nhiệm vụ",
    responsible="Đơn vị chủ trì",
    post="Chức vụ người phụ trách",
    due="Hạn hoàn thành",
    state="Tình trạng",
    done="Ngày hoàn thành",
    note="Ghi chú",
)


@dataclass(frozen=True, config=STRICT)
class TaskList:
    """The sheet with the task list; it begins on the form's `first_row` and has room for `rows` tasks."""

    sheet: SheetName
    title: str
    columns: TaskColumns
    rows: Annotated[int, Field(gt=0, le=500)]
