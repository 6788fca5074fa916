"""A rule that cannot be used is refused with its file and line."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest

from config.load import Declarations
from config.strict import DeclarationError
from expectations.faults import known_types
from expectations.suite import build_suite, load_rules, rules_for

SOUND = """\
document: "tài liệu"
expectations:
  - type: expect_first_column_to_equal_sum_of_others
    kwargs: {column_list: [C23, C20, C21, C22], ignore_row_if: any_value_is_missing}
    severity: critical
    meta:
      rule: ID12
      text: "C23 = C20 + C21 + C22: tổng bằng các phần."
      message: "ghi {found}, tổng các ô {parts} là {expected}. Sửa rồi gửi lại biểu."
      example_pass: {C23: 3, C20: 1, C21: 1, C22: 1}
      example_fail: {C23: 4, C20: 1, C21: 1, C22: 1}
"""
ABOUT_A_CELL = """\
document: "tài liệu"
expectations:
  - type: expect_column_values_to_be_between
    kwargs: {column: C80, max_value: 480}
    severity: warning
    meta:
      rule: MY01
      text: "Thời gian chờ không quá một ngày làm việc."
      expected: "không quá 480"
      message: "ghi {found} phút, cần {expected}. Sửa rồi gửi lại biểu."
      example_pass: {C80: 12.5}
      example_fail: {C80: 500}
"""
TEMPLATE = """\
document: "tài liệu"
expectations:
  - type: expect_every_cell_to_be_between
    kwargs: {min_value: 0, ignore_row_if: never}
    severity: critical
    meta:
      rule: RG01
      each: {types: [int]}
      text: "Không âm."
      expected: "từ 0 trở lên"
      message: "ghi {found}. Sửa rồi gửi lại biểu."
      example_pass: {A01: 0}
      example_fail: {A01: -1}
"""
BETWEEN_PERIODS = """\
document: "tài liệu"
expectations:
  - type: expect_every_cell_to_be_near_its_past
    kwargs: {min_ratio: 1, ignore_row_if: never}
    severity: critical
    meta:
      rule: TX01
      each: {kinds: [flow_cum_year], past: floor}
      text: "Không giảm."
      expected: "từ {before} trở lên"
      message: "ghi {found}, ít hơn {before} ({when}), {change}. Sửa rồi gửi lại biểu."
      example_pass: {C11: 5, prev_floor_C11: 5}
      example_fail: {C11: 4, prev_floor_C11: 5}
"""
REFUSED = [
    (SOUND, "severity: critical", "severity: grave", 5, "severity"),
    (SOUND, "meta:", "meta:\n      remedy: x", 7, "khóa lạ «remedy»"),
    (SOUND, "rule: ID12", "rule: ID12\n      rule: ID13", 8, "khóa «rule» ghi hai lần"),
    (SOUND, "[C23, C20", "[C23, Q20", 4, "«Q20» không phải mã chỉ tiêu"),
    (SOUND, ", ignore_row_if: any_value_is_missing", "", 4, "ignore_row_if"),
    (SOUND, "{parts}", "{part}", 9, "mẫu câu dùng {part} không có"),
    (SOUND, "{parts}", "{parts} {C14}", 9, "{C14} không có"),
    (SOUND, "[C23, C20, C21, C22]", "", 4, "phải nêu cột"),
    (SOUND, "{parts}", "{parts.cell}", 9, "sai dấu ngoặc"),
    (SOUND, "{parts}", "{}", 9, "sai dấu ngoặc"),
    (SOUND, "{parts}", "{parts", 9, "sai dấu ngoặc"),
    (SOUND, "{C23: 4,", "{Q23: 4,", 11, "ví dụ dùng cột «Q23»"),
    (SOUND, "rule: ID12", "rule: ID12\n      expected: x", 8, "không dùng khóa «expected»"),
    (SOUND, "rule: ID12", "rule: ID12\n      cover_row: TT09", 8, "không có dòng TT09"),
    (SOUND, "rule: ID12", "rule: ID12\n      aside: {elements: [Q40], text: '{sum}'}", 8, "chỉ tiêu Q40 chưa khai"),
    (SOUND, "rule: ID12", "rule: ID12\n      aside: {elements: [C40], text: '{total}'}", 8, "{total} không có"),
    (SOUND, "rule: ID12", "rule: ID12\n      each: {types: [int]}", 4, "không cả hai"),
    (ABOUT_A_CELL, "_be_between", "_be_betwen", 3, "gần nhất: expect_column_values_to_be_between"),
    (ABOUT_A_CELL, "expect_column_values_to_be_between", "khong_co", 3, "không có loại kiểm tra «khong_co»"),
    (ABOUT_A_CELL, '      expected: "không quá 480"\n', "", 6, "thiếu khóa «expected»"),
    (ABOUT_A_CELL, "{found} phút", "{C40} phút", 10, "{C40} không có"),
    (TEMPLATE, "expect_every_cell_to_be_between", "expect_multicolumn_sum_to_equal", 3, "«each» chỉ dùng với"),
    (TEMPLATE, "ignore_row_if: never", "ignore_row_if: any_value_is_missing", 4, "dùng never"),
    (TEMPLATE, "types: [int]", "", 8, "«each» phải nêu «types», «kinds» hoặc «elements»"),
    (TEMPLATE, "types: [int]", "types: [int], past: last", 8, "chỉ khi đó mới dùng «past»"),
    (TEMPLATE, "types: [int]", "elements: [Q99]", 8, "chỉ tiêu Q99 chưa khai"),
    (TEMPLATE, "types: [int]", "types: [int], without: [Q99]", 8, "chỉ tiêu Q99 chưa khai"),
    (BETWEEN_PERIODS, ", past: floor", "", 8, "cần «each: {past: …}»"),
    (BETWEEN_PERIODS, "past: floor", "past: yesterday", 8, "«past» nhận một trong"),
    (BETWEEN_PERIODS, "kinds: [flow_cum_year]", "kinds: [flow]", 8, "nhận một trong"),
    (BETWEEN_PERIODS, "      expected: \"từ {before} trở lên\"\n", "", 6, "thiếu khóa «expected»"),
    (BETWEEN_PERIODS, "({when})", "({C11})", 11, "{C11} không có"),
    (BETWEEN_PERIODS, "C11: 5, prev_floor_C11", "C11: 5, prev_flor_C11", 12, "«prev_flor_C11»"),
    (BETWEEN_PERIODS, "rule: TX01", "rule: TX01\n      unless: [TX99]", 3, "«unless» của TX01 nêu TX99"),
]  # fmt: skip


@pytest.mark.parametrize("text", [SOUND, ABOUT_A_CELL, TEMPLATE, BETWEEN_PERIODS])
def test_a_sound_file_is_loaded(text: str, rule_folder: Callable, declarations: Declarations) -> None:
    assert len(load_rules(rule_folder(text), declarations)) == 1


@pytest.mark.parametrize(("text", "old", "new", "line", "sentence"), REFUSED)
def test_a_faulty_declaration_is_refused_with_its_line(
    text: str, old: str, new: str, line: int, sentence: str, rule_folder: Callable, declarations: Declarations
) -> None:
    assert old in text
    with pytest.raises(DeclarationError, match=rf"rules\.yaml:{line}: ") as refusal:
        load_rules(rule_folder(text.replace(old, new)), declarations)
    assert sentence in str(refusal.value)


def test_every_type_that_great_expectations_knows_may_be_declared() -> None:
    from great_expectations.expectations.registry import list_registered_expectation_implementations  # noqa: PLC0415

    import expectations.custom_past  # noqa: F401, PLC0415  registers ours

    registered = {name for name in list_registered_expectation_implementations() if name.startswith("expect_")}
    assert registered <= known_types()  # a few that it no longer keeps have a module still: `build_suite` refuses them


def test_a_rule_code_used_in_two_files_is_refused(tmp_path: Path, declarations: Declarations) -> None:
    for name in ("a.yaml", "b.yaml"):
        (tmp_path / name).write_text(SOUND, encoding="utf-8")
    with pytest.raises(DeclarationError, match=r"b\.yaml:7: mã quy tắc ID12 khai hai lần"):
        load_rules(tmp_path, declarations)


@pytest.mark.parametrize(
    ("old", "new"),
    [
        ("max_value: 480", "max_valu: 480"),
        ("max_value: 480", "max_value: 480, strict_max: maybe"),
    ],
)
def test_what_great_expectations_does_not_know_is_refused_with_its_line(
    old: str, new: str, rule_folder: Callable, declarations: Declarations
) -> None:
    rules = load_rules(rule_folder(ABOUT_A_CELL.replace(old, new)), declarations)
    with pytest.raises(DeclarationError, match=r"rules\.yaml:3: Great Expectations không nhận quy tắc MY01"):
        build_suite(rules_for(rules, declarations.elements.values()))
