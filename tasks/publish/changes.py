"""What changed between two releases of a period: each figure that is another one now, with its cause.

Both sides are values; `tasks/publish/comparison.py` takes them from the store.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence, Set
from dataclasses import dataclass, field
from decimal import Decimal
from enum import StrEnum
from typing import Any

import pandas as pd

from config.load import Declarations
from config.number import format_number
from config.period import Period
from tasks.publish.judged_line import known
from tasks.store.frames import CHANGES, COMPARED
from tasks.store.reopenings import Reopening, reopened_for
from tasks.store.values import DISTRICT_LEVEL, Submission

Key = tuple[str, str, str]  # level, unit, indicator
Row = Mapping[str, Any]

COVERAGE = ("reported_units", "expected_units")
TARGET = ("target", "target_year", "target_status")
FIGURES = ("numerator", "denominator", "value", *COVERAGE)
BASE = ("base", "base_date")
LOOKED_AT = (*FIGURES, *TARGET, *BASE, "status", "definition_from")
MOST_NAMED = 5  # units or cells in one explanation


class Cause(StrEnum):
    """Why a figure is another one; the order is the order in which causes are named."""

    REOPENED = "reopened"
    CORRECTION = "correction"
    LATE_UNIT = "late_unit"
    WITHDRAWN = "withdrawn"
    NEW_PERIOD = "new_period"  # of a stage alone
    DEFINITION = "definition"
    TARGET = "target"
    BOUNDARIES = "boundaries"
    BASE = "base"
    DECLARATION = "declaration"


CAUSE_NAMES = {
    Cause.REOPENED: "mở lại kỳ",
    Cause.CORRECTION: "đơn vị sửa số liệu",
    Cause.LATE_UNIT: "đơn vị nộp thêm",
    Cause.WITHDRAWN: "số liệu của đơn vị thôi được tính",
    Cause.NEW_PERIOD: "có số liệu kỳ mới",
    Cause.DEFINITION: "định nghĩa thay đổi",
    Cause.TARGET: "mục tiêu thay đổi",
    Cause.BOUNDARIES: "số đơn vị phải báo cáo thay đổi",
    Cause.BASE: "số gốc thay đổi",
    Cause.DECLARATION: "khai báo hoặc cách tính thay đổi",
}


@dataclass(frozen=True, eq=False)
class Side:
    """One of the two releases: its name (empty while it has none), figures, and what counted for each unit.

    `cells` has the figures as stated by unit and element, of the units whose counted submission changed.
    """

    release: str
    evaluation: pd.DataFrame
    counted: Mapping[str, Submission]
    cells: Mapping[tuple[str, str], str] = field(default_factory=dict)


@dataclass(frozen=True)
class Why:
    """One cause, and the sentence that says more."""

    cause: Cause
    sentence: str


@dataclass(frozen=True, eq=False)
class _Moves:
    """What the units did between the two releases."""

    old: Side
    new: Side
    declarations: Declarations
    period: Period
    reopenings: Sequence[Reopening]

    def moved(self) -> frozenset[str]:
        """Return the units of which another submission counts now, or none any more."""
        units = {*self.old.counted, *self.new.counted}
        return frozenset(u for u in units if _id(self.old.counted.get(u)) != _id(self.new.counted.get(u)))

    def why(self, unit: str, indicator: str) -> Why:
        """Return why the figures of a unit that moved are other ones."""
        before, after = self.old.counted.get(unit), self.new.counted.get(unit)
        if after is None:
            return Why(Cause.WITHDRAWN, f"{self.name(unit)} không còn bản nộp nào được tính")
        late = f", muộn {after.days_late} ngày" if after.days_late else ""
        if before is None and after.version > 1:
            told = f"{self.name(unit)} gửi lại lần {after.version}, các lần trước chưa được tính"
            return self._perhaps_reopened(after, Cause.CORRECTION, told)
        if before is None:
            return self._perhaps_reopened(after, Cause.LATE_UNIT, f"{self.name(unit)} có số liệu{late}")
        told = f"{self.name(unit)} sửa lần {before.version} thành lần {after.version}{self._cells(unit, indicator)}"
        return self._perhaps_reopened(after, Cause.CORRECTION, told)

    def name(self, unit: str) -> str:
        """Return how `unit` was called in the period."""
        units = self.declarations.reporting(self.period)
        return units[unit].name if unit in units else unit

    def _perhaps_reopened(self, after: Submission, cause: Cause, told: str) -> Why:
        taken_in = after.kept_at or after.received_at
        opened = reopened_for(self.reopenings, after.unit, after.received_at, taken_in)
        return Why(Cause.REOPENED, f"{told}; mở lại kỳ vì: {opened.reason.rstrip('.')}") if opened else Why(cause, told)

    def _cells(self, unit: str, indicator: str) -> str:
        """Return which cells of the formula are other ones: ` (C14: 1.872 → 1.782)`."""
        known_definition = self.declarations.defined(self.period).get(indicator)
        codes = sorted(known_definition[1].elements) if known_definition else []
        pairs = [(c, self.old.cells.get((unit, c)), self.new.cells.get((unit, c))) for c in codes]
        told = [f"{code}: {before or '–'} → {after or '–'}" for code, before, after in pairs if before != after]
        return f" ({'; '.join(told[:MOST_NAMED])})" if told else ""


def changes_between(
    old: Side, new: Side, declarations: Declarations, period: Period, reopenings: Sequence[Reopening] = ()
) -> pd.DataFrame:
    """Return a row with the columns `CHANGES` for each figure of `new` that `old` said otherwise, or did not have.

    The district's come first, then unit by unit, in the order of the evaluation; figures that are gone come last.
    """
    before, after = _by_key(old.evaluation), _by_key(new.evaluation)
    keys = [*after, *(key for key in before if key not in after)]
    common = {k[2] for k in before} & {k[2] for k in after}
    changed = {k: what for k in keys if (what := _differences(k, before.get(k), after.get(k), common))}
    moves = _Moves(old, new, declarations, period, reopenings)
    by_indicator = _units_at_work(changed, moves.moved())
    rows = [
        _row(old.release, before.get(k), after.get(k), _causes(k, what, moves, by_indicator))
        for k, what in changed.items()
    ]
    return pd.DataFrame(rows, columns=CHANGES, dtype=object)


def _units_at_work(changed: Mapping[Key, frozenset[str]], moved: Set[str]) -> dict[str, list[str]]:
    """Return by indicator the units that moved and whose own figure is another one: they moved the district's."""
    found: dict[str, list[str]] = {}
    for (level, unit, indicator), what in changed.items():
        if level != DISTRICT_LEVEL and unit in moved and what & set(FIGURES):
            found.setdefault(indicator, []).append(unit)
    return found


def _by_key(evaluation: pd.DataFrame) -> dict[Key, Row]:
    rows = evaluation.to_dict("records")
    return {(r["level"], r["unit"], r["indicator"]): {str(c): known(v) for c, v in r.items()} for r in rows}


def _differences(key: Key, before: Row | None, after: Row | None, common: Set[str]) -> frozenset[str]:
    """Return the columns that differ; of a row that one side lacks, the one that says why: no indicator, or no unit."""
    if before is None or after is None:
        return frozenset({"expected_units" if key[2] in common else "definition_from"})
    what = frozenset(c for c in LOOKED_AT if before.get(c) != after.get(c))
    if "value" in what and None in (before.get("base"), after.get("base")):
        return what - set(BASE)  # a base is told beside a figure only: it came or went with that, and did not change
    return what


def _causes(
    key: Key, what: frozenset[str], moves: _Moves, by_indicator: Mapping[str, Sequence[str]]
) -> tuple[Why, ...]:
    level, unit, indicator = key
    units = by_indicator.get(indicator, ()) if level == DISTRICT_LEVEL else (unit,)
    found = [moves.why(u, indicator) for u in units if u in moves.moved()] if what & set(FIGURES) else []
    found += _declared(what, found)
    order = list(Cause)
    return tuple(sorted(found, key=lambda why: order.index(why.cause)))


def _declared(what: frozenset[str], told: Sequence[Why]) -> Iterator[Why]:
    """Give the causes that lie in what is declared, or in the year before."""
    for cause, columns in (
        (Cause.DEFINITION, ("definition_from",)),
        (Cause.TARGET, TARGET),
        (Cause.BOUNDARIES, ("expected_units",)),
        (Cause.BASE, BASE),
    ):
        if what & set(columns):
            yield Why(cause, CAUSE_NAMES[cause])
    if not told and not what & {"definition_from", *TARGET, "expected_units", *BASE}:
        yield Why(Cause.DECLARATION, CAUSE_NAMES[Cause.DECLARATION])


def _row(release: str, before: Row | None, after: Row | None, causes: Sequence[Why]) -> dict[str, object]:
    named = after or before or {}
    row: dict[str, object] = {c: named.get(c) for c in CHANGES if c in named}
    for column in COMPARED:
        row |= {f"old_{column}": (before or {}).get(column), f"new_{column}": (after or {}).get(column)}
    return row | {"from_release": release, **told_of(causes)}


def told_of(causes: Sequence[Why]) -> dict[str, str]:
    """Return the columns `cause`, codes with a space between, and `explanation`, the first few sentences."""
    sentences = list(dict.fromkeys(why.sentence for why in causes))
    rest = f"; và {len(sentences) - MOST_NAMED} nguyên nhân khác" if len(sentences) > MOST_NAMED else ""
    codes = " ".join(dict.fromkeys(str(why.cause) for why in causes))
    return {"cause": codes, "explanation": "; ".join(sentences[:MOST_NAMED]) + rest}


def stated(value: Decimal | None, status: str) -> str:
    """Return what a cell said: its number as Viet Nam writes it, or the kind of nothing."""
    return format_number(value) if value is not None else status


def _id(submission: Submission | None) -> int | None:
    return submission.id if submission else None
