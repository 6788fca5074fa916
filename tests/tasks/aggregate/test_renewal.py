"""A late correction of a full year makes old what was calculated from it: the year, and the roads that start there."""

from __future__ import annotations

from datetime import timedelta

import pytest

from config.load import Declarations
from config.period import Period
from config.settings import Settings
from tasks.aggregate.door import aggregate_period
from tasks.aggregate.renewal import outdated_road, outdated_year
from tasks.store.database import reading, writing
from tests.factory import NOW, keep_version, make_value, run_at, sha

YEAR_2021, H1_2022, YEAR_2022, H1_2023 = map(Period.parse, ("2021-YEAR", "2022-H1", "2022-YEAR", "2023-H1"))
LATER = run_at(NOW + timedelta(days=9), "run-2")


def send(settings: Settings, period: Period, done: str, days: int = 0) -> None:
    with writing(settings.database) as connection:
        values = (make_value("A01", 20), make_value("A02", done))
        moment = NOW + timedelta(days=days)
        keep_version(connection, period=str(period), values=values, moment=moment, sha256=sha("abcdef"[days]))


@pytest.fixture
def calculated(settings: Settings, declarations: Declarations) -> Settings:
    """Return the settings of a store in which three periods were calculated, one on the other."""
    for period in (YEAR_2021, H1_2022, YEAR_2022):
        send(settings, period, "10")
        aggregate_period(settings.database, declarations, period, run_at(NOW + timedelta(minutes=1)))
    return settings


def old(settings: Settings, declarations: Declarations, period: Period) -> tuple[Period | None, Period | None]:
    """Return which year before `period`, and which road after it, is outdated."""
    with reading(settings.database) as connection:
        return (
            outdated_year(connection, declarations, period, LATER.now),
            outdated_road(connection, declarations, period, LATER.now),
        )


def test_what_nobody_corrected_is_not_old(calculated: Settings, declarations: Declarations) -> None:
    assert old(calculated, declarations, H1_2023) == (None, None)
    assert old(calculated, declarations, YEAR_2021) == (None, None)


def test_a_corrected_year_is_made_anew_before_the_next_years_figures_and_theirs_after_it(
    calculated: Settings, declarations: Declarations
) -> None:
    send(calculated, YEAR_2021, "15", days=1)
    assert old(calculated, declarations, H1_2023)[0] == YEAR_2021
    renewed = []
    for period in (YEAR_2021, H1_2022, YEAR_2022):
        renewed.append(old(calculated, declarations, YEAR_2021)[1])
        aggregate_period(calculated.database, declarations, period, LATER)
    assert renewed == [None, H1_2022, YEAR_2022]
    assert old(calculated, declarations, H1_2023) == (None, None)
    assert old(calculated, declarations, YEAR_2021) == (None, None)


def test_a_year_of_which_nothing_counts_is_no_base_to_renew(settings: Settings, declarations: Declarations) -> None:
    send(settings, H1_2022, "10")
    assert old(settings, declarations, H1_2022) == (None, None)
