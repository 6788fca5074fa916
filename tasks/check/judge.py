"""The check of a period: every submission of one form judged by one run, and what the findings make of it."""

from __future__ import annotations

from collections import Counter, defaultdict, deque
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import replace

import pandas as pd

from config.element import Element
from config.form import FormVersion
from config.load import Declarations
from config.period import Period, Window
from expectations.columns import SUBMISSION_COLUMNS
from expectations.finding import Finding, Severity
from expectations.suite import Rule, rules_for
from tasks.check.before import asked_of_past, before, known
from tasks.check.cells import Cells, cells_of
from tasks.check.findings import findings_of, in_order
from tasks.check.frame import Case, Sitting, check_frame
from tasks.check.history import NO_HISTORY, Filed, History, lines_of
from tasks.check.outcome import CheckResult, RunResult, Violation
from tasks.check.overlap import least_units, overlap_share
from tasks.check.plan_tasks import Plan, task_findings
from tasks.store.plan_figures import done_since
from tasks.store.values import PlanTask, Scope, State, Submission

__all__ = ["Filed", "check", "state_of"]

# The last runs: of the rules, which follow from the declarations, over a frame. Two forms of two periods.
_just_said: deque[tuple[tuple[Rule, ...], pd.DataFrame, RunResult]] = deque(maxlen=4)


def check(  # noqa: PLR0913, PLR0917  what is judged, by what, for when, and beside whom
    submissions: Sequence[Filed],
    declarations: Declarations,
    rules: Sequence[Rule],
    form: FormVersion,
    period: Period,
    below: Sequence[Filed] = (),
    history: History = NO_HISTORY,
    tasks: Mapping[int, Sequence[PlanTask]] | None = None,
) -> CheckResult:
    """Judge all `submissions` of one `form` for `period` in one run of Great Expectations, however many they are.

    `below` are the newest submissions of the units below them: what a district's figures are held against for a double
    count. `history` holds the reports of earlier periods that counted, `tasks` the plan that each lists, by the id of
    its submission. Without them that is not judged.
    """
    rows = declarations.rows(form, period)
    cases = _cases(submissions, declarations, form, period, below)
    cumulative = declarations.calendar.file.windows[period.window].cumulative
    mine = rules_for(rules, rows, form.level, cumulative=cumulative)
    cases = _with_past(cases, declarations, mine, period, history)
    past = known(case.before for case in cases)
    applied = rules_for(rules, rows, form.level, past, cumulative=cumulative)
    if not cases:
        return CheckResult({}, (), applied, {})
    frame = check_frame(cases, rows, _sitting(declarations, form, period), past)
    result = _run(frame, applied)
    findings = _findings(result, cases, frame, {**declarations.elements, **{e.code: e for e in rows}}, applied)
    for case in cases if tasks is not None else ():
        plan = _plan(case, (tasks or {}).get(case.submission.id, ()), declarations, period)
        findings[case.submission.id] += task_findings(plan, form)
    ordered = {key: in_order(found, rows) for key, found in findings.items()}
    return CheckResult(ordered, result.broken, applied, result.judged)


def state_of(findings: Sequence[Finding]) -> State:
    """Return what becomes of a submission: anything critical returns it, a warning is accepted with it."""
    severities = {f.severity for f in findings}
    if Severity.CRITICAL in severities:
        return State.RETURNED
    return State.ACCEPTED_WITH_WARNINGS if Severity.WARNING in severities else State.ACCEPTED


def _plan(case: Case, tasks: Sequence[PlanTask], declarations: Declarations, period: Period) -> Plan:
    calendar = declarations.calendar
    year = calendar.span(Period(period.year, Window.YEAR)).start
    return Plan(case.submission.unit, tasks, case.cells, year, calendar.cut_off(period), done_since(calendar, period))


def _run(frame: pd.DataFrame, rules: Sequence[Rule]) -> RunResult:
    """Return what the rules say of the frame: at once when they have just said it, for a run takes a second or two.

    Every look at the inbox judges all that counts again; mostly nothing of one form or the other has come since.
    """
    for known_rules, known_frame, result in tuple(_just_said):
        if known_rules == tuple(rules) and known_frame.equals(frame):
            return result
    from tasks.check.run import run  # noqa: PLC0415  Great Expectations takes seconds to import: only when it runs

    said = run(frame, rules)
    _just_said.append((tuple(rules), frame.copy(), said))
    return said


def _sitting(declarations: Declarations, form: FormVersion, period: Period) -> Sitting:
    in_force = declarations.form(form.level, period) or form
    return Sitting(period, declarations.calendar, in_force.id)


def _cases(
    submissions: Sequence[Filed],
    declarations: Declarations,
    form: FormVersion,
    period: Period,
    below: Sequence[Filed],
) -> Sequence[Case]:
    rows = declarations.rows(form, period)
    reporting = declarations.reporting(period)
    expected = Counter(unit.parent for unit in reporting.values())
    lower = defaultdict[str | None, list[Cells]](list)
    for sent, values in below:
        lower[reporting[sent.unit].parent].append({v.element: v for v in values})
    cases = []
    for submission, values in submissions:
        cells = cells_of(values, form, rows)
        least = least_units(expected[submission.unit], declarations.calendar)
        overlap = _overlap(submission, cells, lower[submission.unit], rows, least)
        cases.append(Case(submission, cells, overlap))
    return cases


def _overlap(
    submission: Submission, cells: Cells, lower: Sequence[Cells], rows: Sequence[Element], least: int
) -> float:
    if not lower or submission.scope is Scope.CONSOLIDATED:  # when it is declared, AG01 says so already
        return float("nan")
    return overlap_share(cells, lower, rows, least)


def _with_past(
    cases: Sequence[Case],
    declarations: Declarations,
    rules: Sequence[Rule],
    period: Period,
    history: History,
) -> Sequence[Case]:
    """Return `cases` with what their units said before, as far as `rules` ask for it."""
    if not history.reports:
        return cases
    elements, lines = declarations.elements, lines_of(history, declarations, period)
    asked = asked_of_past(rules, elements)
    return [
        replace(case, before=before(lines[unit], case.cells, period, asked, elements)) if unit in lines else case
        for case in cases
        for unit in [case.submission.unit]
    ]


def _findings(
    result: RunResult,
    cases: Sequence[Case],
    frame: pd.DataFrame,
    elements: Mapping[str, Element],
    rules: Sequence[Rule],
) -> dict[int, list[Finding]]:
    by_code = {r.rule: r for r in rules}
    facts = frame[list(SUBMISSION_COLUMNS)].to_dict("records")
    found: list[list[Finding]] = [[] for _ in cases]
    for violation in _told_once(result.violations, by_code):
        i = violation.position
        found[i] += findings_of(violation, by_code[violation.rule], cases[i], facts[i], elements)
    return {case.submission.id: f for case, f in zip(cases, found, strict=True)}


def _told_once(violations: Sequence[Violation], rules: Mapping[str, Rule]) -> Iterator[Violation]:
    """Give `violations` without the cells of which a rule that comes before says enough."""
    told = {(v.rule, v.position, element) for v in violations for element in v.elements}
    for v in violations:
        first = rules[v.rule].unless
        left = tuple(e for e in v.elements if not any((rule, v.position, e) in told for rule in first))
        if left or not v.elements:
            yield replace(v, elements=left)
