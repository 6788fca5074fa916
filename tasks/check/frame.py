"""The check frame: every submission of a form as one row, in the columns that `expectations/columns.py` names."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date

import pandas as pd

from config.calendar import Calendar
from config.element import Element
from config.number import CellStatus, Fault
from config.period import Period
from expectations import columns
from tasks.check.cells import Cells, figure, is_filled
from tasks.store.values import Submission, Value

NO_DAY = "chưa ghi"
NOT_TEXT = {columns.PREMATURE: "bool", columns.FILLED_SHARE: "float64", columns.OVERLAP_SHARE: "float64"}


@dataclass(frozen=True)
class Case:
    """One submission to be judged: its cells by element code, and how far it overlaps with the units below."""

    submission: Submission
    cells: Cells
    overlap: float


def check_frame(cases: Sequence[Case], rows: Sequence[Element], calendar: Calendar, period: Period) -> pd.DataFrame:
    """Return a row for each of `cases`, in order; figures are float64, everything else object or bool."""
    figures = {e.code: pd.Series([_figure(c.cells[e.code]) for c in cases], dtype="float64") for e in rows}
    # Texts as `object`: pandas keeps each column of its own text type apart, and copying hundreds of them is slow.
    lists = pd.DataFrame([_lists(c.cells, rows) for c in cases], columns=list(columns.CELL_COLUMNS), dtype=object)
    facts = pd.DataFrame([_facts(c, rows, calendar, period) for c in cases], dtype=object)
    return pd.concat([facts.astype(NOT_TEXT), lists, pd.DataFrame(figures)], axis=1)


def _figure(value: Value) -> float:
    number = figure(value)
    return float("nan") if number is None else float(number)


def _lists(cells: Cells, rows: Sequence[Element]) -> dict[str, str | None]:
    listed: dict[str, list[str]] = {}
    for element in rows:
        state = _listed_state(cells[element.code], element)
        if state is not None:
            listed.setdefault(columns.cells_column(state), []).append(element.code)
    return {column: " ".join(listed[column]) if column in listed else None for column in columns.CELL_COLUMNS}


def _listed_state(value: Value, element: Element) -> CellStatus | Fault | None:
    """Return the state under which a cell is listed; an empty cell that may stay empty is not."""
    if value.status is CellStatus.UNREADABLE:
        return value.fault
    if value.status is CellStatus.EMPTY:
        return CellStatus.EMPTY if element.required else None
    return value.status if value.status is CellStatus.NOT_AVAILABLE else None


def _facts(case: Case, rows: Sequence[Element], calendar: Calendar, period: Period) -> dict[str, object]:
    submission, span = case.submission, calendar.span(period)
    return {
        columns.UNIT: submission.unit,
        columns.SCOPE: submission.scope.value,
        columns.WINDOW: _window(submission.window_from, submission.window_to),
        columns.WINDOW_DECLARED: _window(span.start, span.end),
        columns.PREMATURE: submission.premature,
        columns.RECEIVED_ON: _day(submission.received_at.astimezone(calendar.zone).date()),
        columns.CUT_OFF: _day(span.end),
        columns.FILLED_SHARE: _filled_share(case.cells, rows),
        columns.OVERLAP_SHARE: case.overlap,
    }


def _filled_share(cells: Cells, rows: Sequence[Element]) -> float:
    required = [cells[e.code] for e in rows if e.required]
    return sum(map(is_filled, required)) / len(required) if required else float("nan")


def _window(start: date | None, end: date | None) -> str:
    return f"{_day(start)}–{_day(end)}"


def _day(day: date | None) -> str:
    return f"{day:%d/%m/%Y}" if day else NO_DAY
