"""The check frame: every submission of a form as one row, in the columns that `expectations/columns.py` names."""

from __future__ import annotations

from collections.abc import Mapping, Sequence, Set
from dataclasses import dataclass
from datetime import date
from decimal import Decimal

import pandas as pd

from config.calendar import Calendar
from config.element import Element
from config.number import CellStatus, Fault
from config.period import Period
from expectations import columns
from expectations.columns import Past
from tasks.check.before import NOTHING_BEFORE, Before
from tasks.check.cells import Cells, figure, is_filled
from tasks.store.values import Submission, Value

NO_DAY = "chưa rõ"  # nothing, or no day
SHARES = (columns.FILLED_SHARE, columns.OVERLAP_SHARE, columns.COPIED_SHARE)
NOT_TEXT = {columns.PREMATURE: "bool", **dict.fromkeys(SHARES, "float64")}


@dataclass(frozen=True)
class Case:
    """One submission to be judged: its cells by element code, how far it overlaps with the units below, and its past.

    `cells` has those that the form asks first, then those of old labels put back.
    """

    submission: Submission
    cells: Cells
    overlap: float
    before: Before = NOTHING_BEFORE


@dataclass(frozen=True)
class Sitting:
    """What all submissions of a frame have in common: period, calendar, and the form in force at the cut-off."""

    period: Period
    calendar: Calendar
    form_in_force: str


def check_frame(
    cases: Sequence[Case], rows: Sequence[Element], sitting: Sitting, past: Mapping[Past, Set[str]] | None = None
) -> pd.DataFrame:
    """Return a row for each of `cases`, in order; figures are float64, everything else object or bool.

    `past` says of which elements the earlier figures stand beside.
    """
    figures = {e.code: pd.Series([_figure(c.cells[e.code]) for c in cases], dtype="float64") for e in rows}
    # Texts as `object`: pandas keeps each column of its own text type apart, and copying hundreds of them is slow.
    lists = pd.DataFrame([_lists(c.cells, rows) for c in cases], columns=list(columns.CELL_COLUMNS), dtype=object)
    facts = pd.DataFrame([_facts(c, rows, sitting) for c in cases], dtype=object)
    earlier = pd.DataFrame(_past(cases, past or {}), index=facts.index, dtype="float64")
    # Great Expectations looks a column up from the first on: those that most rules read stand in front.
    return pd.concat([pd.DataFrame(figures), earlier, lists, facts.astype(NOT_TEXT)], axis=1)


def _past(cases: Sequence[Case], past: Mapping[Past, Set[str]]) -> dict[str, list[float]]:
    found: dict[str, list[float]] = {}
    for which, codes in past.items():
        for code in sorted(codes):
            references = [c.before.references.get((which, code)) for c in cases]
            found[columns.past_column(which, code)] = [_number(r.figure if r else None) for r in references]
            if which is Past.USUAL:
                spreads = [_number(r.spread if r else None) for r in references]
                found[columns.past_column(Past.SPREAD, code)] = spreads
    return found


def _figure(value: Value) -> float:
    return _number(figure(value))


def _number(number: Decimal | None) -> float:
    return float("nan") if number is None else float(number)


def _lists(cells: Cells, rows: Sequence[Element]) -> dict[str, str | None]:
    listed: dict[str, list[str]] = {}
    gone = _missing_sheets(cells, rows)
    for element in rows:
        value = cells[element.code]
        state = _listed_state(value, element)
        if state is not None:
            column = columns.MISSING_SHEETS if value.sheet in gone else columns.cells_column(state)
            listed.setdefault(column, []).append(element.code)
    asked = {e.code for e in rows}
    if old := [code for code in cells if code not in asked]:
        listed[columns.OLD_LABELS] = old
    return {column: " ".join(listed[column]) if column in listed else None for column in columns.CELL_COLUMNS}


def _missing_sheets(cells: Cells, rows: Sequence[Element]) -> set[str | None]:
    """Return the sheets of which all rows are missing; one that has a single row is told by that row."""
    missing: dict[str | None, list[bool]] = {}
    for element in rows:
        value = cells[element.code]
        missing.setdefault(value.sheet, []).append(value.fault is Fault.ROW_MISSING)
    return {sheet for sheet, faults in missing.items() if sheet and len(faults) > 1 and all(faults)}


def _listed_state(value: Value, element: Element) -> CellStatus | Fault | None:
    """Return the state under which a cell is listed; an empty cell that may stay empty is not."""
    if value.status is CellStatus.UNREADABLE:
        return value.fault
    if value.status is CellStatus.EMPTY:
        return CellStatus.EMPTY if element.required else None
    return value.status if value.status is CellStatus.NOT_AVAILABLE else None


def _facts(case: Case, rows: Sequence[Element], sitting: Sitting) -> dict[str, object]:
    submission, span = case.submission, sitting.calendar.span(sitting.period)
    return {
        columns.UNIT: submission.unit,
        columns.SCOPE: submission.scope.value,
        columns.WINDOW: _window(submission.window_from, submission.window_to),
        columns.WINDOW_DECLARED: _window(span.start, span.end),
        columns.PREMATURE: submission.premature,
        columns.RECEIVED_ON: _day(submission.received_at.astimezone(sitting.calendar.zone).date()),
        columns.CUT_OFF: _day(span.end),
        columns.FILLED_SHARE: _filled_share(case.cells, rows),
        columns.OVERLAP_SHARE: case.overlap,
        columns.FORM_VERSION: submission.form_version,
        columns.FORM_IN_FORCE: sitting.form_in_force,
        columns.COPIED_SHARE: case.before.likeness.share,
        columns.COPIED_FROM: case.before.likeness.period,
    }


def _filled_share(cells: Cells, rows: Sequence[Element]) -> float:
    required = [cells[e.code] for e in rows if e.required]
    return sum(map(is_filled, required)) / len(required) if required else float("nan")


def _window(start: date | None, end: date | None) -> str:
    return f"{_day(start)}–{_day(end)}"


def _day(day: date | None) -> str:
    return f"{day:%d/%m/%Y}" if day else NO_DAY
