"""Rows as lines of JSON, readable without any database, and back."""

from __future__ import annotations

import json
from collections.abc import Iterable, Mapping
from datetime import date, datetime
from decimal import Decimal
from typing import Any

from sqlalchemy import Connection, Date, Table, func, select
from sqlalchemy.types import TypeEngine

from tasks.store.tables import Exact, Moment

AT_ONCE = 1000  # rows in one statement


def line_of(row: Mapping[Any, Any]) -> str:
    """Return `row` as one line: moments and days in ISO 8601, decimals as their digits."""
    return json.dumps(plain(row), ensure_ascii=False) + "\n"


def plain(row: Mapping[Any, Any]) -> dict[str, Any]:
    """Return `row` with nothing in it but what JSON knows."""
    return {str(name): _plain(value) for name, value in row.items()}


def _plain(value: Any) -> Any:
    if value is None or isinstance(value, str | int):  # nearly all of them
        return value
    if isinstance(value, date):  # a moment is one as well
        return value.isoformat()
    return f"{value:f}" if isinstance(value, Decimal) else value


def fill(connection: Connection, found: Table, declared: Table, lines: Iterable[Mapping[str, Any]]) -> None:
    """Insert `lines` into `found`, the table as it is there, with the types that `declared` gives."""
    for column in found.columns:
        if column.name in declared.columns:
            column.type = declared.columns[column.name].type
    rows = [_typed(line, found) for line in lines]
    for start in range(0, len(rows), AT_ONCE):
        connection.execute(found.insert(), rows[start : start + AT_ONCE])
    if rows and connection.dialect.name == "postgresql" and "id" in found.columns:
        connection.execute(
            select(func.setval(func.pg_get_serial_sequence(found.name, "id"), max(row["id"] for row in rows)))
        )


def _typed(row: Mapping[str, Any], table: Table) -> dict[str, Any]:
    return {name: _value(value, table.columns[name].type) for name, value in row.items()}


def _value(value: Any, kind: TypeEngine[Any]) -> Any:
    if not isinstance(value, str):
        return value
    if isinstance(kind, Moment):
        return datetime.fromisoformat(value)
    if isinstance(kind, Date):
        return date.fromisoformat(value)
    return Decimal(value) if isinstance(kind, Exact) else value
