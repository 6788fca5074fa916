"""A sample of what `make faults` tries in full: runs cut off at any line, at once, on a full disk; planted faults."""

from __future__ import annotations

import subprocess
import sys

import pytest
from sqlalchemy import func, select, text
from sqlalchemy.exc import OperationalError

from config.settings import PROJECT
from tasks.store import tables
from tasks.store.database import open_engine, reading, writing
from tasks.store.submissions import add_submissions
from tasks.store.values import Run
from tests.factory import make_new_submission
from tests.faults.plant import Fault, NothingPlantedError
from tests.faults.planted import FAULTS
from tests.named import amiss_with
from tests.postgres import Cluster

# What may differ from database to database. What a full disk, a mail server and a time zone do is tried with the one
# that is a file, and by `make faults` with both.
OF_A_DATABASE = ("cut off", "locked", "gone", "clock", "at once")


def run(*arguments: str) -> subprocess.CompletedProcess[str]:
    """Run a module of these tests in a process of one thread, as forking needs it."""
    return subprocess.run(
        [sys.executable, "-W", "ignore", "-m", *arguments], capture_output=True, text=True, check=False, cwd=PROJECT
    )


@pytest.mark.slow
@pytest.mark.parametrize(
    ("database", "points", "looks", "count"),
    [
        ("sqlite", "2", (), 3 * 4 + 1 + 3 + 2 + 3),  # by stage; mails; clocks; letters; at once
        ("postgresql", "1", OF_A_DATABASE, 3 * 3 + 1 + 2 + 1 + 3),
    ],
    ids=["sqlite-2", "postgresql-1"],
)
def test_a_run_cut_off_anywhere_loses_nothing_and_the_next_one_doubles_nothing(
    database: str, points: str, looks: tuple[str, ...], count: int
) -> None:
    asked = [word for look in looks for word in ("--look", look)]
    done = run("tests.faults", "--points", points, "--database", database, *asked)
    assert done.returncode == 0, done.stdout + done.stderr
    assert done.stdout.count(", 0 wrong,") == count


@pytest.mark.slow
def test_a_planted_fault_is_noticed() -> None:
    done = run("tests.faults.planted", "bytes are not kept", "the past knows", "a subject may add")
    said = done.stdout.splitlines()
    assert (len(said), all(line.startswith("noticed: ") for line in said)) == (3, True), done.stdout + done.stderr
    assert done.returncode == 0


@pytest.mark.parametrize("fault", FAULTS, ids=[fault.what for fault in FAULTS])
def test_every_fault_can_still_be_planted_and_names_a_test(fault: Fault) -> None:
    assert fault.source().count(fault.old) == 1
    assert amiss_with(f"tests/{fault.noticed_by}") == ""


def test_a_fault_that_is_out_of_date_is_not_taken_for_noticed() -> None:
    with pytest.raises(NothingPlantedError):
        Fault("gone", "tasks.store.raw:keep", "what was never there", "", "").plant()


def test_a_database_that_goes_in_the_middle_keeps_nothing_and_the_next_run_goes_on(cluster: Cluster) -> None:
    url, now = cluster(), Run("run", make_new_submission().received_at)
    open_engine(url)

    def lose_it_half_way() -> None:
        with writing(url) as connection:
            add_submissions(connection, [make_new_submission()], now)
            own = connection.execute(text("SELECT pg_backend_pid()")).scalar_one()
            with reading(url) as other:
                other.execute(text("SELECT pg_terminate_backend(:own)"), {"own": own})
            add_submissions(connection, [make_new_submission()], now)

    with pytest.raises(OperationalError):
        lose_it_half_way()
    with writing(url) as connection:
        add_submissions(connection, [make_new_submission()], now)
        assert connection.execute(select(func.count()).select_from(tables.submission)).scalar() == 1
