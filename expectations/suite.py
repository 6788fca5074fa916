"""Loading rules: every file under `expectations/` read strictly, and made a Great Expectations suite when one runs."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence, Set
from dataclasses import replace
from decimal import Decimal
from pathlib import Path
from typing import TYPE_CHECKING, Any

from config.element import Element, Level
from config.load import Declarations
from config.stamp import SCOPE_ROW, WINDOW_FROM_ROW, WINDOW_TO_ROW
from config.strict import DeclarationError, Document, Where, parse, read_document
from expectations.columns import CELL_COLUMNS, SUBMISSION_COLUMNS, Past, element_of_past
from expectations.rule import AGAINST_PAST, EVERY_CELL, Item, Rule, RuleFile, Shape, columns_of

if TYPE_CHECKING:
    from great_expectations import ExpectationSuite

__all__ = ["Rule", "build_suite", "load_rules", "rules_for"]

# What a message may speak of; a comparison also of the elements it compares, by their codes.
FIELDS = {
    Shape.COMPARISON: {"found", "expected", "total", "difference", "parts", "aside", "element", "name"},
    Shape.CELLS: {"found", "expected", "element", "name"},
    Shape.PAST: {"found", "expected", "before", "when", "change", "element", "name"},
    Shape.SUBMISSION: {"found", "expected", *SUBMISSION_COLUMNS},
}
# What `found` and `expected` may speak of; of a comparison and of a cell it is known what was found.
FACTS: dict[Shape, set[str]] = {
    Shape.COMPARISON: set(),
    Shape.CELLS: {"wanted", "element", "name"},
    Shape.PAST: {"before", "when", "wanted", "element", "name"},
    Shape.SUBMISSION: set(SUBMISSION_COLUMNS),
}
NEEDED_BY = {"found": (Shape.SUBMISSION,), "expected": (Shape.CELLS, Shape.PAST, Shape.SUBMISSION)}
ASIDE_FIELDS = {"sum", "left"}
COVER_ROWS = (SCOPE_ROW, WINDOW_FROM_ROW, WINDOW_TO_ROW)

Fault = tuple[Where, str]


def load_rules(folder: Path, declarations: Declarations) -> tuple[Rule, ...]:
    """Return every rule under `folder`; `DeclarationError` names the first file and line that cannot be used.

    Great Expectations is not imported: only `build_suite` knows whether it has such a type and such arguments.
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
            _refuse_faults(document, where, rules[item.meta.rule], declarations.elements.keys())
    for rule in rules.values():
        if unknown := set(rule.unless) - rules.keys():
            raise DeclarationError(
                rule.file, rule.line, f"«unless» của {rule.rule} nêu {min(unknown)}, không có quy tắc ấy"
            )
    return tuple(rules.values())


def rules_for(
    rules: Iterable[Rule],
    elements: Iterable[Element],
    level: Level | None = None,
    past: Mapping[Past, Set[str]] | None = None,
) -> tuple[Rule, ...]:
    """Return the rules that judge a form with these `elements`: all columns on it, templates expanded over it.

    With `level`, rules declared for the other level are left out; with `past`, those that hold figures against earlier
    ones judge only the elements of which there are some.
    """
    form = {e.code: e for e in elements}
    known = {*form, *SUBMISSION_COLUMNS, *CELL_COLUMNS}
    mine = (rule for rule in rules if level is None or rule.level in (None, level))
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


def _refuse_faults(document: Document, where: Where, rule: Rule, elements: Set[str]) -> None:
    for fault in (*_column_faults(rule, elements), *_word_faults(rule, elements), *_example_faults(rule, elements)):
        place, sentence = fault
        raise document.error(sentence, *where, *place)


def _column_faults(rule: Rule, elements: Set[str]) -> Iterator[Fault]:
    for column in rule.columns:
        if column not in elements and column not in SUBMISSION_COLUMNS and column not in CELL_COLUMNS:
            yield ("kwargs",), f"«{column}» không phải mã chỉ tiêu, cũng không phải cột nào của khung kiểm tra"
    if bool(rule.columns) == bool(rule.each):
        yield ("kwargs",), "quy tắc phải nêu cột trong «kwargs» hoặc lấy theo biểu bằng «each», không cả hai"
    if (rule.each or len(rule.columns) > 1) and "ignore_row_if" not in rule.kwargs:
        yield ("kwargs",), "phải nói rõ «ignore_row_if»: thiếu số thì sao"
    if rule.each and rule.type not in (EVERY_CELL, *AGAINST_PAST):
        yield ("type",), f"«each» chỉ dùng với {EVERY_CELL} và các loại so với kỳ trước: loại khác không nói được ô sai"
    if (rule.type in AGAINST_PAST) != bool(rule.each and rule.each.past):
        yield ("meta", "each"), "so với kỳ trước thì cần «each: {past: …}», và chỉ khi đó mới dùng «past»"
    if rule.each:
        yield from (
            _stranger("each", code) for code in (*rule.each.elements, *rule.each.without) if code not in elements
        )
    if rule.each and rule.kwargs.get("ignore_row_if") == "any_value_is_missing":
        yield ("kwargs", "ignore_row_if"), "một ô trống sẽ làm cả biểu không được xét: dùng never"


def _word_faults(rule: Rule, elements: Set[str]) -> Iterator[Fault]:
    own = set(rule.elements) if rule.shape is Shape.COMPARISON else set()
    yield from _unknown_fields("message", rule.message, FIELDS[rule.shape] | own)
    for key, template in (("found", rule.found), ("expected", rule.expected)):
        needed = rule.shape in NEEDED_BY[key]
        if needed != (template is not None):
            yield ("meta", key), f"quy tắc này {'thiếu' if needed else 'không dùng'} khóa «{key}»"
        yield from _unknown_fields(key, template or "", FACTS[rule.shape])
    if rule.cover_row is not None and rule.cover_row not in COVER_ROWS:
        yield ("meta", "cover_row"), f"trang bìa không có dòng {rule.cover_row}"
    if rule.aside:
        yield from (_stranger("aside", code) for code in rule.aside.elements if code not in elements)
        yield from _unknown_fields("aside", rule.aside.text, ASIDE_FIELDS | own | set(rule.aside.elements))


def _stranger(key: str, code: str) -> Fault:
    return ("meta", key, "elements"), f"chỉ tiêu {code} chưa khai trong config/elements"


def _unknown_fields(key: str, template: str, known: Set[str]) -> Iterator[Fault]:
    try:
        template.format(**dict.fromkeys(known, ""))
    except KeyError as fault:
        yield ("meta", key), f"mẫu câu dùng {{{fault.args[0]}}} không có"
    except (ValueError, IndexError, AttributeError) as fault:
        yield ("meta", key), f"mẫu câu sai dấu ngoặc: {fault}"


def _example_faults(rule: Rule, elements: Set[str]) -> Iterator[Fault]:
    for key, example in (("example_pass", rule.example_pass), ("example_fail", rule.example_fail)):
        for column in example:
            if element_of_past(column) in elements:
                continue
            if column not in elements and column not in SUBMISSION_COLUMNS and column not in CELL_COLUMNS:
                yield ("meta", key), f"ví dụ dùng cột «{column}» không có"
