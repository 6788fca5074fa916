"""The way back as the operator walks it: back up, lose everything, restore, look again."""

from __future__ import annotations

import shutil
from datetime import datetime
from pathlib import Path

import pytest

from config.load import Declarations
from config.settings import Settings
from flows.doctor import examine
from flows.keeping import back_up, restore
from tasks.store.backup import BackupError
from tasks.store.database import close_engines, reading
from tasks.store.submissions import submissions
from tests.factory import END_OF_TIME


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
