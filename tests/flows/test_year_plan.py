"""The year as `cchc calendar` shows it: what figures cover and when reports are due, never one for the other."""

from __future__ import annotations

from datetime import date
from io import StringIO
from pathlib import Path

from rich.console import Console

from config.element import Level
from config.load import Declarations
from flows.year_plan import plan_rows, plan_tables, year_plan
from tests.flows.conftest import call_cchc


def shown(declarations: Declarations, year: int) -> str:
    """Return what is printed of `year`."""
    printed = StringIO()
    console = Console(width=120, file=printed)
    for table in plan_tables(year_plan(declarations, year)):
        console.print(table)
    return printed.getvalue()


def test_a_year_of_both_levels_has_eight_reports_in_order_of_deadline(declarations: Declarations) -> None:
    plan = year_plan(declarations, 2022)
    assert [due.deadline for due in plan] == sorted(due.deadline for due in plan)
    assert len(plan) == 8


def test_a_level_that_has_ended_is_due_nothing(declarations: Declarations) -> None:
    levels = [(due.period, due.level) for due in year_plan(declarations, 2025)]
    assert ("2025-H1", Level.DISTRICT) in levels
    assert ("2025-Q3", Level.DISTRICT) not in levels


def test_the_two_dates_stand_apart_each_with_its_weekday(declarations: Declarations) -> None:
    text = shown(declarations, 2022)
    assert "Số liệu tính đến hết ngày │ thứ Ba, 14/06/2022" in text
    assert "Hạn gửi báo cáo           │ thứ Năm, 16/06/2022" in text


def test_a_deadline_that_moved_says_from_which_day_and_why(declarations: Declarations) -> None:
    assert "thứ Hai, 17/06/2024 (dời từ Chủ nhật, 16/06/2024: cuối tuần)" in shown(declarations, 2024)


def test_a_program_gets_dates(declarations: Declarations) -> None:
    first = plan_rows(year_plan(declarations, 2022))[0]
    assert (first["cut_off"], first["deadline"]) == (date(2022, 3, 14), date(2022, 3, 16))


def test_the_command_prints_a_year_and_refuses_one_outside_the_programme(tmp_path: Path) -> None:
    assert "6 tháng đầu năm 2022 (2022-H1), cấp xã" in call_cchc(tmp_path, "calendar", "--year", "2022").stdout
    refused = call_cchc(tmp_path, "calendar", "--year", "1999")
    assert (refused.returncode, "2021 đến 2030" in refused.stderr) == (2, True)
