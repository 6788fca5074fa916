"""The check of a period: every submission of one form judged by one run, and what the findings make of it."""

from __future__ import annotations

from collections.abc import Sequence

import pandas as pd

from config.element import Element
from config.form import FormVersion
from config.load import Declarations
from config.period import Period
from expectations.columns import SUBMISSION_COLUMNS
from expectations.finding import Finding, Severity
from expectations.suite import Rule, rules_for
from tasks.check.cells import Cells, cells_of
from tasks.check.findings import findings_of, in_order
from tasks.check.frame import Case, check_frame
from tasks.check.outcome import CheckResult, RunResult
from tasks.check.overlap import least_units, overlap_share
from tasks.store.values import Scope, State, Submission, Value

Filed = tuple[Submission, Sequence[Value]]


def check(  # noqa: PLR0913, PLR0917  what is judged, by what, for when, and beside whom
    submissions: Sequence[Filed],
    declarations: Declarations,
    rules: Sequence[Rule],
    form: FormVersion,
    period: Period,
    below: Sequence[Filed] = (),
) -> CheckResult:
    """Judge all `submissions` of one `form` for `period` in one run of Great Expectations, however many they are.

    `below` are the newest submissions of the units below them: what a district's figures are held against for a double
    count. Without them that is not judged.
    """
    rows = declarations.rows(form, period)
    applied = rules_for(rules, rows, form.level)
    if not submissions:
        return CheckResult({}, (), applied, {})
    cases = _cases(submissions, declarations, form, period, below)
    frame = check_frame(cases, rows, declarations.calendar, period)
    result = _run(frame, applied)
    return CheckResult(_findings(result, cases, frame, rows, applied), result.broken, applied, result.judged)


def state_of(findings: Sequence[Finding]) -> State:
    """Return what becomes of a submission: anything critical returns it, a warning is accepted with it."""
    severities = {f.severity for f in findings}
    if Severity.CRITICAL in severities:
        return State.RETURNED
    return State.ACCEPTED_WITH_WARNINGS if Severity.WARNING in severities else State.ACCEPTED


def _run(frame: pd.DataFrame, rules: Sequence[Rule]) -> RunResult:
    from tasks.check.run import run  # noqa: PLC0415  Great Expectations takes seconds to import: only when it runs

    return run(frame, rules)


def _cases(
    submissions: Sequence[Filed],
    declarations: Declarations,
    form: FormVersion,
    period: Period,
    below: Sequence[Filed],
) -> list[Case]:
    rows = declarations.rows(form, period)
    expected: dict[str | None, int] = {}
    for unit in declarations.reporting(period).values():
        expected[unit.parent] = expected.get(unit.parent, 0) + 1
    lower = [{v.element: v for v in values} for _, values in below]
    cases = []
    for submission, values in submissions:
        cells = cells_of(values, form, rows)
        count = expected.get(submission.unit, 0)
        overlap = _overlap(submission, cells, lower, rows, least_units(count, declarations.calendar))
        cases.append(Case(submission, cells, overlap))
    return cases


def _overlap(
    submission: Submission, cells: Cells, lower: Sequence[Cells], rows: Sequence[Element], least: int
) -> float:
    if not lower or submission.scope is Scope.CONSOLIDATED:  # when it is declared, AG01 says so already
        return float("nan")
    return overlap_share(cells, lower, rows, least)


def _findings(
    result: RunResult, cases: Sequence[Case], frame: pd.DataFrame, rows: Sequence[Element], rules: Sequence[Rule]
) -> dict[int, tuple[Finding, ...]]:
    by_code, elements = {r.rule: r for r in rules}, {e.code: e for e in rows}
    facts = frame[list(SUBMISSION_COLUMNS)].to_dict("records")
    found: list[list[Finding]] = [[] for _ in cases]
    for violation in result.violations:
        i = violation.position
        found[i] += findings_of(violation, by_code[violation.rule], cases[i], facts[i], elements)
    return {case.submission.id: in_order(f, rows) for case, f in zip(cases, found, strict=True)}
