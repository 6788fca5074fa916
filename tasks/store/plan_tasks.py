"""The year's plan tasks as units listed them, a row each, beside the values of the same submission."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from sqlalchemy import Connection, insert, select

from config.plan_task import TaskState
from tasks.store import tables
from tasks.store.values import PlanTask

MOST_IDS = 500  # in one query: databases limit how many parameters a statement may have


def add_tasks(connection: Connection, tasks: Mapping[int, Sequence[PlanTask]]) -> None:
    """Keep the tasks of each submission, by its id."""
    rows = [{"submission_id": key, **vars(task)} for key, listed in tasks.items() for task in listed]
    if rows:
        connection.execute(insert(tables.plan_task), rows)


def tasks_of(connection: Connection, ids: Sequence[int]) -> dict[int, tuple[PlanTask, ...]]:
    """Return the tasks of each submission in `ids`, in the order of its sheet; none for one that lists none."""
    found: dict[int, list[PlanTask]] = {key: [] for key in ids}
    t = tables.plan_task.c
    for start in range(0, len(ids), MOST_IDS):
        chunk = ids[start : start + MOST_IDS]
        query = select(tables.plan_task).where(t.submission_id.in_(chunk)).order_by(t.submission_id, t.row)
        for row in connection.execute(query).mappings():
            facts = {name: value for name, value in row.items() if name != "submission_id"}
            state = TaskState(row["state"]) if row["state"] else None
            found[row["submission_id"]].append(PlanTask(**{**facts, "state": state}))
    return {key: tuple(tasks) for key, tasks in found.items()}
