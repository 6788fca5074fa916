"""The lines of the evaluation table of a period, grouped by content of the programme."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from typing import Any

from config.indicator import Definition, Indicator
from tasks.publish.content import ReleaseContent, once_per_content
from tasks.publish.judged_line import METHODS_DISAGREE, Group, JudgedLine, grouped, judged, known, plain
from tasks.publish.wording import STATUSES, day, formula, number
from tasks.store.values import DISTRICT_LEVEL, UNIT_LEVEL


@dataclass(frozen=True, kw_only=True)
class Line(JudgedLine):
    """One indicator for the whole district in a period; `definition` is the one in force."""

    definition: Definition | None
    own: Decimal | None  # of the district's own office alone, where communes report the indicator as well

    @property
    def formula(self) -> str:
        """How the figure is computed by the definition in force, in codes of the form."""
        return formula(self.indicator, self.definition) if self.definition else ""

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
                (METHODS_DISAGREE, self.methods_disagree),
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


def groups(content: ReleaseContent) -> tuple[Group[Line], ...]:
    """Return the district's lines by content: the steering work first, then the six contents."""
    return grouped(district_lines(content), content.declarations.framework.contents)


@once_per_content
def district_lines(content: ReleaseContent) -> tuple[Line, ...]:
    """Return a line for each indicator of the whole district, in the declared order."""
    level, unit = content.evaluation["level"], content.evaluation["unit"]
    own = content.evaluation[(level == UNIT_LEVEL) & (unit == content.declarations.office.district)]
    own_values = {code: known(v) for code, v in zip(own["indicator"], own["value"], strict=True)}
    rows = {r["indicator"]: plain(r) for r in content.evaluation[level == DISTRICT_LEVEL].to_dict("records")}
    defined = content.declarations.defined(content.period)
    return tuple(
        _line(rows[code] | {"own": own_values.get(code)}, indicator, defined.get(code, (indicator, None))[1])
        for code, indicator in content.declarations.indicators.items()
        if code in rows
    )


@once_per_content
def unit_figures(content: ReleaseContent) -> Mapping[str, Mapping[str, tuple[Decimal | None, str]]]:
    """Return value and status of each indicator of each unit: `{unit: {indicator: (value, status)}}`."""
    rows = content.evaluation[content.evaluation["level"] == UNIT_LEVEL]
    figures: dict[str, dict[str, tuple[Decimal | None, str]]] = {}
    columns = (rows[c].tolist() for c in ("unit", "indicator", "value", "status"))
    for unit, indicator, value, status in zip(*columns, strict=True):
        figures.setdefault(unit, {})[indicator] = (known(value), status)
    return figures


def _on_bar(value: Decimal | None) -> float:
    return 0.0 if value is None else round(min(100.0, max(0.0, float(value))), 2)


def _line(row: dict[str, Any], indicator: Indicator, definition: Definition | None) -> Line:
    own = row["own"] if int(row["expected_units"]) > 1 else None
    return Line(**judged(row, indicator, STATUSES), definition=definition, own=own)
