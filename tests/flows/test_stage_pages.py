"""The pages of a stage: every indicator and unit has one, all links land, and each says what the CSV files say."""

from __future__ import annotations

import csv
import filecmp
import io
import re
from dataclasses import replace
from decimal import Decimal
from html import unescape
from itertools import groupby
from pathlib import Path

import pytest
from openpyxl import load_workbook

from config.load import Declarations
from config.settings import Settings
from flows.stage_figures import stage_as_known
from tasks.publish.manifest import sha256
from tasks.publish.matrix import scale_for
from tasks.publish.stage_page import stage_page
from tasks.publish.stage_release import publish_stage, stage_content
from tasks.publish.stage_report import stage_report
from tasks.publish.stage_site import stage_site
from tasks.store.database import reading
from tasks.store.stage_trace import cells_of, stage_trace
from tasks.store.values import Run
from tests.tasks.publish.test_injection import HOSTILE, Tags
from tests.tasks.publish.test_report import texts

from .test_stage import GD1, at_the_end, known

__all__ = ["known"]  # a fixture


@pytest.fixture(scope="module")
def release(known: Path, declarations: Declarations) -> Path:
    """The release of a stage that knows three full years, the last after the merger."""
    settings = Settings(home=known.parent)
    frames = stage_as_known(settings, declarations, GD1, at_the_end(declarations))
    return publish_stage(settings, declarations, frames, Run("run", at_the_end(declarations))).path


def rows(release: Path, name: str) -> list[dict[str, str]]:
    return list(csv.DictReader(io.StringIO((release / name).read_text(encoding="utf-8-sig"))))


def text(path: Path) -> str:
    bare = re.sub(r"<[^>]+>", " ", re.sub(r"<style>.*?</style>", "", path.read_text(encoding="utf-8"), flags=re.S))
    return re.sub(r"\s+", " ", unescape(bare).replace("\u00a0", " "))


def test_every_indicator_and_every_unit_has_a_page(release: Path) -> None:
    assert {p.stem for p in (release / "chi-tieu").iterdir()} == {r["indicator"] for r in rows(release, "stage.csv")}
    assert {p.stem for p in (release / "don-vi").iterdir()} == {r["unit"] for r in rows(release, "stage_units.csv")}


def test_every_link_lands_within_the_release_and_no_id_stands_twice(release: Path) -> None:
    pages = {path: path.read_text(encoding="utf-8") for path in release.rglob("*.html")}
    ids = {path: re.findall(r' id="([^"]+)"', html) for path, html in pages.items()}
    for path, html in pages.items():
        assert len(ids[path]) == len(set(ids[path])), path.name
        for link in re.findall(r'(?:href|src)="([^"]+)"', html):
            if link.startswith(("mailto:", "data:")):
                continue
            name, _, anchor = link.partition("#")
            target = (path.parent / name).resolve() if name else path
            assert target.is_file(), (path.name, link)
            assert target.is_relative_to(release.resolve()), (path.name, link)
            assert not anchor or anchor in ids[target], (path.name, link)


def test_the_page_of_an_indicator_has_base_years_figure_target_and_pace(release: Path) -> None:
    shown = text(release / "chi-tieu" / "P04.html")
    assert "Gốc 50,00 ngày 14/12/2021" in shown
    assert "Năm 2025 95,00 %" in shown
    assert "Phần đường đã đi p 0,90" in shown
    assert "Phần thời gian đã qua q 0,99" in shown
    assert "Nhịp đã đạt tăng 11,25 điểm %/năm" in shown
    assert "2023 14/12/2023" in shown
    assert "Vượt (+), thiếu (−)" in shown
    assert "P04 = C02 : C01 = " in shown
    assert "địa giới hiện nay" in shown
    assert "cchc trace --stage GD1 --indicator P04" in shown


def test_every_base_figure_and_target_of_the_stage_links_to_how_it_was_made(release: Path) -> None:
    front = (release / "index.html").read_text(encoding="utf-8")
    row = re.search(r'<tr role="row" id="P04">.*?</tr>', front, re.S)
    assert row
    places = re.findall(r'class="made" href="([^"]+)"', row[0])
    assert places == [
        "chi-tieu/P04.html#o-2021-YEAR", "chi-tieu/P04.html#o-2025-YEAR", "chi-tieu/P04.html#h-dinh-nghia"
    ]  # fmt: skip
    for figure in ('data-label="Gốc">', 'data-label="Hiện nay"><span class="value">'):
        loose = re.findall(rf"{re.escape(figure)}(?!<a class)([\d.,]+)", front)
        assert not loose, f"{figure} stands without its way"


def test_a_units_figure_leads_to_the_cells_of_every_unit_it_took_over(release: Path) -> None:
    unit = (release / "don-vi" / "30628.html").read_text(encoding="utf-8")
    assert 'href="../chi-tieu/P04.html#o-2021-YEAR-30628"><span class="n">50,00</span></a>' in unit
    page = (release / "chi-tieu" / "P04.html").read_text(encoding="utf-8")
    body = re.search(r'<tbody role="rowgroup" id="o-2021-YEAR-30628">.*?</tbody>', page, re.S)
    assert body
    assert {("30628", "C01", "100"), ("30634", "C02", "50")} <= set(typed_in(body[0]))
    assert "Xã Chợ Mới (30628) hiện nay, gồm số của: Thị trấn Chợ Mới (30628), " in body[0]
    assert "Xã Kiến An (30634)" in body[0].partition("</tr>")[0]
    assert page.count('id="o-2021-YEAR"') == page.count('id="o-2025-YEAR"') == 1


def typed_in(body: str) -> list[tuple[str, ...]]:
    """Return the unit, the code and the number of each cell that a part of the table shows."""
    return re.findall(r'<span class="small">(\d+)</span></th>.*?"Mã">(\w+)<.*?class="n">([\d.,]+)<', body)


def test_in_either_boundaries_the_cells_that_a_figure_leads_to_make_that_figure(release: Path) -> None:
    page = (release / "chi-tieu" / "P04.html").read_text(encoding="utf-8")
    bodies = dict(re.findall(r'<tbody[^>]* id="([^"]+)">(.*?)</tbody>', page, re.S))
    led = dict[str, list[tuple[str, str]]]()
    for row in rows(release, "stage_units.csv"):
        if row["indicator"] == "P04":
            shown = (release / "don-vi" / f"{row['unit']}.html").read_text(encoding="utf-8")
            prefix = "" if row["boundaries"] == "địa giới hiện nay" else "truoc-"
            (line,) = re.findall(rf'<tr role="row" id="{prefix}P04">.*?</tr>', shown, re.S)
            figures = [figure for figure in (row["base"], row["value"]) if figure]
            places = re.findall(rf'P04\.html#(o-\d+-YEAR-{row["unit"]})"', line)
            assert len(places) == len(figures), row
            led.setdefault(row["boundaries"], []).extend(zip(places, figures, strict=True))
    assert {label: len(found) for label, found in led.items()} == {"địa giới khi báo cáo": 6, "địa giới hiện nay": 12}
    for place, figure in (pair for found in led.values() for pair in found):
        numbers = [(code, Decimal(number)) for _, code, number in typed_in(bodies[place])]
        done, all_of = (sum(number for code, number in numbers if code == wanted) for wanted in ("C02", "C01"))
        assert done * 100 / all_of == Decimal(figure), place


def test_trace_tells_a_stages_figure_to_the_cell(known: Path, declarations: Declarations) -> None:
    settings = Settings(home=known.parent)
    frames = stage_as_known(settings, declarations, GD1, at_the_end(declarations))
    with reading(settings.database) as connection:
        cells = cells_of(connection, declarations, frames)
    whole = stage_trace(frames, declarations, cells, "P04", None)
    unit = stage_trace(frames, declarations, cells, "P04", "30628")
    assert whole is not None
    assert unit is not None
    assert (whole.base.period, whole.current.period, whole.target.year) == ("2021-YEAR", "2025-YEAR", 2025)
    assert whole.target.document
    for found in (whole, unit):
        for origin, published in ((found.base, 50), (found.current, 95)):
            sums = {code: sum(p.number or 0 for p in origin.parts if p.element == code) for code in ("C01", "C02")}
            assert sums["C02"] * 100 / sums["C01"] == published == origin.value
    assert {p.unit for p in unit.base.parts} > {"30628"}, "with what it took over"
    assert {p.unit for p in unit.current.parts} == {"30628"}
    assert stage_trace(frames, declarations, cells, "P04", "99999") is None


def test_the_chart_of_an_indicator_tells_its_years_in_words(release: Path) -> None:
    html = (release / "chi-tieu" / "P04.html").read_text(encoding="utf-8")
    assert html.count('role="img" aria-labelledby="bd-') == 2
    assert '<desc id="bd-wide-d">3 kỳ, từ 50,00 % (năm 2021) đến 95,00 % (năm 2025).' in html
    assert "Từ 01/07/2025: sáp nhập đơn vị." in html
    assert "<title>Năm 2023: 60,00</title>" in html


def test_an_indicator_without_figures_has_an_honest_page(release: Path) -> None:
    empty = next(r["indicator"] for r in rows(release, "stage.csv") if not r["value"] and not r["target"])
    shown = text(release / "chi-tieu" / f"{empty}.html")
    assert "Chưa kỳ nào có kết quả để vẽ." in shown
    assert "2021 14/12/2021 – – –" in shown
    assert "Mục tiêu chưa có" in shown


def test_the_page_of_a_unit_has_its_figures_ranks_scores_and_sources(release: Path) -> None:
    shown = text(release / "don-vi" / "30628.html")
    row = re.search(r'<tr role="row" id="P04">.*?</tr>', (release / "don-vi" / "30628.html").read_text("utf-8"), re.S)
    assert row
    said = re.sub(r"\s+", " ", re.sub(r"<[^>]+>", " ", row[0])).replace("\u00a0", " ")
    assert "50,00 ngày 14/12/2021 95,00 Năm 2025 95 : 100 95,00 ≥ 100" in said
    assert " 1 r = 0,91" in said, "all units are equal, so all are first"
    assert "Bộ tiêu chí cap-xa, năm 2025" in shown
    assert "Theo địa giới khi báo cáo" in shown
    assert "2021-YEAR 30634" in shown, "of a commune that it took over"


def test_units_are_ranked_best_first_and_equal_ones_share_a_rank(release: Path) -> None:
    html = (release / "chi-tieu" / "P04.html").read_text(encoding="utf-8")
    assert re.findall(r'data-label="Hạng">(\d+)<', html) == ["1"] * (2 * len(list((release / "don-vi").iterdir())))


def test_the_search_covers_indicators_and_units(release: Path) -> None:
    html = (release / "tim.html").read_text(encoding="utf-8")
    for folder in ("chi-tieu", "don-vi"):
        for path in (release / folder).iterdir():
            assert f'href="{folder}/{path.name}"' in html


def test_the_same_inputs_give_the_same_bytes(release: Path, known: Path, declarations: Declarations) -> None:
    frames = stage_as_known(Settings(home=known.parent), declarations, GD1, at_the_end(declarations))
    elsewhere = Settings(home=known.parent / "elsewhere", database_url=f"sqlite:///{known}")
    again = publish_stage(elsewhere, declarations, frames, Run("run", at_the_end(declarations))).path
    names = sorted(p.relative_to(release).as_posix() for p in release.rglob("*") if p.is_file())
    assert names == sorted(p.relative_to(again).as_posix() for p in again.rglob("*") if p.is_file())
    _, different, odd = filecmp.cmpfiles(release, again, names, shallow=False)
    assert (different, odd) == ([], [])
    assert len(names) > 70
    assert sha256((release / "bao-cao.docx").read_bytes()) == sha256((again / "bao-cao.docx").read_bytes())


def test_what_broke_nearly_every_series_is_said_once(known: Path, declarations: Declarations) -> None:
    settings = Settings(home=known.parent)
    frames = stage_as_known(settings, declarations, GD1, at_the_end(declarations))
    content = stage_content(settings, declarations, frames, Run("run", at_the_end(declarations)))
    merged = frames.table.assign(breaks="sáp nhập; riêng")
    merged.loc[merged.index[:30], "breaks"] = "sáp nhập"
    shown = texts(stage_report(replace(content, frames=replace(frames, table=merged))))
    assert [text for text in shown if "sáp nhập" in text] == ["Với phần lớn chỉ tiêu, sáp nhập."]
    assert [text for text in shown if text.endswith("Chuỗi số liệu: riêng.")]
    assert "Điểm, hạng, xếp loại các đơn vị" in shown
    assert any(text.startswith("Bộ tiêu chí cap-xa, bản năm") for text in shown)


def test_each_content_of_the_units_table_stands_on_one_printed_page(release: Path) -> None:
    sheet = load_workbook(release / "bang-danh-gia.xlsx")["PL II Đơn vị hiện nay"]
    names = [(group, len(list(rows))) for group, rows in groupby(_stage_contents(release))]
    breaks = {b.id for b in sheet.col_breaks.brk}
    starts, column = set(), 2
    for _, size in names:
        starts.add(column)
        column += size
    assert breaks <= starts
    assert scale_for([size for _, size in names]) == sheet.page_setup.scale < scale_for([9, 9])


def _stage_contents(release: Path) -> list[str]:
    return [row["content"] for row in rows(release, "stage.csv")]


def test_what_units_call_their_files_stays_inert(known: Path, declarations: Declarations) -> None:
    settings = Settings(home=known.parent)
    frames = stage_as_known(settings, declarations, GD1, at_the_end(declarations))
    inputs = tuple(replace(sent, file_name=HOSTILE[n % len(HOSTILE)]) for n, sent in enumerate(frames.inputs))
    run = Run("run", at_the_end(declarations))
    content = stage_content(settings, declarations, replace(frames, inputs=inputs), run)
    for name, data in {"index.html": stage_page(content), **stage_site(content)}.items():
        if not name.endswith(".html"):
            continue
        tags = Tags()
        tags.feed(data.decode())
        assert {tag for tag, _ in tags.found}.isdisjoint({"img", "iframe", "object", "form"}), name
        scripts = [dict(attributes)["src"] for tag, attributes in tags.found if tag == "script"]
        assert scripts == ([] if name == "index.html" else ["../" * name.count("/") + "trang.js"]), name
        assert not [a for _, attributes in tags.found for a in attributes if a.startswith("on") or a == "style"], name
