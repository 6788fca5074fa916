"""A store of its own for each test, in memory."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
from sqlalchemy import Connection

from tasks.store.database import writing


@pytest.fixture
def connection() -> Iterator[Connection]:
    """Return a connection to an empty store."""
    with writing("sqlite://") as connection:
        yield connection
