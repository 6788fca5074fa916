"""From violations to findings: unit, cell, what is there, what should be, and one sentence with the remedy.

Only a join: no rule is tried again here. Figures in the words are the exact decimals, not the floats of the frame.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Hashable, Mapping, Sequence
from dataclasses import dataclass, replace
from decimal import Decimal
from string import Formatter

from config.element import Element
from config.number import NumberType, format_number, round_half_up
from config.stamp import COVER_SHEET, SCOPE_NAMES
from expectations import columns
from expectations.finding import Finding, Severity
from expectations.rule import SIGNS, Aside, Rule, Shape
from tasks.check.before import Explanation
from tasks.check.cells import Cells, figure, place_of, places_of, said
from tasks.check.frame import SHARES, Case
from tasks.check.outcome import Violation
from tasks.store.values import Value

WANTED = {NumberType.COUNT: "số nguyên", NumberType.DECIMAL: "số", NumberType.FLAG: "1 hoặc 0"}
WHOLE_FORM = "Toàn biểu"
LONGEST_NOTE = 300
UNCLEAR_SCOPE = "chưa ghi rõ"
ORDER = list(Severity)

Row = Mapping[Hashable, object]


@dataclass(frozen=True)
class _Words:
    """The parts of a finding that differ from rule to rule."""

    place: str
    found: str
    expected: str
    fields: Mapping[str, str]


def findings_of(
    violation: Violation, rule: Rule, case: Case, row: Row, elements: Mapping[str, Element]
) -> list[Finding]:
    """Return a finding for each element or sheet at fault, or one for the whole form.

    `row` is the case's row of the frame.
    """
    if rule.shape is Shape.SUBMISSION:
        return [_about_form(rule, case, row)]
    if rule.shape is Shape.SHEETS:
        sheets = Counter(case.cells[code].sheet or WHOLE_FORM for code in violation.elements)
        return [_about_sheet(rule, case, sheet, count) for sheet, count in sheets.items()]
    return [_about_cell(rule, case, elements[code]) for code in violation.elements]


def in_order(findings: Sequence[Finding], rows: Sequence[Element]) -> tuple[Finding, ...]:
    """Return `findings` critical first, then in the order of the form, those about the whole form at its head."""
    place: dict[str | None, int] = {e.code: i for i, e in enumerate(rows)}
    return tuple(sorted(findings, key=lambda f: (ORDER.index(f.severity), place.get(f.element, -1))))


def _about_form(rule: Rule, case: Case, row: Row) -> Finding:
    facts = {name: _fact(name, row[name]) for name in columns.SUBMISSION_COLUMNS}
    found, expected = ((template or "").format(**facts) for template in (rule.found, rule.expected))
    place = f"{COVER_SHEET}, dòng {rule.cover_row}" if rule.cover_row else WHOLE_FORM
    words = _Words(place, found, expected, facts)
    finding = _finding(rule, case, words)
    return replace(finding, sheet=COVER_SHEET) if rule.cover_row else finding


def _about_sheet(rule: Rule, case: Case, sheet: str, rows: int) -> Finding:
    facts = {"sheet": sheet, "rows": format_number(rows)}
    found, expected = ((template or "").format(**facts) for template in (rule.found, rule.expected))
    return replace(_finding(rule, case, _Words(sheet, found, expected, facts)), sheet=sheet)


def _about_cell(rule: Rule, case: Case, element: Element) -> Finding:
    value = case.cells[element.code]
    words = _words(rule, case, element)
    named = _Words(words.place, words.found, words.expected, {**words.fields, **_names(element)})
    finding = _finding(rule, case, named)
    message = finding.message + _explained(value, case.before.explained.get(element.code))
    return replace(finding, message=message, element=element.code, sheet=value.sheet, cell=value.cell)


def _words(rule: Rule, case: Case, element: Element) -> _Words:
    if rule.shape is Shape.COMPARISON:
        return _compared(rule, case.cells)
    return _against_past(rule, case, element) if rule.shape is Shape.PAST else _single(rule, case.cells, element)


def _explained(value: Value, earlier: Explanation | None) -> str:
    """Return what the unit wrote beside the cell, now or in its last report, as a sentence of its own."""
    if value.note:
        return f" Đơn vị đã giải thích: «{_quoted(value.note)}»."
    return f" Biểu {earlier.when}, đơn vị đã giải thích: «{_quoted(earlier.text)}»." if earlier else ""


def _quoted(note: str) -> str:
    text = " ".join(note.split())
    return text if len(text) <= LONGEST_NOTE else f"{text[:LONGEST_NOTE]}…"


def _finding(rule: Rule, case: Case, words: _Words) -> Finding:
    sentence = rule.message.format(**{**words.fields, "found": words.found, "expected": words.expected})
    return Finding(
        unit=case.submission.unit,
        rule=rule.rule,
        severity=rule.severity,
        found=words.found,
        expected=words.expected,
        message=f"[{rule.label}] {words.place}: {sentence}",
    )


def _single(rule: Rule, cells: Cells, element: Element) -> _Words:
    value = cells[element.code]
    facts = {**_names(element), "wanted": WANTED[element.type]}
    return _Words(place_of(value), said(value), (rule.expected or "").format(**facts), {})


def _against_past(rule: Rule, case: Case, element: Element) -> _Words:
    value = case.cells[element.code]
    past = rule.each.past_of(element) if rule.each else None
    earlier = case.before.references[past, element.code] if past else None
    if earlier is None:
        raise LookupError(f"{rule.rule} holds {element.code} against a past that it does not name")
    then, now = earlier.figure, figure(value) or Decimal(0)
    shown = then if earlier.spread is None else round_half_up(then)  # a middle is nothing that anybody typed
    said_of = {"before": format_number(shown), "when": earlier.when}
    wanted = (rule.expected or "").format(**_names(element), **said_of, wanted=WANTED[element.type])
    return _Words(place_of(value), said(value), wanted, {**said_of, "change": _change(then, now)})


def _change(then: Decimal, now: Decimal) -> str:
    """Return how a figure moved: «tăng 35,2 %», or «gấp 10 lần» where a percentage says little."""
    if not then:
        return f"từ 0 lên {format_number(now)}"
    if then > 0 and now >= 3 * then:
        return f"gấp {_rounded(now / then)} lần"
    if now == then:
        return "không đổi"
    return f"{'tăng' if now > then else 'giảm'} {_rounded(abs(now - then) * 100 / abs(then))} %"


def _rounded(number: Decimal) -> str:
    return format_number(round_half_up(number, 1))


def _compared(rule: Rule, cells: Cells) -> _Words:
    subject, *parts = (cells[code] for code in rule.elements)
    total = sum((figure(part) or Decimal(0) for part in parts), Decimal(0))
    mine = figure(subject) or Decimal(0)
    fields = {
        **_spoken_of(rule.message, cells),
        "total": format_number(total),
        "difference": format_number(abs(mine - total)),
        "parts": places_of(parts, subject.sheet),
        "aside": _aside(rule.aside, cells, mine, total) if rule.aside else "",
    }
    limit = "" if SIGNS[rule.type] == "=" else "không quá "
    return _Words(place_of(subject), said(subject), f"{limit}{format_number(total)}", fields)


def _aside(aside: Aside, cells: Cells, mine: Decimal, total: Decimal) -> str:
    """Return what the sum would be with the elements that are often added in, or nothing when they hold nothing."""
    if not set(aside.elements) <= cells.keys():  # not asked for on this form
        return ""
    added = sum((figure(cells[code]) or Decimal(0) for code in aside.elements), Decimal(0))
    if not added:
        return ""
    left = format_number(abs(mine - total - added))
    return aside.text.format(**_spoken_of(aside.text, cells), sum=format_number(total + added), left=left) + " "


def _spoken_of(template: str, cells: Cells) -> dict[str, str]:
    """Return what is said in the cells of the elements that `template` names by code."""
    return {name: said(cells[name]) for _, name, _, _ in Formatter().parse(template) if name and name in cells}


def _names(element: Element) -> dict[str, str]:
    return {"element": element.code, "name": element.name}


def _fact(name: str, value: object) -> str:
    if name == columns.SCOPE:
        return SCOPE_NAMES.get(str(value), UNCLEAR_SCOPE)
    if name in SHARES:
        return f"{_rounded(Decimal(str(value)) * 100)} %"
    return str(value)
