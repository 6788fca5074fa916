"""Facts about waiting for files: what comes is told soon, what we take away is not told."""

from __future__ import annotations

import shutil
import signal
import sqlite3
import subprocess
import sys
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import closing, suppress
from email import message_from_bytes
from email.message import EmailMessage
from email.policy import default
from itertools import islice
from pathlib import Path

import pytest

from config.settings import PROJECT
from flows import watch
from tests.flows.conftest import environment_of

UNIT = "30640"  # of the sample: its first workbook is returned, its second accepted
PATIENCE = 600.0  # seconds for what takes two on a machine that has nothing else to do


@pytest.fixture
def told(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[bool]:
    """Return what is told of an inbox that nobody has made yet; the first word has been heard."""
    monkeypatch.setattr(watch, "IDLE", 0.9)
    monkeypatch.setattr(watch, "LOOK", 300)
    waiting = watch.arrivals(tmp_path / "inbox")
    assert next(waiting)
    return waiting


def later(deed: threading.Timer) -> None:
    """Let `deed` happen while the test waits."""
    deed.daemon = True
    deed.start()


def put(path: Path) -> None:
    """Put a file into a drop folder that is made for it: whole at once, else a busy machine would tell of it twice."""
    written = path.parents[2] / path.name
    written.write_bytes(b"x")
    path.parent.mkdir(parents=True, exist_ok=True)
    written.rename(path)


def comes(told: Iterator[bool]) -> bool:
    """Return whether something is told of sooner or later."""
    return any(islice(told, 100))


def test_a_file_in_a_new_drop_folder_is_told(told: Iterator[bool], tmp_path: Path) -> None:
    later(threading.Timer(0.3, put, [tmp_path / "inbox" / "30628" / "bieu.xlsx"]))
    assert comes(told)


def test_when_nothing_comes_it_says_so_now_and_then(told: Iterator[bool]) -> None:
    assert not next(told)


def test_what_is_taken_away_is_no_arrival(told: Iterator[bool], tmp_path: Path) -> None:
    path = tmp_path / "inbox" / "30628" / "bieu.xlsx"
    path.parent.mkdir(parents=True)
    assert comes(told)  # the folder
    put(path)
    assert comes(told)
    assert not all(islice(told, 10))  # nothing more of it
    path.unlink()
    assert not next(told)


def test_a_file_that_comes_during_the_first_collection_is_told(told: Iterator[bool], tmp_path: Path) -> None:
    put(tmp_path / "inbox" / "30628" / "bieu.xlsx")  # before what follows the first word is waited for
    assert next(told)


def test_a_file_of_which_the_system_tells_nothing_is_found(
    tmp_path: Path, told: Iterator[bool], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(watch, "_is_arrival", lambda *_: False)
    waiting = watch.arrivals(tmp_path / "inbox")  # as on a network share: no change is heard of
    assert next(waiting)
    put(tmp_path / "inbox" / "30628" / "bieu.xlsx")
    assert next(waiting)
    assert not next(waiting)  # what has been told of once is not told again


@pytest.fixture
def watched(tmp_path: Path, prefect_server: str) -> Iterator[Path]:
    """Return the home in which `cchc collect --watch` stays, in a process of its own."""
    home, said = tmp_path / "home", tmp_path / "said.txt"
    command = [sys.executable, "-m", "flows.cli", "collect", "-p", "2022-H1", "--watch"]
    environment = environment_of(home, {"PREFECT_API_URL": prefect_server, "PYTHONUNBUFFERED": "1"})
    with said.open("w") as log:
        process = subprocess.Popen(command, env=environment, stdout=log, stderr=log)
    try:
        until(lambda: "Đang theo dõi" in said.read_text(encoding="utf-8"), process)
        yield home
        until(lambda: said.read_text(encoding="utf-8").count("Trả lời: ") >= 2)  # it waits again, or is about to
        assert ended(process) in {0, 130}, said.read_text(encoding="utf-8")
    finally:
        if process.poll() is None:
            process.kill()
            process.wait()


def ended(process: subprocess.Popen[bytes]) -> int:
    """Return the code with which a process ends that is told to: again after a while, for a word may be lost in C."""
    for _ in range(20):
        process.send_signal(signal.SIGINT)
        with suppress(subprocess.TimeoutExpired):
            return process.wait(timeout=PATIENCE / 20)
    raise TimeoutError("it does not end")


def until(met: Callable[[], bool], process: subprocess.Popen[bytes] | None = None) -> None:
    """Wait until `met`."""
    end = time.monotonic() + PATIENCE
    while not met():
        assert time.monotonic() < end, "no answer"
        assert process is None or process.poll() is None, "the watching process has ended"
        time.sleep(0.05)


def answer_to(home: Path, workbook: str) -> EmailMessage:
    """Drop a workbook of the sample and return the letter that comes for it, once the folder is empty again."""
    outbox, folder = home / "outbox", home / "inbox" / UNIT
    before = set(outbox.glob("*.eml"))
    folder.mkdir(parents=True, exist_ok=True)
    shutil.copyfile(PROJECT / "sample" / "inbox" / UNIT / workbook, folder / workbook)
    until(lambda: bool(set(outbox.glob("*.eml")) - before) and not any(folder.iterdir()))
    (letter,) = set(outbox.glob("*.eml")) - before
    mail = message_from_bytes(letter.read_bytes(), policy=default)
    assert isinstance(mail, EmailMessage)
    return mail


def test_a_faulty_workbook_is_answered_and_its_correction_closes_the_alert(watched: Path) -> None:
    returned = answer_to(watched, "30640-2022-H1-lan-1.xlsx")
    assert returned["Subject"] == "[CCHC 2022-H1] Trả lại biểu của xã Long Điền A để sửa 3 lỗi"
    assert [part.get_filename() for part in returned.iter_attachments()] == ["30640-2022-H1-lan-1.xlsx"]
    closed = answer_to(watched, "30640-2022-H1-lan-2.xlsx")
    assert closed["Subject"] == "[CCHC 2022-H1] Đã nhận bản sửa của xã Long Điền A, không còn lỗi"
    assert closed["To"] == returned["To"]
    with closing(sqlite3.connect(watched / "cchc.db")) as store:
        events = store.execute("SELECT event FROM alert WHERE unit = ? ORDER BY id", [UNIT]).fetchall()
    assert events == [("opened",), ("closed",)]
