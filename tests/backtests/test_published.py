"""Figures really published, judged by the real rules in the real run: what holds holds, what does not is found."""

from __future__ import annotations

from dataclasses import dataclass, field
from decimal import Decimal
from pathlib import Path

import pandas as pd
import pytest

from config.element import Level
from config.load import load
from config.number import format_number, read_number
from config.period import Period
from config.settings import Settings
from config.strict import parse, read_document
from expectations.finding import Finding
from expectations.suite import load_rules
from tasks.check.judge import check
from tasks.check.outcome import CheckResult
from tests.factory import DISTRICT, make_submission, make_value

H1 = Period.parse("2022-H1")
DECLARATIONS = load(Settings().config_dir)


@dataclass(frozen=True)
class Published:
    """One published set of figures on the rows of the form, and what is true of it."""

    place: str
    source: str
    splits: str
    cells: dict[str, int]
    holds: tuple[str, ...]
    faults: dict[str, dict[str, str]]
    rates: dict[str, str] = field(default_factory=dict)


DOCUMENT = read_document(Path(__file__).parent / "published.yaml")
PUBLISHED = parse(DOCUMENT, dict[str, Published])
FAULTS = [(name, rule) for name, p in PUBLISHED.items() for rule in p.faults]
RATES = [(name, rate) for name, p in PUBLISHED.items() for rate in p.rates]
# The definitions of P01, and of its complement, as the indicator's own file states them.
PARTS = {"on_time": DECLARATIONS.indicators["P01"].definitions[0].numerator, "late": "C22"}
WHOLE = DECLARATIONS.indicators["P01"].definitions[0].denominator


@pytest.fixture(scope="module")
def checked() -> tuple[dict[str, tuple[Finding, ...]], CheckResult]:
    """Judge all published sets in one run; findings by the name of the set."""
    form = DECLARATIONS.form(Level.DISTRICT, H1)
    assert form is not None
    rules = load_rules(Settings().expectations_dir, DECLARATIONS)
    filed = [
        (
            make_submission(id=key, unit=DISTRICT, form_version=form.id, file_name=name),
            [make_value(e.code, p.cells.get(e.code), cell=None) for e in DECLARATIONS.rows(form, H1)],
        )
        for key, (name, p) in enumerate(PUBLISHED.items(), start=1)
    ]
    result = check(filed, DECLARATIONS, rules, form, H1)
    return {submission.file_name: result.findings[submission.id] for submission, _ in filed}, result


def _identities(findings: tuple[Finding, ...]) -> dict[str, Finding]:
    return {f.rule: f for f in findings if f.rule.startswith("ID")}


@pytest.mark.parametrize("name", PUBLISHED)
def test_exactly_the_known_faults_are_found(name: str, checked: tuple) -> None:
    assert set(_identities(checked[0][name])) == set(PUBLISHED[name].faults)


@pytest.mark.parametrize(("name", "rule"), FAULTS)
def test_a_fault_is_found_by_its_amount(name: str, rule: str, checked: tuple) -> None:
    finding, known = _identities(checked[0][name])[rule], PUBLISHED[name].faults[rule]
    assert (finding.element, finding.found, finding.expected) == (known["element"], known["found"], known["expected"])
    assert f"chênh {known['difference']}." in finding.message


@pytest.mark.parametrize("rule", ["ID11", "ID12", "ID13", "ID14", "ID15", "ID39"])
def test_a_rule_is_judged_wherever_its_figures_were_published(rule: str, checked: tuple) -> None:
    judged = sum(rule in (*p.holds, *p.faults) for p in PUBLISHED.values())
    assert checked[1].judged[rule] == judged


def test_cho_moi_is_still_short_of_2900_with_level_two_counted_in(checked: tuple) -> None:
    message = _identities(checked[0]["cho_moi_2022_h1"])["ID15"].message
    assert "ghi 34.600" in message
    assert "là 17.700" in message
    assert "Cộng thêm hồ sơ mức độ 2 (14.000) thì được 31.700, còn chênh 2.900." in message


@pytest.mark.parametrize(("name", "rate"), RATES)
def test_a_published_rate_is_ours_rounded_to_as_many_decimals(name: str, rate: str) -> None:
    frame = pd.DataFrame([{c: Decimal(n) for c, n in PUBLISHED[name].cells.items()}], dtype=object)
    ours = Decimal(100) * frame.eval(PARTS[rate])[0] / frame.eval(WHOLE)[0]
    published = PUBLISHED[name].rates[rate]
    decimals = len(published.partition(",")[2])
    assert format_number(ours, decimals) == published


def test_no_rate_is_read_otherwise_than_it_was_printed() -> None:
    printed = {p.rates[rate] for p in PUBLISHED.values() for rate in p.rates}
    element = DECLARATIONS.elements["C80"]
    assert all(isinstance(read_number(text, element.type), Decimal) for text in printed)
