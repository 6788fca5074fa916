"""The way back as the operator walks it: back up, lose everything, restore, look again."""

from __future__ import annotations

import shutil
from datetime import datetime
from pathlib import Path
from threading import Event, Thread

import pytest
import typer

from config.load import Declarations
from config.settings import Settings
from flows import keeping
from flows.commands import running
from flows.doctor import examine
from flows.keeping import back_up, restore
from tasks.store.alone import at_work, undisturbed
from tasks.store.backup import BackupError
from tasks.store.database import close_engines, reading
from tasks.store.raw import keep
from tasks.store.submissions import submissions
from tests.factory import END_OF_TIME
from tests.flows.conftest import call_cchc
from tests.postgres import Cluster


@pytest.fixture
def workplace(demo_home: Path, tmp_path: Path) -> Settings:
    """Return a copy of the workplace in which the demo has run."""
    shutil.copytree(demo_home, tmp_path / "home", symlinks=True, ignore=shutil.ignore_patterns("prefect"))
    return Settings(home=tmp_path / "home")


def at(declarations: Declarations, day: str) -> datetime:
    return declarations.calendar.moment(day)


def known(settings: Settings) -> list[tuple[str, int, str]]:
    with reading(settings.database) as connection:
        return [(s.unit, s.version, s.sha256) for s in submissions(connection, "2022-H1", END_OF_TIME)]


def test_a_lost_workplace_comes_back_and_is_well(
    workplace: Settings, tmp_path: Path, declarations: Declarations
) -> None:
    now, before = at(declarations, "2022-07-01"), known(workplace)
    back_up(workplace, tmp_path / "copy", now)
    close_engines()
    shutil.rmtree(workplace.home)
    assert restore(workplace, tmp_path / "copy", now, force=False) is None
    assert known(workplace) == before
    assert [line.sentence for line in examine(workplace, declarations, now) if not line.well] == []
    assert (workplace.home / "published" / "2022-H1" / "current" / "index.html").is_file()


def test_figures_that_are_there_are_never_mixed_with_restored_ones(
    workplace: Settings, tmp_path: Path, declarations: Declarations
) -> None:
    now = at(declarations, "2022-07-01")
    back_up(workplace, tmp_path / "copy", now)
    with pytest.raises(BackupError, match="--force"):
        restore(workplace, tmp_path / "copy", now, force=False)
    close_engines()
    aside = restore(workplace, tmp_path / "copy", now, force=True)
    assert aside is not None
    assert (aside / "cchc.db").is_file()
    assert known(workplace)


def test_drop_folders_come_back_with_nothing_in_them(
    workplace: Settings, tmp_path: Path, declarations: Declarations
) -> None:
    now = at(declarations, "2022-07-01")
    folders = sorted(p.name for p in (workplace.home / "inbox").iterdir())
    assert len(folders) == 18
    back_up(workplace, tmp_path / "copy", now)
    other = Settings(home=tmp_path / "other")
    restore(other, tmp_path / "copy", now, force=False)
    assert sorted(p.name for p in (other.home / "inbox").iterdir()) == folders


def test_what_a_killed_run_was_removing_is_not_copied(
    workplace: Settings, tmp_path: Path, declarations: Declarations
) -> None:
    taken_in = workplace.home / "inbox" / "30628" / "a.xlsx"
    taken_in.write_bytes(b"taken in")
    marks = taken_in.stat()
    taken_in.rename(taken_in.with_name(f".{marks.st_ino}-{marks.st_size}-{marks.st_mtime_ns}.cchc"))
    made = back_up(workplace, tmp_path / "copy", at(declarations, "2022-07-01"))
    assert [name for name in made.hashes if name.startswith("home/inbox/")] == []


def test_nothing_is_copied_or_put_in_place_while_somebody_is_at_work(
    workplace: Settings, tmp_path: Path, declarations: Declarations, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(keeping, "PATIENCE", 0.0)
    now = at(declarations, "2022-07-01")
    back_up(workplace, tmp_path / "copy", now)
    with at_work(workplace.home):
        with pytest.raises(BackupError, match="một lượt chạy khác đang làm việc"):
            back_up(workplace, tmp_path / "second", now)
        with pytest.raises(BackupError, match="một lượt chạy khác đang làm việc"):
            restore(workplace, tmp_path / "copy", now, force=True)
    assert known(workplace)
    assert not list(workplace.home.glob("truoc-*"))


def test_a_run_by_hand_waits_for_a_copy_and_ends_with_a_sentence(
    settings: Settings, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setattr(running, "PATIENCE", 0.0)
    with undisturbed(settings.home), pytest.raises(typer.Exit), running.at_work_here(settings):
        raise AssertionError("it began")
    assert "đang được sao lưu, phục hồi hoặc dựng lại" in capsys.readouterr().err
    with running.at_work_here(settings), undisturbed(settings.home) as copying:
        assert not copying


@pytest.mark.parametrize(
    "command",
    [("reopen", "-p", "2022-H1", "-u", "30628", "--reason", "x", "--until", "2022-09-30"), ("clock",)],
)
def test_what_is_written_at_once_waits_for_a_copy_too(
    settings: Settings, monkeypatch: pytest.MonkeyPatch, command: tuple[str, ...]
) -> None:
    monkeypatch.setattr(running, "PATIENCE", 0.0)
    with undisturbed(settings.home):
        done = call_cchc(settings.home, *command)
    assert done.returncode == 2
    assert "đang được sao lưu, phục hồi hoặc dựng lại" in done.stderr
    assert "đang được sao lưu" not in call_cchc(settings.home, *command).stderr


def test_who_waited_works_on_the_database_that_was_put_in_place_meanwhile(workplace: Settings, tmp_path: Path) -> None:
    own, held, seen = workplace.home / "cchc.db", Event(), Event()
    assert known(workplace)  # the file is open now

    def replace() -> None:
        with undisturbed(workplace.home):
            held.set()
            seen.wait(1)
            shutil.copyfile(own, tmp_path / "other.db")
            (tmp_path / "other.db").replace(own)

    other = Thread(target=replace)
    other.start()
    held.wait(10)
    with running.at_work_here(workplace):
        other.join()
        assert known(workplace)


def test_nothing_is_set_aside_for_a_database_that_cannot_take_the_copy(
    workplace: Settings, tmp_path: Path, declarations: Declarations, cluster: Cluster
) -> None:
    now, url = at(declarations, "2022-07-01"), cluster()
    back_up(workplace, tmp_path / "copy", now)
    restore(Settings(home=tmp_path / "first", database_url=url), tmp_path / "copy", now, force=False)
    with pytest.raises(BackupError, match="dùng một cơ sở dữ liệu trống"):
        restore(workplace.model_copy(update={"database_url": url}), tmp_path / "copy", now, force=True)
    assert (workplace.home / "cchc.db").is_file()


def test_what_came_after_the_copy_is_counted_and_its_place_named(
    workplace: Settings, tmp_path: Path, declarations: Declarations
) -> None:
    back_up(workplace, tmp_path / "copy", at(declarations, "2022-07-01"))
    assert "sau bản sao lưu" not in call_cchc(workplace.home, "restore", str(tmp_path / "copy"), "--force").stdout
    (workplace.home / "inbox" / "30628" / "moi.xlsx").write_bytes(b"new")
    keep(workplace.home / "raw", b"newer")
    shutil.rmtree(next(workplace.home.glob("truoc-phuc-hoi-*")))  # of the same second, perhaps
    said = call_cchc(workplace.home, "restore", str(tmp_path / "copy"), "--force").stdout
    [aside] = workplace.home.glob("truoc-phuc-hoi-*")
    assert f"Chưa thu: 1 tệp trong {aside / 'inbox'};" in said
    assert f"Nhận sau bản sao lưu: 1 tệp gốc trong {aside / 'raw'};" in said


def test_a_dry_run_says_when_the_copy_was_made_as_people_write_it(
    workplace: Settings, tmp_path: Path, declarations: Declarations
) -> None:
    back_up(workplace, tmp_path / "copy", at(declarations, "2022-07-01T08:05"))
    said = call_cchc(tmp_path / "other", "restore", str(tmp_path / "copy"), "--dry-run").stdout
    assert said.startswith("Bản sao lưu lúc 08:05 01/07/2022 còn nguyên: ")
    assert "bị từ chối" not in said
    assert not (tmp_path / "other" / "cchc.db").exists()


def test_a_dry_run_says_that_a_workplace_with_figures_would_be_refused(
    workplace: Settings, tmp_path: Path, declarations: Declarations
) -> None:
    back_up(workplace, tmp_path / "copy", at(declarations, "2022-07-01"))
    said = call_cchc(workplace.home, "restore", str(tmp_path / "copy"), "--dry-run")
    assert said.returncode == 0
    assert f"Phục hồi thật sẽ bị từ chối: {workplace.home} đã có số liệu" in said.stdout
    forced = call_cchc(workplace.home, "restore", str(tmp_path / "copy"), "--dry-run", "--force").stdout
    assert "bị từ chối" not in forced


def test_doctor_tells_a_restored_workplace_from_one_that_was_never_copied(
    workplace: Settings, tmp_path: Path, declarations: Declarations
) -> None:
    def told() -> list[str]:
        found = examine(workplace, declarations, at(declarations, "2022-07-03"))
        return [line.sentence for line in found if "sao lưu" in line.sentence and line.well]

    assert told() == ["Lần sao lưu gần nhất: chưa có."]
    back_up(workplace, tmp_path / "copy", at(declarations, "2022-07-01T08:00"))
    close_engines()
    restore(workplace, tmp_path / "copy", at(declarations, "2022-07-02T09:00"), force=True)
    assert told() == ["Đã phục hồi từ bản sao lưu lúc 09:00 02/07/2022; từ đó chưa sao lưu lần nào."]
    back_up(workplace, tmp_path / "again", at(declarations, "2022-07-02T10:00"))
    assert told() == ["Lần sao lưu gần nhất: 10:00 02/07/2022."]


def test_what_is_wrong_with_the_database_is_named_once(workplace: Settings, declarations: Declarations) -> None:
    close_engines()
    (workplace.home / "cchc.db").unlink()
    [said] = [
        line.sentence
        for line in examine(workplace, declarations, at(declarations, "2022-07-01"))
        if "nhật ký" in line.sentence
    ]
    assert said.startswith("Cơ sở dữ liệu thiếu những gì nhật ký")
    assert call_cchc(workplace.home, "status", "--period", "2022-H1").stderr.startswith("Lỗi: cơ sở dữ liệu thiếu ")
