"""Reports of any period: sound ones in which every figure is 0, and what a test says differs."""

from __future__ import annotations

from collections.abc import Mapping
from decimal import Decimal
from itertools import count
from typing import Any

from config.load import Declarations, load
from config.number import CellStatus
from config.period import Period
from config.settings import PROJECT
from expectations.finding import Finding
from expectations.suite import load_rules
from tasks.check.history import Filed, History
from tasks.check.judge import check
from tests.factory import COMMUNE, make_submission, make_value

DECLARED: Declarations = load(PROJECT / "config")
RULES = load_rules(PROJECT / "expectations", DECLARED)
Stated = int | str | Decimal | CellStatus
_ids = count(1000)


def report(
    period: str,
    cells: Mapping[str, Stated] | None = None,
    unit: str = COMMUNE,
    form: str | None = None,
    notes: Mapping[str, str] | None = None,
    **about: Any,
) -> Filed:
    """Return what `unit` reported for `period` on the form in force then, or on `form`."""
    asked = Period.parse(period)
    used = DECLARED.form(DECLARED.reporting(asked)[unit].level, asked) if form is None else DECLARED.form_by_id(form)
    assert used is not None
    span = DECLARED.calendar.span(asked)
    facts = {"unit": unit, "period": period, "form_version": used.id, "id": next(_ids)}
    window = {"window_from": span.start, "window_to": span.end}
    stated = {**dict.fromkeys((e.code for e in DECLARED.rows(used, asked)), 0), **(cells or {})}
    values = tuple(_value(code, figure, (notes or {}).get(code, "")) for code, figure in stated.items())
    return make_submission(**{**facts, **window, **about}), values


def findings(judged: Filed, *earlier: Filed, rules: str = "") -> tuple[Finding, ...]:
    """Return what is found in one report beside `earlier` ones, by all rules or by those whose code begins so."""
    submission, _ = judged
    form = DECLARED.form_by_id(submission.form_version)
    assert form is not None
    chosen = [r for r in RULES if r.rule.startswith(rules)]
    period = Period.parse(submission.period)
    result = check([judged], DECLARED, chosen, form, period, history=History.of(earlier))
    assert result.broken == ()
    return result.findings[submission.id]


def _value(code: str, figure: Stated, note: str) -> Any:
    if isinstance(figure, CellStatus):
        return make_value(code, None, status=figure, note=note)
    return make_value(code, str(figure), note=note)
