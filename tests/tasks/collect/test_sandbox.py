"""Facts about the processes that read: what a file does in one of them it does to nobody else."""

from __future__ import annotations

import multiprocessing
import os
import signal
import time
from pathlib import Path

import pytest

from tasks.collect import sandbox
from tasks.collect.guard import Refusal, inspect
from tasks.collect.mail import ParsedMail
from tasks.collect.reading import read_workbook
from tasks.collect.sandbox import apart, begin, close, parse, read
from tests.hostile.sheets import sheets
from tests.tasks.collect.conftest import with_cell, workbook
from tests.tasks.collect.sandboxed import limits, misbehave, modules, process, unguarded


def done(*deeds: str) -> list[str]:
    """Return what came of `deeds`, one file each: the answer, or the code of the refusal and its detail."""
    found = apart(misbehave, [deed.encode() for deed in deeds])
    return [f"{one.code}: {one.detail}" if isinstance(one, Refusal) else one for one in found]


def test_workbooks_read_apart_are_those_read_here() -> None:
    files = [workbook(), with_cell(workbook(), "C14", 't="e"><v>#REF!</v>'), b"%PDF-1.4", workbook({"C51": 77})] * 5
    assert list(begin(files).grids()) == [read_workbook(data) for data in files]


def test_a_mail_is_taken_apart_there_as_well() -> None:
    mail = parse(b"From: a@example.vn\r\nSubject: =?utf-8?q?bi=E1=BB=83u?=\r\n\r\nx")
    assert isinstance(mail, ParsedMail)
    assert mail.subject == "biểu"


def test_a_reader_knows_no_environment(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("CCHC_DATABASE_URL", "postgresql://user:secret@db.example.vn/cchc")
    close()  # so that the workers start after the secret was set
    [told] = done("environment")
    assert "secret" not in told
    assert told.endswith("b''")


def test_a_reader_holds_no_file_of_ours_and_can_write_none(tmp_path: Path) -> None:
    with (tmp_path / "cchc.db").open("wb") as ours:
        os.set_inheritable(ours.fileno(), False)
        [held, written] = done("files", "write")
    assert str(tmp_path) not in held
    assert written.startswith("reader_crashed")


def test_the_limits_that_are_promised_are_in_force_in_a_reader() -> None:
    """Other tests lower them; these are those of every day: 1 GiB, 20 s of the processor, nothing written or begun."""
    [found] = apart(limits, [b""])
    assert not isinstance(found, Refusal)
    assert found.pop("CPU")[0] in (20, 21)  # the seconds that the process used before are counted whole
    assert found == {"AS": (1024**3,) * 2, "FSIZE": (0, 0), "CORE": (0, 0), "NPROC": (0, 0), "NOFILE": (64, 64)}


def test_a_file_may_take_thirty_seconds_and_end_two_readers() -> None:
    """What becomes of it then is said by the tests of clock and of deaths, with the same names."""
    assert (sandbox.WALL, sandbox.DEATHS) == (30, 2)


@pytest.mark.parametrize(
    ("deed", "detail"),
    [
        ("abort", "the process that read it was ended by SIGABRT"),
        ("memory", "the process that read it failed: MemoryError"),
        ("leave", "the process that read it failed: SystemExit"),
    ],
)
def test_what_one_file_does_to_its_reader_refuses_that_file_alone(deed: str, detail: str) -> None:
    good = [f"good {n}" for n in range(5)]
    assert done(*good[:3], deed, *good[3:]) == [*good[:3], f"reader_crashed: {detail}", *good[3:]]


def test_a_reader_that_runs_away_is_stopped_by_the_clock(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(sandbox, "WALL", 1)
    monkeypatch.setattr(sandbox, "CPU", 3)  # which would end it soon after, were it not for the clock
    assert done("for ever") == ["reader_crashed: not read in 1 s"]


def test_a_reader_that_runs_away_is_stopped_by_its_share_of_the_processor(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(sandbox, "CPU", 0)
    assert done("for ever") == ["reader_crashed: the process that read it was ended by SIGXCPU"]


def test_a_workbook_that_kills_the_library_kills_no_more_than_its_process() -> None:
    """The guard would refuse it; here it reaches the library that it makes abort."""
    killer = next(hostile.data for hostile in sheets() if hostile.name == "stray-XFD1048576")
    assert isinstance(inspect(killer), Refusal)
    good = workbook()
    first, crashed, last = apart(unguarded, [good, killer, good])
    assert isinstance(crashed, Refusal)
    assert crashed.code in ("reader_crashed", "reader_failed")
    assert first == last == unguarded(good)


def test_workers_are_reused() -> None:
    seen = {number for _ in range(10) for number in apart(process, [b""] * 8)}
    assert len(seen) <= sandbox.MOST_WORKERS
    assert os.getpid() not in seen


def test_a_worker_killed_while_it_waits_is_no_trouble() -> None:
    read(workbook())
    for child in multiprocessing.active_children():
        if child.name == "pebble_pool_worker" and child.pid:
            os.kill(child.pid, signal.SIGKILL)
    time.sleep(0.5)
    assert not isinstance(read(workbook()), Refusal)


def test_a_reader_imports_nothing_of_the_program_but_guard_and_reader() -> None:
    loaded = apart(modules, [b""])[0]
    assert not isinstance(loaded, Refusal)
    assert not {"prefect", "sqlalchemy", "pandas", "numpy", "config.settings"} & set(loaded)
