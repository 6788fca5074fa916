"""Facts about files of other formats: each is called by its name."""

from __future__ import annotations

import pytest

from config.refusal import load_refusals
from config.settings import PROJECT
from tasks.collect.guard import Code, Refusal, inspect
from tests.hostile.formats import NAMED, zipped


@pytest.mark.parametrize("label", NAMED)
def test_a_file_of_another_format_is_called_by_its_name(label: str) -> None:
    data, name = NAMED[label]
    refusal = inspect(data)
    assert isinstance(refusal, Refusal)
    assert (refusal.code, refusal.found) == (Code.NOT_A_WORKBOOK, name)


@pytest.mark.parametrize(
    ("members", "name"),
    [
        (["word/document.xml"], "văn bản Word (DOCX)"),
        (["ppt/presentation.xml"], "bản trình chiếu PowerPoint (PPTX)"),
        (["xl/workbook.bin"], "bảng tính nhị phân (XLSB)"),
        (["mimetype", "META-INF/manifest.xml"], "tệp OpenDocument (ODS, ODT)"),
        (["biểu 1.xlsx", "biểu 2.xlsx"], "tệp nén ZIP"),
    ],
)
def test_an_archive_without_a_workbook_is_called_by_what_it_holds(members: list[str], name: str) -> None:
    refusal = inspect(zipped(members))
    assert isinstance(refusal, Refusal)
    assert (refusal.code, refusal.found) == (Code.NOT_A_WORKBOOK, name)


def test_the_unit_is_told_what_it_sent_and_what_to_do() -> None:
    refusal = inspect(b"%PDF-1.7")
    assert isinstance(refusal, Refusal)
    sentence = load_refusals(PROJECT / "config")[refusal.code].sentence(refusal.place, refusal.found)
    assert sentence.startswith("Tệp nhận được là tệp PDF. ")
    assert "gửi lại" in sentence
