"""Files that were being read when a run died: read alone from then on, and after two deaths no more."""

from __future__ import annotations

import fcntl
import os
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from tasks.collect.grid import Grid
from tasks.collect.guard import Code, Refusal
from tasks.collect.job import Intake
from tasks.collect.sandbox import DEATHS, read
from tasks.store.database import writing
from tasks.store.readings import note_begun, note_ended, unfinished


def read_suspect(intake: Intake, sha256: str, data: bytes) -> Grid | Refusal:
    """Return the cells of a file that may have ended a run; it is opened only if it has not done so twice.

    The attempt is written down before the file is opened. One run at a time: what is unfinished then, a dead run left.
    """
    url, key = intake.settings.database, f"{intake.run.id} {sha256}"
    with _alone(intake.settings.home):
        with writing(url) as connection:
            deaths = unfinished(connection).deaths.get(sha256, 0)
            if deaths >= DEATHS:
                return Refusal(Code.READER_CRASHED, f"{deaths} runs ended while they read it")
            note_begun(connection, intake.run, key, [sha256], alone=True)
        try:
            return read(data)
        finally:
            with writing(url) as connection:
                note_ended(connection, intake.run, key)


@contextmanager
def _alone(home: Path) -> Iterator[None]:
    """Wait until no other run reads a suspect; the lock goes with the process, however it ends."""
    descriptor = os.open(home / ".reading.lock", os.O_RDWR | os.O_CREAT | os.O_CLOEXEC, 0o600)
    try:
        fcntl.flock(descriptor, fcntl.LOCK_EX)
        yield
    finally:
        os.close(descriptor)
