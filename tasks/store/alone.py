"""Who works at once: one scheduled run, any number by hand, and nobody while the workplace is copied or replaced.

Locks go with the process which holds them, however that ends. Politeness, not safety: what must not happen twice is
kept from it by the keys of the tables.
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
RUNNING, KEEPING = ".running", ".keeping"  # files under `CCHC_HOME` at which processes meet


@contextmanager
def alone(settings: Settings, patience: float = 0.0) -> Iterator[bool]:
    """Give whether no other run works on this store, after asking for at most `patience` seconds.

    Nor does anybody copy or replace the workplace meanwhile.
    """
    with at_work(settings.home, patience) as there, one_run(settings, patience if there else 0.0) as free:
        yield there and free


@contextmanager
def at_work(home: Path, patience: float = 0.0) -> Iterator[bool]:
    """Give whether the workplace stays where it is meanwhile; others may be at work in it as well."""
    with _at_file(home / KEEPING, patience, fcntl.LOCK_SH) as free:
        yield free


@contextmanager
def undisturbed(home: Path, patience: float = 0.0) -> Iterator[bool]:
    """Give whether nobody is at work in the workplace, so that it can be copied or replaced as a whole."""
    with _at_file(home / KEEPING, patience, fcntl.LOCK_EX) as free:
        yield free


@contextmanager
def one_run(settings: Settings, patience: float = 0.0) -> Iterator[bool]:
    """Give whether no other scheduled run works on this store.

    Runs on one machine meet at a file under `settings.home`, runs on several in their PostgreSQL.
    """
    shared = make_url(settings.database).get_backend_name() == "postgresql"
    at_file = _at_file(settings.home / RUNNING, patience, fcntl.LOCK_EX)
    with _in_postgresql(settings.database, patience) if shared else at_file as free:
        yield free


@contextmanager
def _at_file(path: Path, patience: float, how: int) -> Iterator[bool]:
    path.parent.mkdir(parents=True, exist_ok=True)
    descriptor = os.open(path, os.O_RDWR | os.O_CREAT | os.O_CLOEXEC, 0o644)
    try:
        yield _granted(lambda: _locked(descriptor, how), patience)
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


def _locked(descriptor: int, how: int) -> bool:
    try:
        fcntl.flock(descriptor, how | fcntl.LOCK_NB)
    except BlockingIOError:
        return False
    return True
