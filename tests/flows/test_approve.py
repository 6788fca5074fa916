"""Approving: by command, and by an answer to a run that waits on Prefect's page."""

from __future__ import annotations

import json
import os
import shutil
import sqlite3
import subprocess
import sys
import urllib.request
from collections.abc import Callable, Iterator
from contextlib import closing
from pathlib import Path
from typing import Any

import pytest

from flows.server import QUIET
from tests.flows.conftest import run_cchc


@pytest.fixture(scope="module")
def home(demo_home: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    copy = tmp_path_factory.mktemp("approve") / "home"
    shutil.copytree(demo_home, copy, symlinks=True)
    return copy


def call(address: str, path: str, body: object, method: str = "POST") -> Any:
    head = {"Content-Type": "application/json"}
    request = urllib.request.Request(address + path, json.dumps(body).encode(), head, method=method)
    with urllib.request.urlopen(request, timeout=120) as response:
        return json.load(response)


def runs_that_ask(address: str) -> list[dict[str, Any]]:
    """Return the runs that have asked about the period, the oldest first."""
    of_flow = {"flows": {"name": {"any_": ["ask-approval"]}}, "sort": "START_TIME_ASC"}
    found: list[dict[str, Any]] = call(address, "/flow_runs/filter", of_flow)
    return found


def state_of(address: str, run: str) -> tuple[str, str]:
    """Return the name of the run's state and what is said with it."""
    state = call(address, f"/flow_runs/{run}", None, "GET")["state"]
    return state["name"], state["message"] or ""


def put(address: str, run: str, state: str) -> None:
    """Put a run into a state, whatever the rules of the server."""
    call(address, f"/flow_runs/{run}/set_state", {"state": {"type": state}, "force": True})


def work_through(address: str, home: Path, run: str) -> None:
    """Do what `cchc serve` does with a run that is due: have a process of its own work on it to its end."""
    kept = {k: v for k, v in os.environ.items() if not k.startswith(("CCHC_", "PREFECT_"))}
    ours = {"CCHC_HOME": str(home), "PREFECT_API_URL": address, "PREFECT__FLOW_RUN_ID": run, **QUIET}
    command = [sys.executable, "-m", "prefect.engine"]
    done = subprocess.run(command, env={**kept, **ours}, capture_output=True, text=True, timeout=600, check=False)
    assert done.returncode == 0, done.stderr


@pytest.fixture
def release_due(home: Path, prefect_server: str, monkeypatch: pytest.MonkeyPatch) -> Iterator[Callable[[str], object]]:
    """Return the scheduled publishing, as of a moment, on a server that knows the deployment which asks."""
    for name in [name for name in os.environ if name.startswith(("CCHC_", "PREFECT_"))]:
        monkeypatch.delenv(name)
    monkeypatch.setenv("CCHC_HOME", str(home))
    monkeypatch.setenv("GX_ANALYTICS_ENABLED", "false")
    from prefect import settings  # noqa: PLC0415  heavy, and only for this

    from flows import due, serve  # noqa: PLC0415

    found = {settings.PREFECT_FLOWS_HEARTBEAT_FREQUENCY: None, settings.PREFECT_API_URL: prefect_server}
    with settings.temporary_settings(found):
        serve.deployment_to_ask().apply()
        yield lambda today: due.release_due(today=today)


def test_an_approver_who_is_not_declared_is_refused_naming_who_is(home: Path) -> None:
    done = run_cchc(home, "approve", "-p", "2022-H1", "--by", "ai-do", "--today", "2022-06-23")
    assert done.returncode == 2
    assert "chanh-van-phong (Chánh Văn phòng" in done.stderr
    assert len(done.stderr.strip().splitlines()) == 1


def test_looking_first_shows_what_an_approver_must_know_and_writes_nothing(home: Path) -> None:
    done = run_cchc(home, "approve", "-p", "2022-H1", "--dry-run", "--today", "2022-06-23")
    assert done.returncode == 0
    for shown in ("r001 (số liệu tạm thời)", "P14 (15/19)", "ID15", "34.600"):
        assert shown in done.stdout
    assert not (home / "published" / "2022-H1" / "r002").exists()


def test_a_run_asks_for_each_release_on_its_page_and_waits_in_no_process(
    home: Path, prefect_server: str, release_due: Callable[[str], object]
) -> None:
    from flows.asking import ask_where_provisional  # noqa: PLC0415  imports Prefect, once its environment is set

    assert release_due("2022-06-24T17:30") == {"2022-H1": 0}
    ask_where_provisional("2022-H1", "2022-06-25T17:30")
    (dead,) = runs_that_ask(prefect_server)  # asked once
    put(prefect_server, dead["id"], "CRASHED")
    ask_where_provisional("2022-H1", "2022-06-25T17:30")
    (run,) = [one for one in runs_that_ask(prefect_server) if one["id"] != dead["id"]]
    assert run["name"] == "chờ phê duyệt 2022-H1 r001"
    assert set(run["tags"]) == {"cchc", "2022-H1"}
    work_through(prefect_server, home, run["id"])
    assert state_of(prefect_server, run["id"])[0] == "Suspended"
    shown = call(prefect_server, "/artifacts/latest/filter", {"artifacts": {"key": {"any_": ["phe-duyet-2022-h1"]}}})
    for word in ("bản r001", "P14", "15/19", "ID15"):
        assert word in shown[0]["data"]
    resume = f"/flow_runs/{run['id']}/resume"
    assert call(prefect_server, resume, {"run_input": {"by": "ai-do", "approved": True}})["status"] == "REJECT"
    assert call(prefect_server, resume, {"run_input": {"by": "chu-tich", "approved": True}})["status"] == "ACCEPT"
    work_through(prefect_server, home, run["id"])
    assert state_of(prefect_server, run["id"])[0] == "Completed"
    manifest = json.loads((home / "published/2022-H1/current/manifest.json").read_text(encoding="utf-8"))
    assert (manifest["release"], manifest["state"]) == ("r002", "final")
    assert manifest["approved_by"].startswith("Chủ tịch")
    with closing(sqlite3.connect(home / "cchc.db")) as store:
        said = store.execute("SELECT subject, detail, who FROM audit WHERE action = 'release.approved'").fetchall()
    assert said == [("2022-H1/r001", "chu-tich", run["id"])]
    ask_where_provisional("2022-H1", "2022-06-26T17:30")
    assert len(runs_that_ask(prefect_server)) == 2  # final: nobody is asked
    put(prefect_server, dead["id"], "CANCELLED")  # the server is shared, and others ask it whether a run has died


def test_an_approval_by_command_ends_the_runs_that_wait_for_one_of_that_period(
    prefect_server: str, release_due: Callable[[str], object]
) -> None:
    from flows.asking import end_asking  # noqa: PLC0415  imports Prefect, once its environment is set

    deployment = call(prefect_server, "/deployments/name/ask-approval/ask-approval", None, "GET")["id"]
    waiting = {}
    for period in ("2022-Q1", "2022-H1"):
        asked = {"parameters": {"period": period}}
        waiting[period] = call(prefect_server, f"/deployments/{deployment}/create_flow_run", asked)["id"]
        put(prefect_server, waiting[period], "PAUSED")
    end_asking("2022-H1")
    assert state_of(prefect_server, waiting["2022-H1"])[0] == "Cancelled"
    assert "số liệu chính thức" in state_of(prefect_server, waiting["2022-H1"])[1]
    assert state_of(prefect_server, waiting["2022-Q1"])[0] == "Paused"
