"""A real Prefect server on loopback, one demo that everybody looks at, and the command line as a person calls it."""

from __future__ import annotations

import fcntl
import gc
import io
import os
import shutil
import signal
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from contextlib import redirect_stderr, redirect_stdout
from datetime import datetime
from pathlib import Path
from typing import Any

import pytest

from config.settings import PROJECT, Settings
from flows.cli import main
from flows.own_server import KEPT, furnish
from flows.server import answers
from tests.factory import ZONE
from tests.ports import free_port

if signal.getsignal(signal.SIGINT) is signal.SIG_IGN:  # begun in the background by a script: children would not hear it
    signal.signal(signal.SIGINT, signal.default_int_handler)

Cchc = Callable[..., subprocess.CompletedProcess[str]]
Due = Callable[..., dict[str, int]]
SAMPLE = PROJECT / "sample" / "inbox"


def environment_of(home: Path, extra: dict[str, str]) -> dict[str, str]:
    """Return the environment of a `cchc` whose home is `home`, with nothing of the developer's own in it."""
    kept = {k: v for k, v in os.environ.items() if not k.startswith(("CCHC_", "PREFECT_"))}
    return {**kept, "CCHC_HOME": str(home), "COLUMNS": "200", **extra}


def run_cchc(home: Path, *arguments: str, **extra: str) -> subprocess.CompletedProcess[str]:
    """Run `cchc` with `arguments` in its own process, CCHC_HOME being `home`."""
    return subprocess.run(
        [sys.executable, "-m", "flows.cli", *arguments],
        env=environment_of(home, extra),
        capture_output=True,
        text=True,
        timeout=600,
        check=False,
    )


def call_cchc(home: Path, *arguments: str, **extra: str) -> subprocess.CompletedProcess[str]:
    """Call `cchc` with `arguments` in this process: the same code without the second that a start costs.

    For commands that run no flow; a few tests make sure that a process of its own does the same.
    """
    out, err, thresholds = io.StringIO(), io.StringIO(), gc.get_threshold()
    with pytest.MonkeyPatch.context() as patch, redirect_stdout(out), redirect_stderr(err):
        for name in [name for name in os.environ if name.startswith(("CCHC_", "PREFECT_"))]:
            patch.delenv(name)
        for name, value in environment_of(home, extra).items():
            patch.setenv(name, value)
        patch.setitem(Settings.model_config, "env_file", None)
        patch.setattr(sys, "argv", ["cchc", *arguments])
        try:
            main()
            code = 0
        except SystemExit as end:
            code = int(end.code or 0)
        finally:
            gc.set_threshold(*thresholds)
    return subprocess.CompletedProcess(arguments, code, out.getvalue(), err.getvalue())


@pytest.fixture(scope="session")
def prefect_server(tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    """The address of a Prefect server that is really running."""
    port = free_port()
    home = tmp_path_factory.mktemp("prefect")
    furnish(home, KEPT)
    environment = {**os.environ, "PREFECT_HOME": str(home), "DO_NOT_TRACK": "1"}
    environment["PREFECT_SERVER_ANALYTICS_ENABLED"] = "false"
    environment["PREFECT_SERVER_SERVICES_SCHEDULER_MAX_RUNS"] = "5"  # planned ahead: a hundred cost it seconds
    environment["PREFECT_SERVER_SERVICES_SCHEDULER_LOOP_SECONDS"] = "5"  # what a test waits for
    command = [sys.executable, "-m", "prefect", "server", "start", "--host", "127.0.0.1", "--port", str(port)]
    with (home / "server.log").open("wb") as log:
        server = subprocess.Popen(command, env=environment, stdout=log, stderr=log)
        try:
            address = f"http://127.0.0.1:{port}/api"
            _wait_until_it_answers(address, server)
            yield address
        finally:
            server.terminate()
            server.wait(timeout=300)


def _wait_until_it_answers(address: str, server: subprocess.Popen[bytes]) -> None:
    for _ in range(600):
        if server.poll() is not None:
            raise RuntimeError(f"the Prefect server ended with {server.returncode}")
        if answers(address):
            return
        time.sleep(0.5)
    raise TimeoutError(f"no Prefect server at {address} after five minutes")


@pytest.fixture(scope="session")
def demo_home(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A workplace in which `cchc demo` has run, with the ephemeral server, as on a newcomer's machine.

    Made once: workers of one test run share its making, and each looks at a copy of its own.
    """
    base = tmp_path_factory.getbasetemp()
    common = base.parent if "PYTEST_XDIST_WORKER" in os.environ else base
    made, home = common / "demo-made", tmp_path_factory.mktemp("demo") / "home"
    with (common / "demo.lock").open("w") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        if not (made / "demo.txt").exists():
            done = run_cchc(made, "demo")
            assert done.returncode == 0, done.stdout + done.stderr
            (made / "demo.txt").write_text(done.stdout + done.stderr, encoding="utf-8")
        shutil.copytree(made, home, symlinks=True)
    return home


@pytest.fixture(scope="session")
def served(prefect_server: str) -> Cchc:
    """`cchc` working with the running Prefect server."""

    def call(home: Path, *arguments: str, **extra: str) -> subprocess.CompletedProcess[str]:
        return run_cchc(home, *arguments, PREFECT_API_URL=prefect_server, **extra)

    return call


@pytest.fixture
def due(home: Path, prefect_server: str, monkeypatch: pytest.MonkeyPatch) -> Iterator[Due]:
    """Return what runs a scheduled flow at a moment, with a real server."""
    monkeypatch.setenv("GX_ANALYTICS_ENABLED", "false")
    from prefect import settings  # noqa: PLC0415  heavy, and only for these

    from flows import due as module  # noqa: PLC0415

    found = {
        settings.PREFECT_FLOWS_HEARTBEAT_FREQUENCY: None,
        settings.PREFECT_LOGGING_TO_API_ENABLED: False,
        settings.PREFECT_API_URL: prefect_server,
    }

    def run(name: str, **parameters: Any) -> dict[str, int]:
        result: dict[str, int] = getattr(module, name)(**parameters)
        return result

    with settings.temporary_settings(found):
        yield run


def drop(home: Path, unit: str, when: str, which: int = 0) -> None:
    """Put a sample workbook of `unit`, by default its first, into its drop folder, as it came at `when`."""
    target = home / "inbox" / unit / f"{unit}.xlsx"
    target.parent.mkdir(parents=True, exist_ok=True)
    shutil.copyfile(sorted((SAMPLE / unit).glob("*.xlsx"))[which], target)
    moment = datetime.fromisoformat(when).replace(tzinfo=ZONE).timestamp()
    os.utime(target, (moment, moment))
