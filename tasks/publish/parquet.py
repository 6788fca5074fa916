"""The Parquet files beside the CSV files: the same rows, typed; the same table gives the same bytes.

Decimals are exact to the ten places that the CSV has. Text is cleaned like there, but needs no ' before what a
spreadsheet could take for a formula: nothing that reads Parquet computes it.
"""

from __future__ import annotations

import io
from collections.abc import Callable, Mapping, Sequence
from datetime import date, datetime, tzinfo
from decimal import Decimal
from typing import Any

import pandas as pd
import pyarrow as pa
import pyarrow.parquet as pq

from config.number import round_half_up
from config.safe_text import safe_text
from tasks.publish.columns import Column, Kind
from tasks.publish.open_data import QUOTIENT_DECIMALS

EXACT = pa.decimal128(38, QUOTIENT_DECIMALS)


def as_parquet(frame: pd.DataFrame, columns: Sequence[Column], zone: tzinfo) -> bytes:
    """Return `columns` of `frame` as one Parquet file, rows in their order; titles and measures stand in its schema."""
    arrays = [_array(frame[c.name].tolist(), c.kind, zone) for c in columns]
    schema = pa.schema([_field(c, zone) for c in columns])
    out = io.BytesIO()
    pq.write_table(pa.Table.from_arrays(arrays, schema=schema), out, compression="zstd")
    return out.getvalue()


def _types(zone: tzinfo) -> Mapping[Kind, pa.DataType]:
    return {
        Kind.TEXT: pa.string(),
        Kind.NUMBER: EXACT,
        Kind.COUNT: pa.int64(),
        Kind.FLAG: pa.bool_(),
        Kind.DAY: pa.date32(),
        Kind.MOMENT: pa.timestamp("s", str(zone)),
    }


def _field(column: Column, zone: tzinfo) -> pa.Field:
    told = {"title": column.title} | ({"unit_of_measure": column.measure} if column.measure else {})
    return pa.field(column.name, _types(zone)[column.kind], metadata=told)


def _array(column: list[Any], kind: Kind, zone: tzinfo) -> pa.Array:
    return pa.array(map(_Remembered(_READERS[kind]).__getitem__, column), _types(zone)[kind], size=len(column))


class _Remembered(dict[Any, Any]):
    """What each value is read as; columns repeat few values, and each is read once."""

    def __init__(self, read: Callable[[Any], Any]) -> None:
        super().__init__()
        self.read = read

    def __missing__(self, value: Any) -> Any:
        self[value] = None if _is_nothing(value) else self.read(value)
        return self[value]


def _is_nothing(value: Any) -> bool:
    if value is None or value == "" or value is pd.NaT or value is pd.NA:
        return True
    return value.is_nan() if isinstance(value, Decimal) else bool(value != value)  # noqa: PLR0124  # NaN


def _text(value: Any) -> str | None:
    return safe_text(str(value)) or None


def _number(value: Any) -> Decimal:
    exact = value if isinstance(value, Decimal) else Decimal(str(value))
    exponent = exact.as_tuple().exponent
    is_long = isinstance(exponent, int) and exponent < -QUOTIENT_DECIMALS
    return round_half_up(exact, QUOTIENT_DECIMALS) if is_long else exact


def _day(value: Any) -> date:
    return date.fromisoformat(value[:10]) if isinstance(value, str) else value


def _moment(value: Any) -> datetime:
    return datetime.fromisoformat(value) if isinstance(value, str) else value


_READERS: Mapping[Kind, Callable[[Any], Any]] = {
    Kind.TEXT: _text,
    Kind.NUMBER: _number,
    Kind.COUNT: int,
    Kind.FLAG: bool,
    Kind.DAY: _day,
    Kind.MOMENT: _moment,
}
