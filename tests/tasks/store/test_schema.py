"""Facts about the schema's history: from every released store to today's, and never from a newer one."""

from __future__ import annotations

import importlib
import re
import subprocess
import sys
import threading
from pathlib import Path

import pytest
from alembic.autogenerate import compare_metadata
from alembic.migration import MigrationContext
from alembic.script import ScriptDirectory
from sqlalchemy import Connection, Engine, create_engine, inspect, text

from config.settings import PROJECT
from tasks.store import schema
from tasks.store.database import close_engines, open_engine, reading, trouble_with, writing
from tasks.store.outbox import unsent
from tasks.store.schema import StoreError
from tasks.store.submissions import submissions, values_of
from tasks.store.tables import metadata
from tests.factory import END_OF_TIME, PERIOD
from tests.postgres import Cluster
from tests.tasks.store.conftest import POSTGRES, SQLITE

RELEASED = Path(__file__).parent / "released"
RELEASES = sorted(path.name.removesuffix("-sqlite.sql") for path in RELEASED.glob("*-sqlite.sql"))


@pytest.fixture(params=[SQLITE, POSTGRES])
def url(request: pytest.FixtureRequest, tmp_path: Path) -> str:
    """Return the address of a database without any table."""
    if request.param == SQLITE:
        return f"sqlite:///{tmp_path / 'cchc.db'}"
    cluster: Cluster = request.getfixturevalue("cluster")
    return cluster()


def plain_engine(url: str) -> Engine:
    """Return an engine that makes no tables by itself."""
    return create_engine(url.replace("postgresql:", "postgresql+psycopg:"))


def lay_out(url: str, release: str) -> None:
    """Make the store of `release` as that release made it, with rows in it."""
    engine = plain_engine(url)
    with engine.begin() as connection:
        for script in (RELEASED / f"{release}-{engine.dialect.name}.sql", RELEASED / f"{release}-rows.sql"):
            for statement in re.split(r";\n", script.read_text(encoding="utf-8")):
                if statement.strip():
                    connection.execute(text(statement))
    engine.dispose()


def differences(connection: Connection) -> list[object]:
    """Return what Alembic would change for the store to have the tables of `tables.py`."""
    context = MigrationContext.configure(connection, opts={"compare_type": True})
    return list(compare_metadata(context, metadata))


def shape(connection: Connection) -> dict[str, object]:
    """Return what there is of tables: columns, keys, indexes, references, uniques; without their names."""
    look = inspect(connection)
    return {
        name: (
            sorted((c["name"], str(c["type"]), c["nullable"]) for c in look.get_columns(name)),
            look.get_pk_constraint(name)["constrained_columns"],
            sorted((i["column_names"], i["unique"]) for i in look.get_indexes(name)),
            sorted((f["constrained_columns"], f["referred_table"]) for f in look.get_foreign_keys(name)),
            sorted(u["column_names"] for u in look.get_unique_constraints(name)),
        )
        for name in look.get_table_names()
    }


def test_the_revisions_are_one_line_numbered_from_one() -> None:
    with plain_engine("sqlite://").connect() as connection:
        script = ScriptDirectory.from_config(schema.alembic_config(connection))
    assert [r.revision for r in script.walk_revisions()][::-1] == schema.REVISIONS
    assert [int(number) for number in schema.REVISIONS] == list(range(1, len(schema.REVISIONS) + 1))
    assert script.get_heads() == [schema.HEAD]


@pytest.mark.parametrize("release", RELEASES)
def test_the_store_of_a_release_becomes_todays_with_its_rows(url: str, release: str) -> None:
    lay_out(url, release)
    with reading(url) as connection:
        assert schema.revision_of(connection) == schema.HEAD
        assert differences(connection) == []
        (kept,) = submissions(connection, PERIOD, END_OF_TIME)
        assert (kept.unit, kept.version, kept.file_name) == ("30628", 1, "Biểu 6 tháng.xlsx")
        assert [(v.element, str(v.number), v.text) for v in values_of(connection, [kept.id])[kept.id]] == [
            ("A01", "20.5", "20,5")
        ]
        assert [letter.subject for letter in unsent(connection)] == ["Cần sửa biểu"]
        assert connection.execute(text("SELECT name, calculation_id FROM release")).all() == [("01", 1)]


@pytest.mark.parametrize("release", RELEASES)
def test_a_store_that_came_up_has_the_very_shape_of_a_new_one(url: str, release: str, request) -> None:
    other = request.getfixturevalue("cluster")() if url.startswith("postgresql") else "sqlite://"
    lay_out(url, release)
    with reading(url) as old, reading(other) as new:
        assert shape(old) == shape(new)


def test_a_new_store_has_todays_schema(url: str) -> None:
    with reading(url) as connection:
        assert schema.revision_of(connection) == schema.HEAD
        assert differences(connection) == []


def test_a_forgotten_revision_would_be_noticed(url: str) -> None:
    with writing(url) as connection:
        connection.execute(text("ALTER TABLE audit ADD COLUMN forgotten INTEGER"))
        assert len(differences(connection)) == 1


def test_the_first_revision_makes_what_the_first_release_made(url: str) -> None:
    made, asked = plain_engine("sqlite://"), plain_engine("sqlite://")
    with asked.begin() as connection:
        for statement in (RELEASED / "0.1.0-sqlite.sql").read_text(encoding="utf-8").split(";\n"):
            if statement.strip():
                connection.execute(text(statement))
        expected = shape(connection)
    with made.begin() as connection:
        schema.upgrade(connection, "0001")
        found = shape(connection)
    assert {name: found[name] for name in expected} == expected
    assert set(found) - set(expected) == {"alembic_version"}


def test_a_store_of_newer_software_is_refused_in_one_sentence(url: str) -> None:
    open_engine(url).dispose()
    with writing(url) as connection:
        connection.execute(text("UPDATE alembic_version SET version_num = '9999'"))
    close_engines()
    with pytest.raises(StoreError, match="lược đồ 9999") as refusal:
        open_engine(url)
    assert "\n" not in str(refusal.value)
    assert trouble_with(url) == str(refusal.value)


def test_a_store_of_a_strange_first_number_is_refused(url: str) -> None:
    lay_out(url, "0.1.0")
    engine = plain_engine(url)
    with engine.begin() as connection:
        connection.execute(text("UPDATE schema SET version = 1"))
    engine.dispose()
    with pytest.raises(StoreError, match="lược đồ 1,"):
        open_engine(url)


def test_tables_that_nobody_numbered_are_refused(url: str) -> None:
    engine = plain_engine(url)
    with engine.begin() as connection:
        connection.execute(text("CREATE TABLE receipt (id INTEGER)"))
    engine.dispose()
    with pytest.raises(StoreError, match="lược đồ 0,"):
        open_engine(url)


def test_a_revision_that_fails_leaves_the_store_as_it_was(url: str, monkeypatch: pytest.MonkeyPatch) -> None:
    lay_out(url, "0.1.0")

    def run_half(connection: Connection, *_: object) -> None:
        schema.upgrade(connection, "0002")
        raise InterruptedError

    monkeypatch.setattr(schema, "_migrate", run_half)
    with pytest.raises(InterruptedError):
        open_engine(url)
    engine = plain_engine(url)
    with engine.connect() as connection:
        assert schema.revision_of(connection) == schema.FIRST
        assert "schema" in inspect(connection).get_table_names()
    engine.dispose()


def test_two_runs_that_start_at_once_bring_it_up_once(url: str) -> None:
    lay_out(url, "0.1.0")
    start, found = threading.Barrier(2), list[str | None]()

    def begin() -> None:
        start.wait()
        with reading(url) as connection:
            found.append(schema.revision_of(connection))

    runs = [threading.Thread(target=begin) for _ in range(2)]
    for run in runs:
        run.start()
    for run in runs:
        run.join()
    assert found == [schema.HEAD] * 2


def test_opening_a_store_of_today_does_not_import_alembic(tmp_path: Path) -> None:
    open_engine(f"sqlite:///{tmp_path / 'cchc.db'}").dispose()
    opening = "import sys; from tasks.store.database import open_engine; open_engine(sys.argv[1]).dispose(); "
    done = subprocess.run(
        [sys.executable, "-c", opening + "print('alembic' in sys.modules)", f"sqlite:///{tmp_path / 'cchc.db'}"],
        capture_output=True,
        text=True,
        check=True,
        cwd=PROJECT,
    )
    assert done.stdout == "False\n"


def test_references_are_enforced_again_after_a_revision(tmp_path: Path) -> None:
    url = f"sqlite:///{tmp_path / 'cchc.db'}"
    lay_out(url, "0.1.0")
    with reading(url) as connection:
        assert connection.execute(text("PRAGMA foreign_keys")).scalar() == 1


@pytest.mark.parametrize("number", schema.REVISIONS)
def test_a_revision_says_what_it_does(number: str) -> None:
    (path,) = (schema.MIGRATIONS / "versions").glob(f"v{number}_*.py")
    module = importlib.import_module(f"tasks.store.migrations.versions.{path.stem}")
    assert module.revision == number
    assert module.__doc__
    assert module.upgrade.__doc__
