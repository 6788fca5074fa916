"""The guard between bytes and readers: a workbook is inspected whole, or refused with its reason."""

from __future__ import annotations

import posixpath
from collections.abc import Mapping
from dataclasses import dataclass

from tasks.collect.guard import limits, names, workbook
from tasks.collect.guard.archive import Member, content, members_of, read_directory
from tasks.collect.guard.contents import Book
from tasks.collect.guard.formats import Formats, formats_in
from tasks.collect.guard.magic import refuse_other_archives, refuse_other_formats
from tasks.collect.guard.ranges import box_of
from tasks.collect.guard.refusal import Code, Refusal, Refused
from tasks.collect.guard.remember import remembering
from tasks.collect.guard.sheets import Sheet, inspect_sheet
from tasks.collect.guard.strings import filled_strings
from tasks.collect.guard.workbook import Relation, SheetPart
from tasks.collect.guard.xml_parts import body_of, local, parse, refuse_ill_formed, refuse_tags, scan

XML, NEARLY_XML = (".xml", ".rels"), (".vml", ".svg")
# Parts of a sheet whose `ref` makes a reader create or walk cells.
REFERRING = {"comment", "table"}


@dataclass(frozen=True)
class Inspection:
    """What a workbook that may be read holds, sheet by sheet in the order of the workbook."""

    sheets: tuple[Sheet, ...]

    @property
    def needs_care(self) -> bool:
        """Whether some cell is an error or an uncomputed formula, blank to calamine, or shown as another number."""
        return any(sheet.has_errors or sheet.has_uncached or sheet.has_misleading for sheet in self.sheets)


def inspect(data: bytes) -> Inspection | Refusal:
    """Return what the workbook `data` holds, or why no reader may open it."""
    try:
        return _inspect(data)
    except Refused as verdict:
        return verdict.refusal


def refuse_size(size: int) -> None:
    """Refuse a file of `size` bytes that is empty, or larger than we take."""
    if size == 0:
        raise Refused(Code.EMPTY_FILE, "0 bytes")
    if size > limits.FILE:
        raise Refused(Code.TOO_BIG, f"{size} bytes, at most {limits.FILE}")


def _inspect(data: bytes) -> Inspection:
    refuse_size(len(data))
    refuse_other_formats(data)
    members, parts = _unpacked(data)
    relations = _relations(members, parts)
    listed = _listed(parts, relations)
    book = _book(parts)
    sheets = tuple(_inspected(sheet, parts, relations, book) for sheet in listed)
    for name, part in parts.items():
        _check_rest(part, name)
    return Inspection(sheets)


@remembering(parts=16)
def _check_rest(part: bytes, name: str) -> None:
    """Refuse a part from which no figure comes if it is not fit to be read; a theme never is, only kept."""
    if name.startswith("xl/theme/"):
        refuse_ill_formed(name, body_of(name, part, plain=False))
    else:
        parse(name, part, plain=False)


def _unpacked(data: bytes) -> tuple[frozenset[str], dict[str, bytes]]:
    """Return the names of all members and the bytes of those that are XML; every member is inflated and checked."""
    entries = read_directory(data)
    refuse_other_archives({entry.filename for entry in entries})
    members = members_of(data, entries)
    names.refuse_odd_members(member.name for member in members)
    parts = {member.name: content(data, member) for member in _xml_among(members)}
    for member in members:
        if member.name not in parts:
            _check_other(data, member)
    refuse_tags("workbook", parts.values(), limits.TAGS)
    return frozenset(member.name for member in members), parts


def _xml_among(members: list[Member]) -> list[Member]:
    """Return the members that are XML parts, which together cost no more than a parse may."""
    xml = [member for member in members if member.name.lower().endswith(XML)]
    sizes = [member.size for member in xml]
    if max(sizes, default=0) > limits.XML_PART or sum(sizes) > limits.XML_TOTAL:
        raise Refused(Code.BOMB_SIZE, f"{sum(sizes)} bytes of XML, {max(sizes)} in one part")
    return xml


def _check_other(data: bytes, member: Member) -> None:
    plain = content(data, member)
    if member.name.lower().endswith(NEARLY_XML):
        scan(member.name, plain)


def _relations(members: frozenset[str], parts: dict[str, bytes]) -> dict[str, list[Relation]]:
    """Return the relationships by the part that lists them; content types and the start of the package are checked."""
    missing = [name for name in names.NEEDED if name not in parts]
    if missing:
        raise Refused(Code.MISSING_PART, f"without {missing}")
    lists = [name for name in parts if name.lower().endswith(".rels")]
    refuse_tags("content types, relationships", [parts[n] for n in (names.TYPES_PART, *lists)], limits.LINKS)
    has_references = b"&" in parts[names.WORKBOOK_RELATIONS]
    workbook.check_types(parse(names.TYPES_PART, parts.pop(names.TYPES_PART)), members)
    relations = {name: workbook.relations_in(name, parse(name, parts.pop(name)), members) for name in lists}
    if has_references:  # one reader compares ids and targets as written, another as meant
        raise Refused(Code.BAD_WORKBOOK, "workbook relationships hold character references")
    workbook.check_start(relations[names.START_RELATIONS])
    return relations


def _listed(parts: dict[str, bytes], relations: Mapping[str, list[Relation]]) -> list[SheetPart]:
    root = parse(names.WORKBOOK, parts.pop(names.WORKBOOK))
    return workbook.sheets_of(root, relations[names.WORKBOOK_RELATIONS])


def _book(parts: dict[str, bytes]) -> Book:
    strings, styles = parts.pop(names.STRINGS, None), parts.pop(names.STYLES, None)
    filled = () if strings is None else filled_strings(parse(names.STRINGS, strings))
    return Book(filled, Formats(0) if styles is None else formats_in(styles, names.STYLES))


def _inspected(sheet: SheetPart, parts: dict[str, bytes], relations: Mapping[str, list[Relation]], book: Book) -> Sheet:
    data = parts.pop(sheet.part)
    folder, file = posixpath.split(sheet.part)
    for relation in relations.get(f"{folder}/_rels/{file}.rels", ()):
        if relation.target in parts and not relation.external:
            _refuse_far_references(sheet.name, relation.target, parts.pop(relation.target))
    return inspect_sheet(sheet, data, book)


def _refuse_far_references(sheet: str, part: str, data: bytes) -> None:
    """Refuse a comment or a table of `sheet` so far out that a reader creates or walks cells up to it."""
    try:
        for element in parse(part, data, plain=False).iter():
            if local(element.tag) in REFERRING:
                box_of(element.get("ref", ""), Code.STRAY_CELL)
    except Refused as verdict:
        raise verdict.at(sheet) from None
