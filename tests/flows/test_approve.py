"""Approving: by command, and by an answer to a run that waits on Prefect's page."""

from __future__ import annotations

import json
import os
import shutil
import sqlite3
import subprocess
import sys
from collections.abc import Iterator
from contextlib import closing, suppress
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any
from uuid import UUID

import pytest

from config.load import Declarations, load
from config.settings import Settings
from flows.progress import kept
from flows.server import QUIET
from flows.unanswered import Newest, newest_releases
from tasks.store.alone import alone
from tasks.store.database import writing
from tests.factory import keep_version
from tests.flows.conftest import call_cchc
from tests.flows.prefect_api import ask


def runs_that_ask(address: str) -> list[dict[str, Any]]:
    """Return the runs that have asked, the oldest first."""
    of_flow = {"flows": {"name": {"any_": ["ask-approval"]}}, "sort": "EXPECTED_START_TIME_ASC"}
    found: list[dict[str, Any]] = ask(address, "/flow_runs/filter", of_flow)
    return found


def state_of(address: str, run: str) -> tuple[str, str]:
    """Return the name of the run's state and what is said with it."""
    state = ask(address, f"/flow_runs/{run}", method="GET")["state"]
    return state["name"], state["message"] or ""


def put(address: str, run: str, state: str) -> None:
    """Put a run into a state, whatever the rules of the server."""
    ask(address, f"/flow_runs/{run}/set_state", {"state": {"type": state}, "force": True})


def answer(address: str, run: str, by: str, *, approved: bool) -> str:
    """Answer on the page of a run and return what the server says to it."""
    given = {"run_input": {"by": by, "approved": approved}}
    return str(ask(address, f"/flow_runs/{run}/resume", given)["status"])


def start(address: str, **parameters: str) -> str:
    """Press *Run* on the page of the deployment and return the run's id."""
    deployment = ask(address, "/deployments/name/ask-approval/ask-approval", method="GET")["id"]
    made = ask(address, f"/deployments/{deployment}/create_flow_run", {"parameters": parameters})
    return str(made["id"])


def work_through(address: str, home: Path, run: str) -> None:
    """Do what `cchc serve` does with a run that is due: have a process of its own work on it to its end."""
    kept = {k: v for k, v in os.environ.items() if not k.startswith(("CCHC_", "PREFECT_"))}
    ours = {"CCHC_HOME": str(home), "PREFECT_API_URL": address, "PREFECT__FLOW_RUN_ID": run, **QUIET}
    command = [sys.executable, "-m", "prefect.engine"]
    done = subprocess.run(command, env={**kept, **ours}, capture_output=True, text=True, timeout=600, check=False)
    assert done.returncode == 0, done.stderr


def work_here(run: str) -> object:
    """Do the same in this process, without the seconds that a start costs, and return what the flow does."""
    from prefect.client.orchestration import get_client  # noqa: PLC0415  heavy, once its environment is set
    from prefect.exceptions import Pause  # noqa: PLC0415
    from prefect.flow_engine import run_flow  # noqa: PLC0415

    from flows.approve import ask_approval  # noqa: PLC0415

    with get_client(sync_client=True) as client, suppress(Pause):
        return run_flow(ask_approval, flow_run=client.read_flow_run(UUID(run)))
    return None


def forget_asking(address: str) -> None:
    """Delete the runs that have asked: the server is shared, and others ask it whether a run has died."""
    for run in runs_that_ask(address):
        ask(address, f"/flow_runs/{run['id']}", method="DELETE")


def told(home: Path, action: str) -> list[tuple[str, str, str]]:
    """Return subject, detail and run of what the audit tells of this."""
    with closing(sqlite3.connect(home / "cchc.db")) as store:
        return store.execute("SELECT subject, detail, who FROM audit WHERE action = ?", (action,)).fetchall()


def newest(subject: str, release: str, *, is_final: bool = False, is_answered: bool = False) -> dict[str, Newest]:
    """Return what one subject's newest release is, as it is asked about."""
    return {subject: Newest(subject, release, is_final=is_final, is_answered=is_final or is_answered)}


@pytest.fixture
def home(demo_home: Path, home: Path) -> Path:
    """Return a workplace in which r001 of 2022-H1 has been published."""
    shutil.copytree(demo_home, home, symlinks=True, dirs_exist_ok=True)
    return home


@pytest.fixture
def server(home: Path, prefect_server: str, monkeypatch: pytest.MonkeyPatch) -> Iterator[str]:
    """Return the address of a server that knows the deployment which asks, and of which flows of this process tell."""
    monkeypatch.setenv("GX_ANALYTICS_ENABLED", "false")
    from prefect import settings  # noqa: PLC0415  heavy, and only for this

    from flows import serve  # noqa: PLC0415

    found = {
        settings.PREFECT_FLOWS_HEARTBEAT_FREQUENCY: None,
        settings.PREFECT_LOGGING_TO_API_ENABLED: False,
        settings.PREFECT_API_URL: prefect_server,
    }
    with settings.temporary_settings(found):
        serve.deployment_to_ask().apply()
        forget_asking(prefect_server)
        yield prefect_server
        forget_asking(prefect_server)


def test_an_approver_who_is_not_declared_is_refused_naming_who_is(home: Path) -> None:
    done = call_cchc(home, "approve", "-p", "2022-H1", "--by", "ai-do", "--today", "2022-06-23")
    assert done.returncode == 2
    assert "chanh-van-phong (Chánh Văn phòng" in done.stderr
    assert len(done.stderr.strip().splitlines()) == 1


def test_looking_first_shows_what_an_approver_must_know_and_writes_nothing(home: Path) -> None:
    done = call_cchc(home, "approve", "-p", "2022-H1", "--dry-run", "--today", "2022-06-23")
    assert done.returncode == 0
    for shown in ("r001 (số liệu tạm thời)", "P14 (15/19)", "ID15", "34.600"):
        assert shown in done.stdout
    assert not (home / "published" / "2022-H1" / "r002").exists()


def test_a_run_asks_for_each_release_on_its_page_and_waits_in_no_process(home: Path, server: str) -> None:
    from flows.due import release_due  # noqa: PLC0415  imports Prefect, once its environment is set

    for day in ("2022-10-24", "2022-10-25"):  # the period is closed, and its release still waits for an answer
        assert release_due(today=f"{day}T17:30") == {}
    (run,) = runs_that_ask(server)  # asked once
    assert run["name"] == "chờ phê duyệt 2022-H1 r001"
    assert set(run["tags"]) == {"cchc", "2022-H1"}
    assert run["parameters"] == {"subject": "2022-H1", "release": "r001"}  # as of no day: an answer may take weeks
    work_through(server, home, run["id"])
    assert state_of(server, run["id"])[0] == "Suspended"
    shown = ask(server, "/artifacts/latest/filter", {"artifacts": {"key": {"any_": ["phe-duyet-2022-h1"]}}})
    for word in ("số liệu 6 tháng đầu năm 2022, bản r001", "P14", "15/19", "ID15"):
        assert word in shown[0]["data"]
    assert answer(server, run["id"], "ai-do", approved=True) == "REJECT"
    assert answer(server, run["id"], "chu-tich", approved=True) == "ACCEPT"
    answered_at = datetime.now(tz=UTC)
    work_through(server, home, run["id"])
    assert state_of(server, run["id"])[0] == "Completed"
    manifest = json.loads((home / "published/2022-H1/current/manifest.json").read_text(encoding="utf-8"))
    assert (manifest["release"], manifest["state"]) == ("r002", "final")
    assert manifest["approved_by"].startswith("Chủ tịch")
    assert told(home, "release.approved") == [("2022-H1/r001", "chu-tich", run["id"])]
    with closing(sqlite3.connect(home / "cchc.db")) as store:
        (approved_at,) = store.execute("SELECT approved_at FROM approval").fetchone()
    assert datetime.fromisoformat(approved_at).replace(tzinfo=UTC) >= answered_at.replace(microsecond=0)
    assert release_due(today="2022-10-26T17:30") == {}
    assert len(runs_that_ask(server)) == 1  # final: nobody is asked


def test_a_release_that_was_declined_stays_provisional_and_is_not_asked_about_again(home: Path, server: str) -> None:
    from flows.asking import ask_unanswered  # noqa: PLC0415

    run = start(server, subject="2022-H1")  # whichever is the current release, as of whenever it is answered
    work_here(run)
    assert state_of(server, run)[0] == "Suspended"
    ask_unanswered(newest("2022-H1", "r001"))
    assert len(runs_that_ask(server)) == 1  # asked already, by hand
    assert answer(server, run, "chu-tich", approved=False) == "ACCEPT"
    work_here(run)
    assert state_of(server, run) == ("Không phê duyệt", "chu-tich không phê duyệt bản r001")
    assert told(home, "release.declined") == [("2022-H1/r001", "chu-tich", run)]
    settings = Settings(home=home)
    found = newest_releases(settings, load(settings.config_dir))
    assert found == newest("2022-H1", "r001", is_answered=True)
    ask_unanswered(found)
    assert len(runs_that_ask(server)) == 1


def test_what_asks_about_an_older_release_ends_by_the_newer_one(home: Path, server: str) -> None:
    from flows.asking import ask_unanswered  # noqa: PLC0415

    ask_unanswered(newest("2022-H1", "r000") | newest("2022-Q1", "r001"))
    older, other = (run["id"] for run in runs_that_ask(server))
    for run in (older, other):
        put(server, run, "PAUSED")
    ask_unanswered(newest("2022-H1", "r001") | newest("2022-Q1", "r001"))
    assert state_of(server, older) == ("Cancelled", "không cần trả lời nữa, đã có bản mới hơn: r001")
    assert state_of(server, other)[0] == "Paused"
    assert len(runs_that_ask(server)) == 3
    late = start(server, subject="2022-H1", release="r000")
    work_here(late)  # one that was not waiting yet sees it by itself, and calculates nothing for that
    assert state_of(server, late) == ("Khỏi trả lời", "không cần trả lời nữa: bản hiện tại là r001")
    assert ask(server, "/task_runs/filter", {"flow_runs": {"id": {"any_": [late]}}}) == []
    ask_unanswered(newest("2022-Q1", "r002", is_final=True))
    assert state_of(server, other) == ("Cancelled", "không cần trả lời nữa, đã có số liệu chính thức")


def test_a_release_whose_run_has_died_is_asked_about_again_and_again(home: Path, server: str) -> None:
    from flows.asking import ask_unanswered  # noqa: PLC0415

    for times in (1, 2):
        ask_unanswered(newest("2022-H1", "r001"))
        assert len(runs_that_ask(server)) == times
        put(server, runs_that_ask(server)[-1]["id"], "CRASHED")
    first = runs_that_ask(server)[0]["id"]
    ask(server, f"/flow_runs/{first}", method="DELETE")
    ask_unanswered(newest("2022-H1", "r001"))
    assert [run["state_type"] for run in runs_that_ask(server)] == ["CRASHED", "SCHEDULED"]


def test_an_answer_that_meets_another_run_at_work_is_kept_and_done_later(
    home: Path, server: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    from flows import approve, asking  # noqa: PLC0415

    monkeypatch.setattr(approve, "PATIENCE", 0.1)
    monkeypatch.setattr(approve, "LATER", timedelta(0))
    asking.ask_unanswered(newest("2022-H1", "r001"))
    (run,) = runs_that_ask(server)
    with alone(Settings(home=home)):
        work_here(run["id"])  # before it has asked
    work_here(run["id"])
    assert answer(server, run["id"], "chu-tich", approved=True) == "ACCEPT"
    with alone(Settings(home=home)):
        work_here(run["id"])  # with the answer
    assert ask(server, f"/flow_runs/{run['id']}", method="GET")["state_type"] == "SCHEDULED"
    asking.ask_unanswered(newest("2022-H1", "r001"))
    work_here(run["id"])
    assert state_of(server, run["id"])[0] == "Completed"
    assert told(home, "release.approved") == [("2022-H1/r001", "chu-tich", run["id"])]
    assert len(runs_that_ask(server)) == 1


@pytest.mark.parametrize(
    ("state", "times"),
    [
        ({"type": "CANCELLED", "message": "không cần trả lời nữa, đã có bản mới hơn: r002"}, 2),
        ({"type": "COMPLETED", "name": "Khỏi trả lời"}, 2),
        ({"type": "COMPLETED"}, 2),  # answered, and the store was restored to what it was before
        ({"type": "COMPLETED", "name": "Chưa phê duyệt được"}, 1),
        ({"type": "CANCELLED", "message": "thôi"}, 1),  # by somebody
    ],
)
def test_a_release_that_is_the_newest_again_is_asked_about_again(
    server: str, state: dict[str, str], times: int
) -> None:
    from flows.asking import ask_unanswered  # noqa: PLC0415

    ask_unanswered(newest("2022-H1", "r001"))
    (run,) = runs_that_ask(server)
    ask(server, f"/flow_runs/{run['id']}/set_state", {"state": state, "force": True})
    for _ in range(2):
        ask_unanswered(newest("2022-H1", "r001"))
        assert len(runs_that_ask(server)) == times


def test_a_stage_is_asked_about_and_approved_alike(home: Path, server: str, declarations: Declarations) -> None:
    from flows.due import evaluate_stage_due  # noqa: PLC0415

    settings = Settings(home=home)
    with writing(settings.database) as connection:
        keep_version(connection, period="2025-YEAR", moment=declarations.calendar.moment("2025-12-16"))
    assert evaluate_stage_due(today="2026-02-10T08:00") == {"GD1": 1}
    asked = {run["name"]: run for run in runs_that_ask(server)}
    assert set(asked) == {"chờ phê duyệt 2022-H1 r001", "chờ phê duyệt GD1 r001"}
    run = asked["chờ phê duyệt GD1 r001"]
    work_here(run["id"])
    shown = ask(server, "/artifacts/latest/filter", {"artifacts": {"key": {"any_": ["phe-duyet-gd1"]}}})
    assert "số liệu giai đoạn 2021–2025, bản r001" in shown[0]["data"]
    assert "kỳ còn là số liệu tạm thời" in shown[0]["data"]
    assert answer(server, run["id"], "chu-tich", approved=True) == "ACCEPT"
    work_here(run["id"])
    assert state_of(server, run["id"])[0] == "Completed"
    assert told(home, "release.approved") == [("GD1/r001", "chu-tich", run["id"])]
    assert newest_releases(settings, declarations)["GD1"] == newest("GD1", "r002", is_final=True)["GD1"]


def test_an_approval_by_command_ends_the_runs_that_wait_for_one_of_that_period(home: Path, server: str) -> None:
    from flows.asking import end_asking  # noqa: PLC0415

    waiting = {period: start(server, subject=period) for period in ("2022-Q1", "2022-H1")}
    for run in waiting.values():
        put(server, run, "PAUSED")
    end_asking("2022-H1")
    assert state_of(server, waiting["2022-H1"]) == ("Cancelled", "không cần trả lời nữa, đã có số liệu chính thức")
    assert state_of(server, waiting["2022-Q1"])[0] == "Paused"


def test_a_server_that_is_gone_is_told_and_stops_neither_release_nor_approval(
    server: str, capsys: pytest.CaptureFixture[str]
) -> None:
    from prefect import settings  # noqa: PLC0415

    from flows.asking import ask_unanswered, end_asking  # noqa: PLC0415

    with settings.temporary_settings({settings.PREFECT_API_URL: "http://127.0.0.1:9/api"}), kept("run-1"):
        ask_unanswered(newest("2022-H1", "r001"))
        end_asking("2022-H1")
    assert [line.partition("[run-1] ")[2] for line in capsys.readouterr().err.splitlines()] == [
        "Phê duyệt: không dùng được máy chủ Prefect (ConnectError): lần chạy sau hỏi phê duyệt lại",
        "Phê duyệt: không dùng được máy chủ Prefect (ConnectError): lượt đang chờ trả lời tự kết thúc sau",
    ]
