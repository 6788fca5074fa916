"""The rules between periods through the real stages: two workbooks dropped, taken in, judged, told by cell."""

from __future__ import annotations

import os
from collections.abc import Mapping
from datetime import timedelta

import pytest

from config.element import Level
from config.load import Declarations
from config.period import Period
from config.settings import PROJECT, Settings
from expectations.finding import Finding
from expectations.suite import load_rules
from tasks.check.period import judge_period
from tasks.collect.folder import settled
from tasks.collect.intake import Intake, take_in
from tasks.illustrate.figures import illustrate
from tasks.store.database import reading
from tasks.store.submissions import findings_of, submissions
from tasks.store.values import State
from tests.factory import COMMUNE, run_at
from tests.tasks.collect.conftest import workbook

Q1, H1 = Period.parse("2022-Q1"), Period.parse("2022-H1")
CLEAN = {code: entry for code, entry in illustrate(Level.COMMUNE, COMMUNE).items() if isinstance(entry, int)}
SLIPS = {
    "A01": CLEAN["A01"] + 1, "A03": CLEAN["A03"] + 1, "A10": 49, "C01": CLEAN["C01"] * 2, "C10": CLEAN["C10"] + 12,
    "C14": CLEAN["C14"] + 12, "C33": CLEAN["C33"] + 12, "C73": CLEAN["C73"] * 10, "F05": 12_000, "F06": 9,
}  # fmt: skip
FOUND = {  # by rule and element: the cell, what stands in it, what was to be expected
    ("TX01", "A10"): ("CĐĐH!D11", "49", "từ 50 trở lên"),
    ("TX03", "C10"): ("TTHC!D13", "36", "24"),
    ("TX05", "C01"): ("TTHC!D6", "242", "chênh không quá 20 % so với 121"),
    ("TX06", "A01"): ("CĐĐH!D6", "26", "25"),
    ("LS01", "C73"): ("TTHC!D37", "22.230", "cùng cỡ với 2.223"),
    ("LS02", "F05"): ("Tài chính!D6", "12.000", "cùng cỡ với 12"),
}
Found = dict[tuple[str, str | None], Finding]


def report(
    settings: Settings, declarations: Declarations, period: Period, entries: Mapping[str, object]
) -> tuple[State, Found]:
    """Drop a workbook for `period`, take it in, judge it; return its state and what was found, by rule and element."""
    came = declarations.calendar.moment(f"{declarations.calendar.cut_off(period) + timedelta(days=1)}T09:00")
    path = settings.home / "inbox" / COMMUNE / f"{period}.xlsx"
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_bytes(workbook(entries, period=str(period)))
    os.utime(path, (came.timestamp(), came.timestamp()))
    run = run_at(came + timedelta(hours=1), f"run-{period}")
    take_in(Intake(settings, declarations, period, run), settled(settings.home / "inbox"), lambda _: None)
    rules = load_rules(PROJECT / "expectations", declarations)
    assert judge_period(settings.database, declarations, rules, period, run).broken == ()
    with reading(settings.database) as connection:
        [version] = submissions(connection, str(period), run.now)
        found = findings_of(connection, [version], run.now)[version.id]
    return version.state, {(f.rule, f.element): f for f in found}


@pytest.fixture
def impatient(monkeypatch: pytest.MonkeyPatch) -> None:
    """Make the two looks at a folder follow at once."""
    monkeypatch.setattr("tasks.collect.folder.SETTLING", 0.0)


@pytest.mark.usefixtures("impatient")
def test_a_half_year_that_does_not_follow_from_its_first_quarter_is_answered_cell_by_cell(
    settings: Settings, declarations: Declarations
) -> None:
    first, _ = report(settings, declarations, Q1, {"A10": 50, "F05": 12, "F06": 8})
    second, found = report(settings, declarations, H1, SLIPS)
    assert first is State.ACCEPTED
    assert second is State.RETURNED
    told = {key: (f"{f.sheet}!{f.cell}", f.found, f.expected) for key, f in found.items() if f.cell}
    assert told == FOUND
    for (rule, _), finding in found.items():
        assert finding.message.startswith(f"[{rule}] {finding.sheet}!{finding.cell}: " if finding.cell else "[LS03] ")
        assert "gửi lại" in finding.message or "Ghi chú" in finding.message  # what to do
    copied = found["LS03", None]  # of all other rows the same figures came again
    assert (copied.expected, "trùng hệt biểu quý I năm 2022" in copied.message) == ("dưới 90 %", True)
