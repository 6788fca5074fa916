"""The guard between bytes and readers: a workbook is inspected whole, or refused with its reason."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from xml.etree.ElementTree import Element

from tasks.collect.guard import limits, workbook
from tasks.collect.guard.archive import content, members_of, read_directory
from tasks.collect.guard.magic import refuse_other_archives, refuse_other_formats
from tasks.collect.guard.refusal import Code, Refusal, Refused, quoted
from tasks.collect.guard.sheets import Book, Sheet, box_of, inspect_sheet
from tasks.collect.guard.strings import filled_strings
from tasks.collect.guard.workbook import MAIN, Relation, SheetPart
from tasks.collect.guard.xml_parts import local, parse, refuse_dtd, refuse_tags

BOXED = {f"{workbook.RELATIONS}/comments": "comment", f"{workbook.RELATIONS}/table": "table"}


@dataclass(frozen=True)
class Inspection:
    """What a workbook that may be read holds, sheet by sheet in the order of the workbook."""

    sheets: tuple[Sheet, ...]

    @property
    def needs_openpyxl(self) -> bool:
        """Whether some cell is an error or an uncomputed formula, which calamine reads as blank."""
        return any(sheet.has_errors or sheet.has_uncached for sheet in self.sheets)


def inspect(data: bytes) -> Inspection | Refusal:
    """Return what the workbook `data` holds, or why no reader may open it; never raises for any bytes."""
    try:
        return _inspect(data)
    except Refused as verdict:
        return verdict.refusal


def _inspect(data: bytes) -> Inspection:
    refuse_size(len(data))
    refuse_other_formats(data)
    parts = _parts(data)
    relations = {
        name: workbook.parse_relations(name, part, parts) for name, part in parts.items() if name.endswith(".rels")
    }
    sheets = _sheets(parts, relations)
    ...
