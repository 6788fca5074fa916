"""The cells of one submission: a value for every row of the form, what it counts as, and how it is spoken of."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from decimal import Decimal
from itertools import groupby

from openpyxl.utils.cell import coordinate_from_string

from config.element import Element
from config.form import FormVersion
from config.number import NOTHING_NAMES, CellStatus, Fault, Nothing, as_seen, format_number
from tasks.store.values import Value

Cells = Mapping[str, Value]

LONGEST_QUOTE = 60
FAULT_NAMES = {Fault.ROW_MISSING: "không có dòng này", Fault.ROW_REPEATED: "dòng ghi lặp lại"}


def cells_of(values: Iterable[Value], form: FormVersion, rows: Sequence[Element]) -> dict[str, Value]:
    """Return a value for each of `rows` by code, in their order: a row that nothing was kept of is a missing one.

    After them what was kept of other rows: old labels, which the form no longer asks.
    """
    kept = {v.element: v for v in values}
    sheets = {code: section.sheet for section in form.sections for code in section.elements}
    asked = {
        e.code: kept.get(e.code)
        or Value(e.code, CellStatus.UNREADABLE, None, Fault.ROW_MISSING, sheets.get(e.code), None, "", "")
        for e in rows
    }
    return asked | {code: value for code, value in kept.items() if code not in asked}


def figure(value: Value) -> Decimal | None:
    """Return what a cell counts as in a sum: its number, 0 for *không phát sinh*, None when it states nothing."""
    if value.status is CellStatus.NOT_APPLICABLE:
        return Decimal(0)
    return value.number


def is_filled(value: Value) -> bool:
    """Return whether the unit put something there, readable or not; *chưa có số liệu* fills nothing."""
    if value.status is CellStatus.UNREADABLE:
        return value.fault is not Fault.ROW_MISSING
    return value.status in (CellStatus.NUMBER, CellStatus.NOT_APPLICABLE)


def said(value: Value) -> str:
    """Return what the cell says, as the unit would read it."""
    if value.number is not None:
        return format_number(value.number)
    if value.status is not CellStatus.UNREADABLE:
        return NOTHING_NAMES[Nothing(value.status.value)]
    if value.fault in FAULT_NAMES:
        return FAULT_NAMES[value.fault]
    text = " ".join(as_seen(value.text, value.number, value.fault).split())
    return text if len(text) <= LONGEST_QUOTE else f"{text[:LONGEST_QUOTE]}…"


def place_of(value: Value) -> str:
    """Return where the cell is, as `TTHC!D14`; the sheet alone when its row is gone."""
    return "!".join(part for part in (value.sheet, value.cell) if part) or value.element


def places_of(values: Sequence[Value], home: str | None) -> str:
    """Return where several cells are, in runs: `D11–D13, D16`; the sheet is named unless it is `home`."""
    return ", ".join(_run(run, home) for run in _runs(values))


def _runs(values: Sequence[Value]) -> list[list[Value]]:
    keyed = enumerate(values)
    return [[v for _, v in group] for _, group in groupby(keyed, lambda pair: _run_key(*pair))]


def _run_key(place: int, value: Value) -> tuple[object, ...]:
    if value.cell is None:
        return (value.sheet, None, place)
    column, row = coordinate_from_string(value.cell)
    return (value.sheet, column, row - place)  # the same along cells that stand one below the other


def _run(run: Sequence[Value], home: str | None) -> str:
    first, last = run[0].cell or run[0].element, run[-1].cell or run[-1].element
    cells = first if len(run) == 1 else f"{first}–{last}"
    return cells if run[0].sheet == home or run[0].sheet is None else f"{run[0].sheet}!{cells}"
