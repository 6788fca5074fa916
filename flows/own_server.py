"""A Prefect server for this process alone, begun before Prefect is imported: it starts while everything else loads.

Prefect itself would start the same server, but only when the flow is called, and wait for it.
"""

from __future__ import annotations

import atexit
import os
import socket
import subprocess
import sys
import time
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

PATIENCE = 120.0  # seconds: a laptop that is busy with something else
LOOK = 0.1  # seconds between two looks
GOODBYE = 5.0  # seconds that it is given to end
EPHEMERAL = {"PREFECT_UI_ENABLED": "0", "PREFECT__SERVER_EPHEMERAL": "1", "PREFECT__SERVER_FINAL": "1"}


@dataclass(frozen=True)
class OwnServer:
    """The server's process and the address at which it will answer."""

    process: subprocess.Popen[bytes]
    address: str

    def answers(self, probe: Callable[[str], bool]) -> bool:
        """Wait until `probe` finds it answering; return False when it ended or takes too long."""
        end = time.monotonic() + PATIENCE
        while self.process.poll() is None and time.monotonic() < end:
            if probe(self.address):
                return True
            time.sleep(LOOK)
        self.end()
        return False

    def end(self) -> None:
        """End the process, at the latest when ours does."""
        if self.process.poll() is None:
            self.process.terminate()
            try:
                self.process.wait(timeout=GOODBYE)
            except subprocess.TimeoutExpired:
                self.process.kill()
                self.process.wait()


def begin(home: Path) -> OwnServer:
    """Start the server over the Prefect home `home`, where it also keeps what it says, and return at once."""
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
    command = [sys.executable, "-m", "uvicorn", "--factory", "prefect.server.api.server:create_app"]
    place = ["--host", "127.0.0.1", "--port", str(port), "--log-level", "error", "--lifespan", "on"]
    home.mkdir(parents=True, exist_ok=True)
    with (home / "server.log").open("wb") as log:
        process = subprocess.Popen([*command, *place], env={**os.environ, **EPHEMERAL}, stdout=log, stderr=log)  # noqa: S603  our own words
    server = OwnServer(process, f"http://127.0.0.1:{port}/api")
    atexit.register(server.end)
    return server
