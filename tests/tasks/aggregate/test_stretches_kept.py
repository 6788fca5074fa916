"""Stretches in the store: made anew when a window says something else, and as of a day what was known on it."""

from __future__ import annotations

from datetime import timedelta
from decimal import Decimal

import pandas as pd

from config.load import Declarations
from config.period import Period
from config.settings import Settings
from tasks.aggregate.door import aggregate_period
from tasks.aggregate.period import stretch_basis, stretch_from
from tasks.store.database import reading, writing
from tasks.store.stretches import stretch_figures
from tasks.store.values import Run
from tests.factory import COMMUNE, NOW, keep_version, make_value, run_at, sha

Q1, H1 = Period.parse("2022-Q1"), Period.parse("2022-H1")


def send(settings: Settings, period: Period, figure: int, days: int) -> None:
    with writing(settings.database) as connection:
        values = (make_value("C11", figure),)
        moment = NOW + timedelta(days=days)
        keep_version(connection, period=str(period), values=values, moment=moment, sha256=sha("abcdef"[days]))


def aggregated(settings: Settings, declarations: Declarations, days: int) -> Run:
    run = run_at(NOW + timedelta(days=days, hours=1), f"run-{days}")
    aggregate_period(settings.database, declarations, H1, run)
    return run


def second_quarter(settings: Settings, run: Run) -> Decimal | None:
    """Return what the store says at the moment of `run` of the commune's C11 in the second quarter."""
    with reading(settings.database) as connection:
        kept = stretch_figures(connection, H1, run.now)
    [value] = kept[(kept["unit"] == COMMUNE) & (kept["element"] == "C11")]["value"]
    assert value is None or isinstance(value, Decimal)
    return value


def test_a_corrected_first_quarter_makes_the_second_anew_and_leaves_what_was_known(
    settings: Settings, declarations: Declarations
) -> None:
    send(settings, Q1, 40, days=0)
    send(settings, H1, 100, days=1)
    first = aggregated(settings, declarations, 1)
    aggregated(settings, declarations, 2)
    send(settings, Q1, 55, days=3)
    later = aggregated(settings, declarations, 3)
    assert [second_quarter(settings, run) for run in (first, later)] == [60, 45]


def test_what_is_kept_is_what_is_made_anew_even_of_nothing(settings: Settings, declarations: Declarations) -> None:
    for days, (period, figure) in enumerate(((None, 0), (H1, 100), (Q1, 40))):
        if period is not None:
            send(settings, period, figure, days)
        run = aggregated(settings, declarations, days)
        with reading(settings.database) as connection:
            made = stretch_from(connection, stretch_basis(connection, declarations, H1, run.now), declarations, H1)
            kept = stretch_figures(connection, H1, run.now)
        key = ["level", "unit", "element"]
        pd.testing.assert_frame_equal(*(f.sort_values(key).reset_index(drop=True) for f in (made, kept)))
