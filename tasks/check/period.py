"""Judging a period: load the versions that need a verdict, check them, keep the verdicts."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass

from config.element import Level
from config.load import Declarations
from config.period import Period
from expectations.finding import Severity
from expectations.suite import Rule
from tasks.check.history import NO_HISTORY, Filed, History, load_history
from tasks.check.judge import check, state_of
from tasks.check.outcome import BrokenRule, CheckResult
from tasks.events import started
from tasks.store.audit import note
from tasks.store.database import reading, writing
from tasks.store.plan_tasks import tasks_of
from tasks.store.submissions import add_judgement, counted, newest, submissions, values_of
from tasks.store.values import PlanTask, Run, State


@dataclass(frozen=True)
class Judged:
    """How a period stands after judging: versions by state, and the rules that could not be tried."""

    states: Mapping[State, int]
    broken: tuple[BrokenRule, ...]


def judge_period(url: str, declarations: Declarations, rules: Sequence[Rule], period: Period, run: Run) -> Judged:
    """Judge what waits for a verdict, and again what counts or is newest: rules and neighbours may have changed."""
    with reading(url) as connection:
        versions = submissions(connection, str(period), run.now)
        values = values_of(connection, [s.id for s in versions])
        history = load_history(connection, declarations, period, run.now) if versions else NO_HISTORY
        tasks = tasks_of(connection, [s.id for s in versions])
    lively = {s.id for s in [*newest(versions), *counted(versions)]}
    filed = [(s, values[s.id]) for s in versions if s.state is State.RECEIVED or s.id in lively]
    with started("Kiểm tra", len(filed), "biểu") as progress:
        results = dict[str, CheckResult]()
        for form_version, result in _check_by_form(filed, declarations, rules, period, (history, tasks)):
            results[form_version] = result
            progress(sum(s.form_version == form_version for s, _ in filed))
    with writing(url) as connection:
        for submission, _ in filed:
            result = results[submission.form_version]
            if _is_blind(result):
                continue  # what a broken rule would have returned must not be let through: earlier verdicts stand
            findings = result.findings[submission.id]
            add_judgement(connection, submission, state_of(findings), findings, run)
        broken = {b.rule: b for result in results.values() for b in result.broken}
        for rule in broken.values():
            note(connection, run, "rule.broken", rule.rule, rule.reason)
        states = [s.state for s in submissions(connection, str(period), run.now)]
    return Judged({state: states.count(state) for state in State if state in states}, tuple(broken.values()))


def _is_blind(result: CheckResult) -> bool:
    critical = {rule.rule for rule in result.rules if rule.severity is Severity.CRITICAL}
    return any(broken.rule in critical for broken in result.broken)


def _check_by_form(
    filed: Sequence[Filed],
    declarations: Declarations,
    rules: Sequence[Rule],
    period: Period,
    beside: tuple[History, Mapping[int, Sequence[PlanTask]]],
) -> Iterator[tuple[str, CheckResult]]:
    history, tasks = beside
    for form_version in sorted({s.form_version for s, _ in filed}):
        form = declarations.form_by_id(form_version)
        if form is None:
            raise LookupError(f"the store holds submissions of {form_version}, which is no longer declared")
        of_form = [(s, v) for s, v in filed if s.form_version == form_version]
        below = _newest_of_communes(filed, declarations, period) if form.level is Level.DISTRICT else ()
        yield form_version, check(of_form, declarations, rules, form, period, below, history, tasks)


def _newest_of_communes(filed: Sequence[Filed], declarations: Declarations, period: Period) -> list[Filed]:
    values: dict[int, Filed] = {s.id: (s, v) for s, v in filed}
    owing = declarations.reporting(period)
    last = newest([s for s, _ in filed if s.unit in owing and owing[s.unit].level is Level.COMMUNE])
    return [values[s.id] for s in last]
