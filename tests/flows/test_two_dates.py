"""The last day of the figures (14/06/2022) and the deadlines (16 and 20/06/2022) keep their own names everywhere."""

from __future__ import annotations

import html
import re
import zipfile
from collections.abc import Iterator
from email import message_from_bytes
from email.message import EmailMessage
from email.policy import default
from pathlib import Path

import pytest

CUT_OFF, DEADLINES = r"14/0?6/2022", r"(?:16|20)/0?6/2022"
NEAR = r"[^.;\n\d]{0,40}?"  # within a sentence, no other day between
FIGURES = r"(?:đến hết ngày|số liệu|ngày chốt)"
CALLED_BY_THE_OTHERS_NAME = (
    re.compile(rf"hạn gửi{NEAR}{CUT_OFF}", re.IGNORECASE),
    re.compile(rf"{FIGURES}{NEAR}{DEADLINES}", re.IGNORECASE),
)
Said = tuple[str, str]  # where, what


def wrongly_named(text: str) -> list[str]:
    """Return where `text` gives one of the two dates the name of the other."""
    return [found[0] for wrong in CALLED_BY_THE_OTHERS_NAME for found in wrong.finditer(text)]


def of_mail(path: Path) -> Iterator[Said]:
    mail = message_from_bytes(path.read_bytes(), policy=default)
    assert isinstance(mail, EmailMessage)
    for kind in ("plain", "html"):
        if part := mail.get_body((kind,)):
            yield f"{path.name} ({kind})", plain(part.get_content())


def of_archive(path: Path) -> Iterator[Said]:
    with zipfile.ZipFile(path) as archive:
        for name in archive.namelist():
            if name.endswith(".xml"):
                yield f"{path.name}/{name}", plain(archive.read(name).decode())


def plain(markup: str) -> str:
    """Return `markup` without its tags, a line for each paragraph or cell."""
    text = re.sub(r"</(?:p|tr|td|th|li|dd|si|t|w:p|div)>", "\n", markup)
    return html.unescape(re.sub(r"<[^>]*>", "", text))


@pytest.mark.parametrize(
    "text",
    [
        "Hạn gửi báo cáo: 14/06/2022.",
        "Số liệu tính đến hết ngày: thứ Năm, 16/06/2022",
        "gửi trước hạn gửi ngày 14/6/2022",
        "số liệu chốt ngày 20/06/2022",
    ],
)
def test_a_date_under_the_name_of_the_other_is_seen(text: str) -> None:
    assert wrongly_named(text)


def test_no_letter_workbook_or_page_calls_one_date_by_the_name_of_the_other(demo_home: Path) -> None:
    release = demo_home / "published" / "2022-H1" / "current"
    said = [one for path in (demo_home / "outbox").glob("*.eml") for one in of_mail(path)]
    said += [one for path in (demo_home / "returned").rglob("*.xlsx") for one in of_archive(path)]
    said += [one for path in release.rglob("*") if path.suffix in (".xlsx", ".docx") for one in of_archive(path)]
    said += [(path.name, plain(path.read_text(encoding="utf-8"))) for path in release.rglob("*.html")]
    said += [(path.name, path.read_text(encoding="utf-8")) for path in release.glob("*.csv")]
    assert len(said) > 100
    assert {where: wrong for where, text in said if (wrong := wrongly_named(text))} == {}
