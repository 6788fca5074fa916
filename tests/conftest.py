"""What every test may ask for: the declarations, an empty home of its own, a run; and no store left open behind it."""

from __future__ import annotations

import weakref
from collections import Counter
from collections.abc import Iterator
from pathlib import Path
from tempfile import TemporaryDirectory

import pytest
from hypothesis import settings as hypothesis_settings
from sqlalchemy import Connection, Engine, event
from sqlalchemy.pool import Pool

from config.load import Declarations, load
from config.period import Period
from config.settings import PROJECT, Settings
from tasks.store.database import close_engines
from tasks.store.values import Run
from tests import postgres
from tests.examples import USUAL, tried_on
from tests.factory import NOW
from tests.named import LACKING
from tests.postgres import Cluster

hypothesis_settings.register_profile("cchc", tried_on(USUAL))
hypothesis_settings.load_profile("cchc")

_POOLS: weakref.WeakSet[Pool] = weakref.WeakSet()  # not engines: one that only writes lives for a moment


@event.listens_for(Engine, "engine_connect")
def _remember(connection: Connection) -> None:
    _POOLS.add(connection.engine.pool)


@pytest.fixture(autouse=True)
def _close_stores() -> Iterator[None]:
    """Close what a test opened: the store keeps its engines, and an open one would warn in somebody else's test."""
    yield
    for pool in list(_POOLS):
        pool.dispose()
    _POOLS.clear()
    close_engines()


def pytest_addoption(parser: pytest.Parser) -> None:
    """Let a person ask for every point at which a run is cut off, where everyday runs take a sample."""
    parser.addoption("--every-point", action="store_true", help="cut off at every executed line, not at a sample")


def pytest_terminal_summary(terminalreporter: pytest.TerminalReporter) -> None:
    """Say at the very end what this machine lacks, and how many tests nobody ran for it: a green run is not whole."""
    reasons = [r.longrepr[2] for r in terminalreporter.stats.get("skipped", ()) if isinstance(r.longrepr, tuple)]
    for reason, n in Counter(
        r.removeprefix("Skipped: ") for r in reasons if any(said in r for said in LACKING)
    ).most_common():
        terminalreporter.write_line(f"CHƯA THỬ {n} phép thử: {reason}", yellow=True, bold=True)


@pytest.fixture(scope="session")
def stride(request: pytest.FixtureRequest) -> int:
    """Return how far apart the points lie at which a test cuts a run off: a prime, so that no loop hides behind it."""
    return 1 if request.config.getoption("--every-point") else 17


@pytest.fixture(scope="session")
def declarations() -> Declarations:
    """Return the declarations of this repository."""
    return load(PROJECT / "config")


@pytest.fixture(scope="session")
def period() -> Period:
    """Return the period that tests are about unless they say otherwise."""
    return Period.parse("2022-H1")


@pytest.fixture
def home(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """Return an empty `CCHC_HOME`; nothing of the developer's own environment or `.env` reaches the test."""
    for name in ("PREFECT_API_URL", *(f"CCHC_{field.upper()}" for field in Settings.model_fields)):
        monkeypatch.delenv(name, raising=False)
    monkeypatch.setitem(Settings.model_config, "env_file", None)
    folder = tmp_path / "home"
    folder.mkdir()
    monkeypatch.setenv("CCHC_HOME", str(folder))
    return folder


@pytest.fixture
def settings(home: Path) -> Settings:
    """Return the settings of `home`: SQLite, letters as files."""
    return Settings(home=home)


@pytest.fixture
def run() -> Run:
    """Return a run on the day the factory calls now."""
    return Run("run-1", NOW)


@pytest.fixture(scope="session")
def cluster() -> Iterator[Cluster]:
    """Return a function that makes an empty PostgreSQL database and returns its address.

    Its folder is no `tmp_path`: pytest shuts the one around those to other users, and for root the server is one.
    """
    with TemporaryDirectory(prefix="cchc-postgres-") as folder, postgres.cluster(Path(folder)) as make:
        yield make
        close_engines()  # while there is a server to take leave of
