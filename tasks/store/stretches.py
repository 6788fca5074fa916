"""Stretches of a year that nobody reports: their figures, made from named submissions of several windows."""

from __future__ import annotations

from datetime import datetime

import pandas as pd
from sqlalchemy import Connection, insert, select

from config.load import Declarations
from config.period import RECIPES, Period, Recipe, stretch_ending
from tasks.store import tables
from tasks.store.bulk import insert_rows
from tasks.store.calculations import Basis
from tasks.store.values import DISTRICT_LEVEL, Run

FIGURES = ["level", "unit", "element", "value", "status", "reported_units", "expected_units"]
INCREMENTS = [
    "period", "stretch", "stretch_name", "made_of", "level", "unit", "unit_name", "element", "name", "value",
    "unit_of_measure", "status", "reported_units", "expected_units",
]  # fmt: skip


def keep_stretch(connection: Connection, basis: Basis, figures: pd.DataFrame, run: Run) -> None:
    """Keep `figures` (columns `FIGURES`) as what the submissions of `basis` come to, the newest word on its period."""
    told = {"period": basis.period, "digest": basis.digest, "calculated_at": run.now, "run_id": run.id}
    key = int(connection.execute(insert(tables.stretch).values(**told)).inserted_primary_key[0])  # type: ignore[index]
    add_increments(connection, key, figures)


def add_increments(connection: Connection, stretch_id: int, figures: pd.DataFrame) -> None:
    """Keep `figures` (columns `FIGURES`) as those of the stretch with this id."""
    names = ("stretch_id", *FIGURES)
    columns = (figures[name].tolist() for name in FIGURES)
    rows = [dict(zip(names, (stretch_id, *row), strict=True)) for row in zip(*columns, strict=True)]
    insert_rows(connection, tables.increment, rows)


def is_kept(connection: Connection, basis: Basis) -> bool:
    """Return whether the newest figures of the stretch were made from `basis`."""
    s = tables.stretch.c
    query = select(s.digest).where(s.period == basis.period).order_by(s.id.desc()).limit(1)
    return connection.execute(query).scalar() == basis.digest


def stretch_figures(connection: Connection, period: Period, as_of: datetime) -> pd.DataFrame:
    """Return the newest figures known at `as_of` of the stretch that ends with `period`, in columns `FIGURES`."""
    s, i = tables.stretch.c, tables.increment
    newest = select(s.id).where(s.period == str(period), s.calculated_at <= as_of).order_by(s.id.desc()).limit(1)
    query = select(*(i.c[name] for name in FIGURES)).where(i.c.stretch_id == newest.scalar_subquery())
    return pd.DataFrame([tuple(row) for row in connection.execute(query)], columns=FIGURES, dtype=object)


def made_at(connection: Connection, period: Period, as_of: datetime) -> datetime | None:
    """Return when the newest figures known at `as_of` of the stretch that ends with `period` were made, or None."""
    s = tables.stretch.c
    query = select(s.calculated_at).where(s.period == str(period), s.calculated_at <= as_of)
    return connection.execute(query.order_by(s.id.desc()).limit(1)).scalar()


def increments_frame(figures: pd.DataFrame, declarations: Declarations, period: Period) -> pd.DataFrame:
    """Return `figures` of the stretch that ends with `period` with the columns of `increments.csv`.

    The whole district comes first, then unit by unit, elements in the order of the form.
    """
    stretch = stretch_ending(period.window)
    if stretch is None or figures.empty:
        return pd.DataFrame(columns=INCREMENTS, dtype=object)
    recipe, elements = RECIPES[stretch], declarations.elements
    units = {declarations.office.district: declarations.district_name(period)}
    units |= {u.code: u.name for u in declarations.reporting(period).values()}
    of_unit, of_element = ({code: n for n, code in enumerate(known)} for known in (units, elements))
    head = (str(period), stretch.value, recipe.name.format(year=period.year), _made_of(recipe, period))
    rows = [
        (*head, level, unit, units[unit], code, elements[code].name, value, elements[code].unit_of_measure, *told)
        for level, unit, code, value, *told in figures[FIGURES].itertuples(index=False)
    ]
    level, unit, element = (INCREMENTS.index(name) for name in ("level", "unit", "element"))
    rows.sort(key=lambda r: (r[level] != DISTRICT_LEVEL, of_unit[r[unit]], of_element[r[element]]))
    return pd.DataFrame(rows, columns=INCREMENTS, dtype=object)


def _made_of(recipe: Recipe, period: Period) -> str:
    """Return the windows that a stretch is made of, as `2022-H1 - 2022-Q1`."""
    added = " + ".join(str(Period(period.year, w)) for w in recipe.plus)
    return added + "".join(f" - {Period(period.year, w)}" for w in recipe.minus)
