"""One run in which everything that can be typed, named or sent is hostile: nothing of it acts in what comes out."""

from __future__ import annotations

import csv
import io
import json
import os
import re
import unicodedata
import zipfile
from collections.abc import Iterator
from dataclasses import dataclass, replace
from datetime import date, timedelta
from email import message_from_bytes, policy
from html.parser import HTMLParser
from itertools import cycle, islice
from pathlib import Path
from xml.etree import ElementTree

import openpyxl
import pytest
from markdown_it import MarkdownIt
from rich.console import Console, RenderableType

from config.load import Declarations
from config.settings import Settings
from expectations.finding import Finding, Severity
from flows.inert import in_json
from flows.reopening import reopen_units
from flows.reviewing import as_markdown, review_of
from flows.show import checked_lines, review_tables, submissions_of, submissions_table, trace_of, trace_tables
from tasks.collect import folder, sandbox
from tasks.collect.intake import take_in
from tasks.collect.job import Intake
from tasks.collect.mailbox import open_mailbox
from tasks.forms.fill import fill_tasks
from tasks.forms.package import read_parts, write_parts
from tasks.forms.returns import to_annotate, write_annotated
from tasks.notify.answers import Desk, write_letters
from tasks.notify.send import send_all
from tasks.publish.contents import Job
from tasks.publish.door import approve_period
from tasks.store.database import reading, writing
from tasks.store.raw import fetch
from tasks.store.receipts import receipts
from tasks.store.reopenings import Reopening
from tasks.store.submissions import add_judgement, newest, submissions
from tasks.store.trace import Question
from tasks.store.values import State
from tests.factory import COMMUNE, DISTRICT, NEIGHBOUR, NOW, RECEIVED, make_finding, run_at
from tests.tasks.collect.conftest import workbook
from tests.tasks.collect.mail.conftest import PASSWORD, new_folder, running_server, settings_for
from tests.tasks.collect.mail.factory import make_mail
from tests.tasks.publish.desk import PERIOD, calculate, publish, with_few_indicators
from tests.tasks.publish.test_injection import HOSTILE

TEXTS = [text[:200] for text in HOSTILE] + [
    "\x1b[31mđỏ\x1b[0m\x1b]0;tên\x07",
    "\x9b2J",
    "\r=1+1",
    "＋1",
    "＠SUM(1)",
    '=DDE("cmd";"/c calc";"1")',
    "[bấm](http://example.org/)",
    "![x](http://example.org/a.png)",
    "<http://example.org/>",
    "# tiêu đề\n* dòng",
    "[red]đỏ[/red]",
    "bao\u2066cao\u2069.xlsx",
    "Bcc: x@example.org",
    "a\nBcc: x@example.org",
]
REASON = "\x1b[31m=1+1 <b>[bấm](http://example.org/)\u202e"
OUTSIDE = "example.org"
STARTS = ("=", "+", "-", "@", "\t", "\r", "＝", "＋", "＠")


@dataclass(frozen=True)
class Workplace:
    """Where the run took place, and what was declared there."""

    settings: Settings
    declarations: Declarations

    def files(self, *patterns: str) -> list[Path]:
        """Return what came of the run, by the patterns of its paths; there is something of each."""
        found = [sorted(self.settings.home.glob(pattern)) for pattern in patterns]
        assert all(found)
        return [path for paths in found for path in paths if not path.is_symlink()]


def xml_safe(text: str) -> str:
    """Return `text` without what no XML, hence no workbook, can hold."""
    return "".join(c for c in text if c in "\t\n\r" or (c >= " " and unicodedata.category(c) != "Cs"))


def codes(data: bytes) -> list[str]:
    """Return the codes of the rows of a workbook."""
    book = openpyxl.load_workbook(io.BytesIO(data))
    cells = (cell.value for sheet in book for row in sheet.iter_rows() for cell in row)
    return sorted({v for v in cells if isinstance(v, str) and re.fullmatch(r"[B-G]\d\d", v)})


def typed_over(unit: str) -> bytes:
    """Return the form of `unit` with hostile text in every note, in many cells, and for the name of a sheet."""
    clean = workbook(unit=unit)
    rows = codes(clean)
    texts = [xml_safe(text) for text in TEXTS]
    entries = dict(zip(rows[: len(texts)], texts, strict=False))
    data = workbook(entries, dict(zip(rows, cycle(texts), strict=False)), unit=unit)
    parts = read_parts(data)
    book = parts["xl/workbook.xml"].decode()
    parts["xl/workbook.xml"] = book.replace('name="TTHC"', 'name="=1+1&lt;b&gt;&amp;&quot;"').encode()
    return write_parts(parts)


def listing_tasks(declarations: Declarations) -> bytes:
    """Return the form of the district with hostile text in its list of tasks."""
    form = declarations.form_by_id("district/2021")
    assert form is not None
    parts = ("code", "content", "responsible", "post", "note", "state", "due", "done")
    tasks = [dict(zip(parts, islice(cycle(TEXTS), n, None), strict=False)) for n in range(len(TEXTS))]
    late = {"content": xml_safe(TEXTS[9]), "responsible": xml_safe(TEXTS[10]), "due": date(2022, 3, 1), "code": "A"}
    clean = [{part: xml_safe(str(text)) for part, text in task.items()} for task in tasks[:20]]
    return fill_tasks(workbook(unit=DISTRICT), form, [late, *clean])


def findings_on(unit: str) -> Iterator[Finding]:
    """Give findings that quote what was typed, in every part that does."""
    for text in TEXTS:
        quoted = {"message": f"[DS01] {text}: ghi {text}", "found": text, "expected": text, "sheet": text}
        yield make_finding(unit=unit, severity=Severity.WARNING, **quoted)
        yield make_finding(unit=unit, severity=Severity.WARNING, **{**quoted, "sheet": "TTHC", "message": text})


def drop(settings: Settings, unit: str, name: str, data: bytes) -> None:
    path = settings.home / "inbox" / unit / name.replace("/", "∕").replace("\0", "")[:80]
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_bytes(data)
    os.utime(path, (RECEIVED.timestamp(), RECEIVED.timestamp()))


@pytest.fixture(scope="module")
def workplace(tmp_path_factory: pytest.TempPathFactory, declarations: Declarations) -> Workplace:
    """Return a workplace after one run over hostile files, mails and reasons."""
    few = with_few_indicators(declarations)
    declared = {code: replace(i, name=f"{i.name} {TEXTS[9]} {TEXTS[0]}") for code, i in few.indicators.items()}
    few = replace(few, indicators=declared)
    plain = Settings(home=tmp_path_factory.mktemp("inert"), database_url=None)
    for text in TEXTS:
        drop(plain, NEIGHBOUR, text + ".xlsx", b"%PDF-1.7 " + text.encode())
    drop(plain, COMMUNE, "=1+1\x1b[31m<b>\u202e.xlsx", typed_over(COMMUNE))
    drop(plain, DISTRICT, "[red]+1.xlsx", listing_tasks(few))
    drop(plain, "=1+1<b>\u202e\x1b[31m", "a.xlsx", workbook())
    run = run_at(NOW, "run-1")
    with running_server(PASSWORD) as server, pytest.MonkeyPatch.context() as patch:
        patch.setattr("tasks.collect.folder.SETTLING", 0.0)
        box = new_folder(server)
        settings = settings_for(plain, box)
        subjects = [" ".join(text.split()).replace("\0", "") for text in TEXTS]
        box.deliver(*(make_mail([], subject=s, message_id=f"<{i}@example.vn>") for i, s in enumerate(subjects)))
        with open_mailbox(settings, few, NOW, sandbox.parse) as opened:
            intake = Intake(settings, few, PERIOD, run)
            take_in(intake, [*folder.settled(settings.home / "inbox"), *opened.arrivals()], lambda _: None)
    with writing(settings.database) as connection:
        for version in submissions(connection, str(PERIOD), NOW):
            add_judgement(connection, version, State.ACCEPTED_WITH_WARNINGS, [*findings_on(version.unit)], run)
    with reading(settings.database) as connection:
        owed = to_annotate(connection, PERIOD, NOW)
    write_annotated(settings.home, owed, lambda _: None)
    reopen_units(settings, few, [Reopening(COMMUNE, str(PERIOD), REASON, NOW, NOW + timedelta(days=9))])
    with writing(settings.database) as connection:
        write_letters(connection, Desk(settings, few, PERIOD, run))
    send_all(settings, run)
    key = calculate(settings, few, run)
    publish(settings, few, key, run)
    later = run_at(NOW + timedelta(minutes=1), "run-2")
    approve_period(Job(settings, few, PERIOD, later), key, next(iter(few.calendar.approvers)))
    return Workplace(plain, few)


def unseen(text: str) -> set[str]:
    """Return the control, bidi and other unseen characters of `text` that are no line end or tab of its own."""
    return {c for c in text if unicodedata.category(c) in ("Cc", "Cf", "Cs") and c not in "\n\r\t\ufeff"}


class Tags(HTMLParser):
    """The tags of a page with their attributes."""

    def __init__(self) -> None:
        super().__init__()
        self.found: list[tuple[str, dict[str, str | None]]] = []

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.found.append((tag, dict(attrs)))


def faults_of_page(text: str) -> Iterator[str]:
    tags = Tags()
    tags.feed(text)
    for tag, attributes in tags.found:
        if tag in ("img", "iframe", "object", "embed", "form") or (tag == "script" and "src" not in attributes):
            yield tag
        for name, value in attributes.items():
            if name.startswith("on") or (OUTSIDE in (value or "") and name in ("href", "src", "action")):
                yield f"{tag} {name}"
            if (
                name in ("href", "src")
                and attributes.get("rel") != "icon"
                and re.match(r"\s*(javascript|data|vbscript):", value or "")
            ):
                yield f"{tag} {name}"


def test_the_run_met_every_kind_of_text(workplace: Workplace) -> None:
    with reading(workplace.settings.database) as connection:
        received = receipts(connection, str(PERIOD), NOW)
        versions = newest(submissions(connection, str(PERIOD), NOW))
    assert {v.unit for v in versions} == {COMMUNE, DISTRICT}
    assert sum(r.arrival.channel == "mail" for r in received) == len(TEXTS)
    assert sum(r.arrival.unit == NEIGHBOUR for r in received) >= len(TEXTS)


def test_workbooks_hold_no_formula_or_link_that_was_typed(workplace: Workplace) -> None:
    for path in workplace.files("returned/*/*.xlsx", "published/*/r*/*.xlsx"):
        with zipfile.ZipFile(path) as archive:
            parts = {name: archive.read(name).decode("utf-8", "replace") for name in archive.namelist()}
        xml = "".join(parts.values())
        assert "externalLink" not in xml
        assert not [n for n, part in parts.items() if n.endswith(".rels") and 'TargetMode="External"' in part]
        assert not re.search(r"&#x?(0*[0-8bcBC]|1[0-9a-fA-F]|20[2-6][0-9a-eA-E]);", xml)
        for name, part in parts.items():
            if path.parent.parent.name == "published" or "comments" in name:
                assert unseen(part) == set(), (path.name, name)
                assert "<f>" not in part
        for sheet in openpyxl.load_workbook(path):
            if path.parent.parent.name == "published" or sheet.title.startswith("Lỗi"):
                cells = [c for row in sheet.iter_rows() for c in row if isinstance(c.value, str)]
                assert not [c for c in cells if c.data_type == "f"], path.name
                assert [c.value for c in cells if c.value.lstrip()[:1] in STARTS and not c.quotePrefix] == [], path.name


def test_an_annotated_copy_has_the_formulas_of_the_form_and_no_others(workplace: Workplace) -> None:
    with reading(workplace.settings.database) as connection:
        versions = newest(submissions(connection, str(PERIOD), NOW))
    for version in versions:
        sent = fetch(workplace.settings.home / "raw", version.sha256)
        made = (workplace.settings.home / version.returned_file).read_bytes()
        assert formulas(made) == formulas(sent)


def formulas(data: bytes) -> int:
    book = openpyxl.load_workbook(io.BytesIO(data))
    return sum(c.data_type == "f" for sheet in book for row in sheet.iter_rows() for c in row)


def test_no_field_of_a_csv_file_begins_like_a_formula(workplace: Workplace) -> None:
    number = re.compile(r"[+-]?\d+(\.\d+)?")
    for path in workplace.files("published/*/r*/*.csv"):
        text = path.read_text("utf-8-sig")
        assert unseen(text) == set(), path.name
        fields = [f for row in csv.reader(io.StringIO(text, newline="")) for f in row if not number.fullmatch(f)]
        assert not [f for f in fields if f.lstrip()[:1] in STARTS], path.name


def test_pages_hold_the_tags_and_links_they_were_written_with(workplace: Workplace) -> None:
    for path in workplace.files("published/*/r*/**/*.html"):
        text = path.read_text("utf-8")
        assert list(faults_of_page(text)) == [], path.name
        assert unseen(text) == set(), path.name
        assert "Content-Security-Policy" in text, path.name


def test_the_report_holds_no_field_or_link_that_was_typed(workplace: Workplace) -> None:
    for path in workplace.files("published/*/r*/*.docx"):
        with zipfile.ZipFile(path) as archive:
            parts = {name: archive.read(name) for name in archive.namelist() if name.endswith((".xml", ".rels"))}
        assert not [n for n, part in parts.items() if b'TargetMode="External"' in part]
        document = ElementTree.fromstring(parts["word/document.xml"])
        assert unseen("".join(document.itertext())) == set()
        fields = [e.text or "" for e in document.iter() if e.tag.endswith("}instrText")]
        assert not [f for f in fields if re.search(r"HYPERLINK|INCLUDE|DDE", f)]


def test_letters_have_the_headers_and_markup_they_were_written_with(workplace: Workplace) -> None:
    known = {"From", "To", "Cc", "Subject", "Date", "Message-ID", "Auto-Submitted", "MIME-Version", "Content-Type"}
    for path in workplace.files("outbox/*.eml"):
        message = message_from_bytes(path.read_bytes(), policy=policy.default)
        assert set(message.keys()) <= known | {"Content-Transfer-Encoding"}, path.name
        assert all(OUTSIDE not in str(message[name]) for name in ("From", "To", "Cc") if name in message)
        assert unseen(str(message["Subject"])) == set()
        for part in message.walk():
            if part.get_content_maintype() == "text":
                text = part.get_content()
                assert unseen(text) == set(), path.name
                if part.get_content_subtype() == "html":
                    assert list(faults_of_page(text)) == [], path.name


def test_the_page_of_an_approval_holds_no_link_or_tag_that_was_typed(workplace: Workplace) -> None:
    found = review_of(workplace.settings, workplace.declarations, PERIOD, NOW + timedelta(minutes=2))
    text = as_markdown(found, PERIOD)
    assert "example" in text  # what was typed is there to read
    blocks = MarkdownIt("gfm-like", {"linkify": False}).parse(text)
    tokens = [token for block in blocks for token in (block, *(block.children or []))]
    acts = ("link_open", "image", "html_inline", "html_block", "fence", "em_open")
    assert [t.content for t in tokens if t.type in acts] == []
    assert sum(t.type == "heading_open" for t in tokens) == 5
    assert unseen(text) == set()


def test_nothing_on_the_terminal_gives_it_an_order(workplace: Workplace) -> None:
    settings, declarations, later = workplace.settings, workplace.declarations, NOW + timedelta(minutes=2)
    rows = submissions_of(settings, declarations, PERIOD, later.isoformat())
    traced = trace_of(settings, declarations, Question(PERIOD, "P01", COMMUNE, later))
    assert traced is not None
    tables: list[RenderableType] = [
        submissions_table(rows, PERIOD),
        *trace_tables(traced, declarations.calendar.zone),
        *review_tables(review_of(settings, declarations, PERIOD, later), PERIOD),
    ]
    said = io.StringIO()
    console = Console(file=said, width=400, color_system=None, highlight=False)
    for table in tables:
        console.print(table)
    reports = [{"file": t, "verdict": t, "findings": [{"message": t}]} for t in TEXTS]
    lines = "\n".join(checked_lines(reports))
    assert unseen(said.getvalue() + lines + in_json(TEXTS)) == set()
    assert "[red]" in said.getvalue()  # as it was typed, not as a colour
    assert json.loads(in_json(TEXTS)) == TEXTS
