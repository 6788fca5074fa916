"""What stands beside one submission of what its unit said before: earlier figures, the likest report, explanations."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Set
from dataclasses import dataclass, field

from config.element import Element
from config.period import Period
from expectations.columns import Past
from expectations.rule import Rule
from tasks.check.cells import Cells
from tasks.check.copies import UNLIKE, Likeness, likeness
from tasks.check.history import Line
from tasks.check.past import Judged, Reference, reference

Key = tuple[Past, str]  # which earlier figure, of which element


@dataclass(frozen=True)
class Explanation:
    """What a unit wrote beside a cell in its last report."""

    when: str
    text: str


@dataclass(frozen=True)
class Before:
    """What a unit said before, as far as the rules and the messages speak of it."""

    references: Mapping[Key, Reference] = field(default_factory=dict)
    likeness: Likeness = UNLIKE
    explained: Mapping[str, Explanation] = field(default_factory=dict)


NOTHING_BEFORE = Before()


def asked_of_past(rules: Iterable[Rule], elements: Mapping[str, Element]) -> frozenset[Key]:
    """Return the earlier figures that `rules` hold others against."""
    each = ((rule.each.past_of(elements[code]), code) for rule in rules if rule.each for code in rule.elements)
    return frozenset((past, code) for past, code in each if past)


def before(line: Line, cells: Cells, period: Period, asked: Iterable[Key], elements: Mapping[str, Element]) -> Before:
    """Return what `line` holds beside the `cells` reported for `period`, as far as it is `asked` for."""
    if not line.figures:
        return NOTHING_BEFORE
    found = ((key, reference(key[0], Judged(elements[key[1]], elements, period, line))) for key in asked)
    return Before(
        {key: one for key, one in found if one is not None},
        likeness(cells, line, period, [elements[code] for code in cells]),
        _explained(line, period),
    )


def known(befores: Iterable[Before]) -> dict[Past, Set[str]]:
    """Return the elements of which at least one submission has an earlier figure."""
    found: dict[Past, set[str]] = {}
    for one in befores:
        for past, code in one.references:
            found.setdefault(past, set()).add(code)
    return dict(found)


def _explained(line: Line, period: Period) -> dict[str, Explanation]:
    last = line.nearest(period)
    if last is None:
        return {}
    return {code: Explanation(last.name_within, note) for code, note in line.notes[last].items()}
