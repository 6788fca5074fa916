"""The schema of a store: which one it has, and how an older one becomes the one of this software."""

from __future__ import annotations

import re
from pathlib import Path
from typing import TYPE_CHECKING

from sqlalchemy import Column, Connection, Engine, Integer, MetaData, String, Table, insert, inspect, select

from config.strict import UnusableError
from tasks.store.tables import metadata

if TYPE_CHECKING:
    from alembic.config import Config

MIGRATIONS = Path(__file__).parent / "migrations"
REVISIONS = sorted(
    m[1] for path in (MIGRATIONS / "versions").iterdir() if (m := re.fullmatch(r"v(\d{4})_\w+\.py", path.name))
)
HEAD = REVISIONS[-1]  # the schema of this software
FIRST = "0001"  # that of the first release, which numbered its schema by itself

revision = Table("alembic_version", MetaData(), Column("version_num", String(32), primary_key=True))
_first_schema = Table("schema", MetaData(), Column("version", Integer, nullable=False))
_FIRST_NUMBER = 2


class StoreError(UnusableError):
    """The store cannot be used as it is; `str()` is one Vietnamese sentence that says what to do."""


def bring_up_to_date(engine: Engine, to: str = HEAD) -> None:
    """Make the tables of a new store, or run the revisions up to `to` that an older one lacks, all of it or nothing.

    `engine` is one `for_writing`: of two runs that start at once the second finds the work done.
    `StoreError` when the store was made by newer software, or by none of ours. A store that is up to date costs one
    look and no import of Alembic.
    """
    with engine.connect() as connection:
        if revision_of(connection) == to:
            return
    if engine.dialect.name == "sqlite":
        _migrate_sqlite(engine, to)
        return
    with engine.begin() as connection:
        _migrate(connection, to)


def revision_of(connection: Connection) -> str | None:
    """Return the number of the newest revision in the store, None of an empty one; `StoreError` of a strange one."""
    names = set(inspect(connection).get_table_names())
    if revision.name in names:
        found = connection.execute(select(revision.c.version_num)).scalar()
        if found is not None and found not in REVISIONS:
            raise _strange(found)
        return found
    if _first_schema.name in names:
        number = connection.execute(select(_first_schema.c.version)).scalar()
        if number == _FIRST_NUMBER:
            return FIRST
        raise _strange(str(number))
    if names & set(metadata.tables):
        raise _strange("0")
    return None


def upgrade(connection: Connection, to: str = HEAD) -> None:
    """Run the revisions up to `to` that the store lacks, in the transaction of `connection`."""
    from alembic import command  # noqa: PLC0415  half a second that only an old store costs

    config = alembic_config(connection)
    if revision.name not in inspect(connection).get_table_names() and revision_of(connection) == FIRST:
        command.stamp(config, FIRST)
    command.upgrade(config, to)


def alembic_config(connection: Connection) -> Config:
    """Return Alembic's settings: our revisions, run on `connection`."""
    from alembic.config import Config  # noqa: PLC0415  see upgrade

    config = Config()
    config.set_main_option("script_location", str(MIGRATIONS).replace("%", "%%"))
    config.attributes["connection"] = connection
    return config


def _migrate_sqlite(engine: Engine, to: str) -> None:
    """Bring a SQLite store up to date; it changes a table by making it anew, which no reference may hinder."""
    with engine.connect() as connection:
        raw = connection.connection.driver_connection
        if raw is None:
            raise RuntimeError("a connection without a driver")
        raw.execute("PRAGMA foreign_keys=OFF")
        try:
            with connection.begin():
                _migrate(connection, to)
                if broken := connection.exec_driver_sql("PRAGMA foreign_key_check").all():
                    raise StoreError(
                        f"cơ sở dữ liệu: {len(broken)} dòng trỏ tới chỗ không có, chưa chuyển đổi gì: "
                        "phục hồi bản sao lưu rồi chạy lại"
                    )
        finally:
            raw.execute("PRAGMA foreign_keys=ON")


def _migrate(connection: Connection, to: str) -> None:
    found = revision_of(connection)  # once more: another run may have been faster
    if found is None:
        make_tables(connection, to)
    elif found != to:
        upgrade(connection, to)


def make_tables(connection: Connection, number: str) -> None:
    """Make the tables of the revision `number` in a store that has none."""
    if number != HEAD:
        upgrade(connection, number)
        return
    metadata.create_all(connection)
    revision.create(connection)
    connection.execute(insert(revision).values(version_num=HEAD))


def _strange(found: str) -> StoreError:
    return StoreError(
        f"cơ sở dữ liệu theo lược đồ {found}, phần mềm này chỉ biết đến lược đồ {HEAD}: dùng phiên bản phần mềm đã "
        "tạo ra nó hoặc mới hơn, hoặc đặt CCHC_HOME sang thư mục mới (demo thì xóa thư mục cũ)"
    )
