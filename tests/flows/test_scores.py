"""Scores of a full year: kept with its calculation, published with its release, the same when rebuilt."""

from __future__ import annotations

import shutil
from decimal import Decimal
from pathlib import Path

import pandas as pd
import pytest
from openpyxl import load_workbook

from config.load import Declarations
from config.period import Period
from config.scoring import load_scoring
from config.settings import Settings
from flows.recalculated import recalculated
from flows.stage_show import scores_known
from tasks.aggregate.door import aggregate_period
from tasks.evaluate.door import evaluate_period
from tasks.publish.door import publish_period
from tasks.store.database import open_engine, writing
from tasks.store.stage_frames import ScoreFrames
from tasks.store.values import Run
from tests.flows.conftest import call_cchc
from tests.flows.test_stage import moment_after, report

YEARS = ("2023-YEAR", "2024-YEAR")


FIGURES = {
    "C01": 100, "C02": 95, "C21": 5, "C23": 100, "C31": 0, "C32": 10, "A04": 1, "C52": 9, "C51": 10, "C53": 1,
    "A17": 100, "A18": 95, "G01": 100, "G02": 90, "G05": 20, "G06": 18, "G08": 10, "G09": 10, "G10": 10, "A01": 20,
    "A02": 19, "C11": 60, "C12": 40, "C13": 0, "C43": 50, "C70": 80, "C71": 70, "C72": 50, "C73": 1000, "C74": 700,
    "C62": 40, "C63": 30, "C14": 110,
}  # fmt: skip


@pytest.fixture(scope="module")
def scored(tmp_path_factory: pytest.TempPathFactory) -> Settings:
    """A workplace of its own."""
    return Settings(home=tmp_path_factory.mktemp("scores"))


@pytest.fixture(scope="module")
def released(scored: Settings, declarations: Declarations) -> Path:
    """The release of 2024 after two years in which every unit told enough for one of the sets."""
    path = Path()
    for name, on_time in zip(YEARS, (80, 90), strict=True):
        with writing(scored.database) as connection:
            report(connection, declarations, name, {**FIGURES, "C20": on_time})
        path = _published(scored, declarations, Period.parse(name))
    return path


def _published(settings: Settings, declarations: Declarations, period: Period) -> Path:
    sets = load_scoring(settings.config_dir / "scoring", declarations)
    run = Run("run", moment_after(declarations, period))
    key = aggregate_period(settings.database, declarations, period, run)
    evaluate_period(settings.database, declarations, period, key, sets)
    return publish_period(settings, declarations, period, key, run).path


def known(settings: Settings, declarations: Declarations, name: str) -> ScoreFrames | None:
    return scores_known(settings, name, moment_after(declarations, Period.parse(name)))


def test_scores_that_were_changed_in_the_database_are_seen_by_calculating_again(
    released: Path, scored: Settings, declarations: Declarations, tmp_path: Path
) -> None:
    looked = Settings(home=Path(shutil.copytree(scored.home, tmp_path / "home", symlinks=True)))
    found = recalculated(looked, declarations)
    assert (found.otherwise, found.outdated, found.compared) == ([], 0, 4)  # two years, two stretches
    with writing(str(looked.database)) as connection:
        connection.exec_driver_sql("UPDATE scoring SET frames = replace(frames, 'qd-766', 'qd-767')")
    assert recalculated(looked, declarations).otherwise == ["2023-YEAR scoring", "2024-YEAR scoring"]
    with writing(str(looked.database)) as connection:
        connection.exec_driver_sql("UPDATE indicator_value SET value = '1' WHERE calculation_id = 1 AND unit = '893'")
    said = recalculated(looked, declarations).otherwise
    assert {line.split("/")[0] for line in said} == {
        "2023-YEAR indicator_value district",
        "2023-YEAR indicator_value unit",
    }  # not what rests on them


def test_both_sets_rank_every_commune_and_equal_scores_share_a_rank(
    released: Path, scored: Settings, declarations: Declarations
) -> None:
    scores = known(scored, declarations, "2024-YEAR")
    assert scores is not None
    assert scores.units.groupby("set").size().to_dict() == {"cap-xa": 18, "qd-766": 18}
    ranked = scores.units.groupby("set")["rank"].agg(set).to_dict()
    assert ranked == {"cap-xa": {None}, "qd-766": {1}}
    assert set(scores.units[scores.units["set"] == "cap-xa"]["status"]) == {"chưa đủ số liệu"}
    assert dict(zip(scores.units["set"], scores.units["set_status"], strict=True)) == {"cap-xa": "own", "qd-766": "own"}


def test_the_change_is_since_the_last_full_year_by_the_same_version_of_the_set(
    released: Path, scored: Settings, declarations: Declarations
) -> None:
    scores = known(scored, declarations, "2024-YEAR")
    assert scores is not None
    changes = scores.units[scores.units["set"] == "qd-766"]["change"]
    assert all(isinstance(change, Decimal) and change > 0 for change in changes)
    assert "tiến bộ nhất" in set(scores.standings["standing"])


def test_the_points_of_groups_make_the_points_of_the_unit(
    released: Path, scored: Settings, declarations: Declarations
) -> None:
    scores = known(scored, declarations, "2024-YEAR")
    assert scores is not None
    summed = scores.groups.groupby(["set", "unit"])["points"].sum()
    for row in scores.units.to_dict("records"):
        assert row["points"] is None or summed[row["set"], row["unit"]] == row["points"]


def test_the_release_of_a_year_has_the_scores_as_files_and_as_an_annex(released: Path) -> None:
    written = pd.read_csv(released / "scores.csv", dtype=str)
    assert len(written) == 36
    assert (released / "score_criteria.csv").is_file()
    assert (released / "standings.csv").is_file()
    assert "PL VII Chấm điểm" in load_workbook(released / "bang-danh-gia.xlsx").sheetnames


def test_the_command_shows_them_and_says_when_there_are_none(released: Path, scored: Settings) -> None:
    open_engine(scored.database).dispose()
    shown = call_cchc(scored.home, "scores", "-p", "2024-YEAR")
    assert shown.returncode == 0, shown.stderr
    assert "Bộ tiêu chí qd-766" in shown.stdout
    none = call_cchc(scored.home, "scores", "-p", "2024-H1")
    assert (none.returncode, "chưa chấm điểm" in none.stderr) == (2, True)
