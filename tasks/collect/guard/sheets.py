"""One sheet: every cell in its place, once, and nothing in it that a reader would take for what it is not."""

from __future__ import annotations

import re
from dataclasses import dataclass

from tasks.collect.guard import limits
from tasks.collect.guard.cells import Cells, read_cells
from tasks.collect.guard.contents import Book, Content
from tasks.collect.guard.frame import check_frame
from tasks.collect.guard.ranges import reference_of
from tasks.collect.guard.refusal import Code, Refused
from tasks.collect.guard.remember import remembering
from tasks.collect.guard.workbook import SheetPart
from tasks.collect.guard.xml_parts import body_of, refuse_ill_formed

_ROOT = re.compile(rb"\s*+<worksheet(?:\s++[\w.:-]++=(?:\"[^\"<]*+\"|'[^'<]*+'))*+\s*+>")
_ROWS = re.compile(rb"<sheetData\s*(/?)>")


@dataclass(frozen=True)
class Sheet:
    """One inspected sheet.

    `cells` counts cells that say something: neither empty nor only white space, nor a formula that was never computed.
    `last_row` and `last_column` bound these and uncomputed formulas (0 if none); formatted empty cells may lie beyond.
    """

    name: str
    state: str
    cells: int
    last_row: int
    last_column: int
    has_errors: bool
    has_uncached: bool
    has_misleading: bool  # whether some cell, be it an empty one, has a format that shows another number


def inspect_sheet(part: SheetPart, data: bytes, book: Book) -> Sheet:
    """Return what the bytes `data` of the sheet `part` hold; a refusal names the sheet, and the cell if it can."""
    try:
        return _inspected(data, (part, book))
    except Refused as verdict:
        raise verdict.at(part.name) from None


@remembering(parts=32)
def _inspected(data: bytes, about: tuple[SheetPart, Book]) -> Sheet:
    part, book = about
    frame, rows = _frame_and_rows(part.part, body_of(part.part, data))
    check_frame(frame)
    cells = read_cells(rows, book)
    _refuse_far_formats(cells)
    _refuse_unknown_styles(cells, book)
    return Sheet(
        part.name,
        part.state,
        cells=len(cells.contents) - cells.contents.count(Content.UNCACHED),
        last_row=cells.last_row,
        last_column=cells.last_column,
        has_errors=Content.ERROR in cells.contents,
        has_uncached=Content.UNCACHED in cells.contents,
        has_misleading=not book.formats.misleading.isdisjoint(cells.styles),
    )


def _frame_and_rows(name: str, body: bytes) -> tuple[bytes, bytes]:
    """Return a sheet without its rows, and its rows, which are well-formed under the root's own declarations."""
    opening, root = _ROWS.search(body), _ROOT.match(body)
    if opening is None or root is None or body.count(b"<sheetData") != 1:
        raise Refused(Code.BAD_WORKBOOK, "root or rows missing, doubled, or written as readers do not expect")
    if opening[1]:
        return body, b""
    end = body.rfind(b"</sheetData")
    rows = body[opening.end() : end]
    refuse_ill_formed(name, b"%b<sheetData>%b</sheetData></worksheet>" % (root[0], rows))
    return body[: opening.end()] + body[end:], rows


def _refuse_far_formats(cells: Cells) -> None:
    """Refuse formatted cells so far out that a reader which fills the rectangle up to them never ends."""
    if cells.bottom * cells.right > limits.BOX:
        far = reference_of(cells.bottom, cells.right)
        raise Refused(Code.STRAY_CELL, f"formatted cells fill {cells.bottom} × {cells.right}", cell=far)


def _refuse_unknown_styles(cells: Cells, book: Book) -> None:
    most = max(map(int, cells.styles), default=0)
    if most >= max(1, book.formats.count):
        raise Refused(Code.BAD_CELL, f"style {most} of {book.formats.count}")
