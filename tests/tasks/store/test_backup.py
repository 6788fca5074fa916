"""Facts about copies of a workplace: whole, checked before use, and the same on either database."""

from __future__ import annotations

import os
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest
from sqlalchemy import Connection, select, text

from config.settings import Settings
from tasks.store import backup as copying
from tasks.store.backup import Backup, BackupError, make_backup, open_backup, restore_files, restore_rows
from tasks.store.database import filling, is_empty, reading, writing
from tasks.store.journal import journal_of
from tasks.store.raw import fetch, keep
from tasks.store.schema import HEAD
from tasks.store.submissions import add_submissions
from tasks.store.tables import metadata
from tasks.store.values import Run
from tests.factory import NOW, make_new_submission
from tests.tasks.store.conftest import POSTGRES


@pytest.fixture
def workplace(settings: Settings) -> Settings:
    """Return a workplace with two versions, a raw file, a release with its link, and what nobody keeps."""
    home = settings.home
    with writing(settings.database) as connection:
        add_submissions(connection, [make_new_submission()], Run("run-1", NOW))
        add_submissions(connection, [make_new_submission()], Run("run-2", NOW))
    keep(home / "raw", "biểu".encode())
    release = home / "published" / "2022-H1" / "r001"
    release.mkdir(parents=True)
    (release / "evaluation.csv").write_text("a,b\r\n", encoding="utf-8")
    (release.parent / "current").symlink_to("r001")
    (release.parent / ".r002.part").mkdir()
    (release.parent / ".r002.part" / "half.csv").write_text("half", encoding="utf-8")
    return settings


def contents(connection: Connection) -> dict[str, list[object]]:
    """Return every row of every table."""
    return {
        name: [tuple(row) for row in connection.execute(select(table).order_by(*table.primary_key))]
        for name, table in metadata.tables.items()
    }


def copied(settings: Settings, folder: Path) -> Backup:
    with reading(settings.database) as connection:
        return make_backup(connection, settings, folder, NOW)


@contextmanager
def umask(taken_away: int) -> Iterator[None]:
    before = os.umask(taken_away)
    try:
        yield
    finally:
        os.umask(before)


def mode(path: Path) -> int:
    return path.stat().st_mode & 0o777


def test_what_was_received_is_for_the_owner_of_the_workplace_alone(tmp_path: Path) -> None:
    """Whatever the umask; what is published is for everybody: `test_release`."""
    settings, other = Settings(home=tmp_path / "home"), tmp_path / "other"
    with umask(0):
        with writing(settings.database) as connection:
            add_submissions(connection, [make_new_submission()], Run("run-1", NOW))
            side = [mode(path) for path in settings.home.glob("cchc.db-*")]
        keep(settings.home / "raw", "biểu".encode())
        restore_files(tmp_path / "copy", copied(settings, tmp_path / "copy"), other)
    assert side == [0o600, 0o600]
    assert mode(settings.home / "cchc.db") == mode(journal_of(settings.home)) == 0o600
    folders = (settings.home / "raw", tmp_path / "copy", other / "raw")
    assert [mode(folder) for folder in folders] == [0o700] * 3


def test_what_is_restored_is_what_was_copied(workplace: Settings, tmp_path: Path) -> None:
    made = copied(workplace, tmp_path / "copy")
    assert open_backup(tmp_path / "copy") == made
    other = Settings(home=tmp_path / "other")
    with filling(other.database, made.revision) as connection:
        restore_rows(connection, tmp_path / "copy", made)
    restore_files(tmp_path / "copy", made, other.home)
    with reading(workplace.database) as old, reading(other.database) as new:
        assert contents(new) == contents(old)
    (raw,) = (workplace.home / "raw").glob("*/*")
    assert fetch(other.home / "raw", raw.name) == "biểu".encode()
    assert (other.home / "published" / "2022-H1" / "current" / "evaluation.csv").read_text("utf-8") == "a,b\n"
    assert not list((other.home / "published").rglob("*.part"))


def test_a_copy_made_from_sqlite_is_restored_into_postgresql(
    sqlite: str, home: Path, tmp_path: Path, request: pytest.FixtureRequest, run: Run
) -> None:
    with writing(sqlite) as connection:
        add_submissions(connection, [make_new_submission()], run)
    made = copied(Settings(home=home, database_url=sqlite), tmp_path / "copy")
    target = str(request.getfixturevalue("cluster")())
    assert target.startswith(POSTGRES)
    with filling(target, made.revision) as connection:
        restore_rows(connection, tmp_path / "copy", made)
    with reading(sqlite) as old, reading(target) as new:
        assert contents(new) == contents(old)
    with writing(target) as connection:
        assert add_submissions(connection, [make_new_submission()], Run("run-3", NOW))[0] == 2  # numbers go on


def test_a_copy_of_an_older_schema_becomes_todays(workplace: Settings, tmp_path: Path) -> None:
    made = copied(workplace, tmp_path / "copy")
    target = f"sqlite:///{tmp_path / 'old.db'}"
    with filling(target, "0002") as connection:
        kept = ("receipt", "submission", "value", "judgement", "finding", "audit")
        rows = {name: made.rows[name] for name in kept}
        restore_rows(connection, tmp_path / "copy", Backup(made.made_at, "0002", rows, {}, {}, {}, 0))
    with reading(target) as connection:
        assert connection.execute(text("SELECT version_num FROM alembic_version")).scalar() == HEAD
        assert [row.version for row in connection.execute(select(metadata.tables["submission"]))] == [1, 2]


@pytest.mark.parametrize("change", ["cut", "gone", "unreadable"])
def test_a_copy_that_is_not_as_it_was_written_is_refused(workplace: Settings, tmp_path: Path, change: str) -> None:
    copied(workplace, tmp_path / "copy")
    rows, catalogue = tmp_path / "copy" / "store" / "value.jsonl", tmp_path / "copy" / copying.CATALOGUE
    if change == "cut":
        rows.write_bytes(rows.read_bytes()[:-1])
    elif change == "gone":
        rows.unlink()
    else:
        catalogue.write_text("{", encoding="utf-8")
    with pytest.raises(BackupError, match="value.jsonl" if change != "unreadable" else "backup.json"):
        open_backup(tmp_path / "copy")


def test_a_copy_never_replaces_another(workplace: Settings, tmp_path: Path) -> None:
    copied(workplace, tmp_path / "copy")
    with pytest.raises(BackupError, match="đã có"):
        copied(workplace, tmp_path / "copy")


def test_a_copy_that_was_cut_off_has_no_name(
    workplace: Settings, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def full(*_: object) -> None:
        raise OSError(28, "No space left on device")

    monkeypatch.setattr(copying, "write_whole", full)
    with pytest.raises(OSError, match="No space"):
        copied(workplace, tmp_path / "copy")
    assert not (tmp_path / "copy").exists()


def test_a_name_that_leads_out_of_the_copy_is_refused(workplace: Settings, tmp_path: Path) -> None:
    copied(workplace, tmp_path / "copy")
    (tmp_path / "secret").write_text("x", encoding="utf-8")
    catalogue = tmp_path / "copy" / copying.CATALOGUE
    catalogue.write_text(
        catalogue.read_text("utf-8").replace('"hashes": {', '"hashes": {"home/../../secret": "00",'), encoding="utf-8"
    )
    with pytest.raises(BackupError, match="secret"):
        open_backup(tmp_path / "copy")


def test_a_store_is_empty_until_a_row_is_kept(settings: Settings, run: Run) -> None:
    assert is_empty(settings.database)
    with writing(settings.database) as connection:
        add_submissions(connection, [make_new_submission()], run)
    assert not is_empty(settings.database)


def test_a_waiting_file_keeps_its_name_and_its_time(settings: Settings, tmp_path: Path) -> None:
    name = os.fsdecode(b"b\xe1o c\xe1o.xlsx")  # no text in any encoding of ours
    waits = settings.home / "inbox" / "30628" / name
    waits.parent.mkdir(parents=True)
    waits.write_bytes(b"waits")
    os.utime(waits, ns=(1_650_000_000_123_456_789, 1_650_000_000_123_456_789))
    with reading(settings.database) as connection:
        make_backup(connection, settings, tmp_path / "copy", NOW)
    restore_files(tmp_path / "copy", open_backup(tmp_path / "copy"), tmp_path / "other")
    back = tmp_path / "other" / "inbox" / "30628" / name
    assert (back.read_bytes(), back.stat().st_mtime_ns) == (b"waits", 1_650_000_000_123_456_789)
