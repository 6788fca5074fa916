"""Facts about the bytes of everything received: under their hash, whole or not at all."""

from __future__ import annotations

import errno
import fcntl
import hashlib
import os
from pathlib import Path

import pytest

from tasks.store.files import scraps, sweep, write_whole
from tasks.store.raw import fetch, keep, raw_path, sha256_of


def files_under(folder: Path) -> set[Path]:
    """Return every file under `folder`, hidden ones too."""
    return {path for path in folder.rglob("*") if path.is_file()}


def test_bytes_are_kept_under_their_hash(tmp_path: Path) -> None:
    sha256 = keep(tmp_path, b"bieu")
    assert sha256 == hashlib.sha256(b"bieu").hexdigest() == sha256_of(b"bieu")
    assert files_under(tmp_path) == {tmp_path / sha256[:2] / sha256}
    assert fetch(tmp_path, sha256) == b"bieu"


def test_no_bytes_are_bytes_too(tmp_path: Path) -> None:
    assert fetch(tmp_path, keep(tmp_path, b"")) == b""


def test_the_same_bytes_are_kept_once(tmp_path: Path) -> None:
    path = raw_path(tmp_path, keep(tmp_path, b"bieu"))
    written = path.stat().st_ino, path.stat().st_mtime_ns
    keep(tmp_path, b"bieu")
    assert (path.stat().st_ino, path.stat().st_mtime_ns) == written
    assert files_under(tmp_path) == {path}


def test_bytes_that_come_again_mend_what_was_harmed_meanwhile(tmp_path: Path) -> None:
    path = raw_path(tmp_path, keep(tmp_path, b"bieu"))
    path.write_bytes(b"biet")
    keep(tmp_path, b"bieu")
    assert path.read_bytes() == b"bieu"


def test_bytes_nobody_kept_are_not_found(tmp_path: Path) -> None:
    with pytest.raises(FileNotFoundError):
        fetch(tmp_path, sha256_of(b"khong co"))


def test_a_full_disk_leaves_neither_half_a_file_nor_a_scrap(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def full(_descriptor: int) -> None:
        raise OSError(errno.ENOSPC, "No space left on device")

    monkeypatch.setattr(os, "fsync", full)
    with pytest.raises(OSError, match="No space left"):
        keep(tmp_path, b"bieu")
    assert files_under(tmp_path) == set()


def test_a_file_that_is_replaced_keeps_its_old_content_when_writing_fails(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    path = tmp_path / "a.xlsx"
    write_whole(path, b"old")
    monkeypatch.setattr(os, "fsync", lambda _: (_ for _ in ()).throw(KeyboardInterrupt))
    with pytest.raises(KeyboardInterrupt):
        write_whole(path, b"new and longer")
    assert files_under(tmp_path) == {path}
    assert path.read_bytes() == b"old"


@pytest.fixture
def synced(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> list[tuple[str, set[Path]]]:
    """Return what was made durable, in order, each time with the files that had their final names by then."""
    seen: list[tuple[str, set[Path]]] = []
    really = os.fsync

    def fsync(descriptor: int) -> None:
        path = Path(f"/proc/self/fd/{descriptor}").readlink()
        name = "data" if path.is_file() else str(path.relative_to(tmp_path))
        seen.append((name, {p for p in files_under(tmp_path) if not p.name.startswith(".")}))
        really(descriptor)

    monkeypatch.setattr(os, "fsync", fsync)
    return seen


def test_bytes_are_durable_before_their_name_and_the_name_before_anybody_hears_of_it(
    tmp_path: Path, synced: list[tuple[str, set[Path]]]
) -> None:
    sha256 = keep(tmp_path / "raw", b"bieu")
    folder = f"raw/{sha256[:2]}"
    there = {raw_path(tmp_path / "raw", sha256)}
    assert ("data", set()) in synced
    assert synced[-1] == (folder, there)


def test_a_new_folder_is_as_durable_as_what_lies_in_it(tmp_path: Path, synced: list[tuple[str, set[Path]]]) -> None:
    keep(tmp_path / "raw", b"bieu")
    assert {"raw", "."} <= {name for name, _ in synced}


def test_a_name_that_a_run_left_behind_as_it_died_is_made_durable(
    tmp_path: Path, synced: list[tuple[str, set[Path]]]
) -> None:
    sha256 = keep(tmp_path / "raw", b"bieu")
    synced.clear()
    keep(tmp_path / "raw", b"bieu")
    assert [name for name, _ in synced] == [f"raw/{sha256[:2]}"]


def left_by_the_dead(folder: Path, seconds: float) -> Path:
    """Return a file that a process which is gone had begun to write so long ago."""
    folder.mkdir(parents=True, exist_ok=True)
    scrap = folder / ".new-abc"
    scrap.write_bytes(b"half")
    moment = scrap.stat().st_mtime - seconds
    os.utime(scrap, (moment, moment))
    return scrap


@pytest.mark.parametrize("where", ["", "outbox", "raw/ab", "returned/30628", "published/2022-H1/r001"])
def test_what_the_dead_had_begun_is_swept(tmp_path: Path, where: str) -> None:
    scrap = left_by_the_dead(tmp_path / where, 3700)
    write_whole(tmp_path / where / "whole", b"whole")
    assert scraps(tmp_path) == [scrap]
    assert sweep(tmp_path) == 1
    assert files_under(tmp_path) == {tmp_path / where / "whole"}


def test_what_was_begun_lately_is_left(tmp_path: Path) -> None:
    left_by_the_dead(tmp_path, 3500)
    assert sweep(tmp_path) == 0


def test_what_the_living_are_writing_is_left_however_long_it_takes(tmp_path: Path) -> None:
    slow = left_by_the_dead(tmp_path, 9999)
    with slow.open("rb") as file:
        fcntl.flock(file, fcntl.LOCK_EX)
        assert sweep(tmp_path) == 0
    assert sweep(tmp_path) == 1
