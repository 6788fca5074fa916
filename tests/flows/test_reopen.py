"""A period is closed, reopened for one unit, corrected, and closes itself; every earlier word can be rebuilt."""

from __future__ import annotations

from datetime import timedelta
from pathlib import Path

import pandas as pd
import pytest
from typer.testing import CliRunner, Result

from config.load import Declarations
from config.settings import Settings
from flows.as_of import publish_as_of
from flows.cli import app
from tasks.publish.contents import Job
from tasks.publish.door import approve_period
from tasks.publish.release import Release
from tasks.store.approvals import Approval, add_approval
from tasks.store.database import reading, writing
from tasks.store.outbox import unsent
from tasks.store.reopenings import reopenings
from tests.factory import COMMUNE, NOW, PERIOD
from tests.tasks.publish import desk

CSV_FILES = ("evaluation.csv", "values.csv", "findings.csv", "submissions.csv", "changes.csv")


def cchc(*arguments: str) -> Result:
    return CliRunner().invoke(app, arguments)


def reopen(**changed: str) -> Result:
    """Call `cchc reopen` as it should be called, with what is `changed`; an option that becomes empty is left out."""
    options = {"period": PERIOD, "unit": COMMUNE, "reason": "Nhầm cột", "until": "2022-07-10", "today": "2022-06-30"}
    given = [(f"--{name}", value) for name, value in (options | changed).items() if value]
    return cchc("reopen", *(word for pair in given for word in pair))


@pytest.fixture(scope="module")
def declarations(declarations: Declarations) -> Declarations:
    return desk.with_few_indicators(declarations)


@pytest.fixture
def final(settings: Settings, declarations: Declarations) -> list[Release]:
    """Return the releases of a period that was published and approved: it is closed."""
    desk.send_all(settings, declarations)
    calculation = desk.calculate(settings, declarations, desk.on_day(0))
    provisional = desk.publish(settings, declarations, calculation, desk.on_day(0))
    job = Job(settings, declarations, desk.PERIOD, desk.on_day(1))
    return [provisional, approve_period(job, calculation, "chu-tich")]


def test_a_reopening_is_kept_with_its_reason_and_told_to_the_unit(
    settings: Settings, monkeypatch: pytest.MonkeyPatch
) -> None:
    approval = Approval(PERIOD, "r001", "0" * 64, "chu-tich", "Chủ tịch", NOW)
    with writing(settings.database) as connection:
        add_approval(connection, approval, desk.on_day(0))  # closes the period
    monkeypatch.setenv("COLUMNS", "200")
    done = reopen()
    assert done.exit_code == 0, done.output
    with reading(settings.database) as connection:
        (kept,) = reopenings(connection, PERIOD, NOW + timedelta(days=60))
        (letter,) = unsent(connection)
    assert (kept.unit, kept.reason, f"{kept.until:%d/%m}") == (COMMUNE, "Nhầm cột", "10/07")
    assert "Lý do: Nhầm cột" in letter.body
    assert "10/07/2022" in letter.subject
    shown = cchc("status", "-p", PERIOD, "--today", "2022-07-01").output
    assert "mở lại cho Thị trấn Chợ Mới đến 10/07/2022" in " ".join(shown.split())


@pytest.mark.parametrize(
    ("changed", "said"),
    [
        ({"reason": ""}, "cần --reason"),
        ({"reason": "  "}, "cần --reason"),
        ({"until": ""}, "cần --until"),
        ({"until": "mai"}, "--until: không hiểu ngày"),
        ({"until": "2022-06-29"}, "đã qua"),
        ({"unit": ""}, "cần --unit"),
        ({"unit": "99999"}, "các đơn vị: 893"),
        ({"period": "2022-H3"}, "2022-H1"),
        ({}, "chưa đóng"),
    ],
)
def test_a_reopening_that_says_too_little_is_refused_in_one_sentence(
    settings: Settings, changed: dict[str, str], said: str
) -> None:
    done = reopen(**changed)
    assert done.exit_code == 2
    assert said in done.output
    assert len(done.output.strip().splitlines()) == 1
    with reading(settings.database) as connection:
        assert reopenings(connection, PERIOD, NOW + timedelta(days=60)) == []


def test_the_release_after_a_reopening_names_it_and_what_was_said_before_can_be_rebuilt(
    settings: Settings, declarations: Declarations, final: list[Release], tmp_path: Path
) -> None:
    assert reopen().exit_code == 0
    desk.send(settings, COMMUNE, "19", days=10)
    calculation = desk.calculate(settings, declarations, desk.on_day(10))
    corrected = desk.publish(settings, declarations, calculation, desk.on_day(10))
    changes = pd.read_csv(corrected.path / "changes.csv").query("indicator == 'L01'")
    assert changes["cause"].tolist() == ["reopened", "reopened"]
    assert changes["explanation"].str.contains("mở lại kỳ vì: Nhầm cột").all()
    for release, day in ((final[0], 0), (final[1], 1), (corrected, 10)):
        then = publish_as_of(settings, declarations, desk.PERIOD, desk.on_day(day).now, tmp_path / release.name)
        for name in CSV_FILES:
            assert (then / name).read_bytes() == (release.path / name).read_bytes(), (release.name, name)


def test_a_correction_that_moves_no_figure_tells_no_change_of_an_older_release_again(
    settings: Settings, declarations: Declarations, final: list[Release]
) -> None:
    told = []
    for days, done in ((10, "19"), (12, "19"), (14, "18")):
        assert reopen(today=f"2022-07-{days - 9:02}").exit_code == 0
        desk.send(settings, COMMUNE, done, days=days)
        calculation = desk.calculate(settings, declarations, desk.on_day(days))
        release = desk.publish(settings, declarations, calculation, desk.on_day(days))
        told.append(set(pd.read_csv(release.path / "changes.csv")["from_release"]))
    assert told == [{final[1].name}, set(), {"r004"}]
