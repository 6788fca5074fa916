"""Facts about waiting for files: what comes is told soon, what we take away is not told."""

from __future__ import annotations

import threading
from collections.abc import Iterator
from pathlib import Path

import pytest

from flows import watch


@pytest.fixture
def told(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[bool]:
    """Return what is told of an inbox that nobody has made yet; the first word has been heard."""
    monkeypatch.setattr(watch, "IDLE", 1.5)
    monkeypatch.setattr(watch, "LOOK", 300)
    waiting = watch.arrivals(tmp_path / "inbox")
    assert next(waiting)
    return waiting


def later(deed: threading.Timer) -> None:
    """Let `deed` happen while the test waits."""
    deed.daemon = True
    deed.start()


def put(path: Path) -> None:
    """Put a file into a drop folder that is made for it."""
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_bytes(b"x")


def test_a_file_in_a_new_drop_folder_is_told(told: Iterator[bool], tmp_path: Path) -> None:
    later(threading.Timer(0.3, put, [tmp_path / "inbox" / "30628" / "bieu.xlsx"]))
    assert next(told)


def test_when_nothing_comes_it_says_so_now_and_then(told: Iterator[bool]) -> None:
    assert not next(told)


def test_what_is_taken_away_is_no_arrival(told: Iterator[bool], tmp_path: Path) -> None:
    path = tmp_path / "inbox" / "30628" / "bieu.xlsx"
    later(threading.Timer(0.2, put, [path]))
    assert next(told)
    later(threading.Timer(0.2, path.unlink))
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
