"""The report as a Word document: what it says, what an edited template may do, and that no text becomes markup."""

from __future__ import annotations

import io
import os
import subprocess
import sys
import zipfile
from dataclasses import replace
from functools import lru_cache
from pathlib import Path

import pandas as pd
import pytest
from docx import Document
from lxml import etree

from config.safe_text import safe_text
from config.strict import UnusableError
from tasks.publish.content import ReleaseContent
from tasks.publish.report import TEMPLATE, VOCABULARY, report, values_of
from tasks.publish.templates_known import refuse_bad_templates
from tasks.publish.word_document import Template, TemplateFaultError, filled, refuse_bad_template
from tasks.store.frames import CHANGES

from . import factory
from .test_injection import HOSTILE, hostile

SAMPLE = """
import hashlib, sys
from pathlib import Path
from tests.tasks.publish import factory
from tasks.publish.release import write_aside
from tests.tasks.publish.test_release import first
folder = write_aside(first(), Path(sys.argv[1]))
for path in sorted(p for p in folder.rglob("*") if p.is_file()):
    print(path.relative_to(folder), hashlib.sha256(path.read_bytes()).hexdigest())
"""


@lru_cache
def written() -> bytes:
    return report(factory.content().numbered(1))


def texts(data: bytes) -> list[str]:
    """Return every paragraph of a document, also those in its tables."""
    return ["".join(t.text or "" for t in p.iter("{*}t")) for p in Document(io.BytesIO(data)).element.body.iter("{*}p")]


def edited(old: str, new: str) -> Template:
    """Return the period's template with the first `old` in its text replaced by `new`."""
    document = Document(io.BytesIO(factory.declarations().documents[TEMPLATE]))
    run = next(r for r in document.element.body.iter("{*}t") if r.text and old in r.text)
    run.text = run.text.replace(old, new, 1)
    out = io.BytesIO()
    document.save(out)
    return Template(TEMPLATE, out.getvalue())


def with_template(template: Template) -> ReleaseContent:
    content = factory.content().numbered(1)
    documents = {**content.declarations.documents, TEMPLATE: template.held or b""}
    return replace(content, declarations=replace(content.declarations, documents=documents))


def test_the_head_is_that_of_an_official_letter() -> None:
    shown = texts(written())
    for text in (
        "ỦY BAN NHÂN DÂN TỈNH AN GIANG",
        "Độc lập - Tự do - Hạnh phúc",
        "Chợ Mới, ngày 22 tháng 6 năm 2022",
        "Kết quả cải cách hành chính 6 tháng đầu năm 2022",
        "số liệu tạm thời – SỐ LIỆU MINH HOẠ",
        "TM. ỦY BAN NHÂN DÂN",
        "CHỦ TỊCH",
        "Phụ lục I",
        "(Kèm theo Báo cáo số ……/BC-UBND ngày …… tháng …… năm 2022 của Ủy ban nhân dân huyện Chợ Mới)",
    ):
        assert text in shown, text


def test_every_indicator_of_the_district_stands_in_the_annex_and_has_its_sentence() -> None:
    names = [line["name"] for group in values_of(factory.content())["groups"] for line in group["lines"]]
    shown = texts(written())
    assert len(names) == 43
    for name in names:
        assert name in shown
        assert [text for text in shown if text.startswith(f"- {name}: ")], name


def test_what_is_missing_is_said() -> None:
    shown = " ".join(texts(written()))
    assert "18/19 đơn vị đã nộp biểu số liệu; còn xã Hòa An chưa nộp." in shown
    assert "mục tiêu tạm tính" in shown
    assert "Các con số dưới đây dựa trên biểu được tính của 17/19 đơn vị." in shown
    assert "Đơn vị chủ trì (đề xuất)" in shown


def test_tables_repeat_their_heads_and_pages_have_their_sizes() -> None:
    body = Document(io.BytesIO(written()))
    tables = [t for t in body.tables if t.rows[0].cells[0].text in ("TT", "Nội dung")]
    assert len(tables) == 4
    for table in tables:
        assert table.rows[0]._tr.xpath("w:trPr/w:tblHeader")
        assert [c.text for c in table.rows[1].cells][:2] == ["(1)", "(2)"]
    portrait, landscape = body.sections
    assert (round(portrait.page_width.mm), round(landscape.page_width.mm)) == (210, 297)
    assert (portrait.different_first_page_header_footer, landscape.different_first_page_header_footer) == (True, False)
    assert "PAGE" in portrait.header._element.xml
    assert "PAGE" not in portrait.first_page_header._element.xml


def test_the_charts_hold_the_figures_and_are_told_in_words() -> None:
    with zipfile.ZipFile(io.BytesIO(written())) as package:
        charts = [etree.fromstring(package.read(n)) for n in package.namelist() if n.startswith("word/charts/")]
        drawings = etree.fromstring(package.read("word/document.xml")).iter("{*}docPr")
        described = [d.get("descr") or "" for d in drawings]
    assert len(charts) == 2
    counts = [v.text for v in charts[0].iterfind(".//{*}val//{*}v")]
    assert sum(map(float, filter(None, counts))) == 43
    assert described[0].startswith("Số chỉ tiêu theo nội dung và đánh giá. Chỉ đạo, điều hành: ")


@pytest.mark.parametrize("text", HOSTILE[::3], ids=range(len(HOSTILE[::3])))
def test_no_text_of_a_unit_becomes_markup_or_a_placeholder(text: str) -> None:
    content = hostile(text)
    changed = factory.content(
        submissions=content.submissions, findings=content.findings, changes=_changes(text)
    ).numbered(1)
    plain, data = written(), report(changed)
    with zipfile.ZipFile(io.BytesIO(data)) as package, zipfile.ZipFile(io.BytesIO(plain)) as usual:
        assert package.namelist() == usual.namelist()
        kinds = {e.tag for e in etree.fromstring(package.read("word/document.xml")).iter()}
        assert kinds == {e.tag for e in etree.fromstring(usual.read("word/document.xml")).iter()}
    shown = " ".join(texts(data))
    assert safe_text(text)[:40] in shown


def _changes(text: str) -> pd.DataFrame:
    row = dict.fromkeys(CHANGES) | {
        "level": "district", "indicator": "L01", "name": text, "unit_of_measure": "%", "explanation": text,
        "from_release": "r001", "old_status": "chậm", "new_status": "đạt", "cause": "correction",
    }  # fmt: skip
    return pd.DataFrame([row], columns=CHANGES, dtype=object)


def test_a_template_that_the_office_edits_is_followed() -> None:
    assert "BÁO CÁO TÓM TẮT" in texts(report(with_template(edited("BÁO CÁO", "BÁO CÁO TÓM TẮT"))))


@pytest.mark.parametrize(
    ("old", "new", "said"),
    [
        ("{{ title }}", "{{ tilte }}", "không có gì tên «tilte» để điền"),
        ("{{ line.told }}", "{{ line.tell }}", "không có gì tên «tell» để điền"),
        ("{{ title }}", "{{ title ", "viết sai chỗ điền"),
        ("{{ title }}", "{{ title.__class__ }}", "không có gì tên «__class__» để điền"),
    ],
)
def test_a_broken_placeholder_is_refused_in_one_sentence(old: str, new: str, said: str) -> None:
    template = edited(old, new)
    with pytest.raises(UnusableError) as before:
        refuse_bad_template(template, VOCABULARY)
    assert said in str(before.value)
    assert "documents/bao-cao.docx" in str(before.value)
    with pytest.raises(TemplateFaultError):
        report(with_template(template))


@pytest.mark.parametrize(("held", "said"), [(None, "không có tệp này"), (b"xyz", "không phải văn bản Word")])
def test_a_template_that_is_none_is_refused(held: bytes | None, said: str) -> None:
    with pytest.raises(TemplateFaultError, match=said):
        refuse_bad_template(Template(TEMPLATE, held), VOCABULARY)


def test_the_templates_of_the_repository_name_only_what_there_is() -> None:
    refuse_bad_templates(factory.declarations())


def test_a_template_calls_nothing() -> None:
    template = edited("{{ title }}", "{{ ''.join }}")
    with pytest.raises(TemplateFaultError):
        refuse_bad_template(template, VOCABULARY)


def test_the_report_does_not_depend_on_when_it_is_written() -> None:
    values, moment = values_of(factory.content().numbered(1)), factory.CREATED
    template = Template(TEMPLATE, factory.declarations().documents[TEMPLATE])
    assert filled(template, values, moment) == written()


def test_other_processes_and_folders_give_the_same_bytes_of_every_file(tmp_path: Path) -> None:
    lists = [
        subprocess.run(
            [sys.executable, "-c", SAMPLE, str(tmp_path / seed)],
            env={**os.environ, "PYTHONHASHSEED": seed, "TZ": zone},
            capture_output=True, text=True, check=True,
        ).stdout.splitlines()
        for seed, zone in (("1", "UTC"), ("2", "Asia/Ho_Chi_Minh"))
    ]  # fmt: skip
    assert lists[0] == lists[1]
    assert {"bao-cao.docx", "bang-danh-gia.xlsx", "values.parquet"} < {line.split()[0] for line in lists[0]}
