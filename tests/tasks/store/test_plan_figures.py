"""Where a unit lists the tasks of its plan, A01 and A02 are counted from the list; elsewhere they are typed."""

from __future__ import annotations

from datetime import date
from decimal import Decimal
from typing import Any

import pytest
from sqlalchemy import Connection

from config.load import Declarations
from config.number import CellStatus
from config.period import Period
from config.plan_task import TaskState
from tasks.store.frames import values_frame
from tasks.store.plan_figures import CountedValue, done_since, figured_values
from tasks.store.trace import part_of
from tasks.store.values import Submission
from tests.factory import DISTRICT, keep_version, make_task, make_value

OPEN: dict[str, Any] = {"state": TaskState.ONGOING, "done": None, "done_text": ""}
TASKS = (make_task(6), make_task(7, **OPEN), make_task(9), make_task(10), make_task(11, done=date(2022, 6, 15)))


def typed(total: int | None, done: int | None) -> tuple[Any, ...]:
    return (
        make_value("A01", total, sheet="CĐĐH", cell="D6"),
        make_value("A02", done, sheet="CĐĐH", cell="D7", text=f" {done} "),
        make_value("C14", 1),
    )


def kept(connection: Connection, **changes: Any) -> Submission:
    known: dict[str, Any] = {"unit": DISTRICT, "form_version": "district/2021", "values": typed(9, 8), "tasks": TASKS}
    return keep_version(connection, **known | changes)


def numbers(connection: Connection, declarations: Declarations, version: Submission) -> dict[str, Decimal | None]:
    return {v.element: v.number for v in figured_values(connection, declarations, [version])[version.id]}


def test_the_list_gives_its_tasks_and_those_done_by_the_cut_off(
    connection: Connection, declarations: Declarations
) -> None:
    version = kept(connection)
    values = {v.element: v for v in figured_values(connection, declarations, [version])[version.id]}
    assert list(values) == ["A01", "A02", "C14"]
    assert [(values[code].number, values[code].sheet, values[code].cell) for code in ("A01", "A02")] == [
        (5, "Nhiệm vụ", "A6:A7, A9:A11"),
        (3, "Nhiệm vụ", "F6, F9:F10"),
    ]
    assert not isinstance(values["C14"], CountedValue)
    part = part_of(version, values["A02"], "Huyện", counted=True)
    assert (part.from_list, part.typed_number, part.typed_sheet, part.typed_cell, part.text) == (
        True, Decimal(8), "CĐĐH", "D7", " 8 ",
    )  # fmt: skip


def test_without_a_list_the_typed_figures_stand(connection: Connection, declarations: Declarations) -> None:
    version = kept(connection, tasks=())
    assert numbers(connection, declarations, version) == {"A01": 9, "A02": 8, "C14": 1}
    part = part_of(version, figured_values(connection, declarations, [version])[version.id][0], "Huyện", counted=True)
    assert (part.from_list, part.typed_cell, part.cell) == (False, None, "D6")


def test_a_list_counts_where_nothing_was_typed(connection: Connection, declarations: Declarations) -> None:
    nothing = make_value("A01", None, status=CellStatus.NOT_APPLICABLE)
    assert numbers(connection, declarations, kept(connection, values=(nothing,))) == {"A01": 5, "A02": 3}


def test_none_done_is_zero_and_names_the_rows_looked_through(
    connection: Connection, declarations: Declarations
) -> None:
    version = kept(connection, tasks=(make_task(6, **OPEN), make_task(7, **OPEN)))
    done = figured_values(connection, declarations, [version])[version.id][1]
    assert (done.number, done.status, done.cell) == (0, CellStatus.NUMBER, "F6:F7")


@pytest.mark.parametrize(("window", "since"), [("H1", None), ("YEAR", None), ("Q3", date(2022, 6, 15))])
def test_only_a_window_of_its_own_leaves_out_what_was_done_before_it(
    declarations: Declarations, window: str, since: date | None
) -> None:
    assert done_since(declarations.calendar, Period.parse(f"2022-{window}")) == since


def test_the_third_quarter_counts_what_was_done_within_it(connection: Connection, declarations: Declarations) -> None:
    version = kept(connection, period="2022-Q3")
    assert numbers(connection, declarations, version)["A02"] == 1, "the other three were done by the half-year"


def test_the_communes_of_2025_are_counted_alike(connection: Connection, declarations: Declarations) -> None:
    tasks = (make_task(6, done=date(2025, 8, 1)), make_task(7, **OPEN))
    version = kept(connection, unit="30628", period="2025-YEAR", form_version="commune/2025", tasks=tasks)
    assert numbers(connection, declarations, version)["A01"] == 2
    assert numbers(connection, declarations, version)["A02"] == 1


def test_published_values_name_the_rows_and_the_typed_cell(connection: Connection, declarations: Declarations) -> None:
    rows = values_frame(connection, declarations, [kept(connection)])
    assert rows[["element", "value", "sheet", "cell", "typed_at"]].values.tolist() == [
        ["A01", 5, "Nhiệm vụ", "A6:A7, A9:A11", "CĐĐH!D6"],
        ["A02", 3, "Nhiệm vụ", "F6, F9:F10", "CĐĐH!D7"],
        ["C14", 1, "TTHC", "D16", None],
    ]
