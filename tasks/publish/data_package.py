"""`datapackage.json`: the CSV files of a release as a Frictionless data package, with Parquet and code lists beside.

A file is described by its columns (`columns.py`); the package says what each holds in Vietnamese, of which type, in
which unit of measure, what may stand in it, and what refers to what. Nothing of it is read back by us.
"""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import tzinfo
from typing import Any

import pandas as pd

from config.load import Declarations
from config.period import Period
from tasks.publish.code_lists import INDICATORS, indicators_list
from tasks.publish.columns import Column, Kind, columns_of
from tasks.publish.content import Made
from tasks.publish.manifest import FINAL, PROVISIONAL, sha256
from tasks.publish.open_data import as_csv
from tasks.publish.parquet import as_parquet

FILE_NAME = "datapackage.json"
PROFILE = "tabular-data-package"
_FORMULAS = {"numerator_formula": "Công thức tử số", "denominator_formula": "Công thức mẫu số"}
_FLAG_WORDS = {"trueValues": ["1"], "falseValues": ["0"]}


@dataclass(frozen=True)
class Reference:
    """That what stands in `column` stands in the column of the same name of the table `table` as well."""

    column: str
    table: str


@dataclass(frozen=True, eq=False)
class Table:
    """One file of the package: its name without ending, what it is about, its rows and columns."""

    name: str
    title: str
    frame: pd.DataFrame
    columns: tuple[Column, ...]
    key: tuple[str, ...] = ()
    references: tuple[Reference, ...] = ()

    @property
    def file(self) -> str:
        """The name of its CSV file."""
        return f"{self.name}.csv"

    @property
    def parquet(self) -> str:
        """The name of its Parquet file."""
        return f"{self.name}.parquet"

    def csv(self, zone: tzinfo) -> bytes:
        """Return its CSV file."""
        return as_csv(self.frame, [c.name for c in self.columns], zone)


@dataclass(frozen=True)
class About:
    """What the package is called and says of itself."""

    name: str
    title: str
    sources: tuple[str, ...]


def packaged(tables: Sequence[Table], data: Mapping[str, bytes], content: Made, about: About) -> dict[str, bytes]:
    """Return what goes out beside the CSV files `data`: code lists not among them, Parquet, `datapackage.json`."""
    lists = {t.file: t.csv(content.zone) for t in tables if t.file not in data}
    typed = {t.parquet: as_parquet(t.frame, t.columns, content.zone) for t in tables}
    files = {**data, **lists, **typed}
    described = _package(content, about) | {"resources": [_resource(t, files) for t in tables]}
    return {**lists, **typed, FILE_NAME: (json.dumps(described, ensure_ascii=False, indent=1) + "\n").encode()}


def indicators_table(declarations: Declarations, period: Period | None) -> Table:
    """Return the code list of indicators: see `indicators_list`."""
    listed = indicators_list(declarations, period)
    return Table("indicators", "Các chỉ tiêu và công thức", listed, columns_of(INDICATORS, _FORMULAS), ("indicator",))


def _package(content: Made, about: About) -> dict[str, Any]:
    facts, office = content.facts, content.declarations.office
    return {
        "profile": PROFILE,
        "name": f"{about.name}-{facts.name}".lower(),
        "title": about.title,
        "version": facts.name,
        "created": facts.created_at.astimezone(content.zone).isoformat(timespec="seconds"),
        "state": PROVISIONAL if facts.provisional else FINAL,
        "illustrative": facts.illustrative,
        "licenses": [{"name": office.licence, "title": office.licence_title}],
        "sources": [{"title": source} for source in about.sources],
        "contributors": [{"title": office.issuer, "email": office.contact, "role": "publisher"}],
    }


def _resource(table: Table, files: Mapping[str, bytes]) -> dict[str, Any]:
    return {
        "profile": "tabular-data-resource",
        "name": table.name.replace("_", "-"),
        "path": table.file,
        "title": table.title,
        "format": "csv",
        "mediatype": "text/csv",
        "encoding": "utf-8",
        **_stated(files[table.file]),
        "dialect": {"delimiter": ",", "lineTerminator": "\r\n", "quoteChar": '"', "doubleQuote": True, "header": True},
        "schema": _schema(table),
        "alternates": [{"path": table.parquet, "format": "parquet", **_stated(files[table.parquet])}],
    }


def _stated(data: bytes) -> dict[str, Any]:
    return {"bytes": len(data), "hash": f"sha256:{sha256(data)}"}


def _schema(table: Table) -> dict[str, Any]:
    schema: dict[str, Any] = {"fields": [_field(c) for c in table.columns], "missingValues": [""]}
    if table.key:
        schema["primaryKey"] = list(table.key)
    if table.references:
        schema["foreignKeys"] = [
            {"fields": r.column, "reference": {"resource": r.table, "fields": r.column}} for r in table.references
        ]
    return schema


def _field(column: Column) -> dict[str, Any]:
    field: dict[str, Any] = {"name": column.name, "type": column.kind.value, "title": column.title}
    if column.measure:
        field["unitOfMeasure"] = column.measure
    if column.kind is Kind.FLAG:
        field |= _FLAG_WORDS
    if column.words:
        field["constraints"] = {"enum": list(column.words)}
    return field
