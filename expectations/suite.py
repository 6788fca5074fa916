"""Loading rules: every file under `expectations/` read strictly, and made a Great Expectations suite when one runs."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence, Set
from dataclasses import replace
from decimal import Decimal
from pathlib import Path
from typing import TYPE_CHECKING, Any

from config.element import Element, Level
from config.load import Declarations
from config.strict import DeclarationError, Document, Where, parse, read_document
from expectations.columns import CELL_COLUMNS, SUBMISSION_COLUMNS, Past
from expectations.faults import refuse_faults, refuse_unknown_rules
from expectations.rule import Item, Rule, RuleFile, columns_of

if TYPE_CHECKING:
    from great_expectations import ExpectationSuite

__all__ = ["Rule", "build_suite", "load_rules", "rules_for"]


def load_rules(folder: Path, declarations: Declarations) -> tuple[Rule, ...]:
    """Return every rule under `folder`; `DeclarationError` names the first file and line that cannot be used.

    Great Expectations is not imported: only `build_suite` knows whether a type takes such arguments.
    """
    rules: dict[str, Rule] = {}
    for file in sorted(folder.glob("*.yaml")):
        document = read_document(file)
        declared = parse(document, RuleFile)
        for place, item in enumerate(declared.expectations):
            where: Where = ("expectations", place)
            if item.meta.rule in rules:
                raise document.error(f"mã quy tắc {item.meta.rule} khai hai lần", *where, "meta", "rule")
            rules[item.meta.rule] = _rule(item, declared.document, document, where)
            refuse_faults(document, where, rules[item.meta.rule], declarations.elements.keys())
    refuse_unknown_rules(rules)
    return tuple(rules.values())


def rules_for(
    rules: Iterable[Rule],
    elements: Iterable[Element],
    level: Level | None = None,
    past: Mapping[Past, Set[str]] | None = None,
    *,
    cumulative: bool = True,
) -> tuple[Rule, ...]:
    """Return the rules that judge a form with these `elements`: all columns on it, templates expanded over it.

    With `level`, rules declared for the other level are left out; with `past`, those that hold figures against earlier
    ones judge only the elements of which there are some; without `cumulative`, those that need a window which
    began with the year are left out.
    """
    form = {e.code: e for e in elements}
    known = {*form, *SUBMISSION_COLUMNS, *CELL_COLUMNS}
    mine = (
        rule
        for rule in rules
        if (level is None or rule.level in (None, level)) and (cumulative or not rule.since_new_year)
    )
    expanded = (_expanded(rule, form.values(), past) for rule in mine)
    return tuple(rule for rule in expanded if rule.columns and known.issuperset(rule.columns))


def build_suite(rules: Sequence[Rule]) -> ExpectationSuite:
    """Return the Great Expectations suite of `rules`, one expectation each, known again by `meta["rule"]`.

    `DeclarationError` names the rule whose type or arguments Great Expectations does not know. Build it of
    `rules_for(rules, all elements)` to try every declaration.
    """
    from great_expectations import ExpectationSuite  # noqa: PLC0415  four seconds that only a check should pay

    return ExpectationSuite(name="cchc", expectations=[_expectation(rule) for rule in rules])


def _expectation(rule: Rule) -> Any:
    from great_expectations.exceptions.exceptions import GreatExpectationsError  # noqa: PLC0415
    from great_expectations.expectations.expectation_configuration import ExpectationConfiguration  # noqa: PLC0415
    from great_expectations.expectations.metadata_types import FailureSeverity  # noqa: PLC0415

    import expectations.custom_past  # noqa: F401, PLC0415  makes our own types known, and with it `custom`

    try:
        # One at a time: a suite given a bad configuration only logs it and goes on without that rule.
        return ExpectationConfiguration(
            type=rule.type,
            kwargs={key: _plain(value) for key, value in rule.kwargs.items()},
            severity=FailureSeverity(rule.severity.value),
            meta={"rule": rule.rule},
        ).to_domain_obj()
    except (GreatExpectationsError, ValueError, TypeError) as fault:
        reason = " ".join(str(fault).split())
        sentence = f"Great Expectations không nhận quy tắc {rule.rule}: {reason}"
        raise DeclarationError(rule.file, rule.line, sentence) from fault


def _plain(value: Any) -> Any:
    if isinstance(value, list):
        return [_plain(part) for part in value]
    return float(value) if isinstance(value, Decimal) else value


def _rule(item: Item, document_name: str, document: Document, where: Where) -> Rule:
    meta = item.meta
    return Rule(
        rule=meta.rule,
        label=meta.label or meta.rule,
        severity=item.severity,
        type=item.type,
        kwargs=item.kwargs,
        columns=columns_of(item),
        text=meta.text,
        message=meta.message,
        found=meta.found,
        expected=meta.expected,
        document=meta.document or document_name,
        each=meta.each,
        aside=meta.aside,
        level=meta.level,
        cover_row=meta.cover_row,
        since_new_year=meta.since_new_year,
        unless=meta.unless,
        example_pass=meta.example_pass,
        example_fail=meta.example_fail,
        file=document.file,
        line=document.line(*where),
    )


def _expanded(rule: Rule, elements: Iterable[Element], past: Mapping[Past, Set[str]] | None) -> Rule:
    if rule.each is None:
        return rule
    picked = [e for e in elements if rule.each.picks(e) and _is_known(e.code, rule.each.past_of(e), past)]
    column_list = rule.each.columns_of(picked)
    return replace(rule, columns=tuple(e.code for e in picked), kwargs={**rule.kwargs, "column_list": column_list})


def _is_known(code: str, past: Past | None, known: Mapping[Past, Set[str]] | None) -> bool:
    return past is None or known is None or code in known.get(past, ())
