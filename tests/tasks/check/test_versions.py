"""Old forms and old labels: judged by their own version, flagged, never refused for it."""

from __future__ import annotations

from expectations.finding import Severity
from tasks.check.judge import state_of
from tasks.store.values import State
from tests.tasks.check.factory import findings, report


def test_an_old_form_is_judged_by_its_own_rules_and_flagged() -> None:
    late = report("2022-Q3", {"C41": 5, "C42": 9}, form="commune/2021")
    found = findings(late)
    assert [(f.rule, f.severity) for f in found] == [("PB01", Severity.WARNING), ("ID15", Severity.WARNING)]
    assert (found[0].found, found[0].expected) == ("commune/2021", "commune/2022")
    assert state_of(found) is State.ACCEPTED_WITH_WARNINGS


def test_the_form_in_force_is_not_flagged() -> None:
    for period in ("2022-H1", "2022-Q3", "2025-H1", "2025-Q3", "2030-YEAR"):
        assert findings(report(period), rules="PB") == ()


def test_each_form_is_held_to_its_own_sum_of_online_dossiers() -> None:
    assert [f.rule for f in findings(report("2022-H1", {"C11": 9}), rules="ID1")] == ["ID11", "ID15"]
    assert [f.rule for f in findings(report("2022-Q3", {"C11": 9}), rules="ID1")] == ["ID11", "ID16"]


def test_an_old_label_in_a_new_form_is_flagged_row_by_row() -> None:
    found = findings(report("2022-Q3", {"C41": 5, "C42": 9}), rules="PB02")
    assert [(f.element, f.severity, f.found) for f in found] == [
        ("C41", Severity.WARNING, "5"),
        ("C42", Severity.WARNING, "9"),
    ]
    assert found[0].message.startswith(
        "[PB02] TTHC!D16: ghi 5 ở dòng C41 (Hồ sơ DVCTT mức độ 3), chỉ tiêu này đã hết hiệu lực."
    )


def test_an_old_label_fills_no_row_of_the_form_and_takes_part_in_no_sum() -> None:
    assert [f.rule for f in findings(report("2022-Q3", {"C41": 5}))] == ["PB02"]
