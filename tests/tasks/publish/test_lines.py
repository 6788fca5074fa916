"""The lines of the evaluation table."""

import dataclasses
import gc
import weakref
from decimal import Decimal

from tasks.publish.judged_line import tally
from tasks.publish.lines import Line, district_lines, groups, unit_figures
from tasks.publish.wording import STATUSES

from . import factory


def line(code: str) -> Line:
    return next(x for x in district_lines(factory.content()) if x.indicator.code == code)


def test_the_steering_work_comes_first_then_the_six_contents() -> None:
    shown = groups(factory.content())
    assert [g.numeral for g in shown] == ["I", "II", "III", "IV", "V", "VI", "VII"]
    assert shown[0].name == "Chỉ đạo, điều hành"


def test_every_indicator_of_the_period_has_a_line_and_no_other() -> None:
    codes = [x.indicator.code for x in district_lines(factory.content())]
    assert codes == list(factory.declarations().defined(factory.PERIOD))
    assert "P05b" not in codes


def test_coverage_stands_beside_the_figure() -> None:
    assert (line("L01").coverage, line("X03").coverage) == ("17/19", "16/18")


def test_a_target_without_a_document_of_the_province_is_marked() -> None:
    assert [line(c).mark for c in ("P05", "L01", "P01")] == ["", "(*)", "(**)"]


def test_a_range_shows_its_declared_bound() -> None:
    assert line("M03").target_text.replace("\u00a0", " ") == "≤ 100 (*)"


def test_an_indicator_without_a_target_shows_none() -> None:
    assert (line("P03").target, line("P03").target_text) == (None, "")


def test_the_notes_say_how_the_figure_is_defined() -> None:
    assert line("L01").notes[0] == "L01 = A02 : A01"
    assert "định nghĩa từ 15/07/2021" in line("L01").notes


def test_the_districts_own_figure_stands_beside_the_total_where_communes_report_too() -> None:
    assert line("L01").own == 20
    assert "riêng cấp huyện 20,00" in line("L01").notes
    assert line("K01").own is None


def test_the_pace_needed_is_said_per_year_in_its_unit_of_measure() -> None:
    late = dataclasses.replace(line("L01"), needed_pace=Decimal("1.765"))
    assert late.needed == "tăng 1,77 điểm\u00a0%/năm"
    assert dataclasses.replace(line("P13"), needed_pace=Decimal(-2)).needed == "giảm 2,00 phút/năm"
    assert dataclasses.replace(late, needed_pace=None).needed == ""


def test_the_notes_say_when_the_two_methods_disagree() -> None:
    assert "hai cách tính nhịp độ cho kết quả khác nhau" in line("X04").notes
    assert "hai cách tính nhịp độ cho kết quả khác nhau" not in line("X06").notes


def test_the_tally_counts_every_line_once() -> None:
    lines = district_lines(factory.content())
    assert sum(n for _, n in tally(lines, STATUSES)) == len(lines)


def test_a_silent_unit_has_statuses_but_no_figures() -> None:
    figures = unit_figures(factory.content())[factory.SILENT]
    assert set(figures.values()) == {(None, "chưa báo cáo")}


def test_what_lies_beyond_the_bar_ends_at_its_edge() -> None:
    evaluation = factory.with_first(factory.content().evaluation, "value", Decimal(250))
    assert district_lines(factory.content(evaluation=evaluation))[0].drawn_value == 100


def test_lines_are_worked_out_once_for_a_content_and_forgotten_with_it() -> None:
    content = factory.content()
    lines = district_lines(content)
    assert district_lines(content) is lines
    assert district_lines(content.numbered(2)) is not lines
    forgotten = weakref.ref(content)
    del content
    gc.collect()
    assert forgotten() is None
