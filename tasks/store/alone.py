"""One run at a time: a lock that goes with the process which holds it, however that ends.

Politeness, not safety: what must not happen twice is kept from it by the keys of the tables.
"""

from __future__ import annotations

import fcntl
import os
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path

from sqlalchemy import func, make_url, select

from config.settings import Settings
from tasks.store.database import open_engine

KEY = 0x63636872  # of the advisory lock in PostgreSQL; another than the writers', who work while a run holds this one
PAUSE = 0.2  # seconds between two tries


@contextmanager
def alone(settings: Settings, patience: float = 0.0) -> Iterator[bool]:
    """Give whether no other run works on this store, after asking for at most `patience` seconds.

    Runs on one machine meet at a file under `settings.home`, runs on several in their PostgreSQL.
    """
    shared = make_url(settings.database).get_backend_name() == "postgresql"
    with _in_postgresql(settings.database, patience) if shared else _at_file(settings.home, patience) as free:
        yield free


@contextmanager
def _at_file(home: Path, patience: float) -> Iterator[bool]:
    home.mkdir(parents=True, exist_ok=True)
    descriptor = os.open(home / ".running", os.O_RDWR | os.O_CREAT | os.O_CLOEXEC, 0o644)
    try:
        yield _granted(lambda: _locked(descriptor), patience)
    finally:
        os.close(descriptor)


@contextmanager
def _in_postgresql(url: str, patience: float) -> Iterator[bool]:
    with open_engine(url).connect() as connection:
        held = connection.execution_options(isolation_level="AUTOCOMMIT")  # hours in one transaction stop cleaning up
        try:
            yield _granted(lambda: bool(held.scalar(select(func.pg_try_advisory_lock(KEY)))), patience)
        finally:
            held.execute(select(func.pg_advisory_unlock_all()))


def _granted(ask: Callable[[], bool], patience: float) -> bool:
    until = time.monotonic() + patience
    while not ask():
        if time.monotonic() >= until:
            return False
        time.sleep(PAUSE)
    return True


def _locked(descriptor: int) -> bool:
    try:
        fcntl.flock(descriptor, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except BlockingIOError:
        return False
    return True
