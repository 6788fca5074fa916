"""Every command that the README shows does what it is shown for."""

from __future__ import annotations

import re
import shlex
import shutil
from functools import partial
from pathlib import Path

import pytest

from tests.flows.conftest import Cchc, call_cchc

SHOWN = re.findall(r"^(?:export .*|\.venv/bin/cchc (.*))$", Path("README.md").read_text(encoding="utf-8"), re.MULTILINE)
OF_FLOWS = ("demo", "forms", "report")  # in a process of their own: a flow does not share one with tests
COMMANDS = sorted({command for command in SHOWN if command})
TARGETS = set(re.findall(r"^(?:`)?make ([a-z]+)", Path("README.md").read_text(encoding="utf-8"), re.MULTILINE))


@pytest.fixture(scope="module")
def home(demo_home: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A copy of the demo's workplace to work in."""
    copy = tmp_path_factory.mktemp("readme") / "home"
    shutil.copytree(demo_home, copy, symlinks=True)
    return copy


@pytest.mark.parametrize("command", COMMANDS)
def test_a_command_in_the_readme_runs(home: Path, served: Cchc, prefect_server: str, command: str) -> None:
    words = shlex.split(command)
    run = served if words[0] in OF_FLOWS else partial(call_cchc, PREFECT_API_URL=prefect_server)
    done = run(home, *words)
    assert done.returncode == 0, done.stdout + done.stderr
    assert "Traceback" not in done.stderr


def test_the_readme_shows_commands() -> None:
    assert len(COMMANDS) >= 6


def test_every_make_target_in_the_readme_exists() -> None:
    makefile = Path("Makefile").read_text(encoding="utf-8")
    assert TARGETS
    assert all(re.search(rf"^{target}:", makefile, re.MULTILINE) for target in TARGETS)
