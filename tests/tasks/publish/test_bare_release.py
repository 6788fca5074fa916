"""A release without any figure, and one of a single unit: each file is made, opens, and says what is missing."""

from __future__ import annotations

import csv
import io
import re
from collections.abc import Callable
from html import unescape

import openpyxl
import pandas as pd
import pytest
from docx import Document

from tasks.publish.content import ReleaseContent
from tasks.publish.open_data import csv_files
from tasks.publish.page import page
from tasks.publish.report import report
from tasks.publish.site import site
from tasks.publish.workbook import SHEETS, workbook
from tasks.store.frames import MENDED, SUBMISSIONS

from . import factory

JUDGED = ("numerator", "denominator", "value", "base", "base_date", "p", "q", "r", "cagr_ratio", "needed_pace")


def bare() -> ReleaseContent:
    """Return a release in which nobody sent anything."""
    known = factory.content()
    frame = known.evaluation
    silent = frame.assign(
        **{c: pd.Series([None] * len(frame), dtype=object, index=frame.index) for c in JUDGED},
        reported_units=0, status="chưa báo cáo",
    )  # fmt: skip
    units = factory.declarations().reporting(factory.PERIOD).values()
    rows = [
        {"period": str(factory.PERIOD), "unit": u.code, "unit_name": u.name, "state": "missing", MENDED: False}
        for u in units
    ]
    return factory.content(
        evaluation=silent,
        values=known.values.head(0),
        findings=factory.findings([]),
        submissions=pd.DataFrame(rows, columns=[*SUBMISSIONS, MENDED], dtype=object),
        facts=factory.facts(inputs=()),
    ).numbered(1)


def single() -> ReleaseContent:
    """Return a release of the district's own offices alone."""
    return factory.content_of(1).numbered(1)


def plain(html: bytes) -> str:
    bare_html = re.sub(r"<[^>]+>", " ", re.sub(r"<style>.*?</style>", "", html.decode(), flags=re.S))
    return re.sub(r"\s+", " ", unescape(bare_html))


@pytest.mark.parametrize("made", [bare, single])
def test_every_file_of_it_is_made_and_opens(made: Callable[[], ReleaseContent]) -> None:
    content = made()
    assert tuple(openpyxl.load_workbook(io.BytesIO(workbook(content))).sheetnames) == SHEETS
    assert Document(io.BytesIO(report(content))).paragraphs
    for name, data in csv_files(content).items():
        rows = list(csv.reader(io.StringIO(data.decode("utf-8-sig"))))
        assert len({len(row) for row in rows}) == 1, name
    for name, data in {"index.html": page(content), **site(content)}.items():
        if name.endswith(".html"):
            shown = plain(data)
            assert not re.search(r"\b(None|nan|NaN|NaT|Decimal)\b", shown), name


def test_without_any_figure_the_pages_say_that_nothing_came() -> None:
    content = bare()
    pages = site(content)
    assert "Chưa đánh giá được chỉ tiêu nào trong 43 chỉ tiêu. Số liệu của 0/19 đơn vị." in plain(page(content))
    assert "Nét nhỏ" not in plain(pages["don-vi/30628.html"]), "no drawing is explained where none is"
    said = [paragraph.text for paragraph in Document(io.BytesIO(report(content))).paragraphs]
    assert "Chưa đơn vị nào nộp biểu số liệu." in said
    assert "Không đơn vị nào nộp muộn." not in said, "nobody is in time who did not send"
    assert "Chưa kỳ nào có kết quả để vẽ." in plain(pages["chi-tieu/P02.html"])
    assert "Chưa nhận được tệp nào của đơn vị." in plain(pages["don-vi/30628.html"])
    assert "Kỳ này chưa có biểu nào của đơn vị được tổng hợp." in plain(pages["don-vi/30628.html"])


def test_a_single_unit_is_the_whole_district() -> None:
    pages = site(single())
    assert [name for name in pages if name.startswith("don-vi/")] == ["don-vi/893.html"]
    assert "1/1" in plain(page(single()))
