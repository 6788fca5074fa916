"""Printed pages of a sheet begin where nothing that belongs together is torn apart."""

from __future__ import annotations

import re
import zipfile
from io import BytesIO
from itertools import pairwise

from hypothesis import given
from hypothesis import strategies as st
from openpyxl import load_workbook

from config.scoring import load_scoring
from config.settings import PROJECT
from tasks.publish.annex import HEAD, lines_of
from tasks.publish.print_pages import MOST_BREAKS, page_starts
from tasks.publish.score_sheet import MOST_GROUPS
from tasks.publish.workbook import workbook

from . import factory

NO_HEAD = range(0)


def test_a_page_is_full_before_the_next_begins() -> None:
    assert page_starts([10.0] * 10, (), NO_HEAD, 40) == [4, 8]
    assert page_starts([10.0] * 4, (), NO_HEAD, 40) == []


def test_a_heading_goes_to_the_next_page_with_what_it_heads() -> None:
    assert page_starts([10.0] * 6, {3}, NO_HEAD, 40) == [3]


def test_a_legend_takes_the_last_lines_of_its_table_with_it() -> None:
    assert page_starts([10.0] * 10, {5, 6, 7, 8}, NO_HEAD, 80) == [5]


def test_what_no_page_can_hold_is_torn_where_the_page_is_full() -> None:
    assert page_starts([10.0] * 10, set(range(10)), NO_HEAD, 40) == [4, 8]


def test_the_head_takes_room_on_every_page_after_its_own() -> None:
    assert page_starts([10.0] * 10, (), range(0, 2), 50) == [5, 8]


def test_more_breaks_than_a_program_keeps_are_left_to_it_and_the_first_ones_stay() -> None:
    assert page_starts([10.0] * (MOST_BREAKS + 50), (), NO_HEAD, 10) == list(range(1, MOST_BREAKS + 1))


def test_every_sheet_is_narrower_than_its_paper_by_what_programs_differ() -> None:
    for sheet in load_workbook(BytesIO(workbook(factory.content()))):
        across = 297 - 45 if sheet.page_setup.orientation == "landscape" else 210 - 45
        widths = [8 * d.width for d in sheet.column_dimensions.values() for _ in range(d.min, d.max + 1)]
        stops = [0, *(b.id for b in sheet.col_breaks.brk), len(widths)]
        repeated = sum(widths[:2])  # the names of the units, on each page beside the first
        room = across / 25.4 * 96 * 100 / sheet.page_setup.scale
        assert len(widths) >= sheet.max_column, sheet.title
        for n, (first, last) in enumerate(pairwise(stops)):
            assert sum(widths[first:last]) + (repeated if n else 0) <= room * 0.985, (sheet.title, n)


@given(st.lists(st.floats(1, 40), min_size=1, max_size=60), st.sets(st.integers(0, 59)))
def test_no_page_holds_more_than_it_can(heights: list[float], kept: set[int]) -> None:
    starts = page_starts(heights, kept, NO_HEAD, 100)
    ends = [*starts, len(heights)]
    assert all(sum(heights[a:b]) <= 100.001 for a, b in zip([0, *starts], ends, strict=True))


def test_a_head_gets_room_for_bold_words_that_do_not_fit_on_a_line() -> None:
    assert lines_of("Tăng, giảm điểm", 9, ({"bold": True},)) == 3
    assert lines_of("Tăng, giảm điểm", 9, ({},)) == 2
    assert lines_of("Kế hoạch của huyện", 15, (HEAD,)) == 2


def test_every_declared_scoring_set_has_room_for_its_groups() -> None:
    sets = load_scoring(PROJECT / "config" / "scoring", factory.declarations())
    assert max(len(scoring.groups) for scoring in sets) <= MOST_GROUPS


def test_legend_and_signature_of_the_first_annex_stand_below_lines_of_the_table() -> None:
    sheet = zipfile.ZipFile(BytesIO(workbook(factory.content()))).read("xl/worksheets/sheet1.xml").decode()
    strings = zipfile.ZipFile(BytesIO(workbook(factory.content()))).read("xl/sharedStrings.xml").decode()
    texts = re.findall(r"<si><t[^>]*>(.*?)</t></si>", strings, re.S)
    legend = re.search(rf'<c r="A(\d+)"[^>]*t="s"><v>{texts.index("Chú giải")}</v>', sheet)
    breaks = [int(n) for n in re.findall(r'<brk id="(\d+)"', sheet)]
    assert legend is not None
    assert breaks, "the annex takes several pages"
    assert max(breaks) <= int(legend[1]) - 5, "a spacer and three lines of the table stand above the legend"
    assert "fitToPage" not in sheet, "a sheet that is fitted to the page has its breaks ignored"
