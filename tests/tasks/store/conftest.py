"""A store of its own for each test, on each database that we keep to."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest
from sqlalchemy import Connection

from config.settings import Settings
from tasks.store.database import open_engine, writing
from tests.postgres import Cluster

SQLITE, POSTGRES = "sqlite", "postgresql"


@pytest.fixture(scope="session")
def filled_template(cluster: Cluster) -> str:
    """Return the name of a PostgreSQL database with the tables of a new store, to be copied."""
    url = cluster()
    open_engine(url).dispose()
    return url.partition("?")[0].rpartition("/")[2]


@pytest.fixture(params=[SQLITE, POSTGRES])
def database(request: pytest.FixtureRequest) -> str:
    """Return the address of an empty store, in memory on SQLite."""
    if request.param == SQLITE:
        return "sqlite://"
    template = request.getfixturevalue("filled_template")
    return str(request.getfixturevalue("cluster")(template))


@pytest.fixture
def settings(home: Path, database: str) -> Settings:
    """Return the settings of `home`: on SQLite its own file, otherwise a PostgreSQL database."""
    return Settings(home=home, database_url=None if database == "sqlite://" else database)


@pytest.fixture
def connection(database: str) -> Iterator[Connection]:
    """Return a connection to an empty store."""
    with writing(database) as connection:
        yield connection
