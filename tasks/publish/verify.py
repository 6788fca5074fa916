"""The last look before publishing: what was written is read again and must add up to what was handed in."""

from __future__ import annotations

import csv
from collections import Counter
from collections.abc import Iterable, Sequence
from decimal import Decimal
from pathlib import Path
from typing import Any

import pandas as pd
import pyarrow
import pyarrow.csv as arrow
from python_calamine import CalamineWorkbook

from config.number import round_half_up
from config.strict import UnusableError
from tasks.publish.content import ReleaseContent
from tasks.publish.evaluation_sheet import NUMERATOR, VALUE
from tasks.publish.judged_line import known
from tasks.publish.matrix import FIRST_COLUMNS
from tasks.publish.open_data import QUOTIENT_DECIMALS, inert
from tasks.publish.plan_tasks import office_lines
from tasks.publish.units import standing_findings
from tasks.publish.workbook import FILE_NAME as WORKBOOK
from tasks.publish.workbook import SHEETS
from tasks.store.values import DISTRICT_LEVEL


class MismatchError(UnusableError):
    """What was written is not what was handed in; nothing may be published. `str()` says which, and what to do."""


def check_release(folder: Path, content: ReleaseContent) -> None:
    """Raise `MismatchError` unless the CSV files and the workbook in `folder` hold the rows and totals of `content`."""
    _check_csv(folder / "evaluation.csv", content.evaluation, ["numerator", "denominator", "value", "target"], "status")
    _check_csv(folder / "values.csv", content.values, ["value"], "status")
    _check_csv(folder / "findings.csv", content.findings, [], "severity")
    _check_csv(folder / "submissions.csv", content.submissions, ["days_late", "days_early"], "state")
    if content.scores is not None:
        _check_csv(folder / "scores.csv", content.scores.units, ["score"], "status")
        _check_csv(folder / "score_criteria.csv", content.scores.criteria, ["points"], "ground")
    _check_csv(folder / "increments.csv", content.increments, ["value"], "status")
    _check_csv(folder / "tasks.csv", content.tasks, ["days_overdue"], "responsible")
    _check_csv(folder / "changes.csv", content.changes, ["old_value", "new_value"], "cause")
    book = CalamineWorkbook.from_path(str(folder / WORKBOOK))
    _check_district(book, content)
    _check_matrix(book, content)
    _check_count(book, SHEETS[2], len(content.submissions))
    _check_count(book, SHEETS[3], len(standing_findings(content)))
    _check_count(book, SHEETS[4], len(content.changes))
    _check_count(book, SHEETS[5], len(office_lines(content.tasks)))


def read_columns(path: Path, wanted: Sequence[str] = ()) -> dict[str, list[str]]:
    """Return the columns `wanted` of a written CSV file, or all, by their names, each a text for every row.

    It is read by another library than wrote it.
    """
    with path.open(encoding="utf-8-sig", newline="") as file:
        names = next(csv.reader(file))
    table = arrow.read_csv(
        path,
        arrow.ReadOptions(use_threads=False),
        arrow.ParseOptions(newlines_in_values=True),
        arrow.ConvertOptions(
            include_columns=list(wanted or names), column_types=dict.fromkeys(names, pyarrow.string())
        ),
    )
    columns: dict[str, list[str]] = table.to_pydict()
    return columns


def rows_of(path: Path) -> list[dict[str, str]]:
    """Return the rows of a written CSV file by the names of its columns."""
    columns = read_columns(path)
    return [dict(zip(columns, row, strict=True)) for row in zip(*columns.values(), strict=True)]


def _check_csv(path: Path, frame: pd.DataFrame, sums: Sequence[str], counted: str) -> None:
    columns = read_columns(path, [counted, *sums])
    same(f"{path.name}: số dòng", len(columns[counted]), len(frame))
    texts = {text: inert(text) for text in frame[counted].unique()}
    same(f"{path.name}: {counted}", Counter(columns[counted]), Counter(map(texts.get, frame[counted].tolist())))
    for column in sums:
        written = _sum(Decimal(text) for text in columns[column] if text)
        # A quotient is written to ten decimals: each row may be off by half of the last one.
        same(f"{path.name}: tổng {column}", written, _sum(_decimals(frame[column])), _off_by(len(frame)))


def _check_district(book: CalamineWorkbook, content: ReleaseContent) -> None:
    rows = [r for r in _numbered(book, SHEETS[0]) if len(r) > VALUE]
    district = content.evaluation[content.evaluation["level"] == DISTRICT_LEVEL]
    same(f"{SHEETS[0]}: số chỉ tiêu", len(rows), len(district))
    shown = (("numerator", NUMERATOR), ("denominator", NUMERATOR + 1), ("value", VALUE))
    for column, place in shown:
        figures = [round_half_up(d) if column == "value" else d for d in _decimals(district[column])]
        written = [Decimal(str(r[place])) for r in rows if isinstance(r[place], int | float)]
        same(f"{SHEETS[0]}: số ô {column}", len(written), len(figures))
        same(f"{SHEETS[0]}: tổng {column}", _sum(written), _sum(figures), _tolerance(figures))


def _check_matrix(book: CalamineWorkbook, content: ReleaseContent) -> None:
    grid = book.get_sheet_by_name(SHEETS[1]).to_python()
    first = len(FIRST_COLUMNS)
    written = [Decimal(str(v)) for row in grid for v in row[first:] if isinstance(v, int | float)]
    figures = [round_half_up(d) for d in _decimals(content.evaluation["value"])]
    same(f"{SHEETS[1]}: số ô có số", len(written), len(figures))
    same(f"{SHEETS[1]}: tổng", _sum(written), _sum(figures), _tolerance(figures))


def _check_count(book: CalamineWorkbook, sheet: str, expected: int) -> None:
    same(f"{sheet}: số dòng", len(_numbered(book, sheet)), expected)


def _numbered(book: CalamineWorkbook, sheet: str) -> list[list[Any]]:
    """Return the rows of a table: those that begin with their number."""
    return [row for row in book.get_sheet_by_name(sheet).to_python() if row and isinstance(row[0], int | float)]


def _decimals(column: pd.Series) -> list[Decimal]:
    return [Decimal(v) for v in column.tolist() if known(v) is not None]


def _sum(figures: Iterable[Decimal]) -> Decimal:
    return sum(figures, Decimal(0))


def _off_by(rows: int) -> Decimal:
    return rows * Decimal(1).scaleb(-QUOTIENT_DECIMALS)


def _tolerance(figures: Sequence[Decimal]) -> Decimal:
    """Return by how much a sum of cells may be off: a spreadsheet keeps fifteen digits of each."""
    return sum(map(abs, figures), Decimal(1)).scaleb(-12)


def same(what: str, written: Any, handed_in: Any, tolerance: Decimal | None = None) -> None:
    """Raise `MismatchError` naming `what` unless both are equal, or off by `tolerance` at most."""
    agrees = written == handed_in if tolerance is None else abs(written - handed_in) <= tolerance
    if not agrees:
        raise MismatchError(
            f"{what}: ghi ra {written}, số liệu vào {handed_in}; chưa công bố gì: chạy «cchc doctor» để biết số nào "
            "trong cơ sở dữ liệu đã bị sửa, rồi «cchc rebuild»"
        )
