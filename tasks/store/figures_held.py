"""Calculated rows beside what the same calculation comes to today: which of them the store holds otherwise."""

from __future__ import annotations

import pandas as pd
from sqlalchemy import Connection, Table, select

from tasks.store import tables
from tasks.store.calculations import rows_of
from tasks.store.lines import plain
from tasks.store.scores import kept_as
from tasks.store.stage_frames import ScoreFrames


def holds_any(connection: Connection, table: Table, number: int) -> bool:
    """Return whether the store has a row of `table` under `number`."""
    first = next(iter(table.columns))
    return connection.execute(select(first).where(first == number).limit(1)).first() is not None


def held_otherwise(connection: Connection, table: Table, number: int, made: pd.DataFrame) -> list[str]:
    """Return the rows of `table` under `number` that are not those of `made`, as «table level/unit/what», sorted.

    A row that is only in the one of both is otherwise as well.
    """
    first = next(iter(table.columns))
    keys = [column.name for column in table.primary_key if column is not first]
    found = connection.execute(select(table).where(first == number)).mappings()
    held, expected = (
        {tuple(row[name] for name in keys): row for row in map(plain, rows)}
        for rows in (found, rows_of(table, number, made))
    )
    differing = [key for key in held.keys() | expected.keys() if held.get(key) != expected.get(key)]
    return [f"{table.name} {'/'.join(key)}" for key in sorted(differing)]


def scored_otherwise(connection: Connection, number: int, made: ScoreFrames) -> list[str]:
    """Return the name of the table when the scores of calculation `number` are not `made`."""
    s = tables.scoring.c
    held = connection.execute(select(s.frames).where(s.calculation_id == number)).scalar()
    return [] if held == kept_as(made) else [tables.scoring.name]
