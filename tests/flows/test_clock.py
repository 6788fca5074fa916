"""A clock that ran ahead once is told, keeps deadlines from being judged by it, and is undone by one command."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from pathlib import Path
from time import sleep

import pytest
from sqlalchemy import select

from config.settings import Settings, StoreAddress
from flows.clock import ClockAheadError, ahead, moment_after_all
from tasks.store import tables
from tasks.store.audit import last_moment
from tasks.store.database import reading, writing
from tasks.store.journal import MADE_ANEW, journal_of, read_journal
from tasks.store.owed import issued_units, note_issued
from tasks.store.rebuilding import fill_store
from tasks.store.reopenings import Reopening, add_reopening
from tasks.store.setting_back import ahead_of
from tasks.store.tables import metadata
from tests.factory import COMMUNE, PERIOD, RECEIVED, keep_version, run_at
from tests.flows.conftest import Due, call_cchc, drop

NOW = datetime.now(UTC)
YEARS_AHEAD = NOW + timedelta(days=1200)
SANE = RECEIVED + timedelta(hours=1)
TODAY = "today"  # asked when the test runs: each worker that collects it must call the test the same


def today() -> str:
    """Return which day it is, once that day has a minute left."""
    while (now := datetime.now(SANE.tzinfo)).date() != (now + timedelta(minutes=1)).date():
        sleep(1)
    return f"{now:%Y-%m-%d}"


def rows(url: str) -> dict[str, list[tuple[object, ...]]]:
    """Return what the store holds, but for what a journal does not keep."""
    kept = [table for table in metadata.sorted_tables if table.name not in MADE_ANEW]
    with reading(url) as connection:
        return {t.name: [tuple(r) for r in connection.execute(select(t).order_by(*t.primary_key))] for t in kept}


@pytest.fixture
def ran_ahead(settings: Settings) -> Settings:
    """Return a store in which one run took a workbook in years ahead."""
    with writing(settings.database) as connection:
        note_issued(connection, PERIOD, [COMMUNE], run_at(SANE))
        add_reopening(connection, Reopening(COMMUNE, PERIOD, "Nhầm", SANE, YEARS_AHEAD), run_at(SANE))
    with writing(settings.database) as connection:
        keep_version(connection, moment=YEARS_AHEAD, received_at=YEARS_AHEAD, days_late=2700)
        note_issued(connection, "2029-Q1", [COMMUNE], run_at(YEARS_AHEAD))
    return settings


def test_a_moment_that_has_not_come_is_one_sentence_with_its_remedy(ran_ahead: Settings) -> None:
    with pytest.raises(ClockAheadError, match="cchc clock") as raised:
        moment_after_all(ran_ahead, NOW)
    assert f"{YEARS_AHEAD:%d/%m/%Y}" in str(raised.value)
    assert len(str(raised.value).splitlines()) == 1


def test_clocks_that_differ_by_minutes_keep_nobody_from_working(settings: Settings) -> None:
    soon = NOW + timedelta(minutes=30)
    with writing(settings.database) as connection:
        note_issued(connection, PERIOD, [COMMUNE], run_at(soon))
    assert moment_after_all(settings, NOW) == soon
    assert ahead(soon, NOW, NOW) == ""
    assert ahead(None, NOW, NOW) == ""
    assert "chưa làm gì thêm" in ahead(NOW + timedelta(minutes=61), NOW, NOW)


def test_a_scheduled_run_leaves_everything_as_it_is_and_the_watch_tells(
    home: Path, ran_ahead: Settings, due: Due
) -> None:
    from flows.watchdog import watch  # noqa: PLC0415  imports Prefect, once its environment is set

    drop(home, "30640", "2026-01-15T09:00")
    with pytest.raises(ClockAheadError):
        due("collect_due")
    assert (home / "inbox" / "30640" / "30640.xlsx").exists()
    assert any(sentence.startswith("đồng hồ: ") for sentence in watch())
    (letter,) = [p.read_text(encoding="utf-8") for p in (home / "outbox").glob("*.eml")]
    assert "cchc clock" in letter.replace("=\n", "")


def test_the_doctor_and_the_command_tell_it_and_the_command_undoes_it(ran_ahead: Settings) -> None:
    home = ran_ahead.home
    told = call_cchc(home, "doctor", "--quick")
    assert told.returncode == 1
    assert "Báo động: đồng hồ: có việc ghi lúc" in told.stdout
    shown = call_cchc(home, "clock")
    assert shown.returncode == 0
    assert f"cchc clock --today-is {NOW.astimezone(SANE.tzinfo):%Y-%m-%d}" in shown.stdout
    assert last_of(ran_ahead) > NOW  # looking changes nothing
    done = call_cchc(home, "clock", "--today-is", today(), "--reason", "Pin đồng hồ")
    assert done.returncode == 0, done.stderr
    _holds_no_moment_to_come(ran_ahead)
    _is_the_same_after_rebuilding(ran_ahead)
    assert "Không có việc nào ghi sau lúc ấy" in call_cchc(home, "clock").stdout


def last_of(settings: Settings) -> datetime:
    """Return the last moment at which anything was done."""
    with reading(settings.database) as connection:
        last = last_moment(connection)
    assert last is not None
    return last


def _holds_no_moment_to_come(settings: Settings) -> None:
    s, o, a = tables.submission.c, tables.reopening.c, tables.audit.c
    with reading(settings.database) as connection:
        assert ahead_of(connection, datetime.now(UTC)) == {}
        assert connection.execute(select(s.received_at, s.kept_at, s.days_late)).one() == (SANE, SANE, 0)
        assert connection.execute(select(o.until)).scalar_one() == YEARS_AHEAD  # may lie ahead
        assert issued_units(connection, PERIOD) == {COMMUNE}
        assert issued_units(connection, "2029-Q1") == set()  # owed again when it opens
        told = connection.execute(select(a.detail, a.who).where(a.action == "clock.set_back")).all()
    assert [tuple(row) for row in told] == [("Pin đồng hồ", "cchc clock")]


def _is_the_same_after_rebuilding(settings: Settings) -> None:
    anew = f"sqlite:///{settings.home / 'anew.db'}"
    assert isinstance(settings.database, StoreAddress)  # a workplace's: it has a journal
    fill_store(anew, read_journal(journal_of(settings.home)))
    assert rows(anew) == rows(settings.database)


@pytest.mark.parametrize(
    ("options", "said"),
    [
        (["--today-is", "2021-01-01", "--reason", "x"], "chỉnh đồng hồ trước"),
        (["--today-is", TODAY], "cần --reason"),
    ],
)
def test_undoing_asks_which_day_it_is_and_why(ran_ahead: Settings, options: list[str], said: str) -> None:
    refused = call_cchc(ran_ahead.home, "clock", *(today() if word is TODAY else word for word in options))
    assert (refused.returncode, said in refused.stderr) == (2, True), refused.stderr
    assert last_of(ran_ahead) > NOW


def test_where_everything_lies_ahead_it_is_the_machine_whose_clock_is_slow(settings: Settings) -> None:
    with writing(settings.database) as connection:
        note_issued(connection, PERIOD, [COMMUNE], run_at(YEARS_AHEAD))
    refused = call_cchc(settings.home, "clock", "--today-is", "2021-01-01", "--reason", "x")
    assert refused.returncode == 2
    assert "đồng hồ máy đang chậm" in refused.stderr
