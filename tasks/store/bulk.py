"""Many rows at once: PostgreSQL takes them ten times faster by COPY than by one statement for each."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from enum import Enum
from typing import Any

from sqlalchemy import Connection, Table, insert
from sqlalchemy.exc import DBAPIError

MANY = 100  # rows for which COPY is worth its start

Row = Mapping[str, Any]


def insert_rows(connection: Connection, table: Table, rows: Sequence[Row]) -> None:
    """Add `rows`, which all name the same columns, to `table`; none of them when one is refused."""
    if connection.dialect.name == "postgresql" and len(rows) >= MANY:
        _copy(connection, table, rows)
    elif rows:
        connection.execute(insert(table), rows)


def _copy(connection: Connection, table: Table, rows: Sequence[Row]) -> None:
    dialect, names = connection.dialect, list(rows[0])
    quote = dialect.identifier_preparer.quote
    command = f"COPY {quote(table.name)} ({', '.join(map(quote, names))}) FROM STDIN"
    bind = [table.c[name].type.dialect_impl(dialect).bind_processor(dialect) for name in names]
    errors = dialect.loaded_dbapi.Error
    try:
        with connection.connection.cursor() as cursor, cursor.copy(command) as copy:  # type: ignore[attr-defined]
            for row in rows:
                copy.write_row([_plain(bind[place], row[name]) for place, name in enumerate(names)])
    except errors as fault:  # as SQLAlchemy would have raised it
        raise DBAPIError.instance(command, None, fault, errors, dialect=dialect) from fault


def _plain(bind: Callable[[Any], Any] | None, value: Any) -> Any:
    given = bind(value) if bind else value
    return given.value if isinstance(given, Enum) else given
