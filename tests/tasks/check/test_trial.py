"""Rules tried on reports that are known to be right."""

from __future__ import annotations

from tasks.check.trial import Trial, false_alarms
from tests.tasks.check.factory import DECLARED, RULES, report

STEADY = [
    report("2022-Q1", {"C11": 40, "C41": 40, "C12": 60, "C14": 100, "C20": 100, "C23": 100}),
    report("2022-H1", {"C11": 80, "C41": 80, "C12": 120, "C14": 200, "C20": 200, "C23": 200}),
    report("2022-Q3", {"C11": 40, "C43": 40, "C12": 60, "C14": 100, "C20": 100, "C23": 100}),
]


def test_on_reports_that_are_right_a_good_rule_keeps_silent() -> None:
    tried = false_alarms(STEADY, DECLARED, RULES)
    assert set(tried) == {rule.rule for rule in RULES}
    assert {code for code, trial in tried.items() if trial.false_alarms} == set()
    assert tried["ID11"] == Trial(0, 3)
    assert tried["TX01"] == Trial(0, 1)  # only the half-year has a quarter within it
    assert (tried["ID15"].reports, tried["ID16"].reports) == (2, 1)


def test_a_rule_that_never_had_anything_to_judge_says_so() -> None:
    assert false_alarms(STEADY, DECLARED, RULES)["TX06"] == Trial(0, 2)
    assert false_alarms(STEADY[:1], DECLARED, RULES)["TX06"] == Trial(0, 0)
    assert false_alarms([], DECLARED, RULES)["ID11"] == Trial(0, 0)


def test_every_cry_on_a_right_report_is_counted() -> None:
    moved = [STEADY[0], report("2022-H1", {"C01": 90, "C73": 90}), *STEADY[2:]]
    started = [report("2022-Q1", {"C01": 40, "C73": 40}), *moved[1:2]]
    assert false_alarms(started, DECLARED, RULES)["TX05"] == Trial(2, 1)
