"""A store of its own for each test, on each database that we keep to."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest
from sqlalchemy import Connection, text

from config.settings import Settings
from tasks.store.database import writing
from tasks.store.tables import metadata
from tests.postgres import Cluster

SQLITE, POSTGRES = "sqlite", "postgresql"


@pytest.fixture(scope="session")
def postgres_store(cluster: Cluster) -> str:
    """Return the address of a store on PostgreSQL that tests share, one after the other."""
    return cluster()


@pytest.fixture
def sqlite(tmp_path: Path) -> str:
    """Return the address of a store in a file of its own, for what is true of SQLite alone."""
    return f"sqlite:///{tmp_path / 'cchc.db'}"


@pytest.fixture(params=[SQLITE, POSTGRES])
def database(request: pytest.FixtureRequest) -> str:
    """Return the address of an empty store, in memory on SQLite."""
    if request.param == SQLITE:
        return "sqlite://"
    url = str(request.getfixturevalue("postgres_store"))
    with writing(url) as connection:
        connection.execute(text(f"TRUNCATE {', '.join(metadata.tables)} RESTART IDENTITY CASCADE"))
    return url


@pytest.fixture
def settings(home: Path, database: str) -> Settings:
    """Return the settings of `home`: on SQLite its own file, otherwise a PostgreSQL database."""
    return Settings(home=home, database_url=None if database == "sqlite://" else database)


@pytest.fixture
def connection(database: str) -> Iterator[Connection]:
    """Return a connection to an empty store."""
    with writing(database) as connection:
        yield connection
