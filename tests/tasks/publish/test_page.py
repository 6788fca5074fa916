"""`index.html`: complete in itself, readable by everyone, with a figure's coverage beside it."""

import base64
import hashlib
import re
from functools import lru_cache
from html.parser import HTMLParser
from itertools import pairwise

import pandas as pd
import pytest

from tasks.publish.page import DOWNLOADS, TEMPLATES, page, segments
from tasks.publish.site import site
from tasks.publish.wording import Tone

from . import factory


@lru_cache
def html() -> str:
    return page(factory.content().numbered(1)).decode()


class Outline(HTMLParser):
    """Headings, ids, links and tables of a page."""

    def __init__(self) -> None:
        super().__init__()
        self.levels: list[int] = []
        self.ids: list[str] = []
        self.links: list[str] = []
        self.tables: list[list[str]] = []
        self.cells: list[dict[str, str | None]] = []
        self.sources: list[str] = []

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        known = dict(attrs)
        if re.fullmatch(r"h[1-6]", tag):
            self.levels.append(int(tag[1]))
        if known.get("id"):
            self.ids.append(known["id"] or "")
        if tag == "a":
            self.links.append(known["href"] or "")
        if tag == "table":
            self.tables.append([])
        if self.tables:
            self.tables[-1].append(tag)
        if tag in ("td", "th"):
            self.cells.append({"tag": tag, **known})
        self.sources += [known[a] or "" for a in ("src", "srcset", "action", "poster") if a in known]


@lru_cache
def outline() -> Outline:
    made = Outline()
    made.feed(html())
    return made


def text() -> str:
    bare = re.sub(r"<[^>]+>", " ", re.sub(r"<style>.*?</style>", "", html(), flags=re.S))
    return re.sub(r"\s+", " ", bare.replace("\u00a0", " "))


def test_the_same_content_gives_the_same_bytes() -> None:
    assert page(factory.content().numbered(1)) == page(factory.content().numbered(1))


def test_the_policy_allows_this_style_sheet_and_nothing_else() -> None:
    style = re.search(r"<style>(.*?)</style>", html(), re.S)
    assert style
    digest = base64.b64encode(hashlib.sha256(style[1].encode()).digest()).decode()
    policy = re.search(r'Content-Security-Policy" content="([^"]+)"', html())
    assert policy
    rules = policy[1].replace("&#39;", "'")
    assert rules.startswith("default-src 'none'")
    assert f"'sha256-{digest}'" in rules
    assert "unsafe" not in rules


def test_nothing_on_the_page_needs_another_host_or_a_script() -> None:
    assert outline().sources == []
    assert "<script" not in html()
    assert not re.search(r"(https?:)?//", html().replace("<!doctype html>", ""))
    assert "@import" not in html()
    assert "url(" not in html()


def test_every_link_lands() -> None:
    beside = site(factory.content().numbered(1)).keys() | DOWNLOADS.keys()
    for link in outline().links:
        assert (
            link.partition("#")[0] in beside or link.removeprefix("#") in outline().ids or link.startswith("mailto:")
        ), link


def test_no_two_things_have_the_same_id() -> None:
    assert len(outline().ids) == len(set(outline().ids))


def test_headings_go_down_one_level_at_a_time() -> None:
    levels = outline().levels
    assert levels[0] == 1
    assert levels.count(1) == 1
    assert all(b - a <= 1 for a, b in pairwise(levels))


def test_every_table_has_a_caption_and_every_head_a_scope() -> None:
    assert all(t.count("caption") >= 1 for t in outline().tables)
    assert all(c.get("scope") in ("col", "row") for c in outline().cells if c["tag"] == "th")


def test_every_cell_is_labelled_for_narrow_screens() -> None:
    assert all(c.get("data-label") for c in outline().cells if c["tag"] == "td")


def test_the_summary_counts_units_as_the_command_line_does() -> None:
    assert "Đơn vị đã nộp 18 /19" in text()
    assert "Được tổng hợp 17 Có cảnh báo 2 Nộp muộn 1 Đang trả lại để sửa 1 Chưa nộp 1" in text()


def test_a_figure_has_its_parts_and_its_coverage_beside_it() -> None:
    row = re.search(r'<tr role="row" id="L01">.*?</tr>', html(), re.S)
    assert row
    shown = re.sub(r"\s+", " ", re.sub(r"<[^>]+>", " ", row[0])).replace("\u00a0", " ")
    assert "72,86 % 2.051 : 2.815 riêng cấp huyện: 20,00 17/19 ≥ 100 (*) năm 2022" in shown
    assert "Phòng Nội vụ" in shown


def test_what_lags_is_listed_under_the_office_that_leads_it() -> None:
    section = re.search(r'<dl class="attention">.*?</dl>', html(), re.S)
    assert section
    assert '<dt>Phòng Tư pháp</dt>\n<dd><a href="#T01">' in section[0]


def test_the_marks_of_targets_are_explained() -> None:
    assert "(*) Mục tiêu tạm tính" in text()
    assert "(**) Mục tiêu tham khảo" in text()


def test_the_page_says_whether_its_figures_are_provisional_and_illustrative() -> None:
    assert "Số liệu tạm thời" in text()
    assert text().count("minh hoạ") + text().count("MINH HOẠ") >= 2
    real = page(factory.content(facts=factory.facts(illustrative=False, provisional=False))).decode()
    assert "Số liệu chính thức" in real
    assert "Số liệu minh hoạ" not in real
    assert 'class="real"' in real


def test_the_page_counts_what_waits_for_a_remedy_and_says_where_it_is_listed() -> None:
    assert "Đang chờ, ở 5 đơn vị: ■ Nghiêm trọng 2 , ▲ Cảnh báo 3" in text()
    assert "loi.html" in outline().links


def test_lateness_and_silence_have_one_word_each() -> None:
    shown = page(factory.content()).decode()
    assert "Muộn" in shown
    assert "Chưa nộp" in shown
    assert not any(word in shown for word in ("Trễ", "Chưa gửi"))


def test_the_tiles_are_the_counts_of_the_command_line() -> None:
    known = factory.content().submissions
    stray = {**known.iloc[1], "unit": factory.SILENT, "version": None, "state": "quarantined"}
    changed = factory.content(submissions=pd.concat([known, pd.DataFrame([stray], dtype=object)], ignore_index=True))
    assert "<dt>Tệp không dùng được, chưa nộp lại</dt><dd>1</dd>" in page(changed).decode()


def test_a_refused_file_beside_a_form_that_counts_has_a_tile_of_its_own() -> None:
    known = factory.content().submissions
    refused = {**known.iloc[1], "version": None, "state": "quarantined"}
    changed = factory.content(submissions=pd.concat([known, pd.DataFrame([refused], dtype=object)], ignore_index=True))
    said = "<dt>Tệp không dùng được, biểu trước vẫn được tính</dt><dd>1</dd>"
    assert said in page(changed).decode()
    assert said not in page(factory.content()).decode()


def test_a_release_without_findings_says_so() -> None:
    empty = page(factory.content(findings=factory.findings([]))).decode()
    assert "Không có lỗi nào đang chờ sửa." in empty


@pytest.mark.parametrize("counts", [{Tone.GOOD: 3}, {Tone.GOOD: 1, Tone.NONE: 2}, {Tone.BAD: 7, Tone.SLOW: 0}])
def test_a_bar_is_filled_from_end_to_end(counts: dict[Tone, int]) -> None:
    made = segments(list(counts.items()))
    assert made[0].x == 0
    assert round(made[-1].x + made[-1].width, 1) == 100


def test_a_bar_of_nothing_is_empty() -> None:
    assert segments([(Tone.GOOD, 0)]) == ()


INKS = ("ink", "soft", "link", "brand", "good", "fair", "slow", "bad", "none")


@pytest.mark.parametrize("theme", [0, 1], ids=["light", "dark"])
def test_every_ink_stands_out_from_what_is_behind_it(theme: int) -> None:
    css = (TEMPLATES / "page.css").read_text(encoding="utf-8")
    colours = dict(re.findall(r"--([\w-]+): (#\w+)", re.findall(r":root \{(.*?)\}", css, re.S)[theme]))
    pairs = [(ink, paper) for ink in INKS for paper in ("paper", "sheet")]
    pairs += [(tone, f"{tone}-bg") for tone in ("good", "fair", "slow", "bad", "none")] + [("notice-ink", "notice")]
    for ink, paper in pairs:
        assert contrast(colours[ink], colours[paper]) >= 4.5, (ink, paper)


def contrast(one: str, other: str) -> float:
    """Return the contrast of two colours as WCAG 2 defines it."""
    light, dark = sorted((luminance(one), luminance(other)), reverse=True)
    return (light + 0.05) / (dark + 0.05)


def luminance(colour: str) -> float:
    digits = colour[1:] if len(colour) == 7 else "".join(2 * c for c in colour[1:])
    parts = [int(digits[i : i + 2], 16) / 255 for i in (0, 2, 4)]
    red, green, blue = (p / 12.92 if p <= 0.03928 else ((p + 0.055) / 1.055) ** 2.4 for p in parts)
    return 0.2126 * red + 0.7152 * green + 0.0722 * blue


def test_a_unit_that_owes_no_indicator_of_a_content_has_no_row_there() -> None:
    heat = site(factory.content())["bang-mau.html"].decode()
    parts = dict(zip(re.findall(r'<h2 id="nd-\d+">(\S+)\.', heat), heat.split("<section")[1:], strict=True))
    assert parts["IV"].count('href="don-vi/893.html"') == 1
    assert 'href="don-vi/30628.html"' not in parts["IV"], "only the district reports on its organisation"
    assert ">3 chỉ tiêu, 1 đơn vị<" in parts["IV"]
    assert 'href="don-vi/30628.html"' in parts["III"]
