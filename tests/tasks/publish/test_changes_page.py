"""`changes.html`, and what a reader is told first: every changed figure with its cause, and what waits for whom."""

from __future__ import annotations

import re
from functools import lru_cache
from html import unescape

import pandas as pd
import pytest

from tasks.publish import site as pages_of
from tasks.publish.change_lines import by_cause, by_causes_together, change_lines
from tasks.publish.content import ReleaseContent
from tasks.publish.decisions import decisions, thinnest
from tasks.publish.lines import district_lines
from tasks.publish.page import downloads, page
from tasks.publish.site import site
from tasks.publish.units import unit_lines
from tasks.store.stage_frames import ScoreFrames

from . import factory


@lru_cache
def content() -> ReleaseContent:
    return factory.content(changes=factory.changes()).numbered(2)


@lru_cache
def pages() -> dict[str, bytes]:
    return site(content())


def text(html: bytes) -> str:
    bare = re.sub(r"<[^>]+>", " ", re.sub(r"<style>.*?</style>", "", html.decode(), flags=re.S))
    return re.sub(r"\s+", " ", unescape(bare).replace("\u00a0", " "))


def test_every_changed_figure_stands_on_the_page_with_old_new_and_cause() -> None:
    shown = pages()["changes.html"].decode()
    assert shown.count('<tr role="row"><th role="rowheader"') == len(content().changes) + 2  # and two causes
    whole = text(pages()["changes.html"])
    assert "2 con số của toàn huyện, 2 con số của từng đơn vị" in whole
    assert "Đơn vị nộp thêm 2 2" in whole
    assert "Mục tiêu thay đổi 2 0" in whole
    assert "Đơn vị nộp thêm, mục tiêu thay đổi Xã Bình Phước Xuân có số liệu, muộn 3 ngày" in whole


def test_a_changed_figure_leads_to_its_indicator_and_to_the_page_of_its_unit() -> None:
    shown = pages()["changes.html"].decode()
    assert f'<a href="don-vi/{factory.LATE}.html#P02">' in shown
    assert '<a href="chi-tieu/P02.html">' in shown
    unit = text(pages()[f"don-vi/{factory.LATE}.html"])
    assert re.search(r"2 con số của \S.+? khác bản r001", unit)
    assert 'id="thay-doi"' not in pages()["don-vi/30628.html"].decode()


def test_a_figure_that_is_gone_leads_nowhere() -> None:
    gone = factory.changes().assign(indicator="Z99", new_status=None, new_value=None)
    shown = site(factory.content(changes=gone).numbered(2))["changes.html"].decode()
    assert "Z99" in shown
    assert "chi-tieu/Z99.html" not in shown
    assert "#Z99" not in shown


def test_too_many_figures_for_one_page_are_listed_on_the_pages_of_their_units(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(pages_of, "MOST_CHANGES", 1)
    shown = site(content())
    assert f'<a href="don-vi/{factory.LATE}.html#thay-doi">' in shown["changes.html"].decode()
    assert 'id="thay-doi"' in shown[f"don-vi/{factory.LATE}.html"].decode()


def test_the_first_release_and_an_unchanged_one_say_so() -> None:
    first, later = (site(factory.content().numbered(n))["changes.html"] for n in (1, 2))
    assert "bản công bố đầu tiên của 6 tháng đầu năm 2022" in text(first)
    assert "Không có con số nào khác các bản công bố trước" in text(later)


def test_causes_are_counted_for_the_district_and_for_units() -> None:
    together = by_causes_together(change_lines(content()))
    assert sum(count for _, count in together) == len(change_lines(content()))
    assert by_cause(change_lines(content())) == [("đơn vị nộp thêm", 2, 2), ("mục tiêu thay đổi", 2, 0)]


def test_the_overview_says_what_changed_and_what_waits_for_whom() -> None:
    shown = text(page(content()))
    assert "So với bản r001: 4 con số khác , 2 của toàn huyện (đơn vị nộp thêm 2; " in shown
    assert "; đơn vị nộp thêm cùng mục tiêu thay đổi 2)." in shown
    assert "Chưa có số liệu 6 tháng đầu năm 2021 để so." in shown
    assert "Đôn đốc 1 đơn vị chưa nộp: Xã Hòa An ." in shown
    assert "1 đơn vị phải sửa rồi gửi lại:" in shown
    assert "bản r002 chờ người có thẩm quyền phê duyệt" in shown


def test_what_waits_is_empty_when_all_is_well() -> None:
    lines = tuple(line for line in district_lines(content()) if line.status.word == "đạt")
    units = tuple(u for u in unit_lines(content()) if u.counted)
    found = decisions(lines, units, ())
    assert (found.lagging, found.silent, found.waiting, found.overdue, found.untargeted) == ({}, (), (), (), ())


def test_the_thinnest_line_is_that_of_the_smallest_share() -> None:
    lines = district_lines(content())
    found = thinnest(lines)
    assert found is not None
    assert found.reported / found.expected == min(line.reported / line.expected for line in lines)
    assert thinnest([line for line in lines if line.reported == line.expected]) is None


def test_the_files_of_scores_are_offered_where_there_are_any() -> None:
    frames = (pd.DataFrame(columns=["set"]) for _ in range(4))
    scored = factory.content(scores=ScoreFrames(*frames))
    assert {"scores.csv", "score_criteria.csv", "standings.csv"} <= downloads(scored).keys()
    assert "scores.csv" not in downloads(content())
    assert "bao-cao.docx" in downloads(content())


def test_a_unit_that_sent_nothing_has_its_page_and_it_says_so() -> None:
    shown = text(pages()[f"don-vi/{factory.SILENT}.html"])
    assert "Biểu – Chưa nộp Nhận lúc –" in shown
    assert "chưa báo cáo" in shown
    assert "Kỳ này chưa có biểu nào của đơn vị được tổng hợp." in shown
    assert "6 tháng đầu năm 2022 – – chưa nộp 0" in shown
