"""The code lists beside the figures: what the codes of units, indicators and elements stand for in a period."""

from __future__ import annotations

from collections.abc import Iterable

import pandas as pd

from config.form import FormVersion
from config.indicator import Definition, Indicator
from config.load import Declarations
from config.period import Period
from config.unit import Unit

UNITS = ["unit", "name", "kind", "parent", "valid_from", "valid_to"]
INDICATORS = [
    "indicator", "content", "content_name", "name", "name_en", "unit_of_measure", "aggregation", "direction",
    "numerator_formula", "denominator_formula", "definition_from", "lead",
]  # fmt: skip
ELEMENTS = ["element", "name", "name_en", "unit_of_measure", "type", "kind"]


def units_list(declarations: Declarations, period: Period) -> pd.DataFrame:
    """Return a row for each unit that reports, and for the district that is summed up, in force or the last one."""
    reporting = declarations.reporting(period)
    code = declarations.office.district
    district = max((u for u in declarations.units.all if u.code == code), key=lambda u: u.valid_from)
    units: Iterable[Unit] = {code: district, **reporting}.values()
    rows = [(u.code, u.name, u.kind.value, u.parent, u.valid_from, u.valid_to) for u in units]
    return pd.DataFrame(rows, columns=UNITS, dtype=object)


def indicators_list(declarations: Declarations, period: Period | None) -> pd.DataFrame:
    """Return a row for each declared indicator, with the definition in force at the cut-off of `period`, or the last.

    An indicator of which no definition is in force has none.
    """
    defined = declarations.defined(period) if period else {}
    names = declarations.framework.contents
    rows = [
        _indicator(i, defined.get(i.code, (i, None))[1] if period else i.definitions[-1], names[i.content])
        for i in declarations.indicators.values()
    ]
    return pd.DataFrame(rows, columns=INDICATORS, dtype=object)


def _indicator(indicator: Indicator, definition: Definition | None, content_name: str) -> tuple[object, ...]:
    formulas = (definition.numerator, definition.denominator, definition.valid_from) if definition else (None,) * 3
    return (
        indicator.code,
        indicator.content,
        content_name,
        indicator.name,
        indicator.name_en,
        indicator.unit_of_measure,
        indicator.aggregation,
        indicator.direction.value,
        *formulas,
        indicator.lead,
    )


def elements_list(declarations: Declarations, period: Period) -> pd.DataFrame:
    """Return a row for each declared element, named as the forms of `period` name it where they ask for it."""
    forms: Iterable[FormVersion | None] = (
        declarations.form(level, period) for level in {u.level for u in declarations.reporting(period).values()}
    )
    named = {e.code: e for form in forms if form for e in declarations.rows(form, period)}
    elements = (named.get(code, element) for code, element in declarations.elements.items())
    rows = [(e.code, e.name, e.name_en, e.unit_of_measure, e.type.value, e.kind.value) for e in elements]
    return pd.DataFrame(rows, columns=ELEMENTS, dtype=object)
