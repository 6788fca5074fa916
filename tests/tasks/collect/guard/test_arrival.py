"""Facts about taking a file out of a folder that anybody may write into."""

from __future__ import annotations

import os
import socket
import threading
import time
from pathlib import Path

import pytest

from tasks.collect.guard import Code, Refusal, is_litter, limits, open_arrival


def code_of(path: Path) -> str:
    """Return the code by which `path` is refused."""
    refusal = open_arrival(path)
    assert isinstance(refusal, Refusal)
    return refusal.code


@pytest.fixture
def file(tmp_path: Path) -> Path:
    """Return a small regular file."""
    path = tmp_path / "bieu.xlsx"
    path.write_bytes(b"PK\x03\x04 and more")
    return path


def test_a_regular_file_is_taken_whole(file: Path) -> None:
    assert open_arrival(file) == b"PK\x03\x04 and more"


def test_the_largest_file_we_take_is_taken(file: Path) -> None:
    os.truncate(file, limits.FILE)
    assert len(open_arrival(file)) == limits.FILE  # type: ignore[arg-type]


def test_a_file_of_one_byte_more_is_not_read(file: Path) -> None:
    os.truncate(file, limits.FILE + 1)
    assert code_of(file) == Code.TOO_BIG


def test_a_sparse_file_of_a_terabyte_costs_nothing(file: Path) -> None:
    os.truncate(file, 2**40)
    assert code_of(file) == Code.TOO_BIG


def test_an_empty_file_is_refused(file: Path) -> None:
    os.truncate(file, 0)
    assert code_of(file) == Code.EMPTY_FILE


def test_a_link_is_not_followed_wherever_it_leads(tmp_path: Path, file: Path) -> None:
    for place, target in enumerate((file, Path("/dev/zero"), tmp_path / "nowhere", Path("/etc/passwd"))):
        link = tmp_path / f"link{place}.xlsx"
        link.symlink_to(target)
        assert code_of(link) == Code.NOT_REGULAR_FILE


def test_a_pipe_is_refused_without_waiting_for_a_writer(tmp_path: Path) -> None:
    os.mkfifo(tmp_path / "pipe.xlsx")
    start = time.perf_counter()
    assert code_of(tmp_path / "pipe.xlsx") == Code.NOT_REGULAR_FILE
    assert time.perf_counter() - start < 30


def test_a_pipe_with_a_writer_is_refused_too(tmp_path: Path) -> None:
    path = tmp_path / "pipe.xlsx"
    os.mkfifo(path)
    keeper = os.open(path, os.O_RDWR)  # both ends, so that the writer below does not wait either
    os.write(keeper, b"PK\x03\x04")
    assert code_of(path) == Code.NOT_REGULAR_FILE
    os.close(keeper)


def test_a_folder_a_socket_and_a_device_are_refused(tmp_path: Path) -> None:
    with socket.socket(socket.AF_UNIX) as server:
        server.bind(str(tmp_path / "s.xlsx"))
        assert code_of(tmp_path / "s.xlsx") == Code.NOT_REGULAR_FILE
    assert code_of(tmp_path) == Code.FOLDER_INSIDE
    assert code_of(Path("/dev/zero")) == Code.NOT_REGULAR_FILE


def test_a_file_that_may_not_be_read_is_refused(file: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def refuse(*_: object) -> int:
        raise PermissionError(13, "Permission denied")  # what the system says to anybody but root

    monkeypatch.setattr(os, "open", refuse)
    assert code_of(file) == Code.NOT_READABLE


def test_a_file_that_is_gone_is_a_surprise(tmp_path: Path) -> None:
    with pytest.raises(FileNotFoundError):
        open_arrival(tmp_path / "gone.xlsx")


@pytest.mark.parametrize("change", [b"more", b""], ids=["grows", "is touched"])
def test_a_file_that_changes_while_it_is_read_is_still_arriving(
    file: Path, monkeypatch: pytest.MonkeyPatch, change: bytes
) -> None:
    read = os.read

    def read_slowly(descriptor: int, most: int) -> bytes:
        piece = read(descriptor, most)
        file.write_bytes(file.read_bytes() + change)
        os.utime(file, ns=(1, time.time_ns()))
        return piece

    monkeypatch.setattr(os, "read", read_slowly)
    assert code_of(file) == Code.STILL_ARRIVING


def test_a_file_that_shrinks_while_it_is_read_is_still_arriving(file: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    read = os.read

    def read_after_a_cut(descriptor: int, most: int) -> bytes:
        os.truncate(file, 3)
        return read(descriptor, most)

    monkeypatch.setattr(os, "read", read_after_a_cut)
    assert code_of(file) == Code.STILL_ARRIVING


def test_no_descriptor_is_left_open(tmp_path: Path, file: Path) -> None:
    os.mkfifo(tmp_path / "pipe.xlsx")
    before = len(list(Path("/proc/self/fd").iterdir()))
    for _ in range(50):
        open_arrival(file)
        open_arrival(tmp_path / "pipe.xlsx")
        open_arrival(tmp_path)
    assert len(list(Path("/proc/self/fd").iterdir())) == before


def test_many_may_take_the_same_file_at_once(file: Path) -> None:
    taken: list[bytes | Refusal] = []
    threads = [threading.Thread(target=lambda: taken.append(open_arrival(file))) for _ in range(8)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert taken == [b"PK\x03\x04 and more"] * 8


@pytest.mark.parametrize(
    "name",
    ["~$bieu.xlsx", ".~lock.bieu.xlsx#", "bieu.xlsx.part", "bieu.TMP", "~WRL0001.tmp", "bieu.xlsx.crdownload",
     "Thumbs.db", "ehthumbs.db", "DESKTOP.INI", ".DS_Store", "._bieu.xlsx", ".bieu.xlsx.swp", "bieu.xlsx~"],
)  # fmt: skip
def test_what_programs_leave_behind_is_litter(name: str) -> None:
    assert is_litter(name)


@pytest.mark.parametrize(
    "name",
    ["bieu.xlsx", "BIEU.XLSX", "bieu.pdf", "biểu ~ bản cuối.xlsx", "part.xlsx", "tmp.xlsx", "a\nb.xlsx", "bieu", "",
     "-rf", "=cmd.xlsx", "bieu - Shortcut.lnk", "bieu.part.xlsx"],
)  # fmt: skip
def test_what_a_person_sent_is_answered_whatever_its_name(name: str) -> None:
    assert not is_litter(name)
