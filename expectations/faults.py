"""What a declared rule owes: the columns it reads, the words it speaks, the examples it is tried on."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Set
from difflib import get_close_matches
from functools import lru_cache
from importlib.util import find_spec
from pathlib import Path

from config.stamp import SCOPE_ROW, WINDOW_FROM_ROW, WINDOW_TO_ROW
from config.strict import DeclarationError, Document, Where
from expectations.columns import CELL_COLUMNS, SUBMISSION_COLUMNS, element_of_past
from expectations.rule import AGAINST_PAST, AT_MOST_SUM, EQUAL_SUM, EVERY_CELL, Each, Rule, Shape

# What a message may speak of; a comparison also of the elements it compares, by their codes.
FIELDS = {
    Shape.COMPARISON: {"found", "expected", "total", "difference", "parts", "aside", "element", "name"},
    Shape.CELLS: {"found", "expected", "element", "name"},
    Shape.PAST: {"found", "expected", "before", "when", "change", "element", "name"},
    Shape.SHEETS: {"found", "expected", "sheet", "rows"},
    Shape.SUBMISSION: {"found", "expected", *SUBMISSION_COLUMNS},
}
# What `found` and `expected` may speak of; of a comparison and of a cell it is known what was found.
FACTS: dict[Shape, set[str]] = {
    Shape.COMPARISON: set(),
    Shape.CELLS: {"wanted", "element", "name"},
    Shape.PAST: {"before", "when", "wanted", "element", "name"},
    Shape.SHEETS: {"sheet", "rows"},
    Shape.SUBMISSION: set(SUBMISSION_COLUMNS),
}
NEEDED_BY = {
    "found": (Shape.SHEETS, Shape.SUBMISSION),
    "expected": (Shape.CELLS, Shape.PAST, Shape.SHEETS, Shape.SUBMISSION),
}
ASIDE_FIELDS = {"sum", "left"}
COVER_ROWS = (SCOPE_ROW, WINDOW_FROM_ROW, WINDOW_TO_ROW)

OWN_TYPES = (EQUAL_SUM, AT_MOST_SUM, EVERY_CELL, *AGAINST_PAST)

Fault = tuple[Where, str]


def refuse_faults(document: Document, where: Where, rule: Rule, elements: Set[str]) -> None:
    """Refuse a rule that names a type, columns, words or elements which are not there, naming its line."""
    for place, sentence in _faults(rule, elements):
        raise document.error(sentence, *where, *place)


def _faults(rule: Rule, elements: Set[str]) -> Iterator[Fault]:
    yield from _type_faults(rule.type)
    yield from _column_faults(rule, elements)
    yield from _word_faults(rule, elements)
    yield from _example_faults(rule, elements)


def _type_faults(name: str) -> Iterator[Fault]:
    if name not in known_types():
        near = get_close_matches(name, known_types(), n=1)
        hint = f"; gần nhất: {near[0]}" if near else ""
        yield ("type",), f"Great Expectations không có loại kiểm tra «{name}»{hint}"


@lru_cache
def known_types() -> frozenset[str]:
    """Return what a rule may be: the types of Great Expectations, one module each, and our own.

    Found without importing it, which takes seconds: whoever only reads declarations must not wait for that.
    """
    spec = find_spec("great_expectations")
    places = spec.submodule_search_locations if spec else None
    modules = (path for place in places or () for path in Path(place, "expectations", "core").glob("expect_*.py"))
    return frozenset({*OWN_TYPES, *(path.stem for path in modules)})


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
        yield from _each_faults(rule.each, elements)
    if rule.each and rule.kwargs.get("ignore_row_if") == "any_value_is_missing":
        yield ("kwargs", "ignore_row_if"), "một ô trống sẽ làm cả biểu không được xét: dùng never"


def _each_faults(each: Each, elements: Set[str]) -> Iterator[Fault]:
    if not (each.types or each.kinds or each.elements):
        yield ("meta", "each"), "«each» phải nêu «types», «kinds» hoặc «elements»"
    yield from (_stranger("each", code) for code in (*each.elements, *each.without) if code not in elements)


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


def refuse_unknown_rules(rules: Mapping[str, Rule]) -> None:
    """Refuse a rule that gives way to one that does not exist."""
    for rule in rules.values():
        if unknown := set(rule.unless) - rules.keys():
            sentence = f"«unless» của {rule.rule} nêu {min(unknown)}, không có quy tắc ấy"
            raise DeclarationError(rule.file, rule.line, sentence)
