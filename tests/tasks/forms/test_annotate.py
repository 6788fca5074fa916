"""What a unit gets back: its own workbook, marked where it is wrong, fit to be mended and sent again."""

from __future__ import annotations

import io
from collections.abc import Callable

import pytest
from openpyxl import Workbook, load_workbook
from openpyxl.comments import Comment

from config.stamp import FINDINGS_SHEET, STAMP_SHEET, Stamp
from expectations.finding import Finding, Severity
from tasks.forms.annotate import UnreadableWorkbookError, annotate
from tasks.forms.fill import ErrorCell, Formula, fill
from tasks.forms.findings_sheet import HEAD_ROW, SEVERITY_FILLS
from tasks.forms.look import INPUT_FILL
from tasks.forms.package import read_parts, write_parts
from tests.tasks.forms.factory import COMMUNE, cells_of, make_finding, opened, sheets_of

WARNING = make_finding(rule="ID14", severity=Severity.WARNING, message="[ID14] TTHC!D17: xem lại tổng số hồ sơ.")
EMPTY = make_finding(
    rule="CO01",
    severity=Severity.WARNING,
    element="F06",
    sheet="Tài chính",
    cell="D7",
    found="(để trống)",
    message="[CO01] Tài chính!D7: để trống.",
)
WHOLE_FORM = make_finding(
    rule="AG04", severity=Severity.INFO, element=None, sheet=None, cell=None, message="[AG04] Toàn biểu: x."
)
FINDINGS = (WARNING, make_finding(), EMPTY, WHOLE_FORM)


@pytest.fixture(scope="module")
def sent(commune: bytes) -> bytes:
    """Return the workbook as the unit sent it."""
    entries = {"C10": 2, "C11": "34.600", "C12": Formula("=D13*2", 4), "C14": "34.600", "C20": ErrorCell("#REF!")}
    return fill(commune, entries, {"C11": "số ước"})


@pytest.fixture(scope="module")
def returned(sent: bytes) -> bytes:
    """Return the workbook as the unit gets it back."""
    return annotate(sent, FINDINGS)


def _colour(workbook: Workbook, sheet: str, cell: str) -> str:
    return str(workbook[sheet][cell].fill.fgColor.rgb)


def _rows(workbook: Workbook) -> list[list[object]]:
    return [[c.value for c in row] for row in workbook[FINDINGS_SHEET].iter_rows(min_row=HEAD_ROW + 1)]


def _commented(sent: bytes, cell: str, text: str) -> bytes:
    workbook = opened(sent)
    workbook["TTHC"][cell].comment = Comment(text, "Chị Ba")
    buffer = io.BytesIO()
    workbook.save(buffer)
    return buffer.getvalue()


def test_a_cell_wears_the_colour_of_its_weightiest_finding(returned: bytes) -> None:
    workbook = opened(returned)
    assert _colour(workbook, "TTHC", "D17") == SEVERITY_FILLS[Severity.CRITICAL].fgColor.rgb
    assert _colour(workbook, "Tài chính", "D7") == SEVERITY_FILLS[Severity.WARNING].fgColor.rgb
    assert _colour(workbook, "TTHC", "D16") == INPUT_FILL.fgColor.rgb


def test_several_findings_of_one_cell_share_one_comment(returned: bytes) -> None:
    lines = opened(returned)["TTHC"]["D17"].comment.text.splitlines()
    assert lines[1:] == [f"• Nghiêm trọng: {make_finding().message}", f"• Cảnh báo: {WARNING.message}"]


def test_every_finding_is_listed_the_critical_ones_first(returned: bytes) -> None:
    rows = _rows(opened(returned))
    assert [row[:4] for row in rows] == [
        ["1", "Nghiêm trọng", "TTHC!D17 (C14)", "ID11"],
        ["2", "Cảnh báo", "TTHC!D17 (C14)", "ID14"],
        ["3", "Cảnh báo", "Tài chính!D7 (F06)", "CO01"],
        ["4", "Lưu ý", "Toàn biểu", "AG04"],
    ]
    assert rows[0][4:] == ["34.600", "31.700", make_finding().message]


def test_a_place_in_the_list_leads_to_its_cell(returned: bytes) -> None:
    sheet = opened(returned)[FINDINGS_SHEET]
    links = [sheet[f"C{HEAD_ROW + n}"].hyperlink for n in (1, 3, 4)]
    assert [link and link.location for link in links] == ["'TTHC'!D17", "'Tài chính'!D7", None]


def test_the_list_opens_first_and_alone(returned: bytes) -> None:
    workbook = opened(returned)
    assert workbook.sheetnames[0] == FINDINGS_SHEET
    assert workbook.active is workbook[FINDINGS_SHEET]
    assert [s.title for s in workbook.worksheets if s.sheet_view.tabSelected] == [FINDINGS_SHEET]


@pytest.mark.parametrize(
    ("findings", "said"), [((make_finding(),), "chưa được nhận"), ((WARNING,), "đã được nhận"), ((), "đã được nhận")]
)
def test_the_unit_is_told_whether_the_form_was_received(sent: bytes, findings: tuple[Finding, ...], said: str) -> None:
    assert said in str(cells_of(annotate(sent, findings), FINDINGS_SHEET)[2][0])


def test_everything_the_unit_wrote_is_still_there(sent: bytes, returned: bytes) -> None:
    assert sheets_of(returned) == [FINDINGS_SHEET, *sheets_of(sent)]
    for sheet in sheets_of(sent):
        assert cells_of(returned, sheet) == cells_of(sent, sheet)


def test_formulas_keep_their_results_and_errors_stay_errors(returned: bytes) -> None:
    assert opened(returned)["TTHC"]["D15"].value == "=D13*2"
    results = load_workbook(io.BytesIO(returned), data_only=True)["TTHC"]
    assert results["D15"].value == 4
    assert results["D18"].data_type == "e"


@pytest.mark.parametrize("result", ["chữ <&>", "#DIV/0!", 0.1, 12])
def test_a_result_of_any_kind_survives(commune: bytes, result: str | float) -> None:
    marked = annotate(fill(commune, {"C12": Formula("=D13", result)}), FINDINGS)
    assert load_workbook(io.BytesIO(marked), data_only=True)["TTHC"]["D15"].value == result


def test_a_formula_nobody_computed_stays_without_result(commune: bytes) -> None:
    marked = annotate(fill(commune, {"C12": Formula("=D13")}), FINDINGS)
    assert load_workbook(io.BytesIO(marked), data_only=True)["TTHC"]["D15"].value is None


def test_drop_downs_widths_protection_and_merged_cells_are_as_issued(sent: bytes, returned: bytes) -> None:
    before, after = opened(sent), opened(returned)
    assert after.security.lockStructure
    for sheet in before.worksheets:
        same = after[sheet.title]
        assert [(v.formula1, str(v.sqref), v.prompt, v.error) for v in same.data_validations.dataValidation] == [
            (v.formula1, str(v.sqref), v.prompt, v.error) for v in sheet.data_validations.dataValidation
        ]
        assert {k: d.width for k, d in same.column_dimensions.items()} == {
            k: d.width for k, d in sheet.column_dimensions.items()
        }
        assert {k: d.height for k, d in same.row_dimensions.items()} == {
            k: d.height for k, d in sheet.row_dimensions.items()
        }
        assert same.protection.sheet
        assert same.merged_cells.ranges == sheet.merged_cells.ranges
        assert same.sheet_state == sheet.sheet_state
        assert same.freeze_panes == sheet.freeze_panes
    locked = [c.coordinate for row in after["TTHC"].iter_rows() for c in row if not c.protection.locked]
    assert locked == [c.coordinate for row in before["TTHC"].iter_rows() for c in row if not c.protection.locked]


def test_the_stamp_still_holds(returned: bytes) -> None:
    rows = {str(key): str(value) for key, value in cells_of(returned, STAMP_SHEET)}
    assert Stamp.read(rows) == Stamp(COMMUNE, "2022-H1", "commune/2021")


def test_the_same_return_has_the_same_bytes(sent: bytes, returned: bytes) -> None:
    assert annotate(sent, FINDINGS) == returned


def test_marking_a_marked_workbook_replaces_the_marks(sent: bytes, returned: bytes) -> None:
    assert annotate(returned, FINDINGS) == returned
    mended = opened(annotate(returned, (EMPTY,)))
    assert _colour(mended, "TTHC", "D17") == INPUT_FILL.fgColor.rgb
    assert mended["TTHC"]["D17"].comment is None
    assert len(_rows(mended)) == 1


def test_a_workbook_without_fault_bears_no_mark(returned: bytes) -> None:
    clean = opened(annotate(returned, ()))
    ours = {fill.fgColor.rgb for fill in SEVERITY_FILLS.values()}
    for sheet in clean.worksheets:
        for row in sheet.iter_rows():
            assert not {c.fill.fgColor.rgb for c in row} & ours
            assert not any(c.comment for c in row)


def test_a_comment_of_the_units_own_outlives_ours(sent: bytes) -> None:
    own = _commented(sent, "D17", "hỏi lại anh Tư\nbên một cửa")
    marked = annotate(annotate(own, FINDINGS), FINDINGS)
    assert opened(marked)["TTHC"]["D17"].comment.text.count("hỏi lại anh Tư\nbên một cửa") == 1
    mended = opened(annotate(marked, ()))["TTHC"]["D17"].comment
    assert (mended.text, mended.author) == ("hỏi lại anh Tư\nbên một cửa", "Chị Ba")


def test_what_a_unit_typed_never_becomes_a_formula(sent: bytes) -> None:
    trick = '=HYPERLINK("http://x.example","bấm")'
    sheet = opened(annotate(sent, [make_finding(found=trick, message=f"＝1\u202e\x07 {trick}")]))[FINDINGS_SHEET]
    found, message = sheet[f"E{HEAD_ROW + 1}"], sheet[f"G{HEAD_ROW + 1}"]
    assert (found.value, found.data_type, found.quotePrefix) == (trick, "s", True)
    assert (message.value, message.data_type, message.quotePrefix) == (f"＝1 {trick}", "s", True)


@pytest.mark.parametrize("target", ["https://x.example/", "file:///c:/x.exe", "javascript:alert(1)"])
def test_a_link_of_the_units_own_is_not_sent_back(commune: bytes, target: str) -> None:
    workbook = opened(commune)
    workbook["TTHC"]["E9"].hyperlink = target
    with io.BytesIO() as buffer:
        workbook.save(buffer)
        returned = annotate(buffer.getvalue(), FINDINGS)
    assert opened(returned)["TTHC"]["E9"].value == target
    assert not [name for name, part in read_parts(returned).items() if b'TargetMode="External"' in part]


@pytest.mark.parametrize(
    "place",
    [
        {"sheet": "Trang lạ", "cell": "D7"},
        {"sheet": "TTHC", "cell": None},
        {"sheet": "TTHC", "cell": "XFD1048576"},
        {"sheet": "TTHC", "cell": "D13:D16"},
        {"sheet": None, "cell": "D7"},
    ],
)
def test_a_finding_without_a_cell_is_listed_and_marks_nothing(sent: bytes, place: dict[str, str | None]) -> None:
    workbook = opened(annotate(sent, [make_finding(**place)]))
    assert len(_rows(workbook)) == 1
    assert not any(c.comment for sheet in workbook.worksheets for row in sheet.iter_rows() for c in row)
    assert workbook["TTHC"].max_column == 5


def test_a_finding_inside_merged_cells_marks_the_first_of_them(sent: bytes) -> None:
    workbook = opened(annotate(sent, [make_finding(cell="C2")]))
    assert workbook["TTHC"]["A2"].comment


@pytest.mark.parametrize("data", [b"", b"<html></html>", b"PK\x03\x04rest"])
def test_what_is_no_workbook_is_said_to_be_unreadable(data: bytes) -> None:
    with pytest.raises(UnreadableWorkbookError):
        annotate(data, FINDINGS)


@pytest.mark.parametrize("part", ["xl/workbook.xml", "xl/styles.xml", "xl/worksheets/sheet3.xml"])
def test_a_workbook_with_a_broken_part_is_said_to_be_unreadable(sent: bytes, part: str) -> None:
    with pytest.raises(UnreadableWorkbookError):
        annotate(write_parts({**read_parts(sent), part: b"<broken"}), FINDINGS)


@pytest.mark.slow
def test_a_return_mended_in_libreoffice_can_be_returned_again(
    returned: bytes, through_libreoffice: Callable[[bytes], bytes]
) -> None:
    saved = through_libreoffice(returned)
    again = opened(annotate(saved, (EMPTY,)))
    assert again.sheetnames.count(FINDINGS_SHEET) == 1
    assert _colour(again, "TTHC", "D17") == INPUT_FILL.fgColor.rgb
    assert again["TTHC"]["D17"].comment is None
    assert _colour(again, "Tài chính", "D7") == SEVERITY_FILLS[Severity.WARNING].fgColor.rgb
    assert len(again["Tài chính"]["D7"].comment.text.splitlines()) == 2
