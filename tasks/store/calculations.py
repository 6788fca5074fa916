"""Calculations: indicator values and their evaluation, made from named submissions, and the releases of them."""

from __future__ import annotations

import hashlib
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

import pandas as pd
from sqlalchemy import ColumnElement, Connection, Select, Table, insert, select

from tasks.store import tables
from tasks.store.audit import note
from tasks.store.bulk import insert_rows
from tasks.store.values import Run, Submission

KEY = ["level", "unit", "indicator"]


@dataclass(frozen=True)
class Basis:
    """What a calculation is made from; the same basis gives the same figures."""

    period: str
    submissions: tuple[Submission, ...]
    declarations: str  # the digest of them and of the code that makes the figures
    base: int | None  # the calculation of the last full year before, where roads to targets start

    @property
    def digest(self) -> str:
        """The hash that names this basis, in whatever order a database sorts its submissions."""
        parts = [
            self.period,
            self.declarations,
            str(self.base),
            *sorted(f"{s.id}:{s.sha256}" for s in self.submissions),
        ]
        return hashlib.sha256("|".join(parts).encode()).hexdigest()


@dataclass(frozen=True)
class Published:
    """One release as the store knows it; a final one rests on an approval."""

    period: str
    name: str
    calculation_id: int
    published_at: datetime
    approval_id: int | None = None


def find_calculation(connection: Connection, basis: Basis) -> int | None:
    """Return the id of the newest calculation of the period when it was made from `basis`, or None.

    An older one from the same basis does not serve: the newest must always be the one that holds.
    """
    c = tables.calculation.c
    query = select(c.id, c.digest).where(c.period == basis.period).order_by(c.id.desc()).limit(1)
    newest = connection.execute(query).first()
    return int(newest.id) if newest is not None and newest.digest == basis.digest else None


def add_calculation(connection: Connection, basis: Basis, indicator_values: pd.DataFrame, run: Run) -> int:
    """Keep `indicator_values` as made from `basis` and return the calculation's id."""
    result = connection.execute(
        insert(tables.calculation).values(
            period=basis.period,
            digest=basis.digest,
            base_id=basis.base,
            calculated_at=run.now,
            run_id=run.id,
        )
    )
    key = int(result.inserted_primary_key[0])  # type: ignore[index]
    inputs = [{"calculation_id": key, "submission_id": s.id} for s in basis.submissions]
    if inputs:
        connection.execute(insert(tables.calculation_input), inputs)
    add_figures(connection, key, indicator_values)
    note(connection, run, "calculation.made", str(key), f"{basis.period}: {len(inputs)} submissions")
    return key


def add_figures(connection: Connection, calculation_id: int, indicator_values: pd.DataFrame) -> None:
    """Keep the figures of a calculation."""
    _insert_frame(connection, tables.indicator_value, calculation_id, indicator_values)


def add_evaluation(connection: Connection, calculation_id: int, evaluation: pd.DataFrame) -> None:
    """Keep the evaluation of a calculation, once: a calculation has one."""
    e = tables.evaluation.c
    if connection.execute(select(e.unit).where(e.calculation_id == calculation_id).limit(1)).first() is None:
        _insert_frame(connection, tables.evaluation, calculation_id, evaluation)


def indicator_values(connection: Connection, calculation_id: int, level: str | None = None) -> pd.DataFrame:
    """Return the indicator values of a calculation, a row for each level, unit and indicator, or those of one level."""
    of_level = () if level is None else (tables.indicator_value.c.level == level,)
    return _frame(connection, tables.indicator_value, calculation_id, *of_level)


def evaluation(connection: Connection, calculation_id: int) -> pd.DataFrame:
    """Return indicator values and evaluation of a calculation side by side."""
    values = _frame(connection, tables.indicator_value, calculation_id)
    return values.merge(_frame(connection, tables.evaluation, calculation_id), on=KEY, validate="one_to_one")


def inputs_of(connection: Connection, calculation_id: int) -> list[int]:
    """Return the ids of the submissions that a calculation was made from."""
    i = tables.calculation_input.c
    query = select(i.submission_id).where(i.calculation_id == calculation_id).order_by(i.submission_id)
    return list(connection.execute(query).scalars())


def base_of(connection: Connection, calculation_id: int) -> int | None:
    """Return the id of the calculation that a calculation's roads start from, or None."""
    c = tables.calculation.c
    return connection.execute(select(c.base_id).where(c.id == calculation_id)).scalar()


def latest_calculation(connection: Connection, period: str, as_of: datetime) -> int | None:
    """Return the id of the newest calculation of `period` known at `as_of`, or None."""
    c = tables.calculation.c
    query = select(c.id).where(c.period == period, c.calculated_at <= as_of).order_by(c.id.desc()).limit(1)
    return connection.execute(query).scalar()


def add_release(connection: Connection, release: Published, manifest_sha256: str, run: Run) -> None:
    """Keep that a release was published; one that the store knows already is left alone."""
    r = tables.release.c
    known = select(r.id).where(r.period == release.period, r.name == release.name)
    if connection.execute(known).first() is not None:
        return
    connection.execute(
        insert(tables.release).values(
            period=release.period,
            name=release.name,
            calculation_id=release.calculation_id,
            approval_id=release.approval_id,
            manifest_sha256=manifest_sha256,
            published_at=release.published_at,
            run_id=run.id,
        )
    )
    note(connection, run, "release.published", f"{release.period}/{release.name}", manifest_sha256)


def releases(connection: Connection, period: str) -> list[Published]:
    """Return the releases of `period`, oldest first."""
    return _published(connection, select(tables.release).where(tables.release.c.period == period))


def all_releases(connection: Connection) -> list[Published]:
    """Return the releases of all periods, oldest first."""
    return _published(connection, select(tables.release))


def _published(connection: Connection, query: Select[Any]) -> list[Published]:
    return [
        Published(row.period, row.name, row.calculation_id, row.published_at, row.approval_id)
        for row in connection.execute(query.order_by(tables.release.c.id))
    ]


def is_overtaken(connection: Connection, period: str, calculation_id: int) -> bool:
    """Return whether a later calculation of `period` than this one has been published already."""
    return any(r.calculation_id > calculation_id for r in releases(connection, period))


def _insert_frame(connection: Connection, table: Table, calculation_id: int, frame: pd.DataFrame) -> None:
    if len(frame):
        insert_rows(connection, table, rows_of(table, calculation_id, frame))


def rows_of(table: Table, number: int, frame: pd.DataFrame) -> list[dict[str, Any]]:
    """Return the rows of `table` that keep `frame` as what was made under `number`, the first column of its key."""
    first, *others = (column.name for column in table.columns)
    columns = [_without_nan(frame[name]) for name in others]
    return [{first: number, **dict(zip(others, row, strict=True))} for row in zip(*columns, strict=True)]


def _without_nan(column: pd.Series) -> list[Any]:
    plain = column.astype(object)
    return plain.where(plain.notna(), None).tolist()


def _frame(connection: Connection, table: Table, calculation_id: int, *only: ColumnElement[bool]) -> pd.DataFrame:
    columns: Sequence[Any] = [c for c in table.columns if c.name != "calculation_id"]
    query = select(*columns).where(table.c.calculation_id == calculation_id, *only)
    rows = [tuple(row) for row in connection.execute(query).all()]  # pandas asks each Row whether it is a named tuple
    return pd.DataFrame(rows, columns=[c.name for c in columns], dtype=object)
