"""A stage is provisional until a post approves it; its final release says the same, and who approved."""

from __future__ import annotations

import json
import shutil
from dataclasses import dataclass
from datetime import timedelta
from pathlib import Path

import pytest
from sqlalchemy import select

from config.load import Declarations
from config.settings import Settings
from flows.reviewing import review_of_stage
from flows.stage_figures import stage_as_known, stage_as_released
from tasks.publish.manifest import FILE_NAME
from tasks.publish.release import Release
from tasks.publish.review import NotToApproveError, Review
from tasks.publish.stage_release import publish_stage, write_stage_aside
from tasks.publish.stage_review import StageJob, approve_stage, review_stage
from tasks.store import tables
from tasks.store.database import reading, writing
from tasks.store.values import Run
from tests.flows.conftest import call_cchc

from .test_stage import GD1, at_the_end, known, report, reported

__all__ = ["known", "reported"]  # fixtures

POST = "chanh-van-phong"


@dataclass(frozen=True)
class Story:
    """What happened to one stage, step by step."""

    settings: Settings
    seen: Review
    provisional: Release
    final: Release
    again: Release
    rebuilt: Path
    corrected: Release


def job_of(settings: Settings, declarations: Declarations, days: int) -> StageJob:
    moment = at_the_end(declarations) + timedelta(days=days)
    return StageJob(settings, declarations, stage_as_known(settings, declarations, GD1, moment), Run("run", moment))


def publish(job: StageJob) -> Release:
    return publish_stage(job.settings, job.declarations, job.frames, job.run)


@pytest.fixture(scope="module")
def story(known: Path, declarations: Declarations, tmp_path_factory: pytest.TempPathFactory) -> Story:
    """Published, approved, published again, rebuilt as of then, and published with one more period."""
    settings = Settings(home=tmp_path_factory.mktemp("approved"), database_url=None)
    shutil.copyfile(known, settings.home / "cchc.db")
    job = job_of(settings, declarations, 0)
    with pytest.raises(NotToApproveError, match="cchc stage GD1"):
        approve_stage(job, POST)
    provisional = publish(job)
    seen = review_stage(job_of(settings, declarations, 1))
    final = approve_stage(job_of(settings, declarations, 1), POST)
    again = publish(job_of(settings, declarations, 2))
    later = job_of(settings, declarations, 3)
    rebuilt = write_stage_aside(settings, declarations, later.frames, later.run, settings.home / "aside")
    with writing(settings.database) as connection:
        report(connection, declarations, "2022-YEAR", {"C01": 100, "C02": 55})
    with pytest.raises(NotToApproveError, match="cchc stage GD1"):
        approve_stage(job_of(settings, declarations, 4), POST)
    return Story(settings, seen, provisional, final, again, rebuilt, publish(job_of(settings, declarations, 5)))


def manifest_of(folder: Path) -> dict[str, str]:
    found: dict[str, str] = json.loads((folder / FILE_NAME).read_text(encoding="utf-8"))
    return found


def test_the_final_release_of_a_stage_says_the_same_and_who_approved(story: Story) -> None:
    assert (story.provisional.name, story.final.name, story.final.is_new) == ("r001", "r002", True)
    for name in ("stage.csv", "stage_units.csv", "trajectory.csv", "changes.csv"):
        assert (story.provisional.path / name).read_bytes() == (story.final.path / name).read_bytes()
    assert manifest_of(story.provisional.path)["state"] == "provisional"
    said = manifest_of(story.final.path)
    assert said["state"] == "final"
    assert said["approved_by"].startswith("Chánh Văn phòng")
    for name in ("index.html", "bang-mau.html", "don-vi/30628.html"):
        page = (story.final.path / name).read_text(encoding="utf-8")
        assert "Số liệu chính thức" in page
        assert "phê duyệt ngày 01/01/2026" in page
        assert "Số liệu tạm thời" not in page


def test_an_approved_stage_stands_until_its_figures_change(story: Story) -> None:
    assert (story.again.name, story.again.is_new) == ("r002", False)
    assert (story.corrected.name, story.corrected.is_new) == ("r003", True)
    assert manifest_of(story.corrected.path)["state"] == "provisional"


def test_a_final_stage_is_rebuilt_as_final(story: Story) -> None:
    assert manifest_of(story.rebuilt)["state"] == "final"
    names = [path.name for path in story.final.path.glob("*.csv")]
    assert names
    for name in names:
        assert (story.rebuilt / name).read_bytes() == (story.final.path / name).read_bytes()


def test_an_approver_of_a_stage_sees_periods_and_indicators_that_are_unsure(story: Story) -> None:
    warned = dict(zip(story.seen.warnings["unit"], story.seen.warnings["message"], strict=False))
    assert warned["2021-YEAR"] == "kỳ chưa công bố lần nào"
    assert any(message.startswith("không đánh giá được") for message in warned.values())
    assert story.seen.counts["Kỳ có số liệu"] == 3
    assert (story.seen.is_final, story.seen.refusal) == (False, None)


def test_a_stage_answered_late_is_approved_as_it_was_published(reported: Settings, declarations: Declarations) -> None:
    published, answered = (declarations.calendar.moment(day) for day in ("2024-02-06", "2024-06-30"))
    known_then = stage_as_known(reported, declarations, GD1, published)
    publish(StageJob(reported, declarations, known_then, Run("run", published)))
    known_now = stage_as_known(reported, declarations, GD1, answered)  # a quarter more, that nobody reported
    assert review_stage(StageJob(reported, declarations, known_now, Run("run", answered))).refusal
    assert review_of_stage(reported, declarations, "GD1", answered).refusal is None
    frames = stage_as_released(reported, declarations, "GD1", answered)
    final = approve_stage(StageJob(reported, declarations, frames, Run("run", answered)), POST)
    assert (final.name, manifest_of(final.path)["state"]) == ("r002", "final")
    with writing(reported.database) as connection:
        report(connection, declarations, "2022-YEAR", {"C01": 100, "C02": 55}, late=600)  # of a year that it looked at
    later = answered + timedelta(days=90)
    found = review_of_stage(reported, declarations, "GD1", later)
    assert (found.is_final, bool(found.refusal)) == (False, True)


def test_the_approval_of_a_stage_is_in_the_audit(story: Story) -> None:
    a = tables.audit.c
    with reading(story.settings.database) as connection:
        rows = connection.execute(select(a.subject, a.detail).where(a.action == "release.approved")).all()
    assert [tuple(row) for row in rows] == [("GD1/r001", POST)]


def test_the_command_shows_and_refuses_in_one_sentence(story: Story) -> None:
    home = story.settings.home
    shown = call_cchc(home, "approve", "--stage", "GD1", "--dry-run", "--today", "2026-01-06")
    assert shown.returncode == 0, shown.stderr
    assert "Giai đoạn 2021–2025, bản r003 (số liệu tạm thời)" in " ".join(shown.stdout.split())
    for wrong, said in (
        (["--by", POST], "cần một trong hai"),
        (["--stage", "GD1"], "cần --by"),
        (["--stage", "GD9", "--by", POST], "GD9"),
        (["--stage", "GD1", "--by", "ai-do"], "được phê duyệt: "),
    ):
        refused = call_cchc(home, "approve", *wrong)
        assert (refused.returncode, said in refused.stderr) == (2, True), refused.stderr
        assert len(refused.stderr.strip().splitlines()) == 1
