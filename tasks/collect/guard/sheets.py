"""One sheet: every cell in its place, once, in a shape that all readers read alike, and what the reader must know."""

from __future__ import annotations

import math
import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from functools import lru_cache
from xml.etree.ElementTree import Element

from tasks.collect.guard import limits
from tasks.collect.guard.refusal import Code, Refused, quoted
from tasks.collect.guard.strings import text_of
from tasks.collect.guard.workbook import MAIN, STRICT, SheetPart, refuse_calling_out
from tasks.collect.guard.xml_parts import local

ROW, CELL, VALUE, FORMULA, INLINE = (f"{MAIN}{name}" for name in ("row", "c", "v", "f", "is"))
DATA, MERGES, LINKS = f"{MAIN}sheetData", f"{MAIN}mergeCells", f"{MAIN}hyperlinks"
CONDITIONS = {f"{MAIN}{name}" for name in ("formula", "formula1", "formula2")}
LAST_ROW, LAST_COLUMN = 1_048_576, 16_384
# The order matters: a reader that keeps the last child it met would lose a value before its formula.
SHAPES = {(), (VALUE,), (FORMULA,), (FORMULA, VALUE), (INLINE,)}
# Read by name wherever they stand, or acting: nothing of the kind may hide elsewhere in a sheet.
ONLY_AT_THE_TOP = {"worksheet", "sheetData", "row", "c", "mergeCells", "hyperlinks", "dimension"}
ACTING = {"oleObjects", "oleObject", "controls", "control"}

_ROW_NUMBER = re.compile(r"[1-9][0-9]{0,6}")
_REFERENCE = re.compile(r"([A-Z]{1,3})([1-9][0-9]{0,6})")
_NUMBER = re.compile(r"[+-]?(?:[0-9]+\.?[0-9]*|\.[0-9]+)(?:[eE][+-]?[0-9]{1,3})?")
_INDEX = re.compile(r"[0-9]{1,7}")
_ERROR = re.compile(r"#[A-Z0-9/_]{2,20}[!?]?|Err:[0-9]{3}")
_DAY = re.compile(r"[0-9]{4}-[0-9]{2}-[0-9]{2}(?:T[0-9:.]{4,16}Z?)?")
_TAG = re.compile(rb"<[^<>\"']*(?:\"[^\"<]*\"[^<>\"']*|'[^'<]*'[^<>\"']*)*>")
_VALUE_WITH_REFERENCE = re.compile(rb"[<:]v(?:\s[^<>]*)?>[^<]*&#")


@dataclass(frozen=True)
class Sheet:
    """One inspected sheet.

    `cells` counts cells that say something: neither empty nor only white space, nor a formula that was never computed.
    `last_row` and `last_column` bound them (0 when there are none); formatted empty cells may lie beyond.
    """

    name: str
    state: str
    cells: int
    last_row: int
    last_column: int
    has_errors: bool
    has_uncached: bool


@dataclass(frozen=True)
class Content:
    """What one cell holds."""

    filled: bool = False
    error: bool = False
    uncached: bool = False


NOTHING, SOMETHING, ERROR, UNCACHED = Content(), Content(filled=True), Content(True, error=True), Content(uncached=True)


@dataclass(frozen=True)
class Book:
    """What the cells of every sheet refer to: which shared strings say something, and how many styles there are."""

    strings: Sequence[bool]
    styles: int


@dataclass(frozen=True)
class Place:
    """Where a cell stands: sheet, reference, and the numbers of row and column from 1."""

    sheet: str
    reference: str
    row: int
    column: int

    def refused(self, code: Code, detail: str) -> Refused:
        """Return the refusal of this cell."""
        return Refused(code, f"{quoted(self.sheet)}!{self.reference}: {detail}", self.sheet, self.reference)


def inspect_sheet(part: SheetPart, root: Element, data: bytes, book: Book) -> Sheet:
    """Return what `root`, parsed from `data`, holds; a refusal names the sheet and the cell."""
    rows = _sheet_data(part.name, root)
    _refuse_references_as_written(part.name, data)
    _refuse_hidden(part.name, root)
    for top in root:
        if top.tag == MERGES:
            _check_merges(part.name, top)
        elif top.tag == LINKS:
            for link in top:
                box_of(part.name, link.get("ref", ""), Code.STRAY_CELL)
    held, box, styles = _read_cells(part.name, rows, book)
    _refuse_unknown_styles(part.name, styles, book)
    _refuse_wide_box(part.name, *box)
    return Sheet(
        name=part.name,
        state=part.state,
        cells=sum(content.filled for _, content in held),
        last_row=max((place.row for place, _ in held), default=0),
        last_column=max((place.column for place, _ in held), default=0),
        has_errors=any(content.error for _, content in held),
        has_uncached=any(content.uncached for _, content in held),
    )


def box_of(sheet: str, reference: str, code: Code) -> tuple[int, int, int, int]:
    """Return (first row, first column, last row, last column) of a range such as `A1:E1`, inside our bounds."""
    ends = [_REFERENCE.fullmatch(end) for end in reference.split(":")]
    numbers = [(int(end[2]), _column(end[1]) or LAST_COLUMN + 1) for end in ends if end]
    if len(numbers) != len(ends) or len(ends) > 2:
        raise Refused(code, f"{quoted(sheet)}: range {quoted(reference)}", sheet)
    (top, left), (bottom, right) = numbers[0], numbers[-1]
    if not (top <= bottom <= limits.ROWS and left <= right <= limits.COLUMNS):
        raise Refused(code, f"{quoted(sheet)}: range {reference} out of bounds", sheet, reference)
    return top, left, bottom, right


def _sheet_data(sheet: str, root: Element) -> Element:
    if root.tag.startswith(f"{{{STRICT}"):
        raise Refused(Code.STRICT_WORKBOOK, f"sheet root {quoted(root.tag)}", sheet)
    found = [top for top in root if top.tag == DATA]
    if root.tag != f"{MAIN}worksheet" or len(found) != 1:
        raise Refused(Code.BAD_WORKBOOK, f"root {quoted(root.tag)} with {len(found)} sheetData", sheet)
    return found[0]


def _refuse_references_as_written(sheet: str, data: bytes) -> None:
    """Refuse `&#49;` for `1` in a cell's attributes or value: one reader takes what is written, another what is meant."""
    cells = data[data.find(b"sheetData") : data.rfind(b"sheetData")]
    if b"&" not in cells:
        return
    if _VALUE_WITH_REFERENCE.search(cells) or any(b"&" in tag[0] for tag in _TAG.finditer(cells)):
        raise Refused(Code.BAD_CELL, f"{quoted(sheet)}: character reference in an attribute or a value", sheet)


def _refuse_hidden(sheet: str, root: Element) -> None:
    """Refuse what acts, and what a reader that looks for names anywhere would take for rows, merges or links."""
    for top in root:
        if top.tag == DATA:
            continue
        for element in top.iter():
            name = local(element)
            if name in ACTING:
                raise Refused(Code.ACTIVE_CONTENT, f"{quoted(sheet)} has {name}", sheet)
            if name in ONLY_AT_THE_TOP and (element is not top or not element.tag.startswith(MAIN)):
                raise Refused(Code.BAD_WORKBOOK, f"{quoted(sheet)} has {name} in an odd place", sheet)
            if name == "dimension" and not _is_range(element.get("ref", "")):
                raise Refused(Code.BAD_WORKBOOK, f"{quoted(sheet)}: dimension {quoted(element.attrib)}", sheet)
            if element.tag in CONDITIONS:
                refuse_calling_out([element.text or ""], sheet)


def _is_range(reference: str) -> bool:
    ends = reference.split(":")
    return len(ends) <= 2 and all(_REFERENCE.fullmatch(end) for end in ends)


def _check_merges(sheet: str, merges: Element) -> None:
    """Refuse merged ranges that are too large, or that overlap."""
    covered: set[tuple[int, int]] = set()
    for merge in merges:
        reference = merge.get("ref", "")
        top, left, bottom, right = box_of(sheet, reference, Code.BAD_MERGE)
        cells = {(row, column) for row in range(top, bottom + 1) for column in range(left, right + 1)}
        if covered & cells:
            raise Refused(Code.BAD_MERGE, f"{quoted(sheet)}: {reference} overlaps another", sheet, reference)
        covered |= cells


def _read_cells(
    sheet: str, rows: Element, book: Book
) -> tuple[list[tuple[Place, Content]], tuple[int, int, str], set[str]]:
    """Return the cells that hold something, (last row, last column, last reference) of all cells, and the styles used."""
    held: list[tuple[Place, Content]] = []
    last_row, last_column, last = 0, 0, ""
    styles: set[str] = set()
    for cell, place in _placed(sheet, rows):
        styles.add(cell.get("s", "0"))
        if place.column > last_column or place.row > last_row:
            last_row, last_column, last = place.row, max(last_column, place.column), place.reference
        if len(cell):
            content = _content(cell, place, book)
            if content is not NOTHING:
                _refuse_stray(place)
                held.append((place, content))
    return held, (last_row, last_column, last), styles


def _placed(sheet: str, rows: Element) -> Iterator[tuple[Element, Place]]:
    """Yield every cell with its place: rows downward, cells rightward, each where its reference says."""
    previous = 0
    for row in rows:
        written = row.get("r", "")
        if row.tag != ROW or not _ROW_NUMBER.fullmatch(written) or int(written) > LAST_ROW:
            raise Refused(Code.BAD_CELL, f"{quoted(sheet)}: row {quoted(written or row.tag)}", sheet)
        number = int(written)
        if number <= previous:
            raise Refused(Code.DUPLICATE_CELL, f"{quoted(sheet)}: row {number} after row {previous}", sheet, written)
        previous, column = number, 0
        for cell in row:
            place = _place(sheet, cell, written, number)
            if place.column <= column:
                raise place.refused(Code.DUPLICATE_CELL, "twice, or behind a cell to its right")
            column = place.column
            yield cell, place


def _place(sheet: str, cell: Element, row: str, number: int) -> Place:
    reference = cell.get("r", "")
    column = _column(reference[: -len(row)]) if reference.endswith(row) else None
    if column is None or cell.tag != CELL:
        raise Refused(Code.BAD_CELL, f"{quoted(sheet)}: cell {quoted(reference or cell.tag)} in row {row}", sheet)
    return Place(sheet, reference, number, column)


@lru_cache(maxsize=1024)
def _column(letters: str) -> int | None:
    """Return the number of the column `letters` from 1 to 16384, or None."""
    if not re.fullmatch(r"[A-Z]{1,3}", letters):
        return None
    number = 0
    for letter in letters:
        number = number * 26 + ord(letter) - ord("A") + 1
    return number if number <= LAST_COLUMN else None


def _content(cell: Element, place: Place, book: Book) -> Content:
    """Return what `cell` holds; a refusal when readers would not agree on it."""
    kind, shape = cell.get("t", "n"), tuple([child.tag for child in cell])
    if shape not in SHAPES or (INLINE in shape) != (kind == "inlineStr"):
        raise place.refused(Code.BAD_CELL, f"type {quoted(kind)} with {quoted([local(child) for child in cell])}")
    if kind == "inlineStr":
        return _inline(cell[0], place)
    if any(len(child) for child in cell):
        raise place.refused(Code.BAD_CELL, "elements inside a value or a formula")
    if shape[0] == FORMULA:
        _check_formula(cell[0], place)
    value = (cell[-1].text or "") if shape[-1] == VALUE else None
    if not value:
        is_cached = shape[0] == VALUE or (value is not None and kind == "str")
        return NOTHING if is_cached else UNCACHED
    return _valued(kind, value, place, book)


def _valued(kind: str, value: str, place: Place, book: Book) -> Content:
    if kind == "s" and _INDEX.fullmatch(value) and int(value) < len(book.strings):
        return SOMETHING if book.strings[int(value)] else NOTHING
    if kind == "n" and len(value) <= limits.NUMBER and _NUMBER.fullmatch(value) and math.isfinite(float(value)):
        return SOMETHING
    if kind == "str" and len(value) <= limits.TEXT:
        return SOMETHING if value.strip() else NOTHING
    if kind == "e" and _ERROR.fullmatch(value):
        return ERROR
    if (kind == "b" and value in ("0", "1")) or (kind == "d" and _DAY.fullmatch(value)):
        return SOMETHING
    raise place.refused(Code.BAD_CELL, f"type {quoted(kind)} with value {quoted(value, 40)}")


def _inline(string: Element, place: Place) -> Content:
    text = text_of(string) if len(string) else ""
    if text is None or len(text) > limits.TEXT:
        raise place.refused(Code.BAD_CELL, "inline string of an odd shape, or too long")
    return SOMETHING if text.strip() else NOTHING


def _check_formula(formula: Element, place: Place) -> None:
    refuse_calling_out([formula.text or ""], place.sheet, place.reference)
    if "ref" in formula.keys():  # noqa: SIM118 - an Element is no mapping
        box_of(place.sheet, formula.get("ref", ""), Code.STRAY_CELL)


def _refuse_stray(place: Place) -> None:
    if place.row > limits.ROWS or place.column > limits.COLUMNS:
        raise place.refused(Code.STRAY_CELL, f"beyond row {limits.ROWS} or column {limits.COLUMNS}")


def _refuse_wide_box(sheet: str, last_row: int, last_column: int, last: str) -> None:
    """Refuse formatted cells so far out that a reader which fills the rectangle up to them never ends."""
    if last_row * last_column > limits.BOX:
        raise Refused(Code.STRAY_CELL, f"{quoted(sheet)}: {last_row} × {last_column} cells", sheet, last)


def _refuse_unknown_styles(sheet: str, styles: set[str], book: Book) -> None:
    unknown = [s for s in styles if not _INDEX.fullmatch(s) or int(s) >= max(1, book.styles)]
    if unknown:
        raise Refused(Code.BAD_CELL, f"{quoted(sheet)}: style {quoted(min(unknown))} of {book.styles}", sheet)
