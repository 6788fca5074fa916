"""A stage from stored submissions: which periods it uses, both boundaries, what is known when, and its release."""

from __future__ import annotations

import json
import shutil
from collections.abc import Mapping
from dataclasses import replace
from datetime import date, datetime, timedelta
from decimal import Decimal
from pathlib import Path

import pytest
from frictionless import Package
from openpyxl import load_workbook
from sqlalchemy import Connection

from config.load import Declarations
from config.period import Period
from config.settings import Settings
from config.strict import UnusableError
from flows.demo import lay_out_years
from flows.sample_years import Desk, look_task
from flows.stage_figures import is_known, stage_as_known
from tasks.evaluate.whole_stage import Question
from tasks.illustrate.sendings import looks, sendings
from tasks.publish.release import current_release
from tasks.publish.stage_release import publish_stage, write_stage_aside
from tasks.publish.verify import rows_of
from tasks.store.database import open_engine, writing
from tasks.store.stage_frames import StageFrames
from tasks.store.values import Run
from tests.factory import keep_version, make_value, sha
from tests.flows.conftest import call_cchc

GD1 = Question("GD1")
FILES = {
    "stage.csv", "stage_units.csv", "contents.csv", "trajectory.csv", "scores.csv", "score_criteria.csv",
    "standings.csv", "alignment.csv", "bang-danh-gia.xlsx", "index.html", "manifest.json", "bao-cao.docx",
    "datapackage.json",
    "indicators.csv", "indicators.parquet", "stage.parquet", "stage_units.parquet", "contents.parquet",
    "bang-mau.html", "changes.csv", "changes.html", "changes.parquet", "tim.html", "trang.js", "chi-tieu", "don-vi",
    "trajectory.parquet", "scores.parquet", "score_criteria.parquet", "standings.parquet", "alignment.parquet",
}  # fmt: skip


def moment_after(declarations: Declarations, period: Period, days: int = 10) -> datetime:
    """Return the last second of the day that lies `days` after the cut-off of `period`."""
    return declarations.calendar.moment((declarations.calendar.cut_off(period) + timedelta(days=days)).isoformat())


def report(
    connection: Connection, declarations: Declarations, name: str, figures: Mapping[str, int], late: int = 5
) -> None:
    """Keep an accepted report of every unit that owes one for the period `name`, `late` days after its cut-off."""
    period = Period.parse(name)
    values = tuple(make_value(code, number) for code, number in figures.items())
    now = moment_after(declarations, period, late)
    for place, (code, unit) in enumerate(declarations.reporting(period).items()):
        form = declarations.form(unit.level, period)
        assert form is not None
        keep_version(
            connection,
            moment=now,
            unit=code,
            period=name,
            form_version=form.id,
            received_at=now,
            sha256=sha("abcdef"[place % 6]),
            values=values,
        )


@pytest.fixture(scope="module")
def known(declarations: Declarations, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A store that knows the procedures published in three full years, the last after the merger."""
    file = tmp_path_factory.mktemp("stage") / "cchc.db"
    url = f"sqlite:///{file}"
    with writing(url) as connection:
        for name, published in (("2021-YEAR", 50), ("2023-YEAR", 60), ("2025-YEAR", 95)):
            report(connection, declarations, name, {"C01": 100, "C02": published})
    open_engine(url).dispose()  # the last one to close brings everything into the one file
    return file


@pytest.fixture
def reported(known: Path, settings: Settings) -> Settings:
    """A workplace with a copy of that store."""
    shutil.copyfile(known, settings.home / "cchc.db")
    return settings


@pytest.fixture
def frames(reported: Settings, declarations: Declarations) -> StageFrames:
    """Its first stage as known at the end of 2025."""
    return stage_as_known(reported, declarations, GD1, at_the_end(declarations))


def at_the_end(declarations: Declarations) -> datetime:
    return declarations.calendar.moment("2025-12-31")


def test_periods_that_nobody_reported_are_skipped_and_named(frames: StageFrames) -> None:
    assert list(map(str, frames.periods)) == ["2021-YEAR", "2023-YEAR", "2025-YEAR"]
    assert "2022-H1" in map(str, frames.skipped)
    assert len(frames.periods) + len(frames.skipped) == 20


def test_a_row_has_base_figure_target_and_pace(frames: StageFrames) -> None:
    row = frames.table.set_index("indicator").loc["P04"]
    assert (row["base"], row["value"], row["period"], row["target"]) == (50, 95, "2025-YEAR", 100)
    assert row["p"] == Decimal("0.9")
    assert row["status"] == "chậm"


def test_units_stand_in_both_boundaries_and_only_todays_have_a_base_before_the_merger(frames: StageFrames) -> None:
    rows = frames.units[(frames.units["indicator"] == "P04") & (frames.units["unit"] == "30628")]
    assert dict(zip(rows["boundaries"], rows["base"], strict=True)) == {
        "địa giới khi báo cáo": None,
        "địa giới hiện nay": 50,
    }


def test_what_if_leaves_later_figures_aside(reported: Settings, declarations: Declarations) -> None:
    frames = stage_as_known(reported, declarations, Question("GD1", "2024-12"), at_the_end(declarations))
    row = frames.table.set_index("indicator").loc["P04"]
    assert (row["value"], row["target_year"], list(map(str, frames.periods))) == (60, 2025, ["2021-YEAR", "2023-YEAR"])


def test_as_of_an_earlier_day_a_later_report_is_not_known(reported: Settings, declarations: Declarations) -> None:
    then = stage_as_known(reported, declarations, GD1, declarations.calendar.moment("2024-06-30"))
    assert then.table.set_index("indicator").loc["P04", "value"] == 60
    assert "2024-Q3" not in map(str, then.skipped)  # it had not come yet, so nobody can have missed it


def test_a_stage_without_any_figure_is_refused_in_one_sentence(settings: Settings, declarations: Declarations) -> None:
    moment = at_the_end(declarations)
    assert not is_known(settings, declarations, GD1, moment)
    with pytest.raises(UnusableError, match="chưa có kỳ nào có số liệu"):
        stage_as_known(settings, declarations, GD1, moment)


def test_a_stage_is_published_once_and_anew_when_a_figure_changes(
    reported: Settings, declarations: Declarations, frames: StageFrames
) -> None:
    run = Run("run", at_the_end(declarations))
    first = publish_stage(reported, declarations, frames, run)
    again = publish_stage(reported, declarations, frames, replace(run, id="other"))
    assert (first.name, first.is_new, again.name, again.is_new) == ("r001", True, "r001", False)
    assert {path.name for path in first.path.iterdir()} == FILES
    assert Package(first.path / "datapackage.json").validate().valid
    assert len(json.loads((reported.home / "published" / "releases.json").read_bytes())["releases"]) == 1
    with writing(reported.database) as connection:
        report(connection, declarations, "2024-YEAR", {"C01": 100, "C02": 70})
    more = stage_as_known(reported, declarations, GD1, at_the_end(declarations))
    second = publish_stage(reported, declarations, more, run)
    assert (second.name, current_release(second.path.parent)) == ("r002", second.path)


def test_the_release_rebuilt_as_of_its_day_is_the_same_to_the_byte(
    reported: Settings, declarations: Declarations, frames: StageFrames, tmp_path: Path
) -> None:
    release = publish_stage(reported, declarations, frames, Run("run", at_the_end(declarations)))
    with writing(reported.database) as connection:
        report(connection, declarations, "2024-YEAR", {"C01": 100, "C02": 70}, late=400)
    then = stage_as_known(reported, declarations, GD1, at_the_end(declarations))
    aside = write_stage_aside(reported, declarations, then, Run("as-of", at_the_end(declarations)), tmp_path / "then")
    for name in (name for name in FILES if name.endswith((".csv", ".parquet"))):
        assert (aside / name).read_bytes() == (release.path / name).read_bytes(), name


def test_the_files_say_what_a_reader_looks_for(
    reported: Settings, declarations: Declarations, frames: StageFrames
) -> None:
    path = publish_stage(reported, declarations, frames, Run("run", at_the_end(declarations))).path
    book = load_workbook(path / "bang-danh-gia.xlsx")
    assert book.sheetnames == [
        "PL I Chỉ tiêu", "PL II Đơn vị hiện nay", "PL III Đơn vị khi báo cáo", "PL IV Nội dung", "PL V Từng năm",
        "PL VI Chấm điểm", "PL VII Đối chiếu",
    ]  # fmt: skip
    page = (path / "index.html").read_text(encoding="utf-8")
    assert "Đánh giá cải cách hành chính giai đoạn 2021–2025" in page
    assert "đặt thấp hơn" in page
    manifest = json.loads((path / "manifest.json").read_bytes())
    assert (manifest["stage"], manifest["periods"]) == ("GD1", ["2021-YEAR", "2023-YEAR", "2025-YEAR"])
    listed = {file["name"].partition("/")[0] for file in manifest["files"]}
    assert listed == FILES - {"manifest.json"}


def test_every_content_accounts_for_all_its_indicators(
    reported: Settings, declarations: Declarations, frames: StageFrames
) -> None:
    path = publish_stage(reported, declarations, frames, Run("run", at_the_end(declarations))).path
    for row in rows_of(path / "contents.csv"):
        listed = [reason for reason in row["not_assessed"].split("; ") if reason]
        assert int(row["indicators"]) - int(row["assessed"]) == len(listed)


@pytest.fixture(scope="module")
def first_quarter(declarations: Declarations, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A workplace with the sample's first quarter of 2021 of three units: its period and its stage are published."""
    home = tmp_path_factory.mktemp("years") / "home"
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("CCHC_HOME", str(home))
        settings = Settings()
        lay_out_years(settings)
        period, sent = next(sendings(declarations, 2021, 2021, "quarter"))
        first_look, _ = looks(declarations, period)
        units = sorted({sending.unit for sending in sent})[:3]
        desk = Desk(settings, declarations)
        for sending in sent:
            if sending.unit in units and sending.at < first_look:
                desk.deliver(sending)
        look_task.fn(str(period), first_look.isoformat(), "run")
        frames = stage_as_known(settings, declarations, GD1, first_look)
        publish_stage(settings, declarations, frames, Run("run", first_look))
    return home


@pytest.mark.parametrize(
    ("arguments", "said"),
    [
        (["GD3"], "không có giai đoạn 'GD3': có GD1, GD2"),
        (["GD1", "--by", "2026-01"], "viết năm-tháng từ 2021-01 đến 2025-12"),
        (["GD2"], "giai đoạn GD2 chưa có kỳ nào có số liệu"),
        (["GD1", "--as-of", date(2021, 1, 1).isoformat()], "chưa có gì được ghi nhận"),
    ],
)
def test_what_cannot_be_judged_is_refused_in_one_sentence(first_quarter: Path, arguments: list[str], said: str) -> None:
    done = call_cchc(first_quarter, "stage", *arguments)
    assert (done.returncode, said in done.stderr, "Traceback" in done.stderr) == (2, True, False), done.stderr


def test_the_sample_years_publish_each_period_and_the_stage_marked_as_illustrative(first_quarter: Path) -> None:
    published = first_quarter / "published"
    folders = [path for path in published.iterdir() if path.is_dir()]
    assert {folder.name for folder in folders} == {"2021-Q1", "GD1"}
    for folder in folders:
        release = folder / "current"
        assert "Số liệu minh hoạ." in (release / "index.html").read_text(encoding="utf-8")
        assert json.loads((release / "manifest.json").read_bytes())["illustrative"] is True


def test_trace_asks_a_stage_in_the_terminal_and_as_json(reported: Settings) -> None:
    shown = call_cchc(reported.home, "trace", "--stage", "GD1", "-i", "P04")
    assert shown.returncode == 0, shown.stderr
    assert "Hiện nay: từng phần, 2025-YEAR" in shown.stdout
    found = json.loads(call_cchc(reported.home, "trace", "--stage", "GD1", "-i", "P04", "--json").stdout)
    assert (found["stage"], found["current"]["period"], found["target"]["year"]) == ("GD1", "2025-YEAR", 2025)
    assert {"C01", "C02"} == {part["element"] for part in found["current"]["parts"]}
    for wrong, said in ((["-i", "P04"], "cần một trong hai"), (["--stage", "GD1", "-i", "X"], "không có chỉ tiêu")):
        refused = call_cchc(reported.home, "trace", *wrong)
        assert (refused.returncode, said in refused.stderr) == (2, True), refused.stderr


def test_the_sample_years_want_an_empty_workplace(first_quarter: Path) -> None:
    done = call_cchc(first_quarter, "demo", "--years", "2021-2025")
    assert (done.returncode, "cần một nơi làm việc trống" in done.stderr) == (2, True), done.stderr
