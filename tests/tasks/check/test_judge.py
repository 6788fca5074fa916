"""The check of a period: one run whatever the number of submissions, and what becomes of each."""

from __future__ import annotations

import subprocess
import sys
from collections.abc import Callable, Sequence
from dataclasses import replace

import pandas as pd
import pytest

from config.form import FormVersion
from config.load import Declarations
from config.number import CellStatus, Fault
from config.period import Period
from config.settings import PROJECT
from config.unit import Units
from expectations.finding import Finding, Severity
from expectations.suite import Rule
from tasks.check.history import History
from tasks.check.judge import check, state_of
from tasks.check.outcome import RunResult
from tasks.check.run import run
from tasks.store.values import Scope, State
from tests.tasks.check.factory import DECLARED, RULES, report
from tests.tasks.check.factory import findings as found_in

COUNTED_BY_ALL = ("A01", "A02", "A05", "A10", "A11", "A12", "C01", "C02", "C03", "C07", "E06", "G01", "G05", "G08")


def finding(severity: Severity) -> Finding:
    return Finding("893", "R", severity, "", "", "")


@pytest.mark.parametrize(
    ("severities", "state"),
    [
        ([], State.ACCEPTED),
        ([Severity.INFO], State.ACCEPTED),
        ([Severity.WARNING, Severity.INFO], State.ACCEPTED_WITH_WARNINGS),
        ([Severity.WARNING, Severity.CRITICAL], State.RETURNED),
    ],
)
def test_critical_returns_and_a_warning_rides_along(severities: list[Severity], state: State) -> None:
    assert state_of([finding(s) for s in severities]) is state


def test_a_sound_form_has_no_findings(district: FormVersion, filed: Callable, checked: Callable) -> None:
    sound = filed(district)
    result = checked(district, sound)
    assert result.findings == {sound[0].id: ()}
    assert result.broken == ()
    assert set(result.judged) == {r.rule for r in result.rules}


def test_one_faulty_submission_does_not_touch_another(commune: FormVersion, filed: Callable, checked: Callable) -> None:
    sound, faulty = filed(commune), filed(commune, {"C23": 5}, unit="30631")
    result = checked(commune, sound, faulty)
    assert result.findings[sound[0].id] == ()
    assert {(f.unit, f.rule) for f in result.findings[faulty[0].id]} == {("30631", "ID12"), ("30631", "ID14")}


def test_two_versions_of_one_unit_are_judged_apart(commune: FormVersion, filed: Callable, checked: Callable) -> None:
    first, second = filed(commune, {"C32": 5}), filed(commune, version=2)
    result = checked(commune, first, second)
    assert result.findings[first[0].id] != ()
    assert result.findings[second[0].id] == ()


def test_nothing_submitted_is_nothing_found(district: FormVersion, checked: Callable) -> None:
    assert checked(district).findings == {}


def test_an_unreadable_part_is_told_once_and_its_total_left_unjudged(
    district: FormVersion, filed: Callable, checked: Callable
) -> None:
    submission, values = filed(district, {"C20": (Fault.NOT_A_NUMBER, "trên 900"), "C22": 4})
    result = checked(district, (submission, values))
    assert [f.rule for f in result.findings[submission.id]] == ["not_a_number"]
    assert result.judged["ID12"] == 0


def test_a_blank_form_is_returned(district: FormVersion, filed: Callable, checked: Callable) -> None:
    submission, values = filed(district, dict.fromkeys(district.codes, CellStatus.EMPTY))
    findings = checked(district, (submission, values)).findings[submission.id]
    assert state_of(findings) is State.RETURNED
    assert findings[0].rule == "CO03"
    assert sum(f.rule == "CO01" for f in findings) == len(district.codes) - 2  # the two base-year rows are optional


def test_a_form_half_filled_is_taken_with_warnings(commune: FormVersion, filed: Callable, checked: Callable) -> None:
    blank = dict.fromkeys(commune.codes[: len(commune.codes) // 2], CellStatus.EMPTY)
    submission, values = filed(commune, blank)
    assert state_of(checked(commune, (submission, values)).findings[submission.id]) is State.ACCEPTED_WITH_WARNINGS


def test_not_available_is_only_said(commune: FormVersion, filed: Callable, checked: Callable) -> None:
    submission, values = filed(commune, {"C80": CellStatus.NOT_AVAILABLE})
    findings = checked(commune, (submission, values)).findings[submission.id]
    assert [(f.rule, f.severity) for f in findings] == [("CO02", Severity.INFO)]
    assert state_of(findings) is State.ACCEPTED


def test_a_row_that_was_never_kept_is_a_finding(commune: FormVersion, filed: Callable, checked: Callable) -> None:
    submission, values = filed(commune)
    kept = [v for v in values if v.element != "A10"]
    findings = checked(commune, (submission, kept)).findings[submission.id]
    assert [(f.rule, f.element, f.sheet) for f in findings] == [("row_missing", "A10", "CĐĐH")]


@pytest.fixture
def below(commune: FormVersion, filed: Callable, declarations: Declarations) -> list:
    units = [u for u in declarations.reporting(Period.parse("2022-H1")) if u != "893"]
    figures = dict.fromkeys(COUNTED_BY_ALL, 10) | {"A03": 0, "A04": 0}
    return [filed(commune, figures, unit=unit) for unit in units]


def test_a_district_that_tacitly_contains_its_communes_is_found(
    district: FormVersion, filed: Callable, checked: Callable, below: list
) -> None:
    own, containing = (filed(district, dict.fromkeys(COUNTED_BY_ALL, figure)) for figure in (50, 180))
    result = checked(district, own, containing, below=below)
    assert result.findings[own[0].id] == ()
    assert [(f.rule, f.found) for f in result.findings[containing[0].id]] == [("AG01b", "100 %")]


def test_each_of_two_districts_is_held_against_its_own_communes(
    declarations: Declarations, rules: Sequence[Rule], district: FormVersion, filed: Callable, below: list
) -> None:
    others = {sent.unit for sent, _ in below[9:]}
    units = [replace(u, parent="894") if u.code in others else u for u in declarations.units.all]
    second = [replace(u, code="894") for u in units if u.code == "893"]
    two = replace(declarations, units=Units((*units, *second)))
    containing, own = (
        filed(district, dict.fromkeys(COUNTED_BY_ALL, 90)),
        filed(district, dict.fromkeys(COUNTED_BY_ALL, 50), unit="894"),
    )
    found = check([containing, own], two, rules, district, Period.parse("2022-H1"), below=below).findings
    assert [f.rule for f in found[containing[0].id]] == ["AG01b"]
    assert found[own[0].id] == ()


def test_a_declared_double_count_is_told_once(
    district: FormVersion, filed: Callable, checked: Callable, below: list
) -> None:
    submission, values = filed(district, dict.fromkeys(COUNTED_BY_ALL, 180), scope=Scope.CONSOLIDATED)
    findings = checked(district, (submission, values), below=below).findings[submission.id]
    assert [f.rule for f in findings] == ["AG01"]


def test_with_half_of_the_communes_in_a_double_count_is_not_judged(
    district: FormVersion, filed: Callable, checked: Callable, below: list
) -> None:
    submission, values = filed(district, dict.fromkeys(COUNTED_BY_ALL, 180))
    result = checked(district, (submission, values), below=below[:9])
    assert result.findings[submission.id] == ()
    assert result.judged["AG01b"] == 0


def test_a_thousand_submissions_are_judged_by_as_many_expectations_as_one(
    declarations: Declarations, rules: tuple[Rule, ...], commune: FormVersion, filed: Callable
) -> None:
    many = [filed(commune, {"C23": 7} if i % 10 == 0 else None, unit=f"u{i}") for i in range(1000)]
    one, all_of_them = (check(s, declarations, rules, commune, Period.parse("2022-H1")) for s in (many[:1], many))
    assert one.rules == all_of_them.rules
    assert sum(bool(f) for f in all_of_them.findings.values()) == 100
    assert all_of_them.findings[many[0][0].id] == one.findings[many[0][0].id]


def test_great_expectations_is_imported_only_when_something_is_checked() -> None:
    program = "import sys, tasks.check.judge; sys.exit('great_expectations' in sys.modules)"
    done = subprocess.run([sys.executable, "-c", program], cwd=PROJECT, check=False)
    assert done.returncode == 0


def test_the_same_reports_by_the_same_rules_are_run_once(monkeypatch: pytest.MonkeyPatch) -> None:
    runs: list[int] = []

    def counted(frame: pd.DataFrame, rules: Sequence[Rule]) -> RunResult:
        runs.append(len(frame))
        return run(frame, rules)

    monkeypatch.setattr("tasks.check.run.run", counted)
    rules = [rule for rule in RULES if rule.rule == "TX01"]
    before, now = report("2022-Q1", {"C11": 41}), report("2022-H1", {"C11": 40})
    form, history = DECLARED.form_by_id("commune/2021"), History.of([before])
    assert form is not None
    first, again = (check([now], DECLARED, rules, form, Period.parse("2022-H1"), history=history) for _ in (1, 2))
    assert (first.findings, len(runs)) == (again.findings, 1)
    assert [f.rule for f in again.findings[now[0].id]] == ["TX01"]
    corrected = (now[0], report("2022-H1", {"C11": 41})[1])
    assert check([corrected], DECLARED, rules, form, Period.parse("2022-H1"), history=history).findings[now[0].id] == ()
    assert len(runs) == 2


def test_what_was_done_since_new_year_is_not_held_against_what_is_left_in_a_window_of_its_own() -> None:
    # 20 tasks, 12 done since the year began, 4 of them in the third quarter
    tasks = {"A01": 20, "A02": 4, "A03": 8, "A04": 0}
    assigned = {"A11": 6, "A12": 5, "A13": 0, "A14": 3, "A15": 0}
    in_quarter = {f.rule for f in found_in(report("2022-Q3", tasks | assigned), rules="ID0")}
    in_half = {f.rule for f in found_in(report("2022-H1", tasks | assigned), rules="ID0")}
    assert in_half - in_quarter == {"ID01", "ID02"}
    assert not in_quarter
