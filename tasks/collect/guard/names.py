"""Names by which a workbook says what it holds, and those that say it acts, embeds or fetches."""

from __future__ import annotations

import re
from collections.abc import Iterable
from functools import lru_cache

from tasks.collect.guard.refusal import Code, Refused, quoted

MAIN = "{http://schemas.openxmlformats.org/spreadsheetml/2006/main}"
RELATIONS = "http://schemas.openxmlformats.org/officeDocument/2006/relationships"
PACKAGE = "{http://schemas.openxmlformats.org/package/2006/relationships}"
TYPES = "{http://schemas.openxmlformats.org/package/2006/content-types}"
STRICT = "http://purl.oclc.org/ooxml/"
WORKBOOK_TYPE = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet.main+xml"
STRINGS_TYPE = "application/vnd.openxmlformats-officedocument.spreadsheetml.sharedStrings+xml"

TYPES_PART, WORKBOOK, STRINGS, STYLES = (
    "[Content_Types].xml",
    "xl/workbook.xml",
    "xl/sharedStrings.xml",
    "xl/styles.xml",
)
START_RELATIONS, WORKBOOK_RELATIONS = "_rels/.rels", "xl/_rels/workbook.xml.rels"
NEEDED = (TYPES_PART, START_RELATIONS, WORKBOOK, WORKBOOK_RELATIONS)
WELL_KNOWN = {name.casefold(): name for name in (*NEEDED, STRINGS, STYLES)}

_ACTIVE = re.compile(
    r"vba|macro|activex|oleobject|embedd|/control$|ctrlprop|controlprop|dialogsheet|customui|extensibility|"
    r"webextension|attachedtoolbars|relationships/package$"
)
_EXTERNAL = re.compile(r"externallink|connections|querytable|datamodel|powerpivot|xl/model/")
_KNOWN_FILE = re.compile(
    r".*\.(?:xml|rels|vml|png|jpe?g|jfif|gif|bmp|[ew]mf|tiff?|webp|svg|sigs)|"
    r"xl/printersettings/[^/]+\.bin|xl/customproperty[^/]*\.bin|\[trash\]/[^/]+\.dat|xl/metadata"
)
# Where Excel would run or fetch something: functions of other programs and of the net, and `app|topic!item` of DDE.
CALLS = ("WEBSERVICE", "RTD", "CALL", "REGISTER", "REGISTER.ID", "EXEC", "DDE", "IMAGE", "SQL.REQUEST")
_CALLS_OUT = re.compile(rf"\||\b(?:{'|'.join(map(re.escape, CALLS))})\s*\(")
_TEXT_CONSTANT = re.compile(r'"[^"]*"')
# Another workbook: by number, by name, or by path; `[0]` is this one, and a sheet's name has none of these marks.
_OTHER_BOOK = re.compile(r"'[^'\[\\/]*+[\[\\/][^']*+'!|\[(?!0\])[^\[\]]*\][\w.]*!")


def refuse_active(name: str) -> None:
    """Refuse the name of a part, of a content type or of a relationship that acts, embeds or fetches."""
    verdict = _verdict(name)
    if verdict is not None:
        raise Refused(verdict, f"workbook holds {quoted(name, 120)}")


def refuse_odd_members(names: Iterable[str]) -> None:
    """Refuse members that act or are no part of a plain workbook, and well-known ones in other letters.

    One reader minds the case of a name, another does not.
    """
    for name in names:
        refuse_active(name)
        if not _is_known_file(name):
            raise Refused(Code.ACTIVE_CONTENT, f"member {quoted(name)} is no part of a plain workbook")
        if WELL_KNOWN.get(name.casefold(), name) != name:
            raise Refused(Code.BAD_WORKBOOK, f"member {quoted(name)}")


def refuse_calling_out(formulas: Iterable[str]) -> None:
    """Refuse formulas that call other programs or the net, or look into another workbook.

    Excel writes the latter with a part for each link; without one they are as far from what anybody sees.
    """
    for formula in formulas:
        upper = formula.upper()
        suspected = "|" in upper or any(call in upper for call in CALLS)
        if suspected and _CALLS_OUT.search(_TEXT_CONSTANT.sub("", upper)):
            raise Refused(Code.ACTIVE_CONTENT, f"formula {quoted(formula)}")
        if ("[" in upper or "'" in upper) and _OTHER_BOOK.search(_TEXT_CONSTANT.sub("", upper)):
            raise Refused(Code.EXTERNAL_LINK, f"formula {quoted(formula)}")


@lru_cache(maxsize=4096)
def _is_known_file(name: str) -> bool:
    return _KNOWN_FILE.fullmatch(name.lower()) is not None


@lru_cache(maxsize=4096)
def _verdict(name: str) -> Code | None:
    lower = name.lower()
    if _EXTERNAL.search(lower):
        return Code.EXTERNAL_LINK
    return Code.ACTIVE_CONTENT if _ACTIVE.search(lower) else None
