"""What figures are made of: the cells as typed, but A01 and A02 counted from the list of plan tasks where there is one.

Counted anew from the kept rows of the list whenever figures are made or told: nothing is kept twice, and what was known
on a day is told as of that day.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from itertools import groupby

from sqlalchemy import Connection

from config.calendar import Calendar
from config.load import Declarations
from config.number import CellStatus
from config.period import Period
from config.plan_task import TaskColumns
from tasks.store.plan_tasks import tasks_of
from tasks.store.submissions import values_of
from tasks.store.values import PlanTask, Submission, Value

TOTAL, DONE = "A01", "A02"  # tasks of the plan, and those of them that are done


@dataclass(frozen=True)
class CountedValue(Value):
    """A figure counted from the list: `sheet` and `cell` are the rows counted, `typed` is the cell beside it.

    `text` and `note` are those of the typed cell.
    """

    typed: Value | None


def figured_values(
    connection: Connection, declarations: Declarations, versions: Sequence[Submission]
) -> dict[int, tuple[Value, ...]]:
    """Return the values that figures are made of, by the id of each of `versions`, in order of element."""
    values = values_of(connection, [s.id for s in versions])
    forms = {s.id: form for s in versions if (form := declarations.form_by_id(s.form_version)) and form.tasks}
    listed = tasks_of(connection, list(forms))
    for s in versions:
        if (form := forms.get(s.id)) and form.tasks and listed[s.id]:
            counts = plan_counts(listed[s.id], declarations.calendar, Period.parse(s.period))
            values[s.id] = _with_counts(values[s.id], counts, form.tasks.columns)
    return values


def plan_counts(tasks: Sequence[PlanTask], calendar: Calendar, period: Period) -> Mapping[str, tuple[PlanTask, ...]]:
    """Return the tasks that A01 and A02 of `period` count: all of the list, and those done.

    In a window that stands for itself alone (Q3) those count that were done on a day of it.
    """
    day, since = calendar.cut_off(period), done_since(calendar, period)
    return {TOTAL: tuple(tasks), DONE: tuple(task for task in tasks if task.is_done(day, since))}


def done_since(calendar: Calendar, period: Period) -> date | None:
    """Return the first day of a window that stands for itself alone; None for one that counts from the year's start."""
    return None if calendar.file.windows[period.window].cumulative else calendar.span(period).start


def _with_counts(
    values: Sequence[Value], counts: Mapping[str, Sequence[PlanTask]], columns: TaskColumns
) -> tuple[Value, ...]:
    by_element = {value.element: value for value in values}
    everything = counts[TOTAL]
    for element, tasks in counts.items():
        column = columns.code if element == TOTAL else columns.state
        typed = by_element.get(element)
        by_element[element] = CountedValue(
            element=element,
            status=CellStatus.NUMBER,
            number=Decimal(len(tasks)),
            fault=None,
            sheet=everything[0].sheet,
            cell=_cells(column, [task.row for task in tasks or everything]),
            text=typed.text if typed else "",
            note=typed.note if typed else "",
            typed=typed,
        )
    return tuple(by_element[element] for element in sorted(by_element))


def _cells(column: str, rows: Sequence[int]) -> str:
    """Return the cells of `column` in `rows`, as `F6, F9:F12`.

    >>> _cells("F", [6, 9, 10, 11, 14])
    'F6, F9:F11, F14'
    """
    found = []
    for _, run in groupby(enumerate(rows), key=lambda pair: pair[1] - pair[0]):
        together = [row for _, row in run]
        first, last = f"{column}{together[0]}", f"{column}{together[-1]}"
        found.append(first if first == last else f"{first}:{last}")
    return ", ".join(found)
