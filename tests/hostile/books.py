"""Hostile workbooks: sheets that are missing, twice, elsewhere or not sheets; links, macros and embedded files."""

from __future__ import annotations

import unicodedata
from collections.abc import Iterator
from xml.sax.saxutils import escape

from tests.hostile.hostile import ACCEPTED, Hostile
from tests.hostile.package import changed, good_parts, packed, sheet_part, with_parts

WORKBOOK, RELS, TYPES, STYLES = "xl/workbook.xml", "xl/_rels/workbook.xml.rels", "[Content_Types].xml", "xl/styles.xml"
START = "_rels/.rels"
RELATIONS = "http://schemas.openxmlformats.org/officeDocument/2006/relationships"
MISSING, BAD = {"missing_part"}, {"bad_workbook"}
ACTIVE, LINK = {"active_content"}, {"external_link"}


def books() -> Iterator[Hostile]:
    """Yield every hostile workbook."""
    yield from _missing()
    yield from _names()
    yield from _misled()
    yield from _active()
    yield from _unending()
    yield from _strings()
    yield from _strict()


def _missing() -> Iterator[Hostile]:
    parts = good_parts()
    may_go = {"docProps/app.xml", "docProps/core.xml", "xl/theme/theme1.xml", STYLES}
    for name in parts:
        rest = packed({n: part for n, part in parts.items() if n != name})
        allowed = (
            MISSING | ({"not_a_workbook"} if name == WORKBOOK else set()) | ({"bad_cell"} if name in may_go else set())
        )
        yield Hostile(f"missing-{name}", rest, allowed)
    for name in (WORKBOOK, RELS, TYPES, START, STYLES):
        renamed = {(n.upper() if n == name else n): part for n, part in parts.items()}
        yield Hostile(f"renamed-{name}", packed(renamed), BAD | MISSING | {"not_a_workbook"})
    yield Hostile("only-a-workbook", packed({WORKBOOK: parts[WORKBOOK]}), MISSING)


def _names() -> Iterator[Hostile]:
    def named(name: str) -> bytes:
        return changed(WORKBOOK, b'name="TTHC"', f'name="{name}"'.encode())

    other = "Bộ máy"
    for label, name in {
        "same": other,
        "case": other.upper(),
        "decomposed": unicodedata.normalize("NFD", other),
        "full-width": "Ｂộ máy",
        "spaces": f" {other} ",
        "no-break-space": other.replace(" ", "\u00a0"),
    }.items():
        yield Hostile(f"sheet-twin-{label}", named(name), {"duplicate_sheet"})
    for label, name in {
        "zero-width": "TT\u200bHC",
        "bidi": "\u202eTTHC",
        "control": "TT&#9;HC",
        "newline": "TT&#10;HC",
        "empty": "",
        "blank": "  ",
        "long": "T" * 32,
        "slash": "a/b",
        "brackets": "[1]",
        "colon": "a:b",
        "private": "\ue000",
    }.items():
        yield Hostile(f"sheet-name-{label}", named(name), {"bad_sheet_name"})
    for label, name in {
        "formula": "=cmd",
        "markup": "&lt;b&gt;x&lt;&#47;b",
        "sql": "'; DROP TABLE x",
        "template": "{{7*7}}",
        "cyrillic-twin": "ТТНС",
        "emoji": "👍",
    }.items():
        yield Hostile(f"sheet-name-{label}", named(name), {ACCEPTED, "bad_sheet_name"})


def _unending() -> Iterator[Hostile]:
    """Yield texts of which a careless look takes every letter for a beginning and goes to the end from each."""
    sheet, length = sheet_part("TTHC"), 120_000
    for label, text in {
        "path": "'" + "/" * length,
        "book": "'" + "[" * length,
        "quotes": "'" * length,
        "calls": "CALL" + "(CALL" * (length // 5),
        "constants": '"' * (length + 1),
    }.items():
        formula = b"<f>" + escape(text).encode() + b"</f><v>"
        yield Hostile(f"formula-unending-{label}", changed(sheet, b"<v>", formula), {ACCEPTED, "active_content"})
        name = b'<definedName name="x">' + escape(text).encode() + b"</definedName>"
        yield Hostile(
            f"name-unending-{label}",
            changed(WORKBOOK, b"<definedNames>", b"<definedNames>" + name),
            {ACCEPTED, "active_content"},
        )
    for label, text in {"brackets": "0" + "[" * length, "commas": "0" + "," * length}.items():
        code = f'formatCode="{text}"'.encode()
        yield Hostile(f"format-unending-{label}", changed(STYLES, b'formatCode="#,##0.0#"', code), BAD)
    longest = b'formatCode="0' + b"[" * 999 + b'"'
    yield Hostile("format-just-short-enough", changed(STYLES, b'formatCode="#,##0.0#"', longest), {ACCEPTED})


def _misled() -> Iterator[Hostile]:
    sheet = sheet_part("TTHC")
    target = sheet.removeprefix("xl/").encode()
    relation = f'Target="/{sheet}"'.encode()
    assert relation in good_parts()[RELS]
    other = b'Target="/xl/worksheets/sheet1.xml"'
    yield Hostile("two-sheets-one-part", changed(RELS, relation, other), BAD)
    yield Hostile("sheet-relation-relative", changed(RELS, relation, b'Target="' + target + b'"'), {ACCEPTED})
    for label, where in {
        "up": b"../" + target,
        "outside": b"../../../etc/passwd",
        "doubled": b"xl/" + target,
        "nowhere": b"worksheets/none.xml",
        "styles": b"styles.xml",
        "url": b"http://127.0.0.1:9/x.xml",
        "empty": b"",
        "by-reference": target.replace(b"s", b"&#115;"),
        "backslash": target.replace(b"/", b"\\"),
        "query": target + b"?x",
        "small-difference": target.upper(),
    }.items():
        yield Hostile(
            f"sheet-relation-{label}", changed(RELS, relation, b'Target="' + where + b'"'), MISSING | BAD | LINK
        )
    external = b'TargetMode="External" ' + relation
    yield Hostile("sheet-relation-external", changed(RELS, relation, external), LINK)
    for kind in ("chartsheet", "dialogsheet", "macrosheet", "hyperlink", "theme"):
        parts = good_parts()
        place = parts[RELS].index(relation)
        start = parts[RELS].rindex(b"<Relationship ", 0, place)
        entry = parts[RELS][start : parts[RELS].index(b">", place)]
        new = entry.replace(f"{RELATIONS}/worksheet".encode(), f"{RELATIONS}/{kind}".encode())
        yield Hostile(f"sheet-is-a-{kind}", changed(RELS, entry, new), BAD | ACTIVE)
    yield Hostile(
        "id-twice",
        changed(
            RELS,
            b"</Rel",
            b'<Relationship Id="rId1" Type="%b/worksheet" Target="/xl/worksheets/sheet2.xml"/></Rel'
            % RELATIONS.encode(),
        ),
        BAD,
    )
    yield Hostile("id-empty", changed(RELS, b"</Rel", b'<Relationship Id="" Type="x" Target="styles.xml"/></Rel'), BAD)
    crossed = changed(WORKBOOK, b"<sheet ", b'<sheet x:id="rId2" xmlns:x="urn:x" ')
    yield Hostile("sheet-with-two-ids", crossed, BAD)
    yield Hostile("sheet-state-odd", changed(WORKBOOK, b"veryHidden", b"gone"), BAD)
    yield Hostile("no-sheets", _without_sheets(), BAD | {"bad_xml"})
    stray = b'<extLst><ext><sheet name="X" sheetId="99"/></ext></extLst></workbook>'
    yield Hostile("sheet-listed-elsewhere", changed(WORKBOOK, b"</workbook>", stray), BAD)
    main = b"application/vnd.openxmlformats-officedocument.spreadsheetml.sheet.main+xml"
    yield Hostile(
        "two-main-parts",
        changed(TYPES, b"</Types>", b'<Override PartName="/xl/styles.xml.xml" ContentType="%b"/></Types>' % main),
        BAD,
    )
    yield Hostile(
        "main-part-elsewhere", changed(TYPES, b'PartName="/xl/workbook.xml"', b'PartName="/xl/workbook2.xml"'), BAD
    )
    yield Hostile("start-elsewhere", changed(START, b"xl/workbook.xml", b"xl/styles.xml"), BAD | MISSING)
    yield Hostile(
        "type-twice", changed(TYPES, b"</Types>", b'<Override PartName="/XL/styles.xml" ContentType="x"/></Types>'), BAD
    )


def _without_sheets() -> bytes:
    workbook = good_parts()[WORKBOOK]
    start, end = workbook.index(b"<sheets>"), workbook.index(b"</sheets>")
    return with_parts({WORKBOOK: workbook[: start + len(b"<sheets>")] + workbook[end:]})


def _active() -> Iterator[Hostile]:
    for name in (
        "xl/vbaProject.bin",
        "xl/activeX/activeX1.xml",
        "xl/activeX/activeX1.bin",
        "xl/embeddings/oleObject1.bin",
        "xl/embeddings/Microsoft_Word_Document.docx",
        "xl/ctrlProps/ctrlProp1.xml",
        "xl/macrosheets/sheet1.xml",
        "xl/dialogsheets/sheet1.xml",
        "xl/webextensions/webextension1.xml",
        "customUI/customUI14.xml",
        "xl/payload.exe",
        "xl/run.js",
        "xl/media/image1.lnk",
        "xl/worksheets/sheet1.bin",
        "noextension",
    ):
        yield Hostile(f"member-{name}", with_parts({name: b"<x/>"}), ACTIVE)
    for name in (
        "xl/externalLinks/externalLink1.xml",
        "xl/connections.xml",
        "xl/queryTables/queryTable1.xml",
        "xl/model/item.data",
    ):
        yield Hostile(f"member-{name}", with_parts({name: b"<x/>"}), LINK)
    yield Hostile("no-main-type", changed(TYPES, b"spreadsheetml.sheet.main+xml", b"x"), BAD)
    enabled = b"application/vnd.ms-excel.sheet.macroEnabled.main+xml"
    main = b"application/vnd.openxmlformats-officedocument.spreadsheetml.sheet.main+xml"
    yield Hostile("macro-enabled", changed(TYPES, main, enabled), ACTIVE)
    template = b"application/vnd.openxmlformats-officedocument.spreadsheetml.template.main+xml"
    yield Hostile("template", changed(TYPES, main, template), BAD)
    for kind, allowed in {
        f"{RELATIONS}/oleObject": ACTIVE,
        f"{RELATIONS}/package": ACTIVE,
        f"{RELATIONS}/control": ACTIVE,
        "http://schemas.microsoft.com/office/2006/relationships/vbaProject": ACTIVE,
        "http://schemas.microsoft.com/office/2006/relationships/xlMacrosheet": ACTIVE,
        "http://schemas.microsoft.com/office/2006/relationships/ui/extensibility": ACTIVE,
        f"{RELATIONS}/externalLink": LINK,
        f"{RELATIONS}/connections": LINK,
    }.items():
        entry = f'<Relationship Id="x9" Type="{kind}" Target="/xl/styles.xml"/></Rel'.encode()
        yield Hostile(f"relation-{kind.rsplit('/', 1)[1]}", changed(RELS, b"</Rel", entry), allowed)
    for kind in ("image", "attachedTemplate", "externalLinkPath", "frame"):
        outside = f'Type="{RELATIONS}/{kind}" Target="http://127.0.0.1:9/x" TargetMode="External"'.encode()
        linked = changed(START, b"</Rel", b'<Relationship Id="x9" ' + outside + b"/></Rel")
        yield Hostile(f"relation-outside-{kind}", linked, LINK)
    yield Hostile(
        "external-reference",
        changed(
            WORKBOOK,
            b"</sheets>",
            b'</sheets><externalReferences><externalReference r:id="rId1"/></externalReferences>',
        ),
        LINK | {"bad_xml"},
    )
    for label, defined in {
        "macro": b'<definedName name="x" xlm="1">1</definedName>',
        "function": b'<definedName name="x" function="true">1</definedName>',
        "dde": b'<definedName name="x">cmd|calc!A0</definedName>',
        "run-at-once": b'<definedName name="_xlnm.Auto_Open">TTHC!$A$1</definedName>',
    }.items():
        yield Hostile(f"defined-name-{label}", _with_defined_name(defined), ACTIVE)
    for label, formula in {"number": b"[1]S!$A$1", "share": b"'\\\\a.example\\b\\[c.xlsx]S'!$A$1"}.items():
        named = b'<definedName name="x">%b</definedName>' % formula
        yield Hostile(f"defined-name-outside-{label}", _with_defined_name(named), LINK)


def _with_defined_name(name: bytes) -> bytes:
    workbook = good_parts()[WORKBOOK]
    if b"<definedNames>" in workbook:
        return changed(WORKBOOK, b"<definedNames>", b"<definedNames>" + name)
    return changed(WORKBOOK, b"</sheets>", b"</sheets><definedNames>" + name + b"</definedNames>")


def _strings() -> Iterator[Hostile]:
    kind = b"application/vnd.openxmlformats-officedocument.spreadsheetml.sharedStrings+xml"
    override = b'<Override PartName="/xl/sharedStrings.xml" ContentType="%b"/></Types>' % kind
    types = good_parts()[TYPES].replace(b"</Types>", override)
    sheet, main = sheet_part("TTHC"), b"http://schemas.openxmlformats.org/spreadsheetml/2006/main"
    cells = b'<row r="90"><c r="A90" t="s"><v>1</v></c></row></sheetData>'
    referring = good_parts()[sheet].replace(b"</sheetData>", cells)

    def with_strings(items: bytes, **parts: bytes) -> bytes:
        strings = b'<sst xmlns="%b">%b</sst>' % (main, items)
        return with_parts({TYPES: types, sheet: referring, "xl/sharedStrings.xml": strings, **parts})

    yield Hostile("strings-fair", with_strings(b"<si><t/></si><si><t>b</t></si>"), {ACCEPTED})
    yield Hostile("strings-runs", with_strings(b"<si><t>a</t></si><si><r><t>b</t></r><r><t>c</t></r></si>"), {ACCEPTED})
    for label, items in {
        "empty-item": b"<si/><si><t>b</t></si>",
        "two-texts": b"<si><t>a</t></si><si><t>b</t><t>c</t></si>",
        "stranger": b"<x/><si><t>b</t></si>",
        "nested": b"<si><t>a</t></si><si><r><si><t>b</t></si></r></si>",
        "long": b"<si><t>a</t></si><si><t>" + b"b" * 40_000 + b"</t></si>",
    }.items():
        yield Hostile(f"strings-{label}", with_strings(items), BAD)
    yield Hostile("strings-too-few", with_strings(b"<si><t>a</t></si>"), {"bad_cell"})
    yield Hostile("strings-none", with_parts({sheet: referring}), {"bad_cell"})
    yield Hostile(
        "strings-untyped", with_strings(b"<si><t>a</t></si><si><t>b</t></si>", **{TYPES: good_parts()[TYPES]}), BAD
    )
    elsewhere = {TYPES: types.replace(b"/xl/sharedStrings", b"/xl/other"), "xl/other.xml": b"<x/>"}
    yield Hostile("strings-elsewhere", with_strings(b"<si><t>a</t></si><si><t>b</t></si>", **elsewhere), BAD)


def _strict() -> Iterator[Hostile]:
    strict, usual = (
        b"http://purl.oclc.org/ooxml/spreadsheetml/main",
        b"http://schemas.openxmlformats.org/spreadsheetml/2006/main",
    )
    relations = b"http://purl.oclc.org/ooxml/officeDocument/relationships"
    throughout = {
        name: part.replace(usual, strict).replace(RELATIONS.encode(), relations) for name, part in good_parts().items()
    }
    yield Hostile("strict-throughout", packed(throughout), {"strict_workbook"})
    for name in (WORKBOOK, sheet_part("TTHC")):
        yield Hostile(f"strict-{name}", changed(name, usual, strict), {"strict_workbook"})
    yield Hostile(
        "strict-conformance", changed(WORKBOOK, b"<workbook ", b'<workbook conformance="strict" '), {"strict_workbook"}
    )
