"""What the operations guide installs names commands, variables and files that exist."""

from __future__ import annotations

import re
import shutil
import subprocess
from pathlib import Path

import pytest
import yaml

from config.settings import PROJECT, Settings
from flows.cli import app

FOLDER = PROJECT / "docs" / "van-hanh"
UNITS = sorted([*FOLDER.glob("*.service"), *FOLDER.glob("*.timer")])
COMMANDS = {str(command.callback.__name__) for command in app.registered_commands if command.callback}
VARIABLES = {f"CCHC_{name.upper()}" for name in Settings.model_fields}
PASSWORDS = {"CCHC_PASSWORD"}  # of the compose file alone


@pytest.mark.parametrize("file", sorted(FOLDER.iterdir()), ids=lambda file: file.name)
def test_every_variable_is_one_that_the_settings_know(file: Path) -> None:
    assert set(re.findall(r"\bCCHC_[A-Z_]+", file.read_text(encoding="utf-8"))) <= VARIABLES | PASSWORDS


@pytest.mark.parametrize("file", UNITS, ids=lambda file: file.name)
def test_every_unit_starts_a_command_that_exists(file: Path) -> None:
    for command in re.findall(r"^ExecStart=/opt/cchc/\.venv/bin/cchc (\S+)", file.read_text("utf-8"), re.MULTILINE):
        assert command in COMMANDS


def test_the_compose_file_starts_commands_that_exist_and_waits_for_services_that_it_has() -> None:
    text = (FOLDER / "compose.yaml").read_text(encoding="utf-8")
    services = yaml.safe_load(text)["services"]
    assert services["cchc"]["command"][0] == "cchc"
    assert services["cchc"]["command"][1] in COMMANDS
    for service in services.values():
        assert set(service.get("depends_on", {})) <= set(services)
    mounted = [v.split(":")[0] for v in services["postgres"]["volumes"] if v.startswith("./")]
    assert mounted
    assert all((FOLDER / name).is_file() for name in mounted)
    assert (FOLDER / services["cchc"]["build"]["context"] / services["cchc"]["build"]["dockerfile"]).resolve().is_file()


def test_the_compose_file_is_examined_from_outside_as_under_systemd() -> None:
    """A service that died cannot say so: what examines it must not wait for it, and runs as often as the timer."""
    services = yaml.safe_load((FOLDER / "compose.yaml").read_text(encoding="utf-8"))["services"]
    doctor = services["doctor"]
    unit = (FOLDER / "cchc-doctor.service").read_text(encoding="utf-8")
    assert doctor["healthcheck"]["test"] == ["CMD", *re.findall(r"^ExecStart=\S+/(cchc) (\S+)", unit, re.MULTILINE)[0]]
    assert doctor["healthcheck"]["interval"] == "1h"
    assert "OnCalendar=*-*-* *:40:00" in (FOLDER / "cchc-doctor.timer").read_text(encoding="utf-8")
    assert not {"cchc", "prefect"} & set(doctor["depends_on"])
    assert all(services[name]["restart"] == "unless-stopped" for name in services)
    assert doctor["volumes"] == services["cchc"]["volumes"]


def test_an_image_takes_along_nothing_that_the_repository_leaves_out() -> None:
    """A workplace or the passwords of the machine it was built on must not be found in an image."""
    kept_out = set((PROJECT / ".dockerignore").read_text(encoding="utf-8").split())
    assert kept_out >= {*(PROJECT / ".gitignore").read_text(encoding="utf-8").split(), ".git/"}


def test_every_command_in_the_guide_exists() -> None:
    guide = (PROJECT / "docs" / "van-hanh.md").read_text(encoding="utf-8")
    assert set(re.findall(r"`cchc ([a-z]+)", guide)) <= COMMANDS


@pytest.mark.skipif(shutil.which("systemd-analyze") is None, reason="systemd is not installed here")
def test_systemd_takes_the_units(tmp_path: Path) -> None:
    for file in UNITS:
        text = file.read_text(encoding="utf-8").replace("User=cchc\n", "")  # neither user nor paths are here
        text = re.sub(r"/opt/cchc/\.venv/bin/\S+", "/bin/true", text)
        (tmp_path / file.name).write_text(text.replace("WorkingDirectory=/opt/cchc", "WorkingDirectory=/"), "utf-8")
    command = ["systemd-analyze", "verify", *[str(tmp_path / file.name) for file in UNITS]]
    done = subprocess.run(command, capture_output=True, text=True, timeout=60, check=False)
    about_ours = [line for line in done.stderr.splitlines() if "cchc" in line]
    assert (done.returncode, about_ours) == (0, [])
