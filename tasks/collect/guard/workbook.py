"""The workbook: which parts there are, what they are said to be, and which sheet is which part."""

from __future__ import annotations

import posixpath
import re
import unicodedata
from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass
from xml.etree.ElementTree import Element

from tasks.collect.guard import limits
from tasks.collect.guard.names import (
    MAIN,
    PACKAGE,
    RELATIONS,
    STRICT,
    STRINGS,
    STRINGS_TYPE,
    TYPES,
    WORKBOOK,
    WORKBOOK_TYPE,
    refuse_active,
    refuse_calling_out,
)
from tasks.collect.guard.refusal import Code, Refused, quoted
from tasks.collect.guard.xml_parts import local

SHEET_ATTRIBUTES = {"name", "sheetId", "state", f"{{{RELATIONS}}}id"}
STATES = {"visible", "hidden", "veryHidden"}


@dataclass(frozen=True)
class SheetPart:
    """A sheet as the workbook lists it."""

    name: str
    state: str
    part: str


@dataclass(frozen=True)
class Relation:
    """One relationship: `target` is the name of a member, or an outside address."""

    id: str
    kind: str
    target: str
    external: bool


def check_types(root: Element, names: Collection[str]) -> None:
    """Refuse content types that act, name a part twice, or put workbook and strings where only one reader looks."""
    if root.tag != f"{TYPES}Types":
        raise Refused(Code.BAD_WORKBOOK, f"content types: root {quoted(root.tag)}")
    for entry in root:
        refuse_active(entry.get("ContentType", ""))
    said = [(e.get("PartName", ""), e.get("ContentType", "")) for e in root if e.tag == f"{TYPES}Override"]
    if len({part.casefold() for part, _ in said}) != len(said):
        raise Refused(Code.BAD_WORKBOOK, "content types: one part named twice")
    strings = [f"/{STRINGS}"] if STRINGS in names else []
    for kind, expected in ((WORKBOOK_TYPE, [f"/{WORKBOOK}"]), (STRINGS_TYPE, strings)):
        found = [part for part, said_kind in said if said_kind == kind]
        if found != expected:
            raise Refused(Code.BAD_WORKBOOK, f"content types: {quoted(found)} instead of {expected}")


def relations_in(part: str, root: Element, names: Collection[str]) -> list[Relation]:
    """Return the relationships in the part `part` (a `.rels`): each id once, no target outside or missing."""
    if root.tag != f"{PACKAGE}Relationships" or any(e.tag != f"{PACKAGE}Relationship" for e in root):
        raise Refused(Code.BAD_WORKBOOK, f"{quoted(part)}: not a list of relationships")
    folder = posixpath.dirname(posixpath.dirname(part))
    relations = [_relation(folder, entry) for entry in root]
    for relation in relations:
        _check_relation(part, relation, names)
    if len({relation.id for relation in relations}) != len(relations):
        raise Refused(Code.BAD_WORKBOOK, f"{quoted(part)}: one id used twice")
    return relations


def check_start(relations: Iterable[Relation]) -> None:
    """Refuse a package whose relationships start anywhere but at the workbook."""
    started = [r.target for r in relations if r.kind == f"{RELATIONS}/officeDocument"]
    if started != [WORKBOOK]:
        raise Refused(Code.BAD_WORKBOOK, f"package starts at {quoted(started)}")


def sheets_of(root: Element, relations: Iterable[Relation]) -> list[SheetPart]:
    """Return the sheets that the workbook at `root` lists: unique names, each an own worksheet part."""
    _refuse_workbook(root)
    by_id = {relation.id: relation for relation in relations}
    sheets = [_sheet(entry, by_id) for entry in _listed(root)]
    if not sheets or len(sheets) > limits.SHEETS:
        raise Refused(Code.BAD_WORKBOOK, f"{len(sheets)} sheets")
    _refuse_same_names(sheets)
    if len({sheet.part for sheet in sheets}) != len(sheets):
        raise Refused(Code.BAD_WORKBOOK, "two sheets are one part")
    return sheets


def _relation(folder: str, entry: Element) -> Relation:
    target, mode = entry.get("Target", ""), entry.get("TargetMode", "Internal")
    external = mode != "Internal" or target.startswith("#")
    inside = target[1:] if target.startswith("/") else posixpath.normpath(posixpath.join(folder, target))
    return Relation(entry.get("Id", ""), entry.get("Type", ""), target if external else inside, external)


def _check_relation(part: str, relation: Relation, names: Collection[str]) -> None:
    code = _fault_of(relation, names)
    if code:
        what = "" if relation.id else " without id"
        raise Refused(code, f"{quoted(part)}: {quoted(relation.kind, 120)} to {quoted(relation.target)}{what}")
    refuse_active(relation.kind)


def _fault_of(relation: Relation, names: Collection[str]) -> Code | None:
    if relation.kind.startswith(STRICT):
        return Code.STRICT_WORKBOOK
    if relation.external and relation.kind != f"{RELATIONS}/hyperlink":
        return Code.EXTERNAL_LINK
    if not relation.external and relation.target not in names:
        return Code.MISSING_PART
    return None if relation.id else Code.BAD_WORKBOOK


def _refuse_workbook(root: Element) -> None:
    if root.tag.startswith(f"{{{STRICT}") or root.get("conformance") == "strict":
        raise Refused(Code.STRICT_WORKBOOK, f"workbook root {quoted(root.tag)}")
    if root.tag != f"{MAIN}workbook":
        raise Refused(Code.BAD_WORKBOOK, f"workbook root {quoted(root.tag)}")
    if any(local(e.tag) == "externalReference" for e in root.iter()):
        raise Refused(Code.EXTERNAL_LINK, "workbook lists external references")
    names = [e for e in root.iter() if local(e.tag) == "definedName"]
    if any(_is_macro(name) for name in names):
        raise Refused(Code.ACTIVE_CONTENT, "a defined name is a macro")
    refuse_calling_out(e.text or "" for e in names)


def _is_macro(name: Element) -> bool:
    """Return whether the defined `name` is a macro by a mark of its own, or one that Excel runs by itself."""
    marked = any(name.get(mark, "0") not in ("0", "false") for mark in ("xlm", "function", "vbProcedure"))
    return marked or name.get("name", "").casefold().removeprefix("_xlnm.").startswith("auto_")


def _listed(root: Element) -> list[Element]:
    """Return the listed sheets; nothing elsewhere may look like one to a reader that ignores where it stands."""
    listed = [e for group in root if group.tag == f"{MAIN}sheets" for e in group]
    looks_like_one = [e for e in root.iter() if local(e.tag) == "sheet"]
    if len(listed) != len(looks_like_one) or any(e.tag != f"{MAIN}sheet" for e in listed):
        raise Refused(Code.BAD_WORKBOOK, "sheets are listed in an odd place")
    return listed


def _sheet(entry: Element, relations: Mapping[str, Relation]) -> SheetPart:
    name, state = entry.get("name", ""), entry.get("state", "visible")
    _refuse_bad_name(name)
    relation = relations.get(entry.get(f"{{{RELATIONS}}}id", ""))
    if not set(entry.keys()) <= SHEET_ATTRIBUTES or state not in STATES:
        raise Refused(Code.BAD_WORKBOOK, f"sheet entry {quoted(entry.attrib)}", name)
    if relation is None:
        raise Refused(Code.MISSING_PART, f"no relationship for {quoted(entry.attrib)}", name)
    if relation.kind != f"{RELATIONS}/worksheet" or not _is_where_readers_look(relation):
        raise Refused(Code.BAD_WORKBOOK, f"sheet is {quoted(relation.kind)} at {quoted(relation.target)}", name)
    return SheetPart(name, state, relation.target)


def _is_where_readers_look(relation: Relation) -> bool:
    """Whether a reader that glues `xl/` to a target and one that resolves paths find the same part."""
    return not relation.external and re.fullmatch(r"xl/worksheets/[^/]+\.xml", relation.target) is not None


def _refuse_bad_name(name: str) -> None:
    hidden = any(unicodedata.category(c) in {"Cc", "Cf", "Co", "Cs", "Zl", "Zp"} for c in name)
    if hidden or not name.strip() or len(name) > limits.SHEET_NAME or set(name) & set("[]:*?/\\"):
        raise Refused(Code.BAD_SHEET_NAME, f"sheet name {quoted(name)}")


def _refuse_same_names(sheets: Iterable[SheetPart]) -> None:
    """Refuse names that Excel, a file system or an eye may take for one: case, composition, width, spaces."""
    seen: dict[str, str] = {}
    for sheet in sheets:
        folded = " ".join(unicodedata.normalize("NFKC", sheet.name).casefold().split())
        if folded in seen:
            raise Refused(Code.DUPLICATE_SHEET, f"{quoted(sheet.name)} is as {quoted(seen[folded])}", sheet.name)
        seen[folded] = sheet.name
