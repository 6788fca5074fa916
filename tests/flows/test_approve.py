"""Approving: by command, and by an answer to a run that waits on Prefect's page."""

from __future__ import annotations

import json
import os
import shutil
import subprocess
import sys
import time
import urllib.request
from pathlib import Path
from typing import Any

import pytest

from tests.flows.conftest import run_cchc

ASK = """
from config.settings import Settings
from flows import server
server.prepare(Settings())
from flows.approve import ask_approval
server.run(ask_approval, period="2022-H1", today="2022-06-24")
"""


@pytest.fixture(scope="module")
def home(demo_home: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    copy = tmp_path_factory.mktemp("approve") / "home"
    shutil.copytree(demo_home, copy, symlinks=True)
    return copy


def call(address: str, path: str, body: dict[str, Any]) -> Any:
    request = urllib.request.Request(
        address + path, json.dumps(body).encode(), {"Content-Type": "application/json"}, method="POST"
    )
    with urllib.request.urlopen(request, timeout=30) as response:
        return json.load(response)


def paused_run(address: str) -> dict[str, Any]:
    """Return the run that waits, once it does."""
    asked = {"flows": {"name": {"any_": ["ask-approval"]}}, "flow_runs": {"state": {"type": {"any_": ["PAUSED"]}}}}
    for _ in range(240):
        if found := call(address, "/flow_runs/filter", asked):
            return dict(found[0])
        time.sleep(0.5)
    raise TimeoutError("no run has paused")


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


def test_a_run_waits_for_the_answer_on_its_page_and_makes_the_final_release(home: Path, prefect_server: str) -> None:
    kept = {k: v for k, v in os.environ.items() if not k.startswith(("CCHC_", "PREFECT_"))}
    asking = subprocess.Popen(
        [sys.executable, "-c", ASK],
        env={**kept, "CCHC_HOME": str(home), "PREFECT_API_URL": prefect_server},
        stdout=subprocess.DEVNULL,
        stderr=subprocess.DEVNULL,
    )
    try:
        run = paused_run(prefect_server)
        strange = call(
            prefect_server, f"/flow_runs/{run['id']}/resume", {"run_input": {"by": "ai-do", "approved": True}}
        )
        assert strange["status"] == "REJECT"
        call(prefect_server, f"/flow_runs/{run['id']}/resume", {"run_input": {"by": "chu-tich", "approved": True}})
        assert asking.wait(timeout=120) == 0
    finally:
        asking.kill()
        asking.wait()
    published = home / "published" / "2022-H1"
    manifest = json.loads((published / "current" / "manifest.json").read_text(encoding="utf-8"))
    assert (manifest["release"], manifest["state"]) == ("r002", "final")
    assert manifest["approved_by"].startswith("Chủ tịch")
