"""The table of reminders in `docs/nhac-va-thu.md` is the calendar's, and its letters are those there are."""

from __future__ import annotations

import re

from config.load import Declarations
from config.reminding import Audience
from config.settings import PROJECT, Settings
from tasks.notify.reminders import BEFORE, DIGEST, DUE, HEAD, LATE
from tasks.notify.samples import samples

SAID = {Audience.UNIT: "đơn vị", Audience.HEAD: "thủ trưởng đơn vị", Audience.DATA_TEAM: "bộ phận tổng hợp"}
PAGE = (PROJECT / "docs" / "nhac-va-thu.md").read_text(encoding="utf-8")


def said(offset: int) -> str:
    """Return how the page says a day counted from the deadline."""
    if offset == 0:
        return "đúng ngày hạn"
    return f"{abs(offset)} ngày {'trước' if offset < 0 else 'sau'} hạn"


def kind(audience: Audience, offset: int) -> str:
    """Return which letter goes out."""
    if audience is not Audience.UNIT:
        return HEAD if audience is Audience.HEAD else DIGEST
    return LATE if offset > 0 else DUE if offset == 0 else BEFORE


def test_the_table_of_reminders_is_the_calendars(declarations: Declarations) -> None:
    [rule] = declarations.calendar.file.reminders
    order = list(Audience)
    steps = sorted(((n, a) for a in Audience for n in getattr(rule, a)), key=lambda s: (s[0], order.index(s[1])))
    declared = [f"| {said(n)} | {SAID[a]} | `{kind(a, n)}` |" for n, a in steps]
    lines = PAGE.split("<!-- bảng nhắc", maxsplit=1)[1].split("\n\n")[1].splitlines()
    assert lines[2:] == declared


def test_every_kind_of_letter_is_explained(declarations: Declarations) -> None:
    explained = PAGE.split("| Loại | Khi nào |", maxsplit=1)[1].split("\n\n")[0]
    kinds = {sample.kind for sample in samples(Settings(), declarations)}
    assert {
        name for row in explained.splitlines()[2:] for name in re.findall(r"`([a-z-]+)`", row.split("|")[1])
    } == kinds
