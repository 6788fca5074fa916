"""Text from units never becomes a formula, a link or markup, in any file of a release."""

import csv
import io
import zipfile
from html.parser import HTMLParser

import openpyxl
import pandas as pd
import pytest

from tasks.publish.content import ReleaseContent
from tasks.publish.open_data import csv_files
from tasks.publish.page import page
from tasks.publish.site import site
from tasks.publish.workbook import SHEETS, workbook
from tasks.store.frames import TASKS

from . import factory

HOSTILE = [
    '=HYPERLINK("http://example.org/?"&A1,"bấm")',
    "=cmd|'/c calc'!A0",
    "+1+1",
    "-2+3",
    "@SUM(1+1)",
    "\t=1+1",
    "＝1+1",
    "\u200b=1+1",
    "http://example.org/",
    "<script>alert(1)</script>",
    '"><img src=x onerror=alert(1)>',
    "</style><svg onload=alert(1)>",
    "{{ 7 * 7 }}{% raw %}",
    "javascript:alert(1)",
    "abc\u202egnp.exe",
    "a\x00b\x1bc_x0001_",
    "&C&P &quot; ]]>",
    "x" * 40_000,
]


def hostile(text: str) -> ReleaseContent:
    """Return a release in which everything that a unit can type is `text`."""
    plain = factory.content()
    typed = dict.fromkeys(("rule", "element", "sheet", "cell", "found", "expected", "message"), text)
    sent: pd.DataFrame = plain.submissions.assign(unit_name=text, file_name=text)
    values: pd.DataFrame = plain.values.head(3).assign(sheet=text, cell=text, text=text, note=text)
    return factory.content(submissions=sent, findings=plain.findings.assign(**typed), values=values).numbered(1)


class Tags(HTMLParser):
    """The tags of a page with their attributes."""

    def __init__(self) -> None:
        super().__init__()
        self.found: list[tuple[str, dict[str, str | None]]] = []

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.found.append((tag, dict(attrs)))


@pytest.mark.parametrize("text", HOSTILE, ids=range(len(HOSTILE)))
def test_the_workbook_holds_no_formula_and_no_link(text: str) -> None:
    data = workbook(hostile(text))
    with zipfile.ZipFile(io.BytesIO(data)) as parts:
        xml = b"".join(parts.read(name) for name in parts.namelist())
    assert b"<f>" not in xml
    assert b"<hyperlink" not in xml
    assert b"externalLink" not in xml
    cells = [c for sheet in openpyxl.load_workbook(io.BytesIO(data)) for row in sheet.iter_rows() for c in row]
    assert {c.data_type for c in cells} <= {"s", "n", "d"}
    risky = [c for c in cells if isinstance(c.value, str) and c.value.lstrip()[:1] in ("=", "+", "-", "@", "＝")]
    assert all(c.quotePrefix for c in risky)


@pytest.mark.parametrize("text", HOSTILE, ids=range(len(HOSTILE)))
def test_no_field_of_a_csv_file_begins_like_a_formula(text: str) -> None:
    for name, data in csv_files(hostile(text)).items():
        rows = list(csv.reader(io.StringIO(data.decode("utf-8-sig"), newline="")))
        fields = [field for row in rows for field in row if not _is_number(field)]
        assert len({len(row) for row in rows}) == 1, name
        assert not [f for f in fields if f.lstrip()[:1] in ("=", "+", "-", "@", "\t", "\r", "＝")], name


@pytest.mark.parametrize("text", HOSTILE, ids=range(len(HOSTILE)))
def test_the_page_keeps_the_tags_and_links_it_was_written_with(text: str) -> None:
    tags = Tags()
    tags.feed(page(hostile(text)).decode())
    assert {tag for tag, _ in tags.found}.isdisjoint({"script", "img", "iframe", "object", "form"})
    for tag, attributes in tags.found:
        assert not [a for a in attributes if a.startswith("on") or a == "style"], tag
        assert "example.org" not in (attributes.get("href") or "")
        assert not (attributes.get("href") or "").startswith("javascript")


def every_hostile() -> ReleaseContent:
    """Return a release in which every field that a unit can type holds each of the texts somewhere."""
    plain = factory.content()
    values, sent = plain.values.copy(), plain.submissions.copy()
    for n, column in enumerate(("sheet", "cell", "text", "note")):
        values[column] = [HOSTILE[(i + n) % len(HOSTILE)][:300] for i in range(len(values))]
    for n, column in enumerate(("unit_name", "file_name")):
        sent[column] = [HOSTILE[(i + n) % len(HOSTILE)][:300] for i in range(len(sent))]
    typed = ("rule", "element", "sheet", "cell", "found", "expected", "message")
    rows = [factory.finding("893", f"893-{factory.PERIOD}-1") | dict.fromkeys(typed, text) for text in HOSTILE]
    listed = ("task", "task_content", "responsible", "post", "sheet", "note")
    known = {"period": str(factory.PERIOD), "unit": "893", "unit_name": "", "submission": f"893-{factory.PERIOD}-1"}
    judged = {"due": factory.DAY, "task_state": "", "done_on": None, "days_overdue": 3, "is_done": False, "row": 1}
    tasks = pd.DataFrame([known | judged | dict.fromkeys(listed, text) for text in HOSTILE], dtype=object)[TASKS]
    changed = factory.changes().assign(unit_name=HOSTILE[9], name=HOSTILE[10])
    changed["explanation"] = [HOSTILE[i % len(HOSTILE)] for i in range(len(changed))]
    frames = {
        "changes": changed,
        "submissions": sent,
        "findings": factory.findings(rows),
        "values": values,
        "tasks": tasks,
    }
    return factory.content(**frames).numbered(1)


def test_every_page_keeps_the_tags_and_links_it_was_written_with() -> None:
    for name, data in site(every_hostile()).items():
        if not name.endswith(".html"):
            continue
        tags = Tags()
        tags.feed(data.decode())
        assert {tag for tag, _ in tags.found}.isdisjoint({"img", "iframe", "object", "form", "b onload"}), name
        assert [dict(a)["src"] for tag, a in tags.found if tag == "script"] in (["trang.js"], ["../trang.js"]), name
        for tag, attributes in tags.found:
            assert not [a for a in attributes if a.startswith("on") or a == "style"], (name, tag)
            assert "//" not in (attributes.get("href") or ""), name
            assert not (attributes.get("href") or "").startswith("javascript"), name


def test_hostile_text_is_still_there_to_read() -> None:
    content = hostile("<b>=1+1</b>")
    shown = site(content)
    assert "&lt;b&gt;=1+1&lt;/b&gt;" in shown["loi.html"].decode()
    assert shown["don-vi/893.html"].decode().count("&lt;b&gt;=1+1&lt;/b&gt;") > 5
    book = openpyxl.load_workbook(io.BytesIO(workbook(content)))
    assert "<b>=1+1</b>" in [c.value for row in book[SHEETS[3]].iter_rows() for c in row]


def _is_number(text: str) -> bool:
    try:
        float(text)
    except ValueError:
        return False
    return True
