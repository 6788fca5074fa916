"""Rules tried on reports that are known to be right: whatever a rule finds there is a false alarm."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from config.element import Level
from config.load import Declarations
from config.period import ALL_PERIODS, Period
from expectations.suite import Rule
from tasks.check.history import Filed, History
from tasks.check.judge import check
from tasks.check.outcome import CheckResult


@dataclass(frozen=True)
class Trial:
    """How often a rule cried, on how many cells or forms, in how many reports that it judged."""

    false_alarms: int
    reports: int


def false_alarms(right: Sequence[Filed], declarations: Declarations, rules: Sequence[Rule]) -> dict[str, Trial]:
    """Return a trial of each of `rules`, by its code, on `right`: one sound report of each unit and period.

    Every period is judged beside the ones before it, as `cchc report` would; a rule that never had anything to judge
    has judged 0 reports.
    """
    alarms: Counter[str] = Counter()
    judged: Counter[str] = Counter()
    history = History.of(right)
    for period in (p for p in ALL_PERIODS if p in history.reports):
        for result in _judged(right, declarations, rules, period, history):
            alarms.update(f.rule for findings in result.findings.values() for f in findings)
            judged.update({rule.rule: len(result.findings) for rule in result.rules})
    return {rule.rule: Trial(alarms[rule.rule], judged[rule.rule]) for rule in rules}


def _judged(
    right: Sequence[Filed], declarations: Declarations, rules: Sequence[Rule], period: Period, history: History
) -> list[CheckResult]:
    of_period = [(s, v) for s, v in right if s.period == str(period)]
    forms: Mapping[str, list[Filed]] = {s.form_version: [] for s, _ in of_period}
    for submission, values in of_period:
        forms[submission.form_version].append((submission, values))
    communes = [(s, v) for s, v in of_period if declarations.reporting(period)[s.unit].level is Level.COMMUNE]
    results = []
    for form_version, filed in forms.items():
        form = declarations.form_by_id(form_version)
        if form is None:
            raise LookupError(f"a report on {form_version}, which is not declared")
        below = communes if form.level is Level.DISTRICT else ()
        results.append(check(filed, declarations, rules, form, period, below, history))
    return results
