"""The report that was sent before and only carries a new date."""

from __future__ import annotations

import math

from config.period import Period
from tasks.check.cells import cells_of
from tasks.check.copies import Likeness, likeness
from tasks.check.history import Filed, History, lines_of
from tests.factory import COMMUNE
from tests.tasks.check.factory import DECLARED, findings, report

FLOWS = ("A05", "A10", "C11", "C12", "C13", "C20", "C21", "C30", "G01", "G03", "G08", "E07")
SENT = {code: place for place, code in enumerate(FLOWS, start=3)}


def alike(now: Filed, *earlier: Filed) -> Likeness:
    """Return how much a report is like earlier ones."""
    submission, values = now
    period, form = Period.parse(submission.period), DECLARED.form_by_id(submission.form_version)
    assert form is not None
    rows = DECLARED.rows(form, period)
    line = lines_of(History.of(earlier), DECLARED, period)[COMMUNE]
    return likeness(cells_of(values, form, rows), line, period, rows)


def test_a_copy_of_the_last_report_is_wholly_like_it() -> None:
    assert alike(report("2023-H1", SENT), report("2023-Q1", SENT)) == Likeness(1.0, "quý I năm 2023")


def test_a_copy_of_last_years_report_is_found_behind_a_later_one() -> None:
    later = {code: figure * 2 for code, figure in SENT.items()}
    found = alike(report("2023-H1", SENT), report("2022-H1", SENT), report("2023-Q1", later))
    assert found == Likeness(1.0, "6 tháng đầu năm 2022")


def test_figures_that_went_on_are_not_alike() -> None:
    moved = {code: figure + 1 for code, figure in SENT.items()}
    assert alike(report("2023-H1", moved), report("2023-Q1", SENT)).share == 0


def test_stocks_and_zeros_say_nothing_about_a_copy() -> None:
    stocks = {"C01": 120, "D10": 5, "E01": 21}
    assert math.isnan(alike(report("2023-H1", stocks), report("2023-Q1", stocks)).share)


def test_of_a_handful_of_figures_no_share_is_told() -> None:
    few = dict(list(SENT.items())[:9])
    assert math.isnan(alike(report("2023-H1", few), report("2023-Q1", few)).share)


def test_a_copy_is_a_finding_about_the_whole_form() -> None:
    (finding,) = findings(report("2023-H1", SENT), report("2023-Q1", SENT), rules="LS03")
    assert (finding.element, finding.found, finding.expected) == (None, "100 %", "dưới 90 %")
    assert finding.message.startswith("[LS03] Toàn biểu: 100 % số phát sinh trùng hệt biểu quý I năm 2023.")
    moved = {**SENT, "C11": 99, "G01": 99}
    assert findings(report("2023-H1", moved), report("2023-Q1", SENT), rules="LS03") == ()
