"""A period that was reopened is collected, answered and published again by the schedule, with all that rests on it."""

from __future__ import annotations

from collections.abc import Callable
from datetime import timedelta
from pathlib import Path

import pandas as pd
import pytest

from config.load import Declarations
from config.period import Period
from config.settings import Settings
from flows.reopening import reopen_units
from tasks.collect.late import takes_of
from tasks.store.approvals import Approval, add_approval
from tasks.store.database import reading, writing
from tasks.store.outbox import unsent
from tasks.store.owed import note_stage_evaluated
from tasks.store.receipts import receipts
from tasks.store.reopenings import Reopening
from tests.factory import COMMUNE, END_OF_TIME, NEIGHBOUR, PERIOD, at, run_at
from tests.flows.conftest import Due, drop

LATE = "30640"  # of the sample: its first workbook is returned, its second accepted
Takes = Callable[[str, str, str], bool]


@pytest.fixture
def published(home: Path, settings: Settings, declarations: Declarations, due: Due) -> Path:
    """Return the folder of a period that was published and has closed, and whose stage was evaluated since."""
    drop(home, COMMUNE, "2022-06-15T09:00")
    drop(home, LATE, "2022-06-15T09:00")
    assert due("collect_due", today="2022-06-15T09:05") == {"submitted": 2}
    assert due("release_due", today="2022-06-21T17:30") == {PERIOD: 1}
    with writing(settings.database) as connection:
        note_stage_evaluated(connection, "GD1", 2022, run_at(at("2023-02-06T08:00")))
    return home / "published" / PERIOD


def reopen(settings: Settings, declarations: Declarations, unit: str, day: str, until: str) -> None:
    """Reopen the period for `unit`."""
    reopen_units(settings, declarations, [Reopening(unit, PERIOD, "Ghi nhầm cột", at(day), at(until))])


def test_the_schedule_collects_answers_and_publishes_what_comes_after_a_reopening(
    home: Path, settings: Settings, declarations: Declarations, due: Due, published: Path
) -> None:
    assert due("release_due", today="2023-02-08T17:30") == {}  # nothing has changed
    reopen(settings, declarations, LATE, "2023-02-09T08:00", "2023-02-20T23:59")
    drop(home, LATE, "2023-02-10T09:00", which=1)
    drop(home, COMMUNE, "2023-02-10T09:00")  # of the same period, which was not reopened for this unit
    assert due("collect_due", today="2023-02-10T09:05") == {"submitted": 1, "quarantined": 1}
    with reading(settings.database) as connection:
        (refused,) = receipts(connection, "2022-YEAR", END_OF_TIME)
        assert unsent(connection) == []
    assert (refused.arrival.unit, refused.code) == (COMMUNE, "wrong_period")
    letters = [path.read_text(encoding="utf-8") for path in (home / "outbox").glob("*.eml")]
    assert sum(f"[CCHC {PERIOD}]" in letter and "cchc.30640@" in letter for letter in letters) >= 2  # and its closing
    assert due("release_due", today="2023-02-10T17:30") == {PERIOD: 1, "GD1": 1}
    changes = pd.read_csv(published / "r002" / "changes.csv")
    assert "reopened" in set(changes["cause"])
    assert changes["explanation"].str.contains("mở lại kỳ vì: Ghi nhầm cột").any()
    assert due("release_due", today="2023-02-11T17:30") == {}


@pytest.fixture
def takes(settings: Settings, declarations: Declarations) -> Takes:
    """Return whether a period takes what a unit sent at a moment and is taken in a minute later."""

    def ask(unit: str, period: str, moment: str) -> bool:
        now = at(moment) + timedelta(minutes=1)
        return takes_of(settings, declarations, now)(unit, Period.parse(period), at(moment))

    return ask


def test_a_period_takes_what_is_late_until_its_last_day(takes: Takes) -> None:
    assert takes(COMMUNE, PERIOD, "2022-07-15T09:00")
    assert takes(COMMUNE, PERIOD, "2022-07-30T23:59")
    assert not takes(COMMUNE, PERIOD, "2022-08-05T00:00")  # though it was never published
    assert not takes(COMMUNE, "2022-Q3", "2022-07-15T09:00")  # has not opened
    assert not takes("99999", PERIOD, "2022-07-15T09:00")


def test_a_final_period_takes_only_from_whom_it_was_reopened_for(
    settings: Settings, declarations: Declarations, takes: Takes
) -> None:
    with writing(settings.database) as connection:
        add_approval(
            connection,
            Approval(PERIOD, "r001", "0" * 64, "chu-tich", "Chủ tịch", at("2022-06-22T08:00")),
            run_at(at("2022-06-22T08:00")),
        )
    assert not takes(COMMUNE, PERIOD, "2022-06-23T09:00")
    reopen(settings, declarations, COMMUNE, "2022-06-24T08:00", "2022-06-30T23:59")
    assert takes(COMMUNE, PERIOD, "2022-06-25T09:00")
    assert not takes(NEIGHBOUR, PERIOD, "2022-06-25T09:00")
    assert not takes(COMMUNE, PERIOD, "2022-07-01T09:00")
