"""A Prefect server for this process alone, begun before Prefect is imported: it starts while everything else loads.

Prefect itself would start the same server, but only when the flow is called, and wait for it. On an empty home it would
also spend half of its time on a hundred migrations: the database that comes of them is kept at installation.
"""

from __future__ import annotations

import atexit
import os
import shutil
import socket
import subprocess
import sys
import time
from collections.abc import Callable, Mapping
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path
from types import MappingProxyType

PATIENCE = 120.0  # seconds: a laptop that is busy with something else
LOOK = 0.1  # seconds between two looks
GOODBYE = 5.0  # seconds that it is given to end
NAME = "prefect.db"  # in a Prefect home
KEPT = Path(sys.prefix) / "share" / "cchc" / NAME
EPHEMERAL = {
    "PREFECT_UI_ENABLED": "0",
    "PREFECT__SERVER_EPHEMERAL": "1",
    "PREFECT__SERVER_FINAL": "1",
    "PREFECT_SERVER_SERVICES_TRIGGERS_ENABLED": "0",  # automations are for the server of `cchc serve`
    "PREFECT_SERVER_BLOCKS_REGISTER_ON_START": "0",  # nor does a run of ours use blocks
}


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


def begin(home: Path, extra: Mapping[str, str] = MappingProxyType({}), kept: Path = KEPT) -> OwnServer:
    """Start the server over the Prefect home `home`, where it also keeps what it says, and return at once.

    It ends with this process, at the latest with the thread that calls this. `extra` is added to its environment; a
    home without a database is given the one in `kept`, if any.
    """
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
    bound = [sys.executable, "-m", "flows.bound", str(os.getpid())]
    command = [*bound, "uvicorn", "--factory", "prefect.server.api.server:create_app"]
    place = ["--host", "127.0.0.1", "--port", str(port), "--log-level", "error", "--lifespan", "on"]
    environment = {**os.environ, **EPHEMERAL, **extra}
    home.mkdir(parents=True, exist_ok=True)
    furnish(home, kept)
    with (home / "server.log").open("wb") as log:
        process = subprocess.Popen([*command, *place], env=environment, stdout=log, stderr=log)  # noqa: S603  our own words
    server = OwnServer(process, f"http://127.0.0.1:{port}/api")
    atexit.register(server.end)
    return server


def furnish(home: Path, kept: Path) -> bool:
    """Give a Prefect home without a database a copy of the one in `kept`; return whether it got one.

    Where none can be given (no room, a disk without second names) the server makes its own: that takes longer and
    gives the same. It also brings what it gets to its own version: one kept by an older one costs time, never
    correctness.
    """
    if (home / NAME).exists() or not kept.exists():
        return False
    copy = home / f"{NAME}.{os.getpid()}"
    try:
        shutil.copyfile(kept, copy)
        _bring_to_disk(copy)  # half a database after a power failure would be worse than none
        os.link(copy, home / NAME)  # never over one that another run has put there meanwhile
    except OSError:
        return False
    finally:
        with suppress(OSError):
            copy.unlink(missing_ok=True)
    return True


def _bring_to_disk(path: Path) -> None:
    with path.open("rb") as file:
        os.fsync(file.fileno())
