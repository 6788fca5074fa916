"""The lines of the evaluation table: one indicator of the whole district each, grouped by content of the programme."""

from __future__ import annotations

from collections import Counter
from collections.abc import Hashable, Mapping
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from itertools import groupby
from typing import Any

import pandas as pd

from config.indicator import Aggregation, Definition, Indicator, Target, TargetStatus
from tasks.publish.content import ReleaseContent
from tasks.publish.wording import STATUSES, TARGET_MARKS, Word, day, formula, number, per_year, target_text
from tasks.store.values import DISTRICT_LEVEL, UNIT_LEVEL

ROMAN = ("I", "II", "III", "IV", "V", "VI", "VII")


@dataclass(frozen=True)
class Line:
    """One indicator for the whole district: the figure, its coverage, its target and the pace towards it."""

    indicator: Indicator
    definition: Definition | None
    numerator: Decimal | None
    denominator: Decimal | None
    value: Decimal | None
    own: Decimal | None  # of the district's own office alone, where communes report the indicator as well
    reported: int
    expected: int
    target: Target | None
    target_year: int | None
    status: Word
    base: Decimal | None
    base_date: date | None
    p: Decimal | None
    q: Decimal | None
    r: Decimal | None
    cagr_ratio: Decimal | None
    needed_pace: Decimal | None
    methods_disagree: bool

    @property
    def coverage(self) -> str:
        """How many units the figure rests on, as `17/19`."""
        return f"{self.reported}/{self.expected}"

    @property
    def mark(self) -> str:
        """The sign after a target that no document of the province gives."""
        return TARGET_MARKS[self.target.status] if self.target else ""

    @property
    def target_text(self) -> str:
        """The target with its bound and mark, as `≥ 80 (*)`, or empty; it stays on one line."""
        return f"{target_text(self.indicator, self.target)}\u00a0{self.mark}".rstrip() if self.target else ""

    @property
    def formula(self) -> str:
        """How the figure is computed by the definition in force, in codes of the form."""
        return formula(self.indicator, self.definition) if self.definition else ""

    @property
    def needed(self) -> str:
        """The pace needed from now on with its unit of measure, as `tăng 1,77 điểm %/năm`, or empty."""
        return per_year(self.needed_pace, self.indicator)

    @property
    def defined_from(self) -> date | None:
        """The first day of the definition in force."""
        return self.definition.valid_from if self.definition else None

    @property
    def notes(self) -> tuple[str, ...]:
        """What stands beside the figure: definition, base, the pace needed from now on, and a disagreement."""
        return tuple(
            note
            for note, holds in (
                (f"{self.indicator.code} = {self.formula}", self.definition is not None),
                (f"riêng cấp huyện {number(self.own, 2)}", self.own is not None),
                (f"định nghĩa từ {day(self.defined_from)}", self.definition is not None),
                (f"gốc ngày {day(self.base_date)}", self.base_date is not None),
                (f"cần từ nay {self.needed}", self.needed_pace is not None),
                ("hai cách tính nhịp độ cho kết quả khác nhau", self.methods_disagree),
            )
            if holds
        )

    @property
    def drawn_value(self) -> float:
        """Where the figure ends on a bar from 0 to 100."""
        return _on_bar(self.value)

    @property
    def drawn_target(self) -> float | None:
        """Where the target stands on that bar, or None: a range has no one place."""
        return None if self.target is None or self.target.value is None else _on_bar(self.target.value)

    @property
    def is_percentage(self) -> bool:
        """Whether the figure lies between 0 and 100 and can be drawn as a part of a whole."""
        return is_percentage(self.indicator)


@dataclass(frozen=True)
class Group:
    """The lines of one content of the programme, under its Roman number."""

    numeral: str
    name: str
    lines: tuple[Line, ...]


def groups(content: ReleaseContent) -> tuple[Group, ...]:
    """Return the district's lines by content: the steering work first, then the six contents."""
    names = content.declarations.framework.contents
    found = groupby(district_lines(content), key=lambda line: line.indicator.content)
    return tuple(Group(ROMAN[i], names[key], tuple(lines)) for i, (key, lines) in enumerate(found))


def district_lines(content: ReleaseContent) -> tuple[Line, ...]:
    """Return a line for each indicator of the whole district, in the declared order."""
    level, unit = content.evaluation["level"], content.evaluation["unit"]
    own = content.evaluation[(level == UNIT_LEVEL) & (unit == content.declarations.office.district)]
    own_values = {code: known(v) for code, v in zip(own["indicator"], own["value"], strict=True)}
    rows = {r["indicator"]: _plain(r) for r in content.evaluation[level == DISTRICT_LEVEL].to_dict("records")}
    defined = content.declarations.defined(content.period)
    return tuple(
        _line(rows[code] | {"own": own_values.get(code)}, indicator, defined.get(code, (indicator, None))[1])
        for code, indicator in content.declarations.indicators.items()
        if code in rows
    )


def unit_figures(content: ReleaseContent) -> dict[str, dict[str, tuple[Decimal | None, str]]]:
    """Return value and status of each indicator of each unit: `{unit: {indicator: (value, status)}}`."""
    rows = content.evaluation[content.evaluation["level"] == UNIT_LEVEL]
    figures: dict[str, dict[str, tuple[Decimal | None, str]]] = {}
    columns = (rows[c].tolist() for c in ("unit", "indicator", "value", "status"))
    for unit, indicator, value, status in zip(*columns, strict=True):
        figures.setdefault(unit, {})[indicator] = (known(value), status)
    return figures


def tally(lines: tuple[Line, ...]) -> tuple[tuple[Word, int], ...]:
    """Return how many of `lines` have each status, in the order of the legend, without those that none has."""
    counts = Counter(line.status.word for line in lines)
    return tuple((word, counts[name]) for name, word in STATUSES.items() if counts[name])


def is_percentage(indicator: Indicator) -> bool:
    """Return whether figures of `indicator` lie between 0 and 100 and can be drawn as parts of a whole."""
    return indicator.factor == 100 and indicator.rule is not Aggregation.SUM


def known(value: Any) -> Any:
    """Return `value`, or None for any of the ways in which a frame says that there is none."""
    if type(value) is str:  # as most cells are: asking pandas is dear
        return value
    return None if value is None or pd.isna(value) else value


def _on_bar(value: Decimal | None) -> float:
    return 0.0 if value is None else round(min(100.0, max(0.0, float(value))), 2)


def _plain(record: Mapping[Hashable, Any]) -> dict[str, Any]:
    return {str(name): known(value) for name, value in record.items()}


def _line(row: dict[str, Any], indicator: Indicator, definition: Definition | None) -> Line:
    return Line(
        indicator=indicator,
        definition=definition,
        numerator=row["numerator"],
        denominator=row["denominator"],
        value=row["value"],
        own=row["own"] if int(row["expected_units"]) > 1 else None,
        reported=int(row["reported_units"]),
        expected=int(row["expected_units"]),
        target=_target(row, indicator),
        target_year=None if row["target_year"] is None else int(row["target_year"]),
        status=STATUSES[row["status"]],
        base=row["base"],
        base_date=_day(row["base_date"]),
        p=row["p"],
        q=row["q"],
        r=row["r"],
        cagr_ratio=row["cagr_ratio"],
        needed_pace=row["needed_pace"],
        methods_disagree=bool(row["methods_disagree"]),
    )


def _target(row: dict[str, Any], indicator: Indicator) -> Target | None:
    """Return the target of the row; a range keeps its bounds in the declaration, which the row's year names."""
    if row["target_year"] is None:
        return None
    declared = indicator.targets.get(int(row["target_year"]))
    if declared is not None and (row["target"] is None or declared.value is None):
        return declared
    status = TargetStatus(row["target_status"])
    return Target(status=status, document=declared.document if declared else "", value=row["target"])


def _day(value: Any) -> date | None:
    return date.fromisoformat(value[:10]) if isinstance(value, str) else value
