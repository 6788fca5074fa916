"""Many rows at once: values go to the driver as they are, by COPY where there is one (PostgreSQL, ten times faster)."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from enum import Enum
from typing import Any

from sqlalchemy import Connection, Table, insert
from sqlalchemy.exc import DBAPIError

from tasks.store.trouble import without_the_row

MANY = 100  # rows for which a way of their own is worth its start

Row = Mapping[str, Any]


def insert_rows(connection: Connection, table: Table, rows: Sequence[Row]) -> None:
    """Add `rows`, which all name the same columns, to `table`; none of them when one is refused."""
    if not rows:
        return
    if len(rows) < MANY:
        connection.execute(insert(table), rows)
    elif connection.dialect.name == "postgresql":
        _copy(connection, table, rows)
    else:
        names = _quoted(connection, list(rows[0]))
        marks = ", ".join("?" * len(names))
        command = f"INSERT INTO {_quoted(connection, [table.name])[0]} ({', '.join(names)}) VALUES ({marks})"  # noqa: S608  names of ours
        connection.exec_driver_sql(command, list(_bound(connection, table, rows)))


def _copy(connection: Connection, table: Table, rows: Sequence[Row]) -> None:
    names = ", ".join(_quoted(connection, list(rows[0])))
    command = f"COPY {_quoted(connection, [table.name])[0]} ({names}) FROM STDIN"
    errors = connection.dialect.loaded_dbapi.Error
    try:
        with connection.connection.cursor() as cursor, cursor.copy(command) as copy:  # type: ignore[attr-defined]
            for row in _bound(connection, table, rows):
                copy.write_row(row)
    except errors as fault:  # as SQLAlchemy would have raised it
        without_the_row(fault)
        raise DBAPIError.instance(command, None, fault, errors, dialect=connection.dialect) from fault


def _quoted(connection: Connection, names: Sequence[str]) -> list[str]:
    return list(map(connection.dialect.identifier_preparer.quote, names))


def _bound(connection: Connection, table: Table, rows: Sequence[Row]) -> Iterator[tuple[Any, ...]]:
    """Give each row as its driver takes it, made column by column: SQLAlchemy would look at every value's type anew."""
    dialect, names = connection.dialect, list(rows[0])
    bind = [table.c[name].type.dialect_impl(dialect).bind_processor(dialect) for name in names]
    columns = [_plain(how, [row[name] for row in rows]) for how, name in zip(bind, names, strict=True)]
    return zip(*columns, strict=True)


def _plain(bind: Callable[[Any], Any] | None, values: Sequence[Any]) -> list[Any]:
    given = map(bind, values) if bind else values
    return [value.value if isinstance(value, Enum) else value for value in given]
