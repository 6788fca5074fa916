"""Facts about what the guard tells the reader of a workbook that it lets in, and the unit of one that it does not."""

from __future__ import annotations

import io
import shutil
import subprocess
from pathlib import Path

import pytest
from openpyxl import load_workbook

from tasks.collect.guard import Code, Inspection, Refusal, Sheet, inspect, limits
from tasks.collect.guard.refusal import Refused
from tasks.collect.guard.remember import remembering
from tests.hostile.package import changed, good_parts, good_workbook, packed, sheet_part, with_parts
from tests.hostile.plain_read import plain_read

SHEET = sheet_part("TTHC")


def accepted(data: bytes) -> Inspection:
    """Return the inspection of a file that must be let in."""
    inspection = inspect(data)
    assert isinstance(inspection, Inspection), inspection
    return inspection


def refused(data: bytes) -> Refusal:
    """Return the refusal of a file that must not be let in."""
    refusal = inspect(data)
    assert isinstance(refusal, Refusal)
    return refusal


def sheet(inspection: Inspection, name: str = "TTHC") -> Sheet:
    """Return one sheet of `inspection`."""
    return next(s for s in inspection.sheets if s.name == name)


def with_row(inside: bytes) -> bytes:
    """Return the good workbook with one row of `inside` behind the rows of TTHC."""
    return changed(SHEET, b"</sheetData>", b'<row r="90">' + inside + b"</row></sheetData>")


def test_the_form_as_issued_is_let_in_with_its_sheets_in_order() -> None:
    inspection = accepted(good_workbook())
    assert [s.name for s in inspection.sheets] == list(plain_read(good_workbook()))
    assert [s.state for s in inspection.sheets if s.name == "_cchc"] == ["veryHidden"]
    assert not inspection.needs_care


def test_the_bounds_of_a_file_are_those_promised() -> None:
    found = [bound / 1024**2 for bound in (limits.FILE, limits.MEMBER, limits.TOTAL, limits.RATIO_FREE)]
    assert found == [20, 64, 128, 5]
    assert [limits.MEMBERS, limits.RATIO, limits.TEXT] == [500, 100, 32_767]


def test_five_hundred_members_are_let_in_and_one_more_is_not() -> None:
    def with_members(count: int) -> bytes:
        more = count - len(good_parts())
        return with_parts({f"xl/media/image{n}.png": b"" for n in range(more)})

    accepted(with_members(limits.MEMBERS))
    assert refused(with_members(limits.MEMBERS + 1)).code == Code.BOMB_SIZE


def test_a_member_may_be_dense_up_to_five_megabytes_and_not_a_byte_more() -> None:
    def with_zeros(count: int) -> bytes:
        return with_parts({"xl/media/image1.png": bytes(count)})

    accepted(with_zeros(limits.RATIO_FREE))
    assert refused(with_zeros(limits.RATIO_FREE + 1)).code == Code.BOMB_RATIO


def test_cells_are_counted_and_bounded_by_what_says_something() -> None:
    before = sheet(accepted(good_workbook()))
    after = sheet(accepted(with_row(b'<c r="B90"><v>1</v></c><c r="C90" s="1"/><c r="G90" t="str"><v> </v></c>')))
    assert (after.cells, after.last_row, after.last_column) == (before.cells + 1, 90, before.last_column)


@pytest.mark.parametrize(
    ("cell", "errors", "uncached", "counted"),
    [
        (b'<c r="A90" t="e"><v>#REF!</v></c>', True, False, 1),
        (b'<c r="A90"><f>1+1</f></c>', False, True, 0),
        (b'<c r="A90"><f>1+1</f><v/></c>', False, True, 0),
        (b'<c r="A90"><f>1+1</f><v></v></c>', False, True, 0),
        (b'<c r="A90"><f t="shared" si="0"/></c>', False, True, 0),
        (b'<c r="A90"><f>1+1</f><v>2</v></c>', False, False, 1),
        (b'<c r="A90" t="str"><f>A1</f><v></v></c>', False, False, 0),
        (b'<c r="A90"><v/></c>', False, False, 0),
        (b'<c r="A90" t="b"><v>0</v></c>', False, False, 1),
    ],
)
def test_errors_and_uncomputed_formulas_are_marked(cell: bytes, errors: bool, uncached: bool, counted: int) -> None:
    inspection = accepted(with_row(cell))
    found = sheet(inspection)
    assert (found.has_errors, found.has_uncached) == (errors, uncached)
    assert found.cells == sheet(accepted(good_workbook())).cells + counted
    assert inspection.needs_care is (errors or uncached)


@pytest.mark.parametrize(
    ("code", "marked"),
    [
        ("0%", True),
        ("0.00%", True),
        ("_-* 0.0%_-", True),
        ('0" %"', False),
        ("#,##0", False),
        ("_-* #,##0,_-", True),
        ('0"000"', True),
    ],
)
def test_only_a_sheet_with_a_format_that_shows_another_number_is_marked(code: str, marked: bool) -> None:
    book = load_workbook(io.BytesIO(good_workbook()))
    book["TTHC"]["D10"].number_format = code
    buffer = io.BytesIO()
    book.save(buffer)
    inspection = accepted(buffer.getvalue())
    assert {s.name for s in inspection.sheets if s.has_misleading} == ({"TTHC"} if marked else set())
    assert inspection.needs_care is marked


def test_other_sheets_are_not_marked() -> None:
    inspection = accepted(with_row(b'<c r="A90" t="e"><v>#REF!</v></c>'))
    assert [s.name for s in inspection.sheets if s.has_errors] == ["TTHC"]


@pytest.mark.parametrize(
    ("row", "code", "place"),
    [
        (b'<c r="XFD90"><v>1</v></c>', Code.STRAY_CELL, "TTHC!XFD90"),
        (b'<c r="A90"><v>1</v></c><c r="A90"><v>2</v></c>', Code.DUPLICATE_CELL, "TTHC!A90"),
        (b'<c r="D90"><v>12,5</v></c>', Code.BAD_CELL, "TTHC!D90"),
        (b'<c r="C90"/><c r="D90"><v>1</v><v>2</v></c><c r="E90"/>', Code.BAD_CELL, "TTHC!D90"),
        (b'<c xmlns:q="urn:q" q:r="D91" r="D90"><v>1</v></c>', Code.BAD_CELL, "TTHC!D90"),
        (b'<c r="D90"/><c r="e90"><v>1</v></c>', Code.BAD_CELL, "TTHC!90:90"),
        (b'<c r="D91"><v>1</v></c>', Code.BAD_CELL, "TTHC!90:90"),
        (b'<c r="D90"><f>cmd|x!A0</f><v>1</v></c>', Code.ACTIVE_CONTENT, "TTHC!D90"),
        (b'<c r="D90"><f>[1]S!A1</f><v>1</v></c>', Code.EXTERNAL_LINK, "TTHC!D90"),
    ],
)
def test_a_refusal_names_sheet_and_cell(row: bytes, code: Code, place: str) -> None:
    refusal = refused(with_row(row))
    assert (refusal.code, refusal.place) == (code, place)
    assert refusal.detail.startswith(f"{place}: ")


def test_a_row_that_comes_twice_is_named_as_a_row() -> None:
    again = b'<row r="7"/></sheetData>'
    refusal = refused(changed(SHEET, b"</sheetData>", again))
    assert (refusal.code, refusal.place) == (Code.DUPLICATE_CELL, "TTHC!7:7")


def test_a_merge_is_named_by_its_range() -> None:
    merge = b'<mergeCell ref="A1:XFD1048576"/></mergeCells>'
    refusal = refused(changed(SHEET, b"</mergeCells>", merge))
    assert (refusal.code, refusal.place) == (Code.BAD_MERGE, "TTHC!A1:XFD1048576")


def test_a_broken_sheet_is_named() -> None:
    refusal = refused(changed(SHEET, b"</row>", b""))
    assert (refusal.code, refusal.place) == (Code.BAD_XML, "TTHC")


def test_detail_is_one_line_whatever_the_file_is_made_of() -> None:
    named = packed({**good_parts(), "xl/\x1b[31m\n.xml": b"<x/>"})
    detail = refused(named).detail
    assert detail.isascii()
    assert detail.isprintable()


def test_the_same_bytes_have_the_same_verdict() -> None:
    assert inspect(good_workbook()) == inspect(good_workbook())


def test_bytes_of_no_kind_are_refused_and_never_raise() -> None:
    for size in range(200):
        assert isinstance(inspect(bytes(range(size))), Refusal)
        assert isinstance(inspect(b"PK\x03\x04" + bytes(size)), Refusal)


@pytest.mark.slow
def test_what_libreoffice_saves_is_let_in_with_the_same_counts(tmp_path: Path) -> None:
    if not (soffice := shutil.which("soffice")):
        pytest.skip("LibreOffice is not installed")
    (tmp_path / "form.xlsx").write_bytes(good_workbook())
    command = [soffice, f"-env:UserInstallation=file://{tmp_path}/profile", "--headless", "--convert-to", "xlsx"]
    command += ["--outdir", str(tmp_path / "out"), str(tmp_path / "form.xlsx")]
    subprocess.run(command, check=True, capture_output=True, timeout=120)
    saved = accepted((tmp_path / "out" / "form.xlsx").read_bytes())
    assert [(s.name, s.cells) for s in saved.sheets] == [(s.name, s.cells) for s in accepted(good_workbook()).sheets]


def strings_of(*texts: bytes) -> bytes:
    """Return the good workbook with one cell of TTHC that is the first shared string, of `texts`."""
    kind = b"application/vnd.openxmlformats-officedocument.spreadsheetml.sharedStrings+xml"
    override = b'<Override PartName="/xl/sharedStrings.xml" ContentType="%b"/></Types>' % kind
    cell = b'<row r="90"><c r="A90" t="s"><v>0</v></c></row></sheetData>'
    items = b"".join(b"<si><t>%b</t></si>" % text for text in texts)
    strings = b'<sst xmlns="http://schemas.openxmlformats.org/spreadsheetml/2006/main">%b</sst>' % items
    return with_parts(
        {
            "[Content_Types].xml": good_parts()["[Content_Types].xml"].replace(b"</Types>", override),
            SHEET: good_parts()[SHEET].replace(b"</sheetData>", cell),
            "xl/sharedStrings.xml": strings,
        }
    )


def test_a_sheet_that_comes_again_is_judged_by_the_strings_of_its_own_workbook() -> None:
    plain = sheet(accepted(good_workbook())).cells
    counted = [sheet(accepted(strings_of(text))).cells - plain for text in (b"a", b" ", b"b")]
    assert counted == [1, 0, 1]
    assert refused(strings_of()).code == Code.BAD_CELL


def test_a_sheet_that_comes_again_is_judged_by_the_formats_of_its_own_workbook() -> None:
    styles = good_parts()["xl/styles.xml"]
    begin, end = styles.index(b"<cellXfs"), styles.index(b"</cellXfs>")
    bare = styles[:begin] + b'<cellXfs count="1"><xf/>' + styles[end:]
    accepted(good_workbook())
    assert refused(with_parts({"xl/styles.xml": bare})).code == Code.BAD_CELL
    accepted(good_workbook())


def test_a_part_is_looked_at_once_unless_it_is_large_or_refused() -> None:
    looked: list[bytes] = []

    @remembering(parts=2)
    def inspects(part: bytes, about: str) -> int:
        looked.append(part)
        if about == "bad":
            raise Refused(Code.BAD_XML, "")
        return len(part)

    large = bytes(limits.REMEMBERED + 1)
    assert [inspects(part, "") for part in (b"a", b"a", large, large)] == [1, 1, len(large), len(large)]
    for _ in range(2):
        with pytest.raises(Refused):
            inspects(b"a", "bad")
    assert looked == [b"a", large, large, b"a", b"a"]
