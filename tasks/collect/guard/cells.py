"""The cells of a sheet, read by a grammar: the one shape of row and cell that every reader reads alike.

Readers differ on all that lies beside it. Of `<v>1<!-- -->2</v>` one takes 1 and another 12; of `<v>1&#48;0</v>`, 1 and
100; of a value before its formula, nothing and the value. So the bytes between `<sheetData>` and its end must be tiled
by this grammar without a gap, or the file is refused. It holds only in well-formed UTF-8 without comments, CDATA
sections and processing instructions, where every `<` begins a tag: `sheets.py` has that proved first.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence, Set
from dataclasses import dataclass
from functools import lru_cache

from tasks.collect.guard import limits
from tasks.collect.guard.contents import (
    Book,
    Content,
    content_of_plain_text,
    content_of_text,
    content_of_value,
    rich_text,
    text_from,
)
from tasks.collect.guard.names import refuse_calling_out
from tasks.collect.guard.ranges import LAST_COLUMN, LAST_ROW, box_of, column_of, reference_of
from tasks.collect.guard.refusal import Code, Refused, quoted

# No namespace of its own: that would make the same bytes another element to a reader that minds namespaces.
_ATTRIBUTES = rb"(?:\s++(?!xmlns)[A-Za-z_][\w.:-]*+=(?:\"[^\"<&]*+\"|'[^'<&]*+'))*+"
_FORMULA = rb"<f(?P<about>" + _ATTRIBUTES + rb")\s*+(?:/>|>(?P<formula>[^<]*+)</f\s*+>)\s*+"
_VALUE = rb"<v" + _ATTRIBUTES + rb"\s*+(?:(?P<void>/)>|>(?P<value>[^<]*+)</v\s*+>)\s*+"
_PLAIN = rb"<t(?: xml:space=\"preserve\")?+>(?P<plain>[^<]*+)</t>"
_INLINE = rb"<is>(?:" + _PLAIN + rb"|(?P<rich>[^<]*+(?:<(?!/is>)[^<]*+)*+))</is>\s*+"
_CELL = (
    # Writers put r, s and t first and in this order; what else a cell has is captured, and read only if it is there.
    rb"<c(?P<place>(?: r=\"[A-Z]{1,3}[1-9][0-9]{0,6}\")?+(?: s=\"[0-9]{1,7}\")?+(?: t=\"[A-Za-z]{1,9}\")?+)"
    rb"(?P<others>" + _ATTRIBUTES + rb")\s*+"
    rb"(?:/>|>\s*+(?:" + _INLINE + rb"|(?:" + _FORMULA + rb")?+(?:" + _VALUE + rb")?+)</c\s*+>)"
)
_ROW = rb"<row(?: r=\"(?P<row>[1-9][0-9]{0,6})\")?+(?P<about_row>" + _ATTRIBUTES + rb")\s*+(?P<empty>/?)>"
_END = rb"</row\s*+>\s*+"
_PIECE = re.compile(rb"(?:" + _CELL + rb"|(?P<end>" + _END + rb")?+" + _ROW + rb"|(?P<last>" + _END + rb"))\s*+")
_ATTRIBUTE = re.compile(rb"([\w.:-]++)=(?:\"([^\"]*+)\"|'([^']*+)')")
_ROW_NUMBER = re.compile(rb"[1-9][0-9]{0,6}")
_REFERENCE = re.compile(rb"([A-Z]{1,3})([1-9][0-9]{0,6})")
_STYLE = re.compile(rb"[0-9]{1,7}")
_NEXT_CELL = re.compile(rb"<(?:\w+:)?c\s(?:[^<>]*?\s)??r=[\"']([A-Z]{1,3}[1-9][0-9]{0,6})[\"']")


@dataclass(frozen=True)
class Cells:
    """What the cells of one sheet come to: contents and their bounds, the bounds of all cells, the styles used."""

    contents: Sequence[Content]
    last_row: int
    last_column: int
    bottom: int
    right: int
    styles: Set[bytes]


def read_cells(rows: bytes, book: Book) -> Cells:
    """Return what the bytes `rows` of a sheet hold: rows downward, cells rightward, each where its reference says."""
    contents: list[Content] = []
    styles: set[bytes] = set()
    row = last_row = last_column = right = 0
    for piece, row, column, kind in _placed(rows, styles):
        if column > right:  # noqa: PLR1730  a call for each of many cells would be felt
            right = column
        try:
            content = _content(piece, kind, book)
        except Refused as verdict:
            raise verdict.at(cell=reference_of(row, column)) from None
        if content is None:
            continue
        if row > limits.ROWS or column > limits.COLUMNS:
            raise Refused(Code.STRAY_CELL, "beyond the rows and columns we issue", cell=reference_of(row, column))
        contents.append(content)
        last_row = row
        last_column = max(last_column, column)
    return Cells(contents, last_row, last_column, row, right, styles)


def _placed(rows: bytes, styles: set[bytes]) -> Iterator[tuple[re.Match[bytes], int, int, bytes]]:
    """Yield every cell with its row, column and type, each in the order in which it must stand; note its style.

    The pieces must tile `rows`: the first byte that belongs to none of them refuses the file.
    """
    end, written, number, column = len(rows) - len(rows.lstrip()), b"", 0, 0
    for piece in _PIECE.finditer(rows, end):
        if piece.start() != end:
            break
        end = piece.end()
        place, others = piece.group(1, 2)
        if others is None:  # the beginning of a row, or its end
            written, number = _row(piece, written, number)
            column = 0
            continue
        previous = column
        try:
            at_row, column, style, kind = _attributes_of(place + others) if others else _usual(place)
        except Refused as verdict:
            raise verdict.at(cell=f"{number}:{number}") from None
        if at_row != written or column > LAST_COLUMN:
            raise Refused(Code.BAD_CELL, f"cell {quoted(place + others)}", cell=f"{number}:{number}")
        if column <= previous:
            raise Refused(Code.DUPLICATE_CELL, "twice, or left of the one before", cell=reference_of(number, column))
        styles.add(style)
        yield piece, number, column, kind
    if end != len(rows):
        odd = rows[end : end + 400]
        named = _NEXT_CELL.search(odd)
        raise Refused(
            Code.BAD_CELL,
            f"cells written in a way that readers differ on: {quoted(odd[:60])}",
            cell=named[1].decode() if named else None,
        )


def _content(piece: re.Match[bytes], kind: bytes, book: Book) -> Content | None:
    """Return what the cell `piece` says by its last part (a string, a value or a formula), or None for nothing."""
    last_part = piece.lastgroup
    if last_part == "others":  # a format, and nothing in it
        return None
    if last_part == "plain" and kind == b"inlineStr":
        return content_of_plain_text(piece["plain"])
    if kind == b"inlineStr" and last_part == "rich":
        return content_of_text(rich_text(piece["rich"]))
    if kind == b"inlineStr" or last_part in ("plain", "rich"):
        raise Refused(Code.BAD_CELL, f"type {quoted(kind)} with {last_part}")
    about, value = piece["about"], piece["value"]
    if about is not None:
        _check_formula(about, piece["formula"] or b"")
    if value:
        return content_of_value(kind, value, book)
    is_computed = about is None or (kind == b"str" and last_part in ("void", "value"))
    return None if is_computed else Content.UNCACHED


def _row(piece: re.Match[bytes], open_row: bytes, previous: int) -> tuple[bytes, int]:
    """Return the number of the row that is open behind `piece`, as written (empty for none) and as a number."""
    end, written, others, is_empty, is_last = piece.group("end", "row", "about_row", "empty", "last")
    if is_last:
        return b"", previous
    if written is None:
        written = dict(_named(others)).get(b"r", b"")
    if bool(open_row) != bool(end) or not _ROW_NUMBER.fullmatch(written) or int(written) > LAST_ROW:
        raise Refused(Code.BAD_CELL, f"row {quoted(written)} after row {previous}")
    number = int(written)
    if number <= previous:
        raise Refused(Code.DUPLICATE_CELL, f"row {number} after row {previous}", cell=f"{number}:{number}")
    return b"" if is_empty else written, number


def _attributes_of(attributes: bytes) -> tuple[bytes, int, bytes, bytes]:
    """Return the row of a cell as written, its column as a number, its style and its type."""
    named = dict(_named(attributes))
    reference, style = _REFERENCE.fullmatch(named.get(b"r", b"")), named.get(b"s", b"0")
    if reference is None or not _STYLE.fullmatch(style):
        raise Refused(Code.BAD_CELL, f"cell {quoted(named)}")
    return reference[2], column_of(reference[1]), style, named.get(b"t", b"n")


# The cells of all units' workbooks stand in the same few thousand places; what `_PIECE` calls a place is short.
_usual = lru_cache(maxsize=4096)(_attributes_of)


def _named(attributes: bytes) -> Iterator[tuple[bytes, bytes]]:
    return ((name, double or single) for name, double, single in _ATTRIBUTE.findall(attributes))


def _check_formula(attributes: bytes, formula: bytes) -> None:
    """Refuse a formula that calls out, or one for a range (an array, a shared one) that is out of bounds."""
    refuse_calling_out([text_from(formula)])
    reference = dict(_named(attributes)).get(b"ref") if attributes else None
    if reference is not None:
        box_of(reference.decode(), Code.STRAY_CELL)
