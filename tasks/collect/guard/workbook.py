"""The workbook: which parts there are, what they are said to be, and which sheet is which part."""

from __future__ import annotations

import posixpath
import re
import unicodedata
from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass
from xml.etree.ElementTree import Element

from tasks.collect.guard import limits
from tasks.collect.guard.refusal import Code, Refused, quoted
from tasks.collect.guard.xml_parts import local, parse

MAIN = "{http://schemas.openxmlformats.org/spreadsheetml/2006/main}"
RELATIONS = "http://schemas.openxmlformats.org/officeDocument/2006/relationships"
PACKAGE = "{http://schemas.openxmlformats.org/package/2006/relationships}"
TYPES = "{http://schemas.openxmlformats.org/package/2006/content-types}"
STRICT = "http://purl.oclc.org/ooxml/"

TYPES_PART, WORKBOOK, STRINGS, STYLES = "[Content_Types].xml", "xl/workbook.xml", "xl/sharedStrings.xml", "xl/styles.xml"
WORKBOOK_TYPE = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet.main+xml"
STRINGS_TYPE = "application/vnd.openxmlformats-officedocument.spreadsheetml.sharedStrings+xml"
SHEET_ATTRIBUTES = {"name", "sheetId", "state", f"{{{RELATIONS}}}id"}
STATES = {"visible", "hidden", "veryHidden"}

# Names of parts, content types and relationships that act, embed or fetch.
_ACTIVE = re.compile(
    r"vba|macro|activex|oleobject|embedd|/control$|ctrlprop|controlprop|dialogsheet|customui|extensibility|"
    r"webextension|attachedtoolbars|relationships/package$",
    re.IGNORECASE,
)
_EXTERNAL = re.compile(r"externallink|connections|querytable|datamodel|powerpivot|xl/model/", re.IGNORECASE)
_KNOWN_FILE = re.compile(
    r".*\.(?:xml|rels|vml|png|jpe?g|gif|bmp|[ew]mf|tiff?|svg|sigs)|"
    r"xl/printerSettings/[^/]+\.bin|xl/customProperty[^/]*\.bin|\[trash\]/[^/]+\.dat",
    re.IGNORECASE,
)
# Where Excel would run or fetch something: functions of other programs and of the net, and `app|topic!item` of DDE.
_CALLS_OUT = re.compile(
    r"\||\b(?:WEBSERVICE|RTD|CALL|REGISTER(?:\.ID)?|EXEC|DDE|IMAGE|SQL\.REQUEST)\s*\(", re.IGNORECASE
)
_TEXT_CONSTANT = re.compile(r'"[^"]*"')


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


def refuse_active_names(names: Iterable[str]) -> None:
    """Refuse members that are macros, controls, embedded files, links to other files, or nothing we know."""
    for name in names:
        _refuse_active(name, f"member {quoted(name)}")
        if not _KNOWN_FILE.fullmatch(name):
            raise Refused(Code.ACTIVE_CONTENT, f"member {quoted(name)} is no part of a plain workbook")


def refuse_calling_out(formulas: Iterable[str], sheet: str | None = None, cell: str | None = None) -> None:
    """Refuse formulas that call other programs or the net."""
    for formula in formulas:
        if _CALLS_OUT.search(_TEXT_CONSTANT.sub("", formula)):
            raise Refused(Code.ACTIVE_CONTENT, f"formula {quoted(formula)}", sheet, cell)


def check_types(root: Element, names: Collection[str]) -> None:
    """Refuse content types that act, name a part twice, or put workbook and strings where only one reader looks."""
    if root.tag != f"{TYPES}Types":
        raise Refused(Code.BAD_WORKBOOK, f"content types: root {quoted(root.tag)}")
    for entry in root:
        kind = entry.get("ContentType", "")
        _refuse_active(kind, f"content type {quoted(kind)}")
    said = [(e.get("PartName", ""), e.get("ContentType", "")) for e in root if e.tag == f"{TYPES}Override"]
    if len({part.casefold() for part, _ in said}) != len(said):
        raise Refused(Code.BAD_WORKBOOK, "content types: one part named twice")
    strings = [f"/{STRINGS}"] if any(n.casefold() == STRINGS.casefold() for n in names) else []
    for kind, expected in ((WORKBOOK_TYPE, [f"/{WORKBOOK}"]), (STRINGS_TYPE, strings)):
        found = [part for part, said_kind in said if said_kind == kind]
        if found != expected:
            raise Refused(Code.BAD_WORKBOOK, f"content types: {quoted(found)} instead of {expected}")


def relations_of(part: str, root: Element, names: Collection[str]) -> list[Relation]:
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


def sheets_of(root: Element, relations: Iterable[Relation], raw_relations: bytes) -> list[SheetPart]:
    """Return the sheets that the workbook at `root` lists: unique names, each an own worksheet part."""
    _refuse_workbook(root)
    if b"&" in raw_relations:  # one reader compares ids and targets as written, another as meant
        raise Refused(Code.BAD_WORKBOOK, "workbook relationships hold character references")
    by_id = {relation.id: relation for relation in relations}
    sheets = [_sheet(entry, by_id) for entry in _listed(root)]
    if not sheets or len(sheets) > limits.SHEETS:
        raise Refused(Code.BAD_WORKBOOK, f"{len(sheets)} sheets")
    _refuse_same_names(sheets)
    if len({sheet.part for sheet in sheets}) != len(sheets):
        raise Refused(Code.BAD_WORKBOOK, "two sheets are one part")
    return sheets


def _refuse_active(text: str, what: str) -> None:
    if _EXTERNAL.search(text):
        raise Refused(Code.EXTERNAL_LINK, what)
    if _ACTIVE.search(text):
        raise Refused(Code.ACTIVE_CONTENT, what)


def _relation(folder: str, entry: Element) -> Relation:
    target, mode = entry.get("Target", ""), entry.get("TargetMode", "Internal")
    external = mode != "Internal" or target.startswith("#")
    inside = target[1:] if target.startswith("/") else posixpath.normpath(posixpath.join(folder, target))
    return Relation(entry.get("Id", ""), entry.get("Type", ""), target if external else inside, external)


def _check_relation(part: str, relation: Relation, names: Collection[str]) -> None:
    what = f"{quoted(part)}: {quoted(relation.kind)} to {quoted(relation.target)}"
    if relation.kind.startswith(STRICT):
        raise Refused(Code.STRICT_WORKBOOK, what)
    _refuse_active(relation.kind, what)
    if relation.external and relation.kind != f"{RELATIONS}/hyperlink":
        raise Refused(Code.EXTERNAL_LINK, what)
    if not relation.external and relation.target not in names:
        raise Refused(Code.MISSING_PART, what)
    if not relation.id:
        raise Refused(Code.BAD_WORKBOOK, f"{what} without id")


def _refuse_workbook(root: Element) -> None:
    if root.tag.startswith(f"{{{STRICT}") or root.get("conformance") == "strict":
        raise Refused(Code.STRICT_WORKBOOK, f"workbook root {quoted(root.tag)}")
    if root.tag != f"{MAIN}workbook":
        raise Refused(Code.BAD_WORKBOOK, f"workbook root {quoted(root.tag)}")
    if any(local(e) == "externalReference" for e in root.iter()):
        raise Refused(Code.EXTERNAL_LINK, "workbook lists external references")
    names = [e for e in root.iter() if local(e) == "definedName"]
    if any(e.get(mark, "0") not in ("0", "false") for e in names for mark in ("xlm", "function", "vbProcedure")):
        raise Refused(Code.ACTIVE_CONTENT, "a defined name is a macro")
    refuse_calling_out(e.text or "" for e in names)


def _listed(root: Element) -> list[Element]:
    """Return the listed sheets; nothing elsewhere may look like one to a reader that ignores where it stands."""
    listed = [e for group in root if group.tag == f"{MAIN}sheets" for e in group]
    looks_like_one = [e for e in root.iter() if local(e) == "sheet"]
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


def parse_relations(part: str, data: bytes, names: Collection[str]) -> list[Relation]:
    """Return the relationships that the bytes of the part `part` list."""
    return relations_of(part, parse(part, data), names)
