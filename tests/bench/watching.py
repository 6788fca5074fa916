"""From a dropped file to its answer: a resident `cchc collect --watch`, and a workbook that has to be returned."""

from __future__ import annotations

import os
import shutil
import signal
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable
from pathlib import Path

from config.settings import PROJECT

FAULTY = ("30634", "30640", "30646")  # units of the sample whose first workbook is returned
PATIENCE = 180.0


def seconds_to_answer() -> list[float]:
    """Return for each of a few faulty workbooks the seconds from its arrival to the letter in the outbox.

    `TimeoutError` when none comes, with what the watching process has said.
    """
    with tempfile.TemporaryDirectory() as folder:
        home, log = Path(folder) / "home", Path(folder) / "log.txt"
        foreign = ("CCHC_", "PREFECT_")
        kept = {name: value for name, value in os.environ.items() if not name.startswith(foreign)}
        command = [sys.executable, "-m", "flows.cli", "collect", "-p", "2022-H1", "--watch"]
        with log.open("w") as said:
            watcher = subprocess.Popen(
                command,
                env={**kept, "CCHC_HOME": str(home), "PYTHONUNBUFFERED": "1"},
                stdout=said,
                stderr=subprocess.STDOUT,
            )
        try:
            _wait(lambda: "Trả lời" in log.read_text(), watcher)
            return [_answered(home, unit, watcher) for unit in FAULTY]
        except TimeoutError as fault:
            raise TimeoutError(f"{fault}; it said:\n{log.read_text()}") from None
        finally:
            watcher.send_signal(signal.SIGINT)  # as Ctrl+C does: its ephemeral server goes with it
            watcher.wait(timeout=PATIENCE)


def _answered(home: Path, unit: str, watcher: subprocess.Popen[bytes]) -> float:
    letters = len(list(home.glob("outbox/*.eml")))
    source = min((PROJECT / "sample" / "inbox" / unit).glob("*.xlsx"))
    target = home / "inbox" / unit / source.name
    target.parent.mkdir(parents=True, exist_ok=True)
    start = time.perf_counter()
    shutil.copyfile(source, target)
    _wait(lambda: len(list(home.glob("outbox/*.eml"))) > letters, watcher)
    return time.perf_counter() - start


def _wait(met: Callable[[], bool], watcher: subprocess.Popen[bytes]) -> None:
    end = time.monotonic() + PATIENCE
    while not met():
        if watcher.poll() is not None:
            raise TimeoutError(f"the watching process ended with code {watcher.returncode}")
        if time.monotonic() > end:
            raise TimeoutError("the watching process gave no answer")
        time.sleep(0.02)
