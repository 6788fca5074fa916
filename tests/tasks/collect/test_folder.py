"""Facts about the drop folders: what lies still is taken, in the order in which it came."""

from __future__ import annotations

import errno
import hashlib
import os
from collections.abc import Callable
from datetime import datetime, timedelta
from pathlib import Path
from types import SimpleNamespace

import pytest

from tasks.collect import folder
from tasks.collect.folder import Dropped, misplaced, settled
from tasks.store.raw import sha256_of
from tests.factory import COMMUNE, NEIGHBOUR, NOW, RECEIVED
from tests.tasks.collect.conftest import Drop, within


def names(inbox: Path) -> list[str]:
    """Return the settled files by name."""
    return [d.path.name for d in settled(inbox)]


def between_looks(monkeypatch: pytest.MonkeyPatch, happening: Callable[[], object]) -> None:
    """Let something happen between the two looks."""
    monkeypatch.setattr(folder, "time", SimpleNamespace(sleep=lambda _: happening()))


def dropped(moment: datetime) -> Dropped:
    """Return a file last written at `moment`."""
    return Dropped(COMMUNE, Path("bieu.xlsx"), 1, int(moment.timestamp() * 1e9), 7, 8)


def test_no_inbox_is_an_empty_inbox(tmp_path: Path) -> None:
    assert settled(tmp_path / "inbox") == []


def test_a_file_knows_whose_folder_it_lies_in(inbox: Path, drop: Drop) -> None:
    path = drop(b"1234", unit=NEIGHBOUR)
    [found] = settled(inbox)
    assert (found.unit, found.path, found.size) == (NEIGHBOUR, path, 4)


def test_files_come_in_order_of_time(inbox: Path, drop: Drop) -> None:
    drop(b"2", name="a.xlsx", moment=RECEIVED + timedelta(seconds=1))
    drop(b"1", name="b.xlsx", unit=NEIGHBOUR, moment=RECEIVED)
    assert names(inbox) == ["b.xlsx", "a.xlsx"]


def test_files_of_the_same_time_come_in_order_of_name(inbox: Path, drop: Drop) -> None:
    for name, unit in (("b.xlsx", COMMUNE), ("c.xlsx", COMMUNE), ("a.xlsx", NEIGHBOUR)):
        drop(b"1", name=name, unit=unit)
    assert names(inbox) == ["a.xlsx", "b.xlsx", "c.xlsx"]


def test_a_file_that_grows_between_looks_waits(inbox: Path, drop: Drop, monkeypatch: pytest.MonkeyPatch) -> None:
    drop(b"1", name="done.xlsx")
    growing = drop(b"1", name="growing.xlsx")

    def grow() -> None:
        growing.write_bytes(b"12")
        os.utime(growing, (RECEIVED.timestamp(), RECEIVED.timestamp()))

    between_looks(monkeypatch, grow)
    assert names(inbox) == ["done.xlsx"]
    between_looks(monkeypatch, lambda: None)
    assert names(inbox) == ["done.xlsx", "growing.xlsx"]


def test_a_file_that_is_written_anew_between_looks_waits(
    inbox: Path, drop: Drop, monkeypatch: pytest.MonkeyPatch
) -> None:
    path = drop(b"1")
    between_looks(monkeypatch, lambda: os.utime(path, (NOW.timestamp(), NOW.timestamp())))
    assert names(inbox) == []


def test_a_file_that_comes_between_looks_waits(inbox: Path, drop: Drop, monkeypatch: pytest.MonkeyPatch) -> None:
    drop(b"1", name="first.xlsx")
    between_looks(monkeypatch, lambda: drop(b"1", name="second.xlsx"))
    assert names(inbox) == ["first.xlsx"]


def test_a_file_that_goes_between_looks_is_gone(inbox: Path, drop: Drop, monkeypatch: pytest.MonkeyPatch) -> None:
    path = drop(b"1")
    between_looks(monkeypatch, path.unlink)
    assert names(inbox) == []


def test_a_file_that_goes_during_a_look_does_not_hide_the_others(
    inbox: Path, drop: Drop, monkeypatch: pytest.MonkeyPatch
) -> None:
    going = drop(b"1", name="bieu.xlsx.part")
    drop(b"1", name="other.xlsx")
    really = Path.lstat

    def lstat(path: Path) -> os.stat_result:
        if path == going:
            path.unlink(missing_ok=True)
        return really(path)

    monkeypatch.setattr(Path, "lstat", lstat)
    assert names(inbox) == ["other.xlsx"]


def test_a_folder_that_is_a_link_is_nobodys_folder(inbox: Path, drop: Drop, tmp_path: Path) -> None:
    drop(b"1")
    (inbox / NEIGHBOUR).symlink_to(inbox / COMMUNE)
    assert [d.unit for d in settled(inbox)] == [COMMUNE]


def test_a_link_is_seen_as_itself_not_as_what_it_points_to(inbox: Path, drop: Drop) -> None:
    target = drop(b"1" * 1000)
    link = target.with_name("link.xlsx")
    link.symlink_to(target)
    found = {d.path.name: d.size for d in settled(inbox)}
    assert found["link.xlsx"] == len(str(target))


def test_a_pipe_is_listed_without_waiting_for_it(inbox: Path) -> None:
    (inbox / COMMUNE).mkdir()
    os.mkfifo(inbox / COMMUNE / "bieu.xlsx")
    with within(2):
        assert names(inbox) == ["bieu.xlsx"]


def test_a_file_beside_the_drop_folders_is_no_arrival(inbox: Path) -> None:
    (inbox / "bieu.xlsx").write_bytes(b"1")
    assert names(inbox) == []


def test_a_name_that_is_no_text_becomes_one(inbox: Path) -> None:
    strange = inbox / os.fsdecode(b"\xff\xfe")
    strange.mkdir()
    (strange / os.fsdecode(b"\xe9.xlsx")).write_bytes(b"1")
    [found] = settled(inbox)
    assert "\ufffd" in found.unit
    for text in (found.unit, found.name, found.message):
        text.encode()  # what cannot be encoded cannot be stored


def test_an_arrival_keeps_its_name_until_the_file_is_put_there_again(inbox: Path, drop: Drop, tmp_path: Path) -> None:
    path = drop(b"1")
    [first], [again] = settled(inbox), settled(inbox)
    assert first == again
    path.rename(tmp_path / "aside")
    (tmp_path / "aside").rename(path)  # the same inode, size and time of writing
    [later] = settled(inbox)
    assert later.message != first.message
    assert not first.is_unchanged()
    assert later.is_unchanged()


def test_a_file_that_cannot_even_be_looked_at_does_not_hide_the_others(
    inbox: Path, drop: Drop, monkeypatch: pytest.MonkeyPatch
) -> None:
    bad, really = drop(b"1"), Path.lstat
    drop(b"1", name="other.xlsx")

    def lstat(path: Path) -> os.stat_result:
        if path == bad:
            raise OSError(errno.EIO, "Input/output error")
        return really(path)

    monkeypatch.setattr(Path, "lstat", lstat)
    assert names(inbox) == ["other.xlsx"]


# --- taking away -----------------------------------------------------------------------------------------------------


def before_renaming(monkeypatch: pytest.MonkeyPatch, happening: Callable[[], object]) -> None:
    """Let something happen between the last look at a file and its removal."""
    really = Path.rename

    def rename(path: Path, target: Path) -> Path:
        monkeypatch.setattr(Path, "rename", really)
        happening()
        return path.rename(target)

    monkeypatch.setattr(Path, "rename", rename)


def contents(folder: Path) -> dict[str, bytes]:
    """Return what lies in a folder."""
    return {path.name: path.read_bytes() for path in folder.iterdir()}


def test_what_was_taken_in_is_removed(inbox: Path, drop: Drop) -> None:
    path = drop(b"1")
    [found] = settled(inbox)
    found.remove(sha256_of(b"1"))
    assert contents(path.parent) == {}
    found.remove(sha256_of(b"1"))  # another run was faster


@pytest.mark.parametrize("touch", [lambda p: p.chmod(0o600), lambda p: os.link(p, p.parents[2] / "also.xlsx")])
def test_what_is_only_touched_while_it_is_taken_in_is_removed(
    inbox: Path, drop: Drop, touch: Callable[[Path], object]
) -> None:
    path = drop(b"1")
    [found] = settled(inbox)
    touch(path)
    found.remove(sha256_of(b"1"))
    assert contents(path.parent) == {}


def test_a_correction_written_over_it_with_its_size_and_time_stays(inbox: Path, drop: Drop) -> None:
    path = drop(b"1")
    [found] = settled(inbox)
    path.write_bytes(b"2")
    os.utime(path, ns=(found.modified_ns, found.modified_ns))
    found.remove(sha256_of(b"1"))
    assert contents(path.parent) == {"bieu.xlsx": b"2"}


@pytest.mark.parametrize("data", [b"12", b"2"], ids=["another size", "the same size and time"])
def test_a_correction_put_in_place_at_the_last_moment_stays(
    inbox: Path, drop: Drop, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, data: bytes
) -> None:
    path = drop(b"1")
    [found] = settled(inbox)

    def correct() -> None:
        new = tmp_path / "new"
        new.write_bytes(data)
        os.utime(new, ns=(found.modified_ns, found.modified_ns))
        new.replace(path)

    before_renaming(monkeypatch, correct)
    found.remove(sha256_of(b"1"))
    assert contents(path.parent) == {"bieu.xlsx": data}


@pytest.mark.parametrize("can_link", [True, False])
def test_a_correction_put_back_never_replaces_a_newer_one(
    inbox: Path, drop: Drop, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, can_link: bool
) -> None:
    path, link = drop(b"1"), os.link
    [found] = settled(inbox)

    def correct() -> None:
        (tmp_path / "new").write_bytes(b"newer")
        (tmp_path / "new").replace(path)

    def link_late(*places: Path, follow_symlinks: bool) -> None:
        path.write_bytes(b"newest")
        if not can_link:
            raise PermissionError(errno.EPERM, "no second names here")
        link(*places, follow_symlinks=follow_symlinks)

    before_renaming(monkeypatch, correct)
    monkeypatch.setattr(os, "link", link_late)
    found.remove(sha256_of(b"1"))
    assert sorted(contents(path.parent).values()) == [b"newer", b"newest"]
    assert len(settled(inbox)) == 2


def test_what_a_dead_run_had_set_aside_is_removed_or_comes_back(inbox: Path, drop: Drop) -> None:
    taken_in, correction = drop(b"1"), drop(b"12", name="sua.xlsx")
    [marks] = [d for d in settled(inbox) if d.path == taken_in]
    (taken_in.parent / "thu-muc").mkdir()
    folder_marks = (taken_in.parent / "thu-muc").lstat()
    taken_in.rename(taken_in.with_name(f".{marks.inode}-{marks.size}-{marks.modified_ns}.cchc"))
    correction.rename(correction.with_name(".1-2-3.cchc"))
    mark = f".{folder_marks.st_ino}-{folder_marks.st_size}-{folder_marks.st_mtime_ns}.cchc"
    (taken_in.parent / "thu-muc").rename(taken_in.with_name(mark))  # nothing that we set aside
    found = settled(inbox)
    assert [d.path.read_bytes() for d in found if d.path.is_file()] == [b"12"]
    assert len(found) == 2
    assert not any(d.path.name.startswith(".") for d in found)


# --- the hash of what is not kept ------------------------------------------------------------------------------------


def test_a_file_is_hashed_piece_by_piece_as_far_as_it_was_seen(
    inbox: Path, drop: Drop, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(folder, "PIECE", 3)
    path = drop(b"1234567890")
    [found] = settled(inbox)
    assert found.hashed() == hashlib.sha256(b"1234567890").hexdigest()
    path.write_bytes(b"12345678901")
    assert found.hashed() == hashlib.sha256(b"1234567890").hexdigest()


def test_what_is_endless_gone_or_no_file_has_the_hash_of_nothing(inbox: Path, drop: Drop) -> None:
    path = drop(b"1")
    os.truncate(path, 2**40)
    [endless] = settled(inbox)
    path.unlink()
    path.symlink_to("/dev/zero")
    [link] = settled(inbox)
    with within(2):
        assert {endless.hashed(), link.hashed()} == {hashlib.sha256().hexdigest()}
    path.unlink()
    assert link.hashed() == hashlib.sha256().hexdigest()


def test_a_file_came_when_it_was_last_written() -> None:
    assert dropped(RECEIVED).received_at(None, NOW) == RECEIVED
    assert dropped(RECEIVED).received_at(RECEIVED - timedelta(days=1), NOW) == RECEIVED


def test_a_file_that_claims_to_be_older_than_the_last_look_came_after_it() -> None:
    last_look = RECEIVED + timedelta(days=3)
    assert dropped(RECEIVED).received_at(last_look, NOW) == last_look


@pytest.mark.parametrize("last_look", [None, RECEIVED])
def test_a_file_that_claims_to_come_from_the_future_came_now(last_look: datetime | None) -> None:
    assert dropped(NOW + timedelta(days=365)).received_at(last_look, NOW) == NOW


def test_a_clock_that_was_set_back_never_makes_an_arrival_of_tomorrow() -> None:
    assert dropped(RECEIVED).received_at(NOW + timedelta(days=1), NOW) == NOW


def test_two_looks_are_apart(inbox: Path, drop: Drop, monkeypatch: pytest.MonkeyPatch) -> None:
    waits: list[float] = []
    monkeypatch.setattr(folder, "SETTLING", 0.2)
    monkeypatch.setattr(folder, "time", SimpleNamespace(sleep=waits.append))  # other threads of this process sleep too
    settled(inbox)
    assert waits == []  # nothing there: nothing to wait for
    drop(b"1")
    settled(inbox)
    assert waits == [0.2]


def test_what_lies_beside_the_drop_folders_is_named(tmp_path: Path) -> None:
    (tmp_path / "30628").mkdir()
    (tmp_path / "lac.xlsx").write_bytes(b"x")
    assert misplaced(tmp_path) == ["lac.xlsx"]
    assert misplaced(tmp_path / "none") == []
