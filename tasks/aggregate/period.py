"""A period's figures: from which submissions they are made, and what comes of them."""

from __future__ import annotations

import hashlib
from collections.abc import Sequence
from datetime import datetime
from functools import lru_cache

import pandas as pd
from sqlalchemy import Connection

from config.load import Declarations
from config.period import RECIPES, Period, stretch_ending
from config.settings import PROJECT
from tasks.aggregate.indicators import indicator_values
from tasks.aggregate.numbers import Told, number_frame
from tasks.aggregate.stretches import stretch_of
from tasks.store.calculations import Basis, latest_calculation
from tasks.store.plan_figures import figured_values
from tasks.store.submissions import counted, submissions
from tasks.store.values import Submission

STAGES = ("config", "tasks/aggregate", "tasks/evaluate")
COUNTING = ("tasks/store/plan_figures.py", "tasks/store/values.py")  # which task of a plan counts as done


def basis_of(connection: Connection, declarations: Declarations, period: Period, as_of: datetime) -> Basis:
    """Return what the figures of `period` rest on, as known at `as_of`: what counted, and the last full year before."""
    counting = counted(submissions(connection, str(period), as_of))
    before = period.last_full_year
    base = latest_calculation(connection, str(before), as_of) if before else None
    return Basis(str(period), tuple(counting), f"{declarations.digest} {code_digest()}", base)


@lru_cache
def code_digest() -> str:
    """Return the SHA-256 of the code that makes figures: a mended fault must reach them like a changed formula."""
    digest = hashlib.sha256()
    stages = (path for stage in STAGES for path in sorted((PROJECT / stage).glob("*.py")))
    for path in (*stages, *(PROJECT / counting for counting in COUNTING)):
        digest.update(path.read_bytes())
    return digest.hexdigest()


def figures_of(connection: Connection, basis: Basis, declarations: Declarations, period: Period) -> pd.DataFrame:
    """Return the indicator values made from `basis`, with the columns of `indicators.indicator_values`."""
    return figures_from(told_of(connection, basis, declarations), declarations, period)


def figures_from(told: Told, declarations: Declarations, period: Period) -> pd.DataFrame:
    """Return the indicator values made from what the units said, with the columns of `indicators.indicator_values`."""
    return indicator_values(told.numbers, told.not_applicable, declarations, period)


def stretch_basis(connection: Connection, declarations: Declarations, period: Period, as_of: datetime) -> Basis:
    """Return what the stretch that ends with `period` rests on, as known at `as_of`; nothing for a first quarter."""
    stretch = stretch_ending(period.window)
    windows = RECIPES[stretch].windows if stretch else ()
    counting = [s for w in windows for s in counted(submissions(connection, str(Period(period.year, w)), as_of))]
    return Basis(str(period), tuple(counting), f"{declarations.digest} {code_digest()}", None)


def stretch_from(
    connection: Connection, basis: Basis, declarations: Declarations, period: Period, last: Told | None = None
) -> pd.DataFrame:
    """Return the figures of the stretch that ends with `period`, as `stretches.stretch_of`, made from `basis`.

    `last` is what the units said of `period` itself, where that has been read already.
    """
    stretch = stretch_ending(period.window)
    if stretch is None:
        return stretch_of({}, declarations, period)
    told = {}
    for window in RECIPES[stretch].windows:
        of_window = Period(period.year, window)
        of_that = [s for s in basis.submissions if s.period == str(of_window)]
        told[window] = last if last and of_window == period else _told(connection, of_that, declarations)
    return stretch_of(told, declarations, period)


def told_of(connection: Connection, basis: Basis, declarations: Declarations) -> Told:
    """Return what the units of `basis` said, their plans as they listed them."""
    return _told(connection, basis.submissions, declarations)


def _told(connection: Connection, submissions: Sequence[Submission], declarations: Declarations) -> Told:
    values = figured_values(connection, declarations, submissions)
    return Told(*number_frame({s.unit: values[s.id] for s in submissions}))
