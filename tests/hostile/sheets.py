"""Hostile sheets: cells where no cell should be, twice, in no order, merged over the world, or acting."""

from __future__ import annotations

from collections.abc import Iterator

from tests.hostile.hostile import ACCEPTED, Hostile
from tests.hostile.package import changed, sheet_part, with_parts

SHEET = sheet_part("TTHC")
END = b"</sheetData>"
RELATIONS = "http://schemas.openxmlformats.org/officeDocument/2006/relationships"
DUPLICATE, STRAY, BAD = {"duplicate_cell"}, {"stray_cell"}, {"bad_cell"}


def sheets() -> Iterator[Hostile]:
    """Yield every hostile sheet."""
    yield from _rows()
    yield from _strays()
    yield from _odd_cells()
    yield from _merges()
    yield from _acting()
    yield from _texts()


def _and(rows: bytes) -> bytes:
    """Return the good workbook with `rows` behind the rows of one sheet."""
    return changed(SHEET, END, rows + END)


def _cell(reference: bytes, inside: bytes = b"<v>1</v>", about: bytes = b"") -> bytes:
    row = reference.lstrip(b"ABCDEFGHIJKLMNOPQRSTUVWXYZ")
    return b'<row r="%b"><c r="%b"%b>%b</c></row>' % (row, reference, about, inside)


def _rows() -> Iterator[Hostile]:
    again = b'<row r="20"><c r="D20"><v>999</v></c></row>'
    yield Hostile("row-twice", _and(again), DUPLICATE)
    yield Hostile("row-backwards", _and(_cell(b"A99") + _cell(b"A98")), DUPLICATE)
    twice = b'<row r="90"><c r="A90"><v>1</v></c><c r="A90"><v>2</v></c></row>'
    yield Hostile("cell-twice", _and(twice), DUPLICATE)
    back = b'<row r="90"><c r="B90"><v>1</v></c><c r="A90"><v>2</v></c></row>'
    yield Hostile("cell-backwards", _and(back), DUPLICATE)
    for label, rows in {
        "cell-of-another-row": b'<row r="90"><c r="A91"><v>1</v></c></row>',
        "cell-without-reference": b'<row r="90"><c><v>1</v></c></row>',
        "cell-small-letters": b'<row r="90"><c r="a90"><v>1</v></c></row>',
        "cell-dollar": b'<row r="90"><c r="$A$90"><v>1</v></c></row>',
        "cell-range": b'<row r="90"><c r="A90:B90"><v>1</v></c></row>',
        "cell-row-zero": b'<row r="0"><c r="A0"><v>1</v></c></row>',
        "cell-leading-zero": b'<row r="090"><c r="A090"><v>1</v></c></row>',
        "cell-beyond-the-last-column": b'<row r="90"><c r="XFE90"><v>1</v></c></row>',
        "cell-beyond-the-last-row": b'<row r="1048577"><c r="A1048577"><v>1</v></c></row>',
        "cell-far-column": b'<row r="90"><c r="ZZZZZZ90"><v>1</v></c></row>',
        "cell-huge-row": b'<row r="99999999999999999999"/>',
        "cell-reference-as-reference": b'<row r="90"><c r="A9&#48;"><v>1</v></c></row>',
        "row-without-number": b'<row><c r="A90"><v>1</v></c></row>',
        "row-negative": b'<row r="-1"/>',
        "row-in-row": b'<row r="90"><row r="91"/></row>',
        "cell-outside-a-row": b'<c r="A90"><v>1</v></c>',
        "stranger-among-rows": b'<x r="90"/>',
        "stranger-among-cells": b'<row r="90"><x r="A90"/></row>',
        "text-among-cells": b'<row r="90">5</row>',
    }.items():
        yield Hostile(label, _and(rows), BAD)
    hidden = b"<extLst><ext><row r='1'><c r='A1'><v>9</v></c></row></ext></extLst>"
    yield Hostile(
        "rows-hidden-in-an-extension", changed(SHEET, b"</worksheet>", hidden + b"</worksheet>"), {"bad_workbook"}
    )
    second = b"<sheetData><row r='1'><c r='A1'><v>9</v></c></row></sheetData>"
    yield Hostile("second-rows", changed(SHEET, b"</worksheet>", second + b"</worksheet>"), {"bad_workbook"})
    foreign = b"<x:sheetData xmlns:x='urn:x'><x:row/></x:sheetData>"
    yield Hostile("foreign-rows-first", changed(SHEET, b"<sheetData>", foreign + b"<sheetData>"), {"bad_workbook"})
    yield Hostile("no-rows", changed(SHEET, b"sheetData>", b"sheetDatum>"), {"bad_workbook", "bad_xml"})
    for label, reference in {"none": b"", "three": b"A1:B2:C3", "word": b"all"}.items():
        lie = changed(SHEET, b'<dimension ref="', b'<dimension ref="%b" was="' % reference)
        yield Hostile(f"dimension-{label}", lie, {"bad_workbook"})
    for label, reference in {"small": b"A1", "huge": b"A1:XFD1048576"}.items():
        yield Hostile(
            f"dimension-{label}",
            changed(SHEET, b'<dimension ref="', b'<dimension ref="%b" was="' % reference),
            {ACCEPTED},
        )


def _strays() -> Iterator[Hostile]:
    for reference in (b"XFD1048576", b"A1048576", b"XFD90", b"A2001", b"AY90"):
        yield Hostile(f"stray-{reference.decode()}", _and(_cell(reference)), STRAY)
    yield Hostile("stray-formula", _and(_cell(b"XFD1048576", b"<f>1</f>")), STRAY)
    yield Hostile("stray-format", _and(_cell(b"XFD1048576", b"")), STRAY)
    yield Hostile("format-across-a-row", _and(_cell(b"XFD90", b"")), {ACCEPTED} | STRAY)
    yield Hostile("last-cell-we-take", _and(_cell(b"AX2000")), {ACCEPTED})
    array = b'<f t="array" ref="A1:XFD1048576">1</f><v>1</v>'
    yield Hostile("stray-array", _and(_cell(b"A90", array)), STRAY)
    shared = b'<f t="shared" si="0" ref="A1:XFD1048576">1</f><v>1</v>'
    yield Hostile("stray-shared-formula", _and(_cell(b"A90", shared)), STRAY)
    for label, reference in {"cell": b"XFD1048576", "range": b"A1:XFD1048576", "none": b"", "odd": b"1:2"}.items():
        link = b'<hyperlinks><hyperlink ref="%b" location="A1"/></hyperlinks><pageMargins ' % reference
        yield Hostile(f"stray-link-{label}", changed(SHEET, b"<pageMargins ", link), STRAY)
    many = b'<hyperlink ref="A1:AX2000" location="A1"/>' * 500
    yield Hostile(
        "links-over-and-over",
        changed(SHEET, b"<pageMargins ", b"<hyperlinks>" + many + b"</hyperlinks><pageMargins "),
        {"bomb_size"},
    )
    yield Hostile(
        "stray-comment",
        _with_related("comments", b'<comments><commentList><comment ref="XFD1048576"/></commentList></comments>'),
        STRAY,
    )
    yield Hostile("stray-table", _with_related("table", b'<table ref="A1:XFD1048576"/>'), STRAY)


def _with_related(kind: str, content: bytes) -> bytes:
    """Return the good workbook with a part related to one sheet."""
    relation = f'<Relationship Id="x1" Type="{RELATIONS}/{kind}" Target="/xl/{kind}1.xml"/>'
    lists = f'<Relationships xmlns="http://schemas.openxmlformats.org/package/2006/relationships">{relation}</Relationships>'
    folder, file = SHEET.rsplit("/", 1)
    return with_parts({f"{folder}/_rels/{file}.rels": lists.encode(), f"xl/{kind}1.xml": content})


def _odd_cells() -> Iterator[Hostile]:
    for label, (inside, about) in {
        "two-values": (b"<v>1</v><v>2</v>", b""),
        "value-before-formula": (b"<v>1</v><f>1</f>", b""),
        "two-formulas": (b"<f>1</f><f>2</f><v>1</v>", b""),
        "value-and-string": (b"<v>1</v><is><t>2</t></is>", b' t="inlineStr"'),
        "string-typed-number": (b"<is><t>2</t></is>", b""),
        "value-typed-string": (b"<v>1</v>", b' t="inlineStr"'),
        "value-with-extension": (b"<v>1</v><extLst/>", b""),
        "value-within-value": (b"<v><v>1</v></v>", b""),
        "two-texts": (b"<is><t>1</t><t>2</t></is>", b' t="inlineStr"'),
        "text-and-run": (b"<is><t>1</t><r><t>2</t></r></is>", b' t="inlineStr"'),
        "text-within-text": (b"<is><t>1<t>2</t></t></is>", b' t="inlineStr"'),
        "run-without-text": (b"<is><r><rPr/></r></is>", b' t="inlineStr"'),
        "unknown-type": (b"<v>1</v>", b' t="x"'),
        "type-by-reference": (b"<v>1</v>", b' t="&#98;"'),
        "string-index-beyond": (b"<v>99999</v>", b' t="s"'),
        "string-index-negative": (b"<v>-1</v>", b' t="s"'),
        "bool-word": (b"<v>true</v>", b' t="b"'),
        "bool-two": (b"<v>2</v>", b' t="b"'),
        "error-word": (b"<v>oops</v>", b' t="e"'),
        "day-word": (b"<v>hier</v>", b' t="d"'),
        "style-beyond": (b"<v>1</v>", b' s="99999"'),
        "style-negative": (b"<v>1</v>", b' s="-1"'),
        "style-word": (b"<v>1</v>", b' s="x"'),
    }.items():
        yield Hostile(f"cell-{label}", _and(_cell(b"A90", inside, about)), BAD)
    for label, (inside, about) in {
        "error": (b"<v>#REF!</v>", b' t="e"'),
        "error-new": (b"<v>#SPILL!</v>", b' t="e"'),
        "formula-uncached": (b"<f>1+1</f>", b""),
        "formula-uncached-void": (b"<f>1+1</f><v/>", b""),
        "formula-empty-text": (b"<f>A1</f><v></v>", b' t="str"'),
        "formula-cached": (b"<f>1+1</f><v>2</v>", b""),
        "bool": (b"<v>1</v>", b' t="b"'),
        "void": (b"<v/>", b""),
        "runs": (b"<is><r><rPr><b/></rPr><t>a</t></r><r><t xml:space='preserve'> b</t></r></is>", b' t="inlineStr"'),
        "spoken": (b"<is><t>a</t><rPh sb='0' eb='1'><t>b</t></rPh></is>", b' t="inlineStr"'),
        "blank": (b"<is><t>   </t></is>", b' t="inlineStr"'),
        "blank-kept": (b"<is><t xml:space='preserve'>   </t></is>", b' t="inlineStr"'),
        "no-break-spaces": ("<is><t>\u00a0\u2003</t></is>".encode(), b' t="inlineStr"'),
        "string-empty": (b"<is/>", b' t="inlineStr"'),
        "attributes-reordered": (b"<v>1</v>", b' t="n" s="1"'),
        "attributes-foreign": (b"<v>1</v>", b' vm="1" cm="1" ph="0"'),
        "exponent": (b"<v>1.5E-3</v>", b""),
        "day": (b"<v>2022-06-14</v>", b' t="d"'),
    }.items():
        yield Hostile(f"cell-fair-{label}", _and(_cell(b"A90", inside, about)), {ACCEPTED} | BAD)


def _merges() -> Iterator[Hostile]:
    for label, merges in {
        "whole-sheet": b'<mergeCell ref="A1:XFD1048576"/>',
        "whole-column": b'<mergeCell ref="A1:A1048576"/>',
        "whole-row": b'<mergeCell ref="A90:XFD90"/>',
        "overlapping": b'<mergeCell ref="A90:C92"/><mergeCell ref="B91:D93"/>',
        "same-twice": b'<mergeCell ref="A90:C92"/>' * 2,
        "backwards": b'<mergeCell ref="C92:A90"/>',
        "no-range": b'<mergeCell ref="all"/>',
        "without": b"<mergeCell/>",
    }.items():
        yield Hostile(f"merge-{label}", changed(SHEET, b"</mergeCells>", merges + b"</mergeCells>"), {"bad_merge"})
    inside = b"<extLst><ext><mergeCells><mergeCell ref='A1:XFD1048576'/></mergeCells></ext></extLst></worksheet>"
    yield Hostile("merge-hidden-in-an-extension", changed(SHEET, b"</worksheet>", inside), {"bad_workbook"})


def _acting() -> Iterator[Hostile]:
    for label, formula in {
        "dde": b"cmd|' /C calc'!A0",
        "dde-by-reference": b"cmd&#124;' /C calc'!A0",
        "webservice": b'WEBSERVICE("http://127.0.0.1:9/?"&amp;A1)',
        "webservice-small": b'_xlfn.webservice("http://127.0.0.1:9/")',
        "call": b'CALL("Kernel32","WinExec","JCJ","calc",0)',
        "register": b'REGISTER.ID("Kernel32","WinExec")',
        "rtd": b'RTD("x",,"y")',
        "dde-function": b'DDE("soffice","/etc/passwd","A1")',
        "exec": b'EXEC("calc.exe")',
    }.items():
        yield Hostile(f"formula-{label}", _and(_cell(b"A90", b"<f>" + formula + b"</f><v>1</v>")), {"active_content"})
    for label, formula in {
        "number": b"[1]Sheet1!A1",
        "name": b"[1]!x",
        "quoted": "SUM('[1]Bộ máy'!D6:D9)".encode(),
        "path": b"'file:///c:/[a.xls]S'!A1",
        "share": b"'\\\\127.0.0.1\\a\\b.xlsx'!x",
    }.items():
        outside = _and(_cell(b"A90", b"<f>" + formula + b"</f><v>1</v>"))
        yield Hostile(f"formula-outside-{label}", outside, {"external_link"})
    for label, formula in {
        "words": b'CONCATENATE("a|b","CALL(x)","[1]S!A1")',
        "own-sheets": "'Bộ máy'!D6+T[[#Headers],[a]]/SUM(T[a])+'Thể chế'!D7+[0]!x".encode(),
    }.items():
        harmless = _and(_cell(b"A90", b"<f>" + formula + b"</f><v>1</v>"))
        yield Hostile(f"formula-with-{label}", harmless, {ACCEPTED})
    rule = b'<cfRule type="expression" priority="99"><formula>cmd|x!A0</formula></cfRule>'
    condition = b'<conditionalFormatting sqref="A1">' + rule + b"</conditionalFormatting><pageMargins "
    yield Hostile("condition-dde", changed(SHEET, b"<pageMargins ", condition), {"active_content"})
    for name in ("oleObjects", "controls"):
        acting = b"<%b><x/></%b></worksheet>" % (name.encode(), name.encode())
        yield Hostile(f"sheet-{name}", changed(SHEET, b"</worksheet>", acting), {"active_content"})


def _texts() -> Iterator[Hostile]:
    for label, text in {
        "formula": "=1+1",
        "formula-full-width": "＝cmd|x",
        "plus": "+1",
        "at": "@SUM(A1)",
        "tab": "\t=1",
        "markup": "&lt;script&gt;alert(1)&lt;/script&gt;",
        "template": "{{7*7}}{% raw %}",
        "sql": "'; DROP TABLE value; --",
        "header": "a\r\nBcc: x@y",
        "bidi": "\u202eabc",
        "zero-width": "a\u200bb",
        "escape-control": "a_x0001_b",
        "escape-return": "a_x000D_\nb",
        "escape-escaped": "a_x005F_x0001_b",
        "delete": "a\x7fb\x85c",
        "emoji": "👨‍👩‍👧",
        "decomposed": "Bộ máy",
    }.items():
        inside = f"<is><t xml:space='preserve'>{text}</t></is>".encode()
        yield Hostile(f"text-{label}", _and(_cell(b"A90", inside, b' t="inlineStr"')), {ACCEPTED})
