"""Fair workbooks as other programs save them: what the guard must let in, whatever else it refuses."""

from __future__ import annotations

import io
from collections.abc import Iterator

from openpyxl import load_workbook
from openpyxl.comments import Comment
from openpyxl.styles import PatternFill

from tests.hostile.hostile import ACCEPTED, Hostile
from tests.hostile.package import Entry, archive, changed, good_parts, good_workbook, packed, sheet_part, with_parts

OFFICE = "http://schemas.openxmlformats.org/officeDocument/2006/relationships"
SHEET = sheet_part("TTHC")
WORKBOOK, RELS, TYPES = "xl/workbook.xml", "xl/_rels/workbook.xml.rels", "[Content_Types].xml"


def friendly() -> Iterator[Hostile]:
    """Yield every fair workbook."""
    for name, data in {
        "as-issued": good_workbook(),
        "as-excel-saves": as_excel_saves(),
        "as-a-stream-writer-saves": archive([Entry(n, p, descriptor=True) for n, p in good_parts().items()]),
        "as-zipped-again": archive([*_folders(), *(Entry(n, p) for n, p in good_parts().items())]),
        "with-marks": packed({n: b"\xef\xbb\xbf" + p for n, p in good_parts().items()}),
        "pretty-printed": with_parts(
            {SHEET: good_parts()[SHEET].replace(b"<row", b"\n  <row").replace(b"<c ", b"\n <c ")}
        ),
        "with-an-empty-sheet": changed(sheet_part("Hướng dẫn"), *_all_rows(sheet_part("Hướng dẫn"))),
        "as-openpyxl-saves-again": as_openpyxl_saves_again(),
        "as-an-online-editor-saves": with_parts({"xl/metadata": b"\x00binary", "[trash]/0000.dat": b""}),
        "signed": with_parts({"_xmlsignatures/origin.sigs": b"", "_xmlsignatures/sig1.xml": b"<Signature/>"}),
    }.items():
        yield Hostile(f"fair-{name}", data, {ACCEPTED})


def as_excel_saves() -> bytes:
    """Return the good workbook with what Excel adds: its namespaces, a comment, a link, a printer, a thumbnail."""
    parts = {**good_parts(), **_beside()}
    parts[SHEET] = _sheet(parts[SHEET])
    parts[WORKBOOK] = _workbook(parts[WORKBOOK])
    defaults = b'<Default Extension="vml" ContentType="application/vnd.openxmlformats-officedocument.vmlDrawing"/>'
    parts[TYPES] = parts[TYPES].replace(b"<Override", defaults + b"<Override", 1)
    return packed(parts)


def as_openpyxl_saves_again() -> bytes:
    """Return the good workbook as it is returned to a unit: coloured, with comments and one more sheet."""
    workbook = load_workbook(io.BytesIO(good_workbook()))
    sheet = workbook["TTHC"]
    for row in range(6, 12):
        sheet.cell(row, 4).fill = PatternFill("solid", fgColor="FFFF00")
        sheet.cell(row, 4).comment = Comment("Ghi 1.872, tổng các ô là 1.782 & phải bằng nhau", "huyện")
    workbook.create_sheet("Lỗi cần sửa").append(["Trang", "Ô", "=HYPERLINK(1)"])
    with io.BytesIO() as buffer:
        workbook.save(buffer)
        return buffer.getvalue()


def _sheet(sheet: bytes) -> bytes:
    spaces = (
        b' xmlns:r="%b" xmlns:mc="http://schemas.openxmlformats.org/markup-compatibility/2006" mc:Ignorable="x14ac xr"'
        b' xmlns:x14ac="http://schemas.microsoft.com/office/spreadsheetml/2009/9/ac"'
        b' xmlns:xr="http://schemas.microsoft.com/office/spreadsheetml/2014/revision" xr:uid="{00000000-0001-0000}"'
    )
    tail = (
        b'<hyperlinks><hyperlink ref="E10" r:id="rId1"/></hyperlinks>%b<legacyDrawing r:id="rId3"/>'
        b'<extLst><ext uri="{CCE6A557-97BC-4b89-ADB6-D9C93CAAB3DF}"'
        b' xmlns:x14="http://schemas.microsoft.com/office/spreadsheetml/2009/9/main">'
        b'<x14:dataValidations count="1" xmlns:xm="http://schemas.microsoft.com/office/excel/2006/main">'
        b"<x14:dataValidation><x14:formula1><xm:f>'TTHC'!$A$1</xm:f></x14:formula1><xm:sqref>D7</xm:sqref>"
        b"</x14:dataValidation></x14:dataValidations></ext></extLst></worksheet>"
    )
    start, margins, rest = sheet.partition(b"<pageMargins ")
    body = start.replace(b"<worksheet ", b"<worksheet " + spaces % OFFICE.encode() + b" ", 1)
    body = body.replace(b"<row ", b'<row x14ac:dyDescent="0.25" spans="1:5" ').replace(b'<c r="D', b'<c vm="0" r="D', 3)
    return body + (tail % (margins + rest.removesuffix(b"</worksheet>")))


def _workbook(workbook: bytes) -> bytes:
    added = (
        b'<mc:AlternateContent xmlns:mc="http://schemas.openxmlformats.org/markup-compatibility/2006">'
        b'<mc:Choice Requires="x15"><x15ac:absPath url="C:\\Users\\A\\"'
        b' xmlns:x15ac="http://schemas.microsoft.com/office/spreadsheetml/2010/11/ac"/></mc:Choice>'
        b"</mc:AlternateContent><sheets>"
    )
    return workbook.replace(b"<sheets>", added, 1)


def _beside() -> dict[str, bytes]:
    folder, file = SHEET.rsplit("/", 1)
    comments = (
        '<comments xmlns="http://schemas.openxmlformats.org/spreadsheetml/2006/main">'
        "<authors><author>A</author></authors><commentList>"
        '<comment ref="E9" authorId="0"><text><r><t>Đã kiểm tra</t></r></text></comment></commentList></comments>'
    )
    relations = (
        ("hyperlink", "mailto:a@example.vn?subject=a&amp;b", "External"),
        ("comments", "../comments1.xml", "Internal"),
        ("vmlDrawing", "../drawings/vmlDrawing1.vml", "Internal"),
        ("printerSettings", "../printerSettings/printerSettings1.bin", "Internal"),
    )
    return {
        f"{folder}/_rels/{file}.rels": _relations(relations),
        "xl/comments1.xml": comments.encode(),
        "xl/drawings/vmlDrawing1.vml": b'<xml xmlns:v="urn:schemas-microsoft-com:vml"><v:shape><br></v:shape></xml>',
        "xl/printerSettings/printerSettings1.bin": bytes(range(256)),
        "docProps/thumbnail.wmf": b"\xd7\xcd\xc6\x9a",
        "customXml/item1.xml": b'<?xml version="1.0"?><?mso-contentType?><!-- a --><f:x xmlns:f="urn:f"/>',
    }


def _relations(relations: tuple[tuple[str, str, str], ...]) -> bytes:
    items = "".join(
        f'<Relationship Id="rId{n}" Type="{OFFICE}/{kind}" Target="{target}" TargetMode="{mode}"/>'
        for n, (kind, target, mode) in enumerate(relations, 1)
    )
    space = "http://schemas.openxmlformats.org/package/2006/relationships"
    return f'<Relationships xmlns="{space}">{items}</Relationships>'.encode()


def _folders() -> list[Entry]:
    return [Entry(name, b"", method=0) for name in ("xl/", "xl/worksheets/", "docProps/")]


def _all_rows(part: str) -> tuple[bytes, bytes]:
    sheet = good_parts()[part]
    start, end = sheet.index(b"<sheetData>"), sheet.index(b"</sheetData>") + len(b"</sheetData>")
    return sheet[start:end], b"<sheetData/>"
