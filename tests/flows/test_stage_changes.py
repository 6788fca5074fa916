"""What a stage says otherwise than its earlier release: each figure once, with old, new and the cause that moved it."""

from __future__ import annotations

import csv
import io
import shutil
from collections.abc import Iterator
from dataclasses import dataclass, replace
from datetime import timedelta
from decimal import Decimal
from pathlib import Path

import pytest
from frictionless import Package

from config.load import Declarations
from config.period import Period
from config.settings import Settings
from flows.stage_figures import stage_as_known
from tasks.publish.release import Release
from tasks.publish.stage_release import publish_stage, write_stage_aside
from tasks.store.database import open_engine, writing
from tasks.store.values import Run
from tests.factory import keep_version, make_value, sha

from .test_stage import GD1, at_the_end, known, moment_after
from .test_stage_pages import text

__all__ = ["known"]  # a fixture
UNIT = "30628"


@dataclass(frozen=True)
class Stage:
    """A workplace whose stage is published, on one day after another."""

    settings: Settings
    declarations: Declarations

    def publish(self, days: int) -> Release:
        """Publish the stage as known `days` after the end of the year."""
        now = at_the_end(self.declarations) + timedelta(days=days)
        frames = stage_as_known(self.settings, self.declarations, GD1, now)
        return publish_stage(self.settings, self.declarations, frames, Run(f"run-{days}", now))

    def correct(self, published: int) -> None:
        """Take a second version of one unit's report of the last full year, a day after the end of the year."""
        period = Period.parse("2025-YEAR")
        form = self.declarations.form(self.declarations.reporting(period)[UNIT].level, period)
        assert form is not None
        with writing(self.settings.database) as connection:
            keep_version(
                connection,
                moment=at_the_end(self.declarations) + timedelta(hours=5),
                unit=UNIT,
                period=str(period),
                form_version=form.id,
                received_at=at_the_end(self.declarations) + timedelta(hours=5),
                sha256=sha("9"),
                values=(make_value("C01", 100), make_value("C02", published)),
            )


@pytest.fixture(scope="module")
def stage(known: Path, declarations: Declarations, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Stage]:
    home = tmp_path_factory.mktemp("changes")
    shutil.copyfile(known, home / "cchc.db")
    settings = Settings(home=home)
    yield Stage(settings, declarations)
    open_engine(settings.database).dispose()


@pytest.fixture(scope="module")
def releases(stage: Stage) -> tuple[Release, Release]:
    """The first release, and the one after a correction."""
    first = stage.publish(0)
    stage.correct(100)
    return first, stage.publish(1)


def changes(release: Release) -> list[dict[str, str]]:
    return list(csv.DictReader(io.StringIO((release.path / "changes.csv").read_text(encoding="utf-8-sig"))))


def test_the_first_release_tells_no_change(releases: tuple[Release, Release]) -> None:
    assert changes(releases[0]) == []
    assert "bản công bố đầu tiên của giai đoạn 2021–2025" in text(releases[0].path / "changes.html")


def test_a_correction_moves_the_unit_and_the_district_and_nobody_else(releases: tuple[Release, Release]) -> None:
    found = changes(releases[1])
    assert {row["from_release"] for row in found} == {"r001"}
    assert {(row["level"], row["unit"]) for row in found} == {("district", "893"), ("unit", UNIT)}
    assert {row["cause"] for row in found} == {"correction"}
    assert {row["explanation"] for row in found} == {"Xã Chợ Mới sửa năm 2025, lần 1 thành lần 2"}
    whole = next(row for row in found if row["level"] == "district" and row["indicator"] == "P04")
    assert (whole["old_value"], whole["old_numerator"], whole["new_numerator"]) == ("95", "570", "575")
    assert Decimal(whole["new_value"]).quantize(Decimal("0.01")) == Decimal("95.83")
    assert Package(releases[1].path / "datapackage.json").validate().valid


def test_pages_and_report_of_a_stage_tell_what_changed(releases: tuple[Release, Release]) -> None:
    folder = releases[1].path
    shown = text(folder / "changes.html")
    assert "so với bản r001" in shown
    assert "Đơn vị sửa số liệu Xã Chợ Mới sửa năm 2025, lần 1 thành lần 2" in shown
    assert "95,00 570 : 600 95,83 575 : 600" in shown
    assert "So với bản r001:" in text(folder / "index.html")
    assert "khác bản r001" in text(folder / "don-vi" / f"{UNIT}.html")
    assert "khác bản r001" not in text(folder / "don-vi" / "30631.html")


def test_the_same_figures_again_are_nothing_new(stage: Stage, releases: tuple[Release, Release]) -> None:
    again = stage.publish(2)
    assert (again.name, again.is_new) == (releases[1].name, False)


def test_rebuilt_as_of_its_day_a_release_tells_the_same_changes(
    stage: Stage, releases: tuple[Release, Release], tmp_path: Path
) -> None:
    now = at_the_end(stage.declarations) + timedelta(days=1)
    frames = stage_as_known(stage.settings, stage.declarations, GD1, now)
    aside = write_stage_aside(stage.settings, stage.declarations, frames, Run("as-of", now), tmp_path / "then")
    assert (aside / "changes.csv").read_bytes() == (releases[1].path / "changes.csv").read_bytes()


def test_a_later_year_and_a_changed_target_are_causes_of_their_own(
    known: Path, declarations: Declarations, tmp_path: Path
) -> None:
    shutil.copyfile(known, tmp_path / "cchc.db")
    settings = Settings(home=tmp_path)
    early = moment_after(declarations, Period.parse("2023-YEAR"))
    frames = stage_as_known(settings, declarations, GD1, early)
    publish_stage(settings, declarations, frames, Run("early", early))
    late = stage_as_known(settings, declarations, GD1, at_the_end(declarations))
    is_p04 = late.table["indicator"] == "P04"
    moved = late.table.assign(target=late.table["target"].where(~is_p04, Decimal(90)))
    second = publish_stage(settings, declarations, replace(late, table=moved), Run("late", at_the_end(declarations)))
    row = next(r for r in changes(second) if r["level"] == "district" and r["indicator"] == "P04")
    assert (row["cause"], row["old_period"], row["new_period"]) == ("new_period target", "2023-YEAR", "2025-YEAR")
    assert row["explanation"] == "nay tính đến năm 2025; mục tiêu thay đổi"
    open_engine(settings.database).dispose()
