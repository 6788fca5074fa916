"""A release is provisional until somebody in office approves it; its final one says the same, and who approved."""

from __future__ import annotations

import json
from dataclasses import dataclass
from pathlib import Path

import pandas as pd
import pytest
from sqlalchemy import select

from config.load import Declarations
from config.settings import Settings
from tasks.publish.contents import Job
from tasks.publish.door import approve_period
from tasks.publish.manifest import FILE_NAME, FINAL, PROVISIONAL
from tasks.publish.release import Release
from tasks.publish.review import NotToApproveError
from tasks.store import tables
from tasks.store.database import reading
from tests.factory import COMMUNE
from tests.tasks.publish import desk
from tests.tasks.publish.desk import PERIOD, calculate, on_day, publish, send, send_all

POST = "chanh-van-phong"
CSV_FILES = ("evaluation.csv", "values.csv", "findings.csv", "submissions.csv", "changes.csv")


@dataclass(frozen=True)
class Story:
    """What happened to one period, step by step: each release as it was at its time."""

    declarations: Declarations
    settings: Settings
    provisional: Release
    final: Release
    approved_twice: Release
    published_again: Release
    mended: Release
    corrected: Release
    taken_back: Release

    def says(self, release: Release, key: str) -> object:
        """Return what the manifest of `release` says under `key`."""
        return json.loads((release.path / FILE_NAME).read_text(encoding="utf-8"))[key]


def approve(settings: Settings, declarations: Declarations, calculation: int, day: int) -> Release:
    return approve_period(Job(settings, declarations, PERIOD, on_day(day)), calculation, POST)


def correct(settings: Settings, declarations: Declarations, done: str, day: int) -> Release:
    send(settings, COMMUNE, done, days=day)
    return publish(settings, declarations, calculate(settings, declarations, on_day(day)), on_day(day))


@pytest.fixture(scope="module")
def declarations(declarations: Declarations) -> Declarations:
    return desk.with_few_indicators(declarations)


@pytest.fixture(scope="module")
def story(tmp_path_factory: pytest.TempPathFactory, declarations: Declarations) -> Story:
    """Published, approved while being cut off, approved twice, damaged, corrected, and corrected back."""
    settings = Settings(home=tmp_path_factory.mktemp("approval"), database_url=None)
    send_all(settings, declarations)
    calculation = calculate(settings, declarations, on_day(0))
    provisional = publish(settings, declarations, calculation, on_day(0))
    with pytest.MonkeyPatch.context() as cut:
        cut.setattr("tasks.publish.door.publish", _cut_off)
        with pytest.raises(KeyboardInterrupt):
            approve(settings, declarations, calculation, 1)
    final = publish(settings, declarations, calculation, on_day(1))
    approved_twice = approve(settings, declarations, calculation, 2)
    published_again = publish(settings, declarations, calculation, on_day(3))
    damaged = final.path / "evaluation.csv"
    whole = damaged.read_bytes()
    damaged.write_text("", encoding="utf-8")
    mended = publish(settings, declarations, calculation, on_day(4))
    damaged.write_bytes(whole)
    corrected = correct(settings, declarations, "19", 5)
    taken_back = correct(settings, declarations, "10", 6)
    return Story(
        declarations, settings, provisional, final, approved_twice, published_again, mended, corrected, taken_back
    )


def changes(release: Release) -> pd.DataFrame:
    return pd.read_csv(release.path / "changes.csv", dtype=str, keep_default_na=False, encoding="utf-8-sig")


def _cut_off(*_: object) -> Release:
    raise KeyboardInterrupt


def test_the_final_release_has_the_same_figures_and_names_the_post(story: Story) -> None:
    assert (story.provisional.name, story.final.name, story.final.is_new) == ("r001", "r002", True)
    assert story.says(story.provisional, "state") == PROVISIONAL
    assert story.says(story.final, "state") == FINAL
    assert story.says(story.final, "approved_by") == story.declarations.calendar.approvers[POST]
    for name in CSV_FILES:
        assert (story.final.path / name).read_bytes() == (story.provisional.path / name).read_bytes()


def test_an_approval_is_in_the_audit_once(story: Story) -> None:
    a = tables.audit.c
    with reading(story.settings.database) as connection:
        found = connection.execute(select(a.subject, a.detail).where(a.action == "release.approved")).all()
    assert [tuple(row) for row in found] == [("2022-H1/r001", POST)]


def test_a_final_release_stands_until_its_figures_change(story: Story) -> None:
    assert (story.approved_twice.name, story.approved_twice.is_new) == ("r002", False)
    assert (story.published_again.name, story.published_again.is_new) == ("r002", False)
    assert (story.corrected.name, story.says(story.corrected, "state")) == ("r004", PROVISIONAL)


def test_a_final_release_that_was_damaged_is_made_again_as_final(story: Story) -> None:
    assert (story.mended.name, story.says(story.mended, "state")) == ("r003", FINAL)


def test_the_release_after_a_correction_lists_what_changed_with_old_new_and_cause(story: Story) -> None:
    assert changes(story.provisional).empty
    found = changes(story.corrected).query("indicator == 'L01'")
    assert found[["level", "old_numerator", "new_numerator", "cause"]].values.tolist() == [
        ["district", "183", "192", "correction"],
        ["unit", "10", "19", "correction"],
    ]
    assert "A02: 10 → 19" in found["explanation"].iloc[1]
    assert set(found["from_release"]) == {"r003"}


def test_figures_that_come_back_to_what_was_approved_are_to_be_approved_again(story: Story) -> None:
    assert (story.taken_back.name, story.says(story.taken_back, "state")) == ("r005", PROVISIONAL)


def test_what_is_not_the_latest_word_cannot_be_approved(tmp_path: Path, declarations: Declarations) -> None:
    settings = Settings(home=tmp_path, database_url=None)
    send_all(settings, declarations)
    calculation = calculate(settings, declarations, on_day(0))
    with pytest.raises(NotToApproveError, match="chưa có bản công bố"):
        approve(settings, declarations, calculation, 0)
    publish(settings, declarations, calculation, on_day(0))
    send(settings, COMMUNE, "19", days=1)
    with pytest.raises(NotToApproveError, match="cchc publish -p 2022-H1"):
        approve(settings, declarations, calculation, 1)  # known, not yet calculated
    with pytest.raises(NotToApproveError, match="cchc publish -p 2022-H1"):
        approve(settings, declarations, calculate(settings, declarations, on_day(1)), 1)  # nor published


def test_a_calculation_made_anew_that_says_the_same_does_not_stand_in_the_way(
    tmp_path: Path, declarations: Declarations, monkeypatch: pytest.MonkeyPatch
) -> None:
    settings = Settings(home=tmp_path, database_url=None)
    send_all(settings, declarations)
    old = calculate(settings, declarations, on_day(0))
    publish(settings, declarations, old, on_day(0))
    monkeypatch.setattr("tasks.aggregate.period.code_digest", lambda: "upgraded")
    new = calculate(settings, declarations, on_day(1))
    assert new != old
    assert not publish(settings, declarations, new, on_day(1)).is_new
    approved = approve(settings, declarations, new, 2)
    assert (approved.name, approved.is_new) == ("r002", True)
