"""Findings: the place, the value, the rule and the remedy in one Vietnamese sentence."""

from __future__ import annotations

import re
from collections.abc import Callable
from datetime import UTC, date, datetime
from decimal import Decimal

import pytest

from config.form import FormVersion
from config.load import Declarations
from config.number import CellStatus, Fault
from config.period import Period
from expectations.columns import SUBMISSION_COLUMNS, Past
from expectations.finding import Finding, Severity
from expectations.rule import Rule, Shape
from expectations.suite import rules_for
from tasks.check.before import Before
from tasks.check.cells import cells_of
from tasks.check.copies import Likeness
from tasks.check.findings import findings_of, in_order
from tasks.check.frame import Case, Sitting, check_frame
from tasks.check.judge import check
from tasks.check.outcome import Violation
from tasks.check.past import Reference
from tasks.store.values import Scope

H1 = Period.parse("2022-H1")


@pytest.fixture
def found(
    declarations: Declarations, rules: tuple[Rule, ...], district: FormVersion, filed: Callable
) -> Callable[..., tuple[Finding, ...]]:
    """Check one district form by one rule and return its findings."""

    def build(code: str, cells: dict | None = None, **about: object) -> tuple[Finding, ...]:
        submission, values = filed(district, cells, **about)
        chosen = [rule for rule in rules if rule.rule == code]
        return check([(submission, values)], declarations, chosen, district, H1).findings[submission.id]

    return build


def test_a_total_that_is_not_the_sum_of_its_parts_is_told_with_cells_figures_and_remedy(found: Callable) -> None:
    (finding,) = found("ID12", {"C20": 900, "C21": 300, "C22": 4, "C23": 1240})
    assert (finding.unit, finding.element, finding.sheet, finding.cell) == ("893", "C23", "TTHC", "D21")
    assert (finding.severity, finding.found, finding.expected) == (Severity.CRITICAL, "1.240", "1.204")
    assert finding.message == (
        "[ID12] TTHC!D21: ghi 1.240, tổng các ô D18–D20 là 1.204, chênh 36. Cộng lại các ô, sửa rồi gửi lại biểu."
    )


def test_parts_on_another_sheet_are_named_with_their_sheet(found: Callable) -> None:
    (finding,) = found("ID28", {"D02": 90, "F04": 75})
    assert "[ID28] Bộ máy!D7: ghi 90, tổng các ô Tài chính!D6–D9 là 75" in finding.message


def test_a_part_greater_than_the_whole_points_at_the_part(found: Callable) -> None:
    (finding,) = found("ID03", {"A08": 10, "A09": 12})
    assert (finding.element, finding.found, finding.expected) == ("A09", "12", "không quá 10")
    assert finding.message.startswith("[ID03] CĐĐH!D14: ghi 12, lớn hơn số vấn đề phát hiện (10) ở ô D13.")


def test_nothing_arose_counts_as_zero_in_a_sum(found: Callable) -> None:
    nothing = CellStatus.NOT_APPLICABLE
    assert found("ID13", {"C30": 5, "C31": nothing, "C32": 5}) == ()
    (finding,) = found("ID13", {"C30": 5, "C31": nothing, "C32": nothing})
    assert (finding.found, finding.expected) == ("không phát sinh", "5")


def test_level_two_counted_in_is_said_and_how_far_the_sum_is_still_off(found: Callable) -> None:
    (finding,) = found("ID15", {"C11": 34600, "C40": 14000, "C41": 4700, "C42": 13000})
    assert finding.severity is Severity.WARNING
    assert "ghi 34.600, tổng các ô D27–D28 là 17.700, chênh 16.900. " in finding.message
    assert "Cộng thêm hồ sơ mức độ 2 (14.000) thì được 31.700, còn chênh 2.900. " in finding.message


def test_level_two_is_not_spoken_of_when_there_is_none(found: Callable) -> None:
    for nothing in (0, CellStatus.NOT_APPLICABLE, CellStatus.EMPTY):
        (finding,) = found("ID15", {"C11": 34600, "C40": nothing, "C41": 4700, "C42": 13000})
        assert "Cộng thêm" not in finding.message


def test_messages_are_made_from_exact_decimals(found: Callable) -> None:
    (finding,) = found("ID32", {"F05": Decimal("0.1"), "F06": Decimal("0.30000000000001")})
    assert finding.found == "0,30000000000001"


def test_a_text_that_reads_two_ways_is_quoted_and_never_guessed(found: Callable) -> None:
    (finding,) = found("ambiguous_number", {"C11": (Fault.AMBIGUOUS, "34,600")})
    assert (finding.element, finding.cell, finding.found, finding.expected) == ("C11", "D14", "34,600", "số nguyên")
    assert finding.message.startswith("[DS01] TTHC!D14: ghi «34,600», có thể hiểu thành hai số khác nhau.")


def test_braces_typed_by_a_unit_stay_what_they_are(found: Callable) -> None:
    (finding,) = found("not_a_number", {"C11": (Fault.NOT_A_NUMBER, "{C40} {0.__class__}")})
    assert "«{C40} {0.__class__}»" in finding.message


def test_a_deleted_row_is_a_finding(found: Callable) -> None:
    (finding,) = found("row_missing", {"C14": (Fault.ROW_MISSING, "")})
    assert (finding.element, finding.sheet, finding.cell) == ("C14", "TTHC", None)
    assert finding.message.startswith("[DS09] TTHC: không còn dòng C14 (Tổng số hồ sơ phải giải quyết trong kỳ).")


def test_a_deleted_sheet_is_one_finding_and_other_cells_keep_theirs(found: Callable, district: FormVersion) -> None:
    sheet = next(s for s in district.sections if s.sheet == "TTHC")
    gone = dict.fromkeys(sheet.elements, (Fault.ROW_MISSING, ""))
    rows = len(sheet.elements)
    (finding,) = found("sheet_missing", gone | {"A01": (Fault.ROW_MISSING, "")})
    assert (finding.element, finding.sheet, finding.cell) == (None, "TTHC", None)
    assert (finding.severity, finding.expected) == (Severity.CRITICAL, f"đủ {rows} dòng của trang TTHC")
    assert finding.message.startswith(f"[DS13] TTHC: thiếu cả trang «TTHC»: {rows} dòng của trang không còn dòng nào.")
    (single,) = found("row_missing", gone | {"A01": (Fault.ROW_MISSING, "")})
    assert single.element == "A01"


def test_a_sheet_with_one_row_left_is_told_row_by_row(found: Callable, district: FormVersion) -> None:
    _, *others = next(s for s in district.sections if s.sheet == "TTHC").elements
    gone = dict.fromkeys(others, (Fault.ROW_MISSING, ""))
    assert found("sheet_missing", gone) == ()
    assert [f.element for f in found("row_missing", gone)] == others


def test_two_deleted_sheets_are_two_findings(found: Callable, district: FormVersion) -> None:
    codes = [code for s in district.sections if s.sheet in {"TTHC", "Bộ máy"} for code in s.elements]
    findings = found("sheet_missing", dict.fromkeys(codes, (Fault.ROW_MISSING, "")))
    assert [f.sheet for f in findings] == ["TTHC", "Bộ máy"]


def test_a_repeated_row_is_a_finding(found: Callable) -> None:
    (finding,) = found("row_repeated", {"C14": (Fault.ROW_REPEATED, "")})
    assert finding.severity is Severity.CRITICAL


def test_each_empty_cell_has_a_finding_of_its_own(found: Callable) -> None:
    findings = found("CO01", {"A01": CellStatus.EMPTY, "C80": CellStatus.EMPTY})
    assert [(f.element, f.found, f.expected) for f in findings] == [
        ("A01", "(để trống)", "số nguyên, «không phát sinh» hoặc «chưa có số liệu»"),
        ("C80", "(để trống)", "số, «không phát sinh» hoặc «chưa có số liệu»"),
    ]


def test_each_negative_figure_has_a_finding_of_its_own(found: Callable) -> None:
    findings = found("RG01", {"A05": -3, "F05": Decimal("-0.5")})
    assert [(f.element, f.found) for f in findings] == [("A05", "−3"), ("F05", "−0,5")]


def test_a_file_that_says_it_contains_the_communes_is_returned(found: Callable) -> None:
    (finding,) = found("AG01", scope=Scope.CONSOLIDATED)
    assert (finding.severity, finding.element, finding.sheet) == (Severity.CRITICAL, None, "Thông tin")
    assert finding.message.startswith("[AG01] Thông tin, dòng TT01: phạm vi số liệu là «Gồm cả cấp dưới»")


def test_a_scope_that_nobody_can_read_is_asked_about(found: Callable) -> None:
    (finding,) = found("AG01c", scope=Scope.UNCLEAR)
    assert (finding.found, finding.expected) == ("chưa ghi rõ", "Riêng đơn vị")


def test_another_window_than_the_declared_one_is_a_warning(found: Callable) -> None:
    (finding,) = found("AG03", window_from=date(2021, 12, 1), window_to=date(2022, 5, 31))
    assert finding.severity is Severity.WARNING
    assert (finding.found, finding.expected) == ("01/12/2021–31/05/2022", "15/12/2021–14/06/2022")


def test_figures_sent_before_their_cut_off_are_a_warning(found: Callable) -> None:
    (finding,) = found("AG04", premature=True, received_at=datetime(2022, 6, 10, tzinfo=UTC))
    assert finding.message.startswith(
        "[AG04] Toàn biểu: biểu gửi ngày 10/06/2022, khi chưa hết ngày 14/06/2022 mà số liệu phải tính đến."
    )


def test_less_than_half_of_the_form_filled_is_told_as_a_share(found: Callable, district: FormVersion) -> None:
    (finding,) = found("CO03", dict.fromkeys(district.codes[3:], CellStatus.EMPTY))
    assert (finding.found, finding.expected) == ("3,2 %", "ít nhất 50 %")


def test_every_rule_words_a_finding_without_leftovers(
    declarations: Declarations, district: FormVersion, filed: Callable, rules: tuple[Rule, ...]
) -> None:
    rows = declarations.rows(district, H1)
    submission, values = filed(district)
    earlier = Reference(Decimal(40), "quý I năm 2022", Decimal(3))
    before = Before({(past, e.code): earlier for past in Past for e in rows}, Likeness(0.95, "quý I năm 2022"))
    case = Case(submission, cells_of(values, district, rows), 0.9, before)
    sitting = Sitting(H1, declarations.calendar, "district/2022")
    row = check_frame([case], rows, sitting)[list(SUBMISSION_COLUMNS)].to_dict("records")[0]
    for rule in rules_for(rules, rows):
        at_fault = () if rule.shape is Shape.SUBMISSION else (rule.elements or ("C11",))[:1]
        (finding,) = findings_of(Violation(rule.rule, 0, at_fault), rule, case, row, {e.code: e for e in rows})
        assert re.fullmatch(rf"\[{rule.label}\] [^{{}}]+: [^{{}}]+\.", finding.message)
        assert finding.expected


def test_critical_findings_come_first_and_then_the_order_of_the_form(
    declarations: Declarations, district: FormVersion
) -> None:
    def finding(severity: Severity, element: str | None) -> Finding:
        return Finding("893", "R", severity, "", "", "", element)

    shuffled = [
        finding(Severity.INFO, "A01"),
        finding(Severity.CRITICAL, "C14"),
        finding(Severity.WARNING, "A01"),
        finding(Severity.CRITICAL, "A02"),
        finding(Severity.CRITICAL, None),
    ]
    ordered = in_order(shuffled, declarations.rows(district, H1))
    assert [(f.severity.value, f.element) for f in ordered] == [
        ("critical", None),
        ("critical", "A02"),
        ("critical", "C14"),
        ("warning", "A01"),
        ("info", "A01"),
    ]
