"""The cells of a sheet, read by a grammar: the one shape of row and cell that every reader reads alike.

Readers differ on all that lies beside it. Of `<v>1<!-- -->2</v>` one takes 1 and another 12; of `<v>1&#48;0</v>`, 1 and
100; of a value before its formula, nothing and the value. So the bytes between `<sheetData>` and its end must be tiled
by this grammar without a gap, or the file is refused. It holds only in well-formed UTF-8 without comments, CDATA
sections and processing instructions, where every `<` begins a tag: `xml_parts.check` proves that first.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass, field

from tasks.collect.guard import limits
from tasks.collect.guard.contents import Book, Content, content_of
from tasks.collect.guard.ranges import LAST_COLUMN, LAST_ROW, box_of, column_of, reference_of
from tasks.collect.guard.refusal import Code, Refused, quoted

_ATTRIBUTES = rb"(?:\s++(?!xmlns)[A-Za-z_][\w.:-]*+=(?:\"[^\"<&]*+\"|'[^'<&]*+'))*+"
_CELL = (
    # Writers put r, s and t first and in this order; what else a cell has is captured, and read only if it is there.
    rb"<c(?: r=\"([A-Z]{1,3})([1-9][0-9]{0,6})\")?+(?: s=\"([0-9]{1,7})\")?+(?: t=\"([A-Za-z]+)\")?+"
    rb"(" + _ATTRIBUTES + rb")\s*+(?:/>|>\s*+"
    rb"(?:<f(" + _ATTRIBUTES + rb")\s*+(?:/>|>([^<]*+)</f\s*+>)\s*+)?+"
    rb"(?:<v" + _ATTRIBUTES + rb"\s*+(?:(/)>|>([^<]*+)</v\s*+>)\s*+)?+"
    rb"(?:<is\s*+>([^<]*+(?:<(?!/is\s*+>)[^<]*+)*+)</is\s*+>\s*+)?+"
    rb"</c\s*+>)"
)
_PIECE = re.compile(rb"(?:" + _CELL + rb"|<row(" + _ATTRIBUTES + rb")\s*+(/?)>|(</row\s*+>))\s*+")
_ATTRIBUTE = re.compile(rb"([\w.:-]++)=(?:\"([^\"]*+)\"|'([^']*+)')")
_ROW_NUMBER = re.compile(rb"[1-9][0-9]{0,6}")
_REFERENCE = re.compile(rb"([A-Z]{1,3})([1-9][0-9]{0,6})")
_STYLE = re.compile(rb"[0-9]{1,7}")


@dataclass
class Cells:
    """What the cells of one sheet come to: contents and their bounds, the bounds of all cells, the styles used."""

    contents: list[Content] = field(default_factory=list)
    last_row: int = 0
    last_column: int = 0
    bottom: int = 0
    right: int = 0
    styles: set[bytes] = field(default_factory=set)


def read_cells(rows: bytes, book: Book) -> Cells:
    """Return what the bytes `rows` of a sheet hold: rows downward, cells rightward, each where its reference says."""
    cells = Cells()
    for piece, row, column, kind, style in _placed(rows):
        formula_attributes, formula, void, value, inline = piece.group(6, 7, 8, 9, 10)
        cells.styles.add(style)
        cells.bottom = row
        cells.right = max(cells.right, column)
        if formula_attributes is None and void is None and value is None and inline is None:
            continue
        try:
            if formula_attributes:
                _check_formula_range(formula_attributes)
            has_formula, has_value = formula_attributes is not None, void is not None or value is not None
            content = content_of(
                kind, (formula or b"") if has_formula else None, (value or b"") if has_value else None, inline, book
            )
            if content is not Content.NOTHING:
                _keep(cells, content, row, column)
        except Refused as verdict:
            raise verdict.at(cell=reference_of(row, column)) from None
    return cells


def _placed(rows: bytes) -> Iterator[tuple[re.Match[bytes], int, int, bytes, bytes]]:
    """Yield every cell with its row, column, type and style, in the order in which each of them must stand."""
    written, number, column = b"", 0, 0
    for piece in _pieces(rows):
        letters, at_row, style, kind, others = piece.group(1, 2, 3, 4, 5)
        if others is None:  # the beginning of a row, or its end
            written, number = _row(piece, written, number)
            column = 0
            continue
        if others or letters is None:
            letters, at_row, style, kind = _attributes_of(piece, number)
        if at_row != written:
            raise Refused(Code.BAD_CELL, f"cell {quoted(letters + at_row)} in row {number}")
        previous, column = column, column_of(letters)
        if column <= previous:
            raise Refused(
                Code.DUPLICATE_CELL, "twice, or behind a cell to its right", cell=reference_of(number, column)
            )
        if column > LAST_COLUMN:
            raise Refused(Code.BAD_CELL, f"cell {quoted(letters + at_row)}")
        yield piece, number, column, kind or b"n", style or b"0"


def _pieces(rows: bytes) -> Iterator[re.Match[bytes]]:
    """Yield the pieces that tile `rows`, or refuse at the first byte that belongs to none."""
    end = len(rows) - len(rows.lstrip())
    for piece in _PIECE.finditer(rows, end):
        if piece.start() != end:
            break
        end = piece.end()
        yield piece
    if end != len(rows):
        raise Refused(
            Code.BAD_CELL, f"cells are written in a way that readers differ on: {quoted(rows[end : end + 60])}"
        )


def _row(piece: re.Match[bytes], open_row: bytes, previous: int) -> tuple[bytes, int]:
    """Return the number of the row that is open behind `piece`, as written (empty for none) and as a number."""
    attributes, void = piece.group(11, 12)
    if attributes is None:
        return b"", previous
    written = dict(_named(attributes)).get(b"r", b"")
    if open_row or not _ROW_NUMBER.fullmatch(written) or int(written) > LAST_ROW:
        raise Refused(Code.BAD_CELL, f"row {quoted(written)} after row {previous}")
    if int(written) <= previous:
        rows = f"{int(written)}:{int(written)}"
        raise Refused(Code.DUPLICATE_CELL, f"row {int(written)} after row {previous}", cell=rows)
    return b"" if void else written, int(written)


def _attributes_of(piece: re.Match[bytes], row: int) -> tuple[bytes, bytes, bytes | None, bytes | None]:
    """Return column letters, row, style and type of a cell whose attributes stand in an order of their own."""
    named = dict(_named(piece[0][: piece.end(5) - piece.start()]))
    reference, style = _REFERENCE.fullmatch(named.get(b"r", b"")), named.get(b"s", b"0")
    if reference is None or not _STYLE.fullmatch(style):
        raise Refused(Code.BAD_CELL, f"cell {quoted(named)} in row {row}")
    return reference[1], reference[2], style, named.get(b"t")


def _named(attributes: bytes) -> Iterator[tuple[bytes, bytes]]:
    return ((name, double or single) for name, double, single in _ATTRIBUTE.findall(attributes))


def _check_formula_range(attributes: bytes) -> None:
    reference = dict(_named(attributes)).get(b"ref")
    if reference is not None:
        box_of(reference.decode(), Code.STRAY_CELL)


def _keep(cells: Cells, content: Content, row: int, column: int) -> None:
    if row > limits.ROWS or column > limits.COLUMNS:
        raise Refused(Code.STRAY_CELL, f"beyond row {limits.ROWS} or column {limits.COLUMNS}")
    cells.contents.append(content)
    cells.last_row, cells.last_column = row, max(cells.last_column, column)
