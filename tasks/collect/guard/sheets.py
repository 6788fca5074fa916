"""One sheet: every cell in its place, once, and nothing in it that a reader would take for what it is not."""

from __future__ import annotations

import re
from dataclasses import dataclass
from xml.etree.ElementTree import Element

from tasks.collect.guard import limits
from tasks.collect.guard.cells import Cells, read_cells
from tasks.collect.guard.contents import Book, Content
from tasks.collect.guard.names import MAIN, STRICT, refuse_calling_out
from tasks.collect.guard.ranges import box_of, corners_of, reference_of
from tasks.collect.guard.refusal import Code, Refused, quoted
from tasks.collect.guard.workbook import SheetPart
from tasks.collect.guard.xml_parts import body_of, local, refuse_ill_formed, tree

WORKSHEET, DATA = f"{MAIN}worksheet", f"{MAIN}sheetData"
MERGES, LINKS, DIMENSION = f"{MAIN}mergeCells", f"{MAIN}hyperlinks", f"{MAIN}dimension"
CONDITIONS = {f"{MAIN}{name}" for name in ("formula", "formula1", "formula2")}
# Read by name wherever they stand, or acting: nothing of the kind may hide elsewhere in a sheet.
ONLY_AT_THE_TOP = {"worksheet", "sheetData", "row", "c", "mergeCells", "hyperlinks", "dimension"}
ACTING = {"oleObjects", "oleObject", "controls", "control"}

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


def inspect_sheet(part: SheetPart, data: bytes, book: Book) -> Sheet:
    """Return what the bytes `data` of the sheet `part` hold; a refusal names the sheet, and the cell if it can."""
    try:
        return _inspected(part, data, book)
    except Refused as verdict:
        raise verdict.at(part.name) from None


def _inspected(part: SheetPart, data: bytes, book: Book) -> Sheet:
    frame, rows = _frame_and_rows(part.part, body_of(part.part, data))
    root = tree(part.part, frame)
    _refuse_other_roots(root)
    _refuse_misleading(root)
    _check_ranges(root)
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


def _refuse_other_roots(root: Element) -> None:
    if root.tag.startswith(f"{{{STRICT}"):
        raise Refused(Code.STRICT_WORKBOOK, f"sheet root {quoted(root.tag)}")
    if root.tag != WORKSHEET or [top.tag for top in root].count(DATA) != 1:
        raise Refused(Code.BAD_WORKBOOK, f"sheet root {quoted(root.tag)}")


def _refuse_misleading(root: Element) -> None:
    """Refuse what acts, and what a reader that looks for names anywhere would take for rows, merges or links."""
    at_the_top = {top.tag for top in root}
    deeper = {element.tag for top in root for child in top for element in child.iter()}
    acting = ACTING.intersection(map(local, at_the_top | deeper))
    if acting:
        raise Refused(Code.ACTIVE_CONTENT, f"sheet holds {sorted(acting)}")
    foreign = {tag for tag in at_the_top if not tag.startswith(MAIN)}
    odd = ONLY_AT_THE_TOP.intersection(map(local, deeper | foreign))
    if odd:
        raise Refused(Code.BAD_WORKBOOK, f"sheet holds {sorted(odd)} in an odd place")
    for tag in CONDITIONS & deeper:
        refuse_calling_out(condition.text or "" for condition in root.iter(tag))


def _check_ranges(root: Element) -> None:
    for top in root:
        if top.tag == MERGES:
            _check_merges(top)
        elif top.tag == LINKS:
            _check_links(top)
        elif top.tag == DIMENSION and corners_of(top.get("ref", "")) is None:
            raise Refused(Code.BAD_WORKBOOK, f"dimension {quoted(top.attrib)}")


def _check_merges(merges: Element) -> None:
    """Refuse merged ranges that are too large, or that overlap."""
    covered: set[tuple[int, int]] = set()
    for merge in merges:
        reference = merge.get("ref", "")
        top, left, bottom, right = box_of(reference, Code.BAD_MERGE)
        cells = {(row, column) for row in range(top, bottom + 1) for column in range(left, right + 1)}
        if covered & cells:
            raise Refused(Code.BAD_MERGE, f"{reference} overlaps another merged range", cell=reference)
        covered |= cells


def _check_links(links: Element) -> None:
    """Refuse linked ranges that reach out of bounds, or that make a reader walk the same cells over and over."""
    walked = 0
    for link in links:
        top, left, bottom, right = box_of(link.get("ref", ""), Code.STRAY_CELL)
        walked += (bottom - top + 1) * (right - left + 1)
    if walked > limits.ROWS * limits.COLUMNS:
        raise Refused(Code.BOMB_SIZE, f"links over {walked} cells")


def _refuse_far_formats(cells: Cells) -> None:
    """Refuse formatted cells so far out that a reader which fills the rectangle up to them never ends."""
    if cells.bottom * cells.right > limits.BOX:
        far = reference_of(cells.bottom, cells.right)
        raise Refused(Code.STRAY_CELL, f"formatted cells fill {cells.bottom} × {cells.right}", cell=far)


def _refuse_unknown_styles(cells: Cells, book: Book) -> None:
    most = max(map(int, cells.styles), default=0)
    if most >= max(1, book.styles):
        raise Refused(Code.BAD_CELL, f"style {most} of {book.styles}")
