"""From a grid to the year's plan tasks: every row of the list in which something is written."""

from __future__ import annotations

from collections.abc import Iterator, Mapping

from openpyxl.utils import column_index_from_string

from config.form import FormVersion
from config.number import fold
from config.plan_task import TASK_STATE_NAMES, TaskList, TaskState
from config.safe_text import safe_text
from tasks.collect.grid import CellValue, Grid
from tasks.collect.mapping import date_of, sheet_of, typed_text
from tasks.store.values import PlanTask

MAX_TEXT = 2000
STATES = {fold(name): state for state, name in TASK_STATE_NAMES.items()} | {
    fold(word): state
    for word, state in {
        "hoàn thành": TaskState.DONE,
        "đã xong": TaskState.DONE,
        "đang làm": TaskState.ONGOING,
        "chưa hoàn thành": TaskState.ONGOING,
        "chưa làm": TaskState.NOT_STARTED,
    }.items()
}


def read_tasks(grid: Grid, form: FormVersion) -> tuple[PlanTask, ...]:
    """Return the tasks that `grid` lists, in order; none when the form asks for no list or the sheet is not there."""
    return tuple(_tasks(grid, form.tasks, form.first_row)) if form.tasks else ()


def _tasks(grid: Grid, asked: TaskList, first_row: int) -> Iterator[PlanTask]:
    title, rows = sheet_of(grid, asked.sheet)
    places = {part: column_index_from_string(letter) - 1 for part, letter in vars(asked.columns).items()}
    for number, row in enumerate(rows, start=1):
        cells = {part: row[place] if place < len(row) else None for part, place in places.items()}
        if number >= first_row and any(typed_text(value).strip() for value in cells.values()):
            yield _task(number, title, cells)


def _task(number: int, sheet: str, cells: Mapping[str, CellValue]) -> PlanTask:
    texts = {part: safe_text(" ".join(typed_text(value).split()))[:MAX_TEXT] for part, value in cells.items()}
    return PlanTask(
        row=number,
        sheet=sheet,
        code=texts["code"],
        content=texts["content"],
        responsible=texts["responsible"],
        post=texts["post"],
        due=date_of(cells["due"]),
        due_text=texts["due"],
        state=STATES.get(fold(texts["state"])),
        state_text=texts["state"],
        done=date_of(cells["done"]),
        done_text=texts["done"],
        note=texts["note"],
    )
