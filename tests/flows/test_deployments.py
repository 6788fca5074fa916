"""The flows can be registered with a running Prefect server as `prefect.yaml` declares them."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from pathlib import Path

import yaml

NAMES = {d["name"] for d in yaml.safe_load(Path("prefect.yaml").read_text(encoding="utf-8"))["deployments"]}


def prefect(address: str, home: Path, *arguments: str) -> str:
    """Return what `prefect` says, talking to the server at `address`."""
    environment = {**os.environ, "PREFECT_API_URL": address, "PREFECT_HOME": str(home), "DO_NOT_TRACK": "1"}
    command = [sys.executable, "-m", "prefect", "--no-prompt", *arguments]
    done = subprocess.run(command, env=environment, capture_output=True, text=True, timeout=120, check=False)
    assert done.returncode == 0, done.stdout + done.stderr
    return done.stdout


def test_every_declared_flow_is_registered(prefect_server: str, tmp_path: Path) -> None:
    prefect(prefect_server, tmp_path, "work-pool", "create", "cchc", "--type", "process")
    prefect(prefect_server, tmp_path, "deploy", "--all")
    listed = json.loads(prefect(prefect_server, tmp_path, "deployment", "ls", "--output", "json"))
    assert {d["name"] for d in listed} == NAMES
