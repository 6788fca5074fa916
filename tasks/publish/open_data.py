"""The CSV files: UTF-8 with BOM, CRLF, dot decimals; text that a spreadsheet could take for a formula gets a leading '.

Counts and targets are written as they are; a quotient has no last digit and is written to ten decimals, half up, which
no comparison with a target and no table of two decimals can notice.
"""

from __future__ import annotations

import csv
import io
from collections.abc import Sequence
from datetime import date, datetime, tzinfo
from decimal import Decimal
from functools import lru_cache
from typing import Any

import pandas as pd

from config.number import round_half_up
from config.safe_text import safe_text, starts_like_formula
from tasks.publish.content import ReleaseContent
from tasks.publish.stage_wording import CRITERIA, SCORES_WITH_CHANGES, STANDINGS, Headings
from tasks.store.frames import CHANGES, EVALUATION, EVALUATION_GROUNDS, FINDINGS, SUBMISSIONS, TASKS, VALUES
from tasks.store.history import ARRIVALS, FIGURES
from tasks.store.stage_frames import ScoreFrames
from tasks.store.stretches import INCREMENTS

BOM = b"\xef\xbb\xbf"
QUOTIENT_DECIMALS = 10


class _Frame:
    """A frame known by its identity: what a release is compared, approved and made by is written once."""

    def __init__(self, frame: pd.DataFrame) -> None:
        self.frame = frame

    def __hash__(self) -> int:
        return id(self.frame)

    def __eq__(self, other: object) -> bool:
        return isinstance(other, _Frame) and other.frame is self.frame


@lru_cache(maxsize=16)
def _written(frame: _Frame, columns: tuple[str, ...], zone: tzinfo) -> bytes:
    return as_csv(frame.frame, columns, zone)


def csv_files(content: ReleaseContent) -> dict[str, bytes]:
    """Return the CSV files by name, each with exactly the columns that others build on."""
    scored = {name: as_csv(frame, list(words), content.zone) for name, (frame, words) in score_tables(content.scores)}
    return {
        "evaluation.csv": _written(_Frame(content.evaluation), tuple(EVALUATION), content.zone),
        "values.csv": _written(_Frame(content.values), tuple(VALUES), content.zone),
        "findings.csv": _written(_Frame(content.findings), tuple(FINDINGS), content.zone),
        "submissions.csv": _written(_Frame(content.submissions), tuple(SUBMISSIONS), content.zone),
        "changes.csv": _written(_Frame(content.changes), tuple(CHANGES), content.zone),
        "increments.csv": _written(_Frame(content.increments), tuple(INCREMENTS), content.zone),
        "tasks.csv": _written(_Frame(content.tasks), tuple(TASKS), content.zone),
        **scored,
    }


def score_tables(scores: ScoreFrames | None) -> tuple[tuple[str, tuple[pd.DataFrame, Headings]], ...]:
    """Return the files of scores, each with its frame and headings; none where nothing was scored."""
    if scores is None:
        return ()
    return (
        ("scores.csv", (scores.units, SCORES_WITH_CHANGES)),
        ("score_criteria.csv", (scores.criteria, CRITERIA)),
        ("standings.csv", (scores.standings, STANDINGS)),
    )


def grounds_csv(content: ReleaseContent) -> bytes:
    """Return what the evaluation rests on as CSV: not published as a file, but part of what makes a release new."""
    return _written(_Frame(content.evaluation), tuple(EVALUATION_GROUNDS), content.zone)


def past_csv(content: ReleaseContent) -> tuple[bytes, bytes]:
    """Return the earlier periods as CSV: not published as files, but drawn, so part of what makes a release new."""
    past = content.past
    return as_csv(past.figures, FIGURES, content.zone), as_csv(past.arrivals, ARRIVALS, content.zone)


def as_csv(frame: pd.DataFrame, columns: Sequence[str], zone: tzinfo) -> bytes:
    """Return `columns` of `frame` as one CSV file, rows in their order."""
    texts = [_texts(frame[column].tolist(), zone) for column in columns]
    out = io.StringIO(newline="")
    writer = csv.writer(out, lineterminator="\r\n")
    writer.writerow(columns)
    writer.writerows(zip(*texts, strict=True))
    return BOM + out.getvalue().encode()


def inert(text: str) -> str:
    """Return `text` cleaned and, if a spreadsheet could take it for a formula, behind a '."""
    clean = safe_text(text)
    return f"'{clean}" if starts_like_formula(text) or starts_like_formula(clean) else clean


def _texts(column: list[Any], zone: tzinfo) -> list[str]:
    # Columns repeat few values (sheets, codes, moments, small figures): each is written once, where all are of one
    # type. To a dictionary 1, 1.0 and True are the same.
    if len(set(map(type, column)) - {type(None)}) > 1:
        return [_text(value, zone) for value in column]
    written = {value: _text(value, zone) for value in set(column)}
    return [*map(written.__getitem__, column)]


def _text(value: Any, zone: tzinfo) -> str:
    return inert(value) if isinstance(value, str) else _plain_text(value, zone)


def _plain_text(value: Any, zone: tzinfo) -> str:
    if isinstance(value, Decimal):
        return "" if value.is_nan() else _digits(value)
    if value is None or value is pd.NaT or value is pd.NA or value != value:  # noqa: PLR0124  # NaN
        return ""
    if isinstance(value, datetime):
        return value.astimezone(zone).isoformat(timespec="seconds")
    if isinstance(value, date):
        return value.isoformat()
    if isinstance(value, bool):
        return str(int(value))
    if isinstance(value, float) and value.is_integer():
        return str(int(value))  # a column of whole numbers that also has gaps
    return str(value)


def _digits(value: Decimal) -> str:
    text = str(value)
    if text.isdecimal():  # as nearly every figure is
        return text
    whole, _, fraction = f"{value:f}".partition(".")
    if len(fraction) > QUOTIENT_DECIMALS:
        whole, _, fraction = f"{round_half_up(value, QUOTIENT_DECIMALS):f}".partition(".")
    fraction = fraction.rstrip("0")
    if fraction:
        return f"{whole}.{fraction}"
    return "0" if whole == "-0" else whole
