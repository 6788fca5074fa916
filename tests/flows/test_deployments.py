"""The flows can be registered with a running Prefect server as `prefect.yaml` declares them."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

import yaml

from tests.flows.prefect_api import ask

NAMES = {d["name"] for d in yaml.safe_load(Path("prefect.yaml").read_text(encoding="utf-8"))["deployments"]}


def test_every_declared_flow_is_registered(prefect_server: str, tmp_path: Path) -> None:
    ask(prefect_server, "/work_pools/", {"name": "cchc", "type": "process"})
    environment = {**os.environ, "PREFECT_API_URL": prefect_server, "PREFECT_HOME": str(tmp_path), "DO_NOT_TRACK": "1"}
    command = [sys.executable, "-m", "prefect", "--no-prompt", "deploy", "--all"]
    done = subprocess.run(command, env=environment, capture_output=True, text=True, timeout=600, check=False)
    assert done.returncode == 0, done.stdout + done.stderr
    found = ask(prefect_server, "/deployments/filter", {"work_pools": {"name": {"any_": ["cchc"]}}})
    assert {d["name"] for d in found} == NAMES
