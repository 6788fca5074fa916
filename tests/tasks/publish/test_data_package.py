"""The open data as its own library and its readers see it."""

from __future__ import annotations

import io
import json
from collections.abc import Mapping
from decimal import Decimal
from pathlib import Path
from typing import Any

import pandas as pd
import pyarrow.parquet as pq
import pytest
from frictionless import Package

from tasks.publish.columns import TITLES, Kind, columns_of, kind_of
from tasks.publish.open_data import csv_files
from tasks.publish.parquet import as_parquet
from tasks.publish.period_package import period_package
from tasks.publish.stage_wording import CRITERIA, GROUPS, SCORES_WITH_CHANGES, STANDINGS
from tasks.store.frames import EVALUATION
from tasks.store.stage_frames import ScoreFrames

from . import factory
from .test_open_data import ZONE


def written(folder: Path, **changed: Any) -> Path:
    """Write the open data of a release into `folder` and return its description."""
    content = factory.content(**changed).numbered(3)
    data = csv_files(content)
    for name, file in {**data, **period_package(content, data)}.items():
        (folder / name).write_bytes(file)
    return folder / "datapackage.json"


def troubles(path: Path) -> list[str]:
    """Return what Frictionless finds wrong with the package at `path`."""
    return [error.message for task in Package(path).validate().tasks for error in task.errors]


def in_parquet(column: str, *values: object) -> list[object]:
    """Return how `values` read back from Parquet."""
    frame = pd.DataFrame({column: pd.Series(values, dtype=object)})
    columns = columns_of([column])
    read = pq.read_table(io.BytesIO(as_parquet(frame, columns, ZONE)))
    found: list[object] = read.column(column).to_pylist()
    return found


def test_frictionless_finds_nothing_wrong(tmp_path: Path) -> None:
    assert troubles(written(tmp_path)) == []


def test_frictionless_finds_a_changed_figure(tmp_path: Path) -> None:
    path = written(tmp_path)
    file = tmp_path / "evaluation.csv"
    file.write_bytes(file.read_bytes().replace(b",17,", b",71,", 1))
    assert troubles(path)


@pytest.mark.parametrize(("file", "column"), [("evaluation.csv", "indicator"), ("values.csv", "element")])
def test_frictionless_finds_a_code_that_stands_in_no_list(tmp_path: Path, file: str, column: str) -> None:
    content = factory.content()
    frame = {"evaluation.csv": content.evaluation, "values.csv": content.values}[file]
    code = frame[column].iloc[0]
    path = written(tmp_path)
    package = json.loads(path.read_text(encoding="utf-8"))
    lost = f"{column}s.csv"
    lines = (tmp_path / lost).read_bytes().split(b"\r\n")
    (tmp_path / lost).write_bytes(b"\r\n".join(line for line in lines if not line.startswith(f"{code},".encode())))
    for resource in package["resources"]:
        if resource["path"] == lost:
            del resource["bytes"], resource["hash"]
    path.write_text(json.dumps(package), encoding="utf-8")
    assert any(code in message for message in troubles(path))


def test_the_package_says_what_a_reader_asks_first(tmp_path: Path) -> None:
    package = json.loads(written(tmp_path).read_text(encoding="utf-8"))
    assert package["name"] == "cchc-893-2022-h1-r003"
    assert package["licenses"][0]["name"] == "notspecified"
    assert package["state"] == "provisional"
    assert "Nghị quyết 76/NQ-CP" in json.dumps(package["sources"], ensure_ascii=False)
    fields = {f["name"]: f for r in package["resources"] if r["name"] == "evaluation" for f in r["schema"]["fields"]}
    assert list(fields) == EVALUATION
    assert fields["value"] == {
        "name": "value",
        "type": "number",
        "title": "Giá trị",
        "unitOfMeasure": "theo cột unit_of_measure",
    }
    assert "chưa đủ số liệu" in fields["status"]["constraints"]["enum"]


def test_parquet_has_the_rows_of_the_csv() -> None:
    content = factory.content()
    files: Mapping[str, bytes] = period_package(content, csv_files(content))
    table = pq.read_table(io.BytesIO(files["values.parquet"]))
    assert table.column("value").to_pylist() == content.values["value"].tolist()
    assert table.column("element").to_pylist() == content.values["element"].tolist()
    assert str(table.schema.field("value").type) == "decimal128(38, 10)"


def test_decimals_are_exact_in_parquet() -> None:
    assert in_parquet("value", Decimal("0.1"), Decimal("34600"), Decimal(2) / 3, None, Decimal("NaN"), "") == [
        Decimal("0.1"), Decimal(34600), Decimal("0.6666666667"), None, None, None,
    ]  # fmt: skip


def test_text_is_cleaned_in_parquet_as_in_the_csv() -> None:
    assert in_parquet("message", "a\x00b\u202e", "=1+1", "") == ["ab", "=1+1", None]


def test_every_csv_of_a_full_year_is_described_its_scores_too(tmp_path: Path) -> None:
    scores = ScoreFrames(
        *(pd.DataFrame([], columns=list(c), dtype=object) for c in (SCORES_WITH_CHANGES, GROUPS, CRITERIA, STANDINGS))
    )
    path = written(tmp_path, scores=scores)
    described = {r["path"] for r in json.loads(path.read_text(encoding="utf-8"))["resources"]}
    assert described == {p.name for p in tmp_path.glob("*.csv")}
    assert {"scores.csv", "standings.csv"} < described
    assert troubles(path) == []


def test_the_same_content_gives_the_same_bytes() -> None:
    first, second = (period_package(c, csv_files(c)) for c in (factory.content(), factory.content()))
    assert first == second


def test_every_column_of_text_is_meant_to_be_text() -> None:
    assert {n for n in TITLES if kind_of(n) is Kind.TEXT}.isdisjoint({"value", "version", "window_from", "received_at"})
