"""`cchc serve` against a real server: what was missed is made good, an interval really fires, crons are local time."""

from __future__ import annotations

import os
import signal
import sqlite3
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from contextlib import suppress
from dataclasses import dataclass
from datetime import datetime, timedelta
from email import message_from_bytes
from email.policy import default
from pathlib import Path
from typing import Any

import pytest
import yaml

from config.load import Declarations
from config.service import Job, load_service
from config.settings import PROJECT
from tests.factory import ZONE
from tests.flows.conftest import environment_of, run_cchc
from tests.flows.prefect_api import ask

PATIENCE = 600  # seconds for what takes ten on a machine that has nothing else to do


@dataclass(frozen=True)
class Served:
    """A process of `cchc serve` and the server that it talks to."""

    process: subprocess.Popen[str]
    address: str
    log: Path

    def ask(self, path: str, body: Any, method: str = "POST") -> Any:
        """Return what the server answers to `body`."""
        return ask(self.address, path, body, method)

    def deployment(self, job: Job) -> dict[str, Any]:
        """Return the deployment of `job` as the server knows it."""
        found: list[dict[str, Any]] = self.ask("/deployments/filter", {"deployments": {"name": {"any_": [job.value]}}})
        return found[0]

    def is_in(self, run: str, state: str) -> bool:
        """Return whether the run with this id is in `state`."""
        return bool(self.ask(f"/flow_runs/{run}", None, "GET")["state_type"] == state)

    def runs(self, job: Job, *states: str) -> list[dict[str, Any]]:
        """Return the runs of `job` in `states`."""
        of_job = {"id": {"any_": [self.deployment(job)["id"]]}}
        in_state = {"state": {"type": {"any_": list(states)}}}
        found: list[dict[str, Any]] = self.ask("/flow_runs/filter", {"deployments": of_job, "flow_runs": in_state})
        return found


def process_of(run: str) -> int:
    """Return the process in which the run with this id works: its environment names it."""
    mark = f"PREFECT__FLOW_RUN_ID={run}".encode()
    for entry in Path("/proc").glob("[0-9]*/environ"):
        with suppress(OSError):  # ended, or not ours
            if mark in entry.read_bytes().split(b"\0"):
                return int(entry.parent.name)
    raise AssertionError(f"no process for the run {run}")


def alarms_in(outbox: Path) -> list[str]:
    """Return what the letters of alarm to the data team say."""
    mails = (message_from_bytes(p.read_bytes(), policy=default) for p in outbox.glob("tonghop-cchc-*.eml"))
    bodies = (mail.get_body(("plain",)) for mail in mails if "Báo động" in mail["Subject"])
    return [str(body.get_content()) for body in bodies if body is not None]


def wait_for(found: Callable[[], Any], service: Served) -> Any:
    """Return what `found` gives as soon as it gives something; what `serve` said is told where it gives nothing."""
    end = time.monotonic() + PATIENCE
    while time.monotonic() < end:
        if something := found():
            return something
        if service.process.poll() is not None:
            break
        time.sleep(0.5)
    said = service.log.read_text(encoding="utf-8").splitlines()[-60:]
    raise AssertionError("\n".join([f"serve gave {service.process.poll()} and not what was waited for:", *said]))


@pytest.fixture(scope="module")
def served_home(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return tmp_path_factory.mktemp("served") / "home"


@pytest.fixture(scope="module")
def service(prefect_server: str, served_home: Path) -> Iterator[Served]:
    """`cchc serve` as it runs for years, here for a minute."""
    environment = environment_of(served_home, {"PREFECT_API_URL": prefect_server})
    environment |= {"PREFECT_RUNNER_POLL_FREQUENCY": "2", "PREFECT_HOME": str(served_home.parent / "prefect")}
    with (served_home.parent / "serve.log").open("w") as log:
        command = [sys.executable, "-m", "flows.cli", "serve", *(f"--only={job}" for job in (Job.COLLECT, Job.WATCH))]
        process = subprocess.Popen(command, env=environment, stdout=log, stderr=log, text=True)
        served = Served(process, prefect_server, Path(log.name))
        try:
            wait_for(
                lambda: served.ask("/deployments/filter", {"deployments": {"name": {"any_": [Job.WATCH.value]}}}),
                served,
            )
            yield served
        finally:
            if process.poll() is None:
                process.kill()
            process.wait(timeout=300)


def test_without_a_server_one_sentence_says_how_to_start_it(tmp_path: Path) -> None:
    done = run_cchc(tmp_path / "home", "serve", PREFECT_API_URL="http://127.0.0.1:9/api")
    assert done.returncode == 2
    assert done.stderr.count("\n") == 1
    assert "prefect server start" in done.stderr
    assert "http://127.0.0.1:9/api" in done.stderr


def test_prefect_yaml_declares_the_same_schedules_as_serve(declarations: Declarations) -> None:
    service = load_service(PROJECT / "config", declarations.calendar)
    written = yaml.safe_load((PROJECT / "prefect.yaml").read_text(encoding="utf-8"))["deployments"]
    scheduled = {d["name"]: [(s["cron"], s["timezone"]) for s in d["schedules"]] for d in written if "schedules" in d}
    from flows.serve import SERVED, deployment_to_ask  # noqa: PLC0415

    zone = "Asia/Ho_Chi_Minh"
    assert scheduled == {job.value: [(cron, zone) for cron in service.crons(job)] for job in SERVED}
    entrypoints = {d["name"]: d["entrypoint"] for d in written}
    for job, flow in SERVED.items():
        assert entrypoints[job] == f"{flow.fn.__module__.replace('.', '/')}.py:{flow.fn.__name__}"
    asking = deployment_to_ask()
    assert entrypoints[asking.name].replace("/", ".").replace(".py:", ".") == asking.entrypoint


def test_what_was_missed_is_made_good_at_the_start(service: Served) -> None:
    runs = wait_for(lambda: service.runs(Job.COLLECT, "COMPLETED"), service)
    assert [run["auto_scheduled"] for run in runs] == [False]
    assert "thu nhận theo lịch" in runs[0]["name"]


def test_an_interval_fires(service: Served) -> None:
    deployment = service.deployment(Job.COLLECT)["id"]
    soon = (datetime.now(ZONE) + timedelta(seconds=10)).isoformat()
    # Minutes apart: on a machine that takes longer for a run than an interval lasts, runs would pile up.
    schedule = {"interval": 120, "anchor_date": soon, "timezone": ZONE.key}
    service.ask(f"/deployments/{deployment}/schedules", [{"active": True, "schedule": schedule}])
    runs = wait_for(lambda: [r for r in service.runs(Job.COLLECT, "COMPLETED") if r["auto_scheduled"]], service)
    assert runs[0]["start_time"] is not None
    for schedule in service.deployment(Job.COLLECT)["schedules"]:
        if "interval" in schedule["schedule"]:  # enough seen
            service.ask(f"/deployments/{deployment}/schedules/{schedule['id']}", None, "DELETE")


def test_a_cron_comes_at_the_hour_of_viet_nam(service: Served) -> None:
    def planned() -> list[datetime]:
        # What the start makes good is planned too, before the server has planned by the schedule.
        runs = [run for run in service.runs(Job.COLLECT, "SCHEDULED") if run["auto_scheduled"]]
        return [datetime.fromisoformat(run["expected_start_time"]).astimezone(ZONE) for run in runs]

    times = wait_for(planned, service)
    assert "06:30" in {f"{at:%H:%M}" for at in times}


@pytest.mark.skipif(
    "CCHC_LONG" not in os.environ, reason="một lượt bị giết chỉ bị nhận ra sau hai phút im lặng: «make hostile» thử"
)
def test_a_run_that_is_killed_is_told_to_the_data_team_and_by_the_doctor(service: Served, served_home: Path) -> None:
    # What the start makes good must not wait for the lock below.
    wait_for(lambda: service.runs(Job.COLLECT, "COMPLETED") and service.runs(Job.WATCH, "COMPLETED"), service)
    with sqlite3.connect(served_home / "cchc.db", isolation_level=None) as other:
        other.execute("BEGIN IMMEDIATE")  # whoever collects now waits to write
        deployment = service.deployment(Job.COLLECT)["id"]
        run = service.ask(f"/deployments/{deployment}/create_flow_run", {})
        wait_for(lambda: service.is_in(run["id"], "RUNNING"), service)
        os.kill(process_of(run["id"]), signal.SIGKILL)
        other.execute("ROLLBACK")
    name = service.ask(f"/flow_runs/{run['id']}", None, "GET")["name"]
    told = f"Lượt «{name}» chết giữa chừng"
    wait_for(lambda: [text for text in alarms_in(served_home / "outbox") if told in text], service)
    looked = run_cchc(served_home, "doctor", "--quick", PREFECT_API_URL=service.address)
    assert looked.returncode == 1
    assert f"Báo động: l{told[1:]}" in looked.stdout


def test_it_ends_quietly_however_often_it_is_told_to(service: Served) -> None:
    for _ in range(200):  # a signal of each kind all the while, until its last moment
        if service.process.poll() is not None:
            break
        for wish in (signal.SIGINT, signal.SIGTERM):
            service.process.send_signal(wish)
        time.sleep(0.05)
    assert service.process.wait(timeout=600) == 0
    said = service.log.read_text(encoding="utf-8")
    assert "đã dừng" in said.splitlines()[-1]
    assert "Traceback" not in said
