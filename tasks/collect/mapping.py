"""From a grid to values: every element of the form, found by its code, with the cell and the text as typed."""

from __future__ import annotations

import unicodedata
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from decimal import Decimal

from openpyxl.utils import column_index_from_string

from config.element import Element
from config.form import HEADS, Columns, FormVersion, Section
from config.number import (
    CellStatus,
    Fault,
    Nothing,
    NumberType,
    Reading,
    fold,
    number_of_cell,
    plain,
    read_number,
    status_of,
    visible,
)
from config.safe_text import safe_text
from config.stamp import (
    COVER_SHEET,
    FINDINGS_SHEET,
    GUIDE_SHEET,
    SCOPE_NAMES,
    SCOPE_ROW,
    STAMP_SHEET,
    UNIT_LABEL,
    UNIT_LINE,
    WINDOW_FROM_ROW,
    WINDOW_TO_ROW,
)
from tasks.collect.grid import CellValue, DisguisedCell, ErrorCell, Grid, PercentCell, Rows, UncachedFormula
from tasks.store.values import Scope, Value

MAX_NOTE = 2000
TOP = 15  # rows of a sheet, above its figures
OTHER_SHEETS = {GUIDE_SHEET, FINDINGS_SHEET, STAMP_SHEET}  # of the workbook, with nothing in them for us to read


@dataclass(frozen=True)
class Cover:
    """What the unit states on the cover: scope, and the window that its figures cover (None where unreadable)."""

    scope: Scope
    window_from: date | None
    window_to: date | None


@dataclass(frozen=True)
class _Row:
    number: int  # as the unit sees it: the first row of a sheet is 1
    value: CellValue
    note: CellValue


def read_values(
    grid: Grid, form: FormVersion, elements: Sequence[Element], outlived: Sequence[Element] = ()
) -> tuple[Value, ...]:
    """Return one value for each of `elements`, in order: a row that is missing or repeated gives a faulty one.

    Rows of `outlived` elements, which the form no longer asks, give one where somebody put them back.
    """
    wanted, old = {e.code: e for e in elements}, {e.code: e for e in outlived}
    found: dict[str, Value] = {}
    for section in form.sections:
        title = _title(grid, section, form)
        rows = _rows_by_code(grid.get(title, []), form.columns)
        asked = {code: wanted[code] for code in section.elements if code in wanted}
        added = {code: old[code] for code in rows if code in old and code not in wanted and code not in found}
        for code, element in {**asked, **added}.items():
            found[code] = _value(element, title, form.columns, rows.get(code, []))
    return tuple(found.values())


@dataclass(frozen=True)
class Misplaced:
    """A head of a column that does not stand where the form has it: sheet and cell where it should, what is there."""

    wanted: str
    sheet: str
    cell: str
    found: str


def misplaced_head(grid: Grid, form: FormVersion) -> Misplaced | None:
    """Return the first head that is not where `form` has it, once, on a sheet with rows of the form; None if all are.

    A column that somebody inserted would otherwise be read as the figures.
    """
    for section in form.sections:
        title = _title(grid, section, form)
        rows = grid.get(title, [])
        head = _head_row(rows)
        if head is None and not _rows_by_code(rows, form.columns).keys() & set(section.elements):
            continue  # no table of this section at all: its rows are missing, and each says so
        texts = [fold(typed_text(cell)) for cell in rows[head]] if head is not None else []
        for wanted, letter in ((getattr(HEADS, p), getattr(form.columns, p)) for p in ("code", "value", "note")):
            place = column_index_from_string(letter) - 1
            if [k for k, text in enumerate(texts) if text == fold(wanted)] != [place]:
                number = form.first_row - 1 if head is None else head + 1
                found = typed_text(_at(rows[head], place)) if head is not None else ""
                return Misplaced(wanted, title, f"{letter}{number}", _told(found, wanted))
    return None


def named_units(grid: Grid, form: FormVersion) -> Iterator[tuple[str, str]]:
    """Yield each sheet of `form` that says whose figures it holds, with the code of the unit that it names."""
    sheets = [_named(grid, COVER_SHEET), *(_title(grid, section, form) for section in form.sections)]
    for sheet in (name for name in sheets if name is not None):
        for row in grid.get(sheet, [])[:TOP]:
            first, *others = [text for cell in row if (text := typed_text(cell).strip())] or [""]
            line = UNIT_LINE.fullmatch(unicodedata.normalize("NFC", first))
            if line or (others and fold(first) == fold(UNIT_LABEL)):
                yield sheet, line["unit"] if line else others[0]


def _head_row(rows: Rows) -> int | None:
    # Two of the three: where one was written otherwise, it is that one that the unit is told of.
    wanted = {fold(HEADS.code), fold(HEADS.value), fold(HEADS.note)}
    return next(
        (k for k, row in enumerate(rows) if len(wanted & {fold(c) for c in row if isinstance(c, str)}) > 1), None
    )


def _told(found: str, wanted: str) -> str:
    if fold(found) == fold(wanted):
        return f"biểu có tiêu đề «{wanted}» ở hơn một cột"
    return f"biểu có «{safe_text(found)}» ở chỗ của tiêu đề «{wanted}»" if found else f"biểu thiếu tiêu đề «{wanted}»"


def read_cover(grid: Grid, columns: Columns) -> Cover:
    """Return what the cover states, by whatever name its sheet goes now."""
    rows = _cover_rows(grid, columns)
    stated = fold(typed_text(next((r.value for r in rows.get(SCOPE_ROW, [])), None)))
    return Cover(
        next((Scope(key) for key, name in SCOPE_NAMES.items() if fold(name) == stated), Scope.UNCLEAR),
        date_of(next((r.value for r in rows.get(WINDOW_FROM_ROW, [])), None)),
        date_of(next((r.value for r in rows.get(WINDOW_TO_ROW, [])), None)),
    )


def _cover_rows(grid: Grid, columns: Columns) -> dict[str, list[_Row]]:
    rows = _rows_by_code(_sheet(grid, COVER_SHEET), columns)
    if _named(grid, COVER_SHEET) is not None:
        return rows
    sheets = (_rows_by_code(found, columns) for title, found in grid.items() if title not in OTHER_SHEETS)
    return next((found for found in sheets if found.keys() >= {SCOPE_ROW, WINDOW_FROM_ROW, WINDOW_TO_ROW}), rows)


def read_stamp_rows(grid: Grid) -> dict[str, str]:
    """Return the keys and values of the stamp sheet, empty when there is none."""
    return {str(row[0]): typed_text(row[1]) for row in grid.get(STAMP_SHEET, []) if len(row) >= 2 and row[0]}


def read_cell(value: CellValue, number_type: NumberType) -> Reading:
    """Return what a cell says for an element of `number_type`: a figure, a kind of nothing, or a fault."""
    match value:
        case None:
            return Nothing.EMPTY
        case bool():
            return Decimal(value) if number_type is NumberType.FLAG else Fault.NOT_A_NUMBER
        case int() | float():
            return number_of_cell(value, number_type)
        case str():
            return read_number(value, number_type)
        case ErrorCell():
            return Fault.FORMULA_ERROR
        case UncachedFormula():
            return Fault.FORMULA_UNCACHED
        case PercentCell():
            return Fault.PERCENT
        case DisguisedCell():
            return Fault.DISGUISED
        case _:
            return Fault.DATE


def typed_text(value: CellValue) -> str:
    """Return a cell's content as it is kept: a number with a decimal dot, a day as Viet Nam writes it.

    `config.number.as_seen` makes of it what the unit sees. The journal knows a submission by the hash of what is kept:
    another way of writing it down would be taken for other content.
    """
    match value:
        case None:
            return ""
        case bool():
            return "TRUE" if value else "FALSE"
        case int() | float():
            return f"{plain(Decimal(format(value, '.15g'))):f}"
        case datetime():
            return value.strftime("%d/%m/%Y")
        case date():
            return value.strftime("%d/%m/%Y")
        case ErrorCell() | UncachedFormula() | PercentCell() | DisguisedCell():
            return value.text
        case str():
            return value.replace("\0", "\ufffd")  # which PostgreSQL refuses; a workbook hides it as `_x0000_`
        case time() | timedelta():
            return str(value)


def sheet_of(grid: Grid, name: str) -> tuple[str, Rows]:
    """Return the title under which the sheet `name` stands, however its letters are composed, and its rows."""
    title = _named(grid, name) or name
    return title, grid.get(title, [])


def _sheet(grid: Grid, name: str) -> Rows:
    return sheet_of(grid, name)[1]


def _named(grid: Grid, name: str) -> str | None:
    wanted = unicodedata.normalize("NFC", name)
    return next((title for title in grid if unicodedata.normalize("NFC", title).strip() == wanted), None)


def _title(grid: Grid, section: Section, form: FormVersion) -> str:
    """Return the title of the sheet with the rows of `section`: by its name, or renamed, by most of its codes."""
    if (title := _named(grid, section.sheet)) is not None:
        return title
    taken = {_named(grid, s.sheet) for s in form.sections} | {COVER_SHEET, *OTHER_SHEETS}
    for other in (o for o in grid if o not in taken):
        if 2 * len(_rows_by_code(grid[other], form.columns).keys() & set(section.elements)) > len(section.elements):
            return other
    return section.sheet


def _rows_by_code(rows: Rows, columns: Columns) -> dict[str, list[_Row]]:
    code_at, value_at, note_at = (column_index_from_string(c) - 1 for c in (columns.code, columns.value, columns.note))
    found: dict[str, list[_Row]] = {}
    for number, row in enumerate(rows, start=1):
        code = row[code_at] if code_at < len(row) else None
        if isinstance(code, str) and (typed := visible(code).strip()):
            found.setdefault(typed.upper(), []).append(_Row(number, _at(row, value_at), _at(row, note_at)))
    return found


def _at(row: Sequence[CellValue], place: int) -> CellValue:
    return row[place] if place < len(row) else None


def _value(element: Element, sheet: str, columns: Columns, rows: Sequence[_Row]) -> Value:
    if not rows:
        return _faulty(element, sheet, Fault.ROW_MISSING, None)
    if len(rows) > 1:
        return _faulty(element, sheet, Fault.ROW_REPEATED, f"{columns.value}{rows[1].number}")
    row = rows[0]
    reading = read_cell(row.value, element.type)
    return Value(
        element=element.code,
        status=status_of(reading),
        number=reading if isinstance(reading, Decimal) else None,
        fault=reading if isinstance(reading, Fault) else None,
        sheet=sheet,
        cell=f"{columns.value}{row.number}",
        text=typed_text(row.value),
        note=typed_text(row.note).strip()[:MAX_NOTE],
    )


def _faulty(element: Element, sheet: str, fault: Fault, cell: str | None) -> Value:
    return Value(element.code, CellStatus.UNREADABLE, None, fault, sheet, cell, "", "")


def date_of(value: CellValue) -> date | None:
    """Return the day that a cell names, as a date or in words as Viet Nam writes it (14/06/2022), or None."""
    if isinstance(value, datetime):
        return value.date()
    if isinstance(value, date):
        return value
    return next(_dates_in(value), None) if isinstance(value, str) else None


def _dates_in(text: str) -> Iterator[date]:
    for pattern in ("%d/%m/%Y", "%d-%m-%Y", "%d.%m.%Y", "%Y-%m-%d"):
        try:
            yield datetime.strptime(fold(text), pattern).date()  # noqa: DTZ007  a date has no zone
        except ValueError:
            continue
