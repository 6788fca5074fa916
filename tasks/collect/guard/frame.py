"""The frame of a sheet, all but its rows: merges, links and what a reader would take for what it is not."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from html import unescape
from xml.parsers.expat import ExpatError, ParserCreate

from tasks.collect.guard import limits
from tasks.collect.guard.names import MAIN, STRICT, refuse_calling_out
from tasks.collect.guard.ranges import box_of, corners_of
from tasks.collect.guard.refusal import Code, Refused, quoted

SPACE = MAIN.removeprefix("{")  # as expat writes names: namespace, brace, local name
# A reader finds these by name wherever they stand: nothing of the kind may hide deeper in the sheet.
ONLY_AT_THE_TOP = {"sheetData", "row", "c", "mergeCells", "hyperlinks", "dimension"}
ACTING = {"oleObjects", "oleObject", "controls", "control"}
WATCHED = {"worksheet", "mergeCell", "hyperlink", *ONLY_AT_THE_TOP, *ACTING}

_CONDITION = re.compile(rb"formula[12]?(?:\s[^<>]*)?>([^<]+)")


class Frame:
    """What walking through the frame gathers; a refusal (without sheet) at the first thing that may not be there."""

    def __init__(self) -> None:
        self.depth = 0
        self.groups = 0
        self.merges: list[str] = []
        self.links: list[str] = []

    def start(self, tag: str, attributes: Mapping[str, str]) -> None:
        """Take note of the beginning of an element."""
        self.depth += 1
        name = tag.rpartition("}")[2]
        if name in WATCHED or self.depth == 1:
            self._watch(tag, name, attributes)
        elif self.depth > limits.DEPTH:
            raise Refused(Code.BAD_XML, f"elements nested over {limits.DEPTH} deep")

    def end(self, _: str) -> None:
        """Take note of the end of an element."""
        self.depth -= 1

    def _watch(self, tag: str, name: str, attributes: Mapping[str, str]) -> None:
        if name in ACTING:
            raise Refused(Code.ACTIVE_CONTENT, f"sheet holds {name}")
        if self.depth == 1 or name == "worksheet":
            self._check_root(tag)
        elif name == "mergeCell":
            self.merges.append(attributes.get("ref", ""))
        elif name == "hyperlink":
            self.links.append(attributes.get("ref", ""))
        elif self.depth != 2 or not tag.startswith(SPACE):
            raise Refused(Code.BAD_WORKBOOK, f"sheet holds {name} in an odd place")
        self.groups += name == "sheetData"
        if name == "dimension" and corners_of(attributes.get("ref", "")) is None:
            raise Refused(Code.BAD_WORKBOOK, f"dimension {quoted(attributes)}")

    def _check_root(self, tag: str) -> None:
        if tag.startswith(STRICT):
            raise Refused(Code.STRICT_WORKBOOK, f"sheet root {quoted(tag)}")
        if tag != f"{SPACE}worksheet" or self.depth != 1:
            raise Refused(Code.BAD_WORKBOOK, f"sheet root {quoted(tag)}")


def check_frame(frame: bytes) -> None:
    """Refuse a frame that is ill-formed, acts, misleads a reader, or merges or links more than a form has."""
    found = Frame()
    parser = ParserCreate("utf-8", "}")
    parser.StartElementHandler, parser.EndElementHandler = found.start, found.end
    try:
        parser.Parse(frame, True)
    except (ExpatError, ValueError) as fault:
        raise Refused(Code.BAD_XML, quoted(fault)) from fault
    if found.groups != 1:
        raise Refused(Code.BAD_WORKBOOK, f"{found.groups} groups of rows")
    _check_merges(found.merges)
    _check_links(found.links)
    refuse_calling_out(unescape(condition.decode()) for condition in _CONDITION.findall(frame))


def _check_merges(references: Iterable[str]) -> None:
    """Refuse merged ranges that are too large, or that overlap."""
    covered: set[tuple[int, int]] = set()
    for reference in references:
        top, left, bottom, right = box_of(reference, Code.BAD_MERGE)
        cells = {(row, column) for row in range(top, bottom + 1) for column in range(left, right + 1)}
        if covered & cells:
            raise Refused(Code.BAD_MERGE, f"{reference} overlaps another merged range", cell=reference)
        covered |= cells


def _check_links(references: Iterable[str]) -> None:
    """Refuse linked ranges that reach out of bounds, or that make a reader walk the same cells over and over."""
    walked = 0
    for reference in references:
        top, left, bottom, right = box_of(reference, Code.STRAY_CELL)
        walked += (bottom - top + 1) * (right - left + 1)
    if walked > limits.ROWS * limits.COLUMNS:
        raise Refused(Code.BOMB_SIZE, f"links over {walked} cells")
