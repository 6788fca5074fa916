"""The plan's tasks come out of the form as they were typed into it, and are kept beside the figures."""

from __future__ import annotations

from datetime import date

import pytest

from config.load import Declarations
from config.plan_task import TaskState
from config.settings import Settings
from tasks.collect.grid import Grid, read_grid
from tasks.collect.task_list import read_tasks
from tasks.forms.fill import fill_tasks
from tasks.store.database import reading, writing
from tasks.store.plan_tasks import tasks_of
from tasks.store.submissions import add_submissions
from tests.factory import DISTRICT, NOW, make_new_submission, run_at
from tests.tasks.collect.conftest import workbook

TASKS = [
    {"code": "NV01", "content": "Rà soát văn bản", "responsible": "Phòng Tư pháp", "post": "Trưởng phòng",
     "due": date(2022, 5, 31), "state": "Đã hoàn thành", "done": date(2022, 5, 20)},
    {"code": "NV02", "due": "30/9/2022", "state": "ĐANG THỰC HIỆN", "note": "=1+1"},
    {"code": "NV03", "due": "cuối năm", "state": "gần xong"},
]  # fmt: skip


def listed(declarations: Declarations, form_id: str = "district/2021") -> Grid:
    form = declarations.form_by_id(form_id)
    assert form is not None
    return read_grid(fill_tasks(workbook(unit=DISTRICT), form, TASKS), needs_care=False)


def test_tasks_are_read_with_their_rows_days_and_states(declarations: Declarations) -> None:
    form = declarations.form_by_id("district/2021")
    assert form is not None
    first, second, third = read_tasks(listed(declarations), form)
    assert (first.row, first.sheet, first.code, first.responsible) == (6, "Nhiệm vụ", "NV01", "Phòng Tư pháp")
    assert (first.due, first.state, first.done) == (date(2022, 5, 31), TaskState.DONE, date(2022, 5, 20))
    assert (second.due, second.state, second.done) == (date(2022, 9, 30), TaskState.ONGOING, None)
    assert (third.due, third.due_text, third.state, third.state_text) == (None, "cuối năm", None, "gần xong")


@pytest.mark.parametrize("form_id", ["district/2021", "commune/2021"])
def test_a_form_without_the_sheet_lists_nothing(declarations: Declarations, form_id: str) -> None:
    form = declarations.form_by_id(form_id)
    assert form is not None
    grid = {title: rows for title, rows in listed(declarations).items() if title != "Nhiệm vụ"}
    assert read_tasks(grid, form) == ()


def test_tasks_are_kept_with_their_submission(settings: Settings, declarations: Declarations) -> None:
    form = declarations.form_by_id("district/2021")
    assert form is not None
    tasks = read_tasks(listed(declarations), form)
    with writing(settings.database) as connection:
        key = add_submissions(connection, [make_new_submission(unit=DISTRICT, tasks=tasks)], run_at(NOW))[0]
        other = add_submissions(connection, [make_new_submission()], run_at(NOW))[0]
    with reading(settings.database) as connection:
        assert tasks_of(connection, [key, other]) == {key: tasks, other: ()}


def test_more_tasks_than_the_form_has_rows_are_refused(declarations: Declarations) -> None:
    form = declarations.form_by_id("district/2021")
    assert form is not None
    with pytest.raises(ValueError, match="no room for 151"):
        fill_tasks(b"", form, [{}] * 151)
