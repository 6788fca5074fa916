"""Histories to judge: what indicators came to, period after period, as the store keeps it."""

from __future__ import annotations

from collections.abc import Mapping
from decimal import Decimal

import pandas as pd

from config.period import Period
from tests.factory import DISTRICT

Came = int | str | Decimal | None  # a figure, or the word that says why there is none
COLUMNS = [
    "level",
    "unit",
    "indicator",
    "numerator",
    "denominator",
    "value",
    "reported_units",
    "expected_units",
    "state",
]


def came_to(
    value: Came, unit: str | None = None, indicator: str = "L01", reported: int = 19, expected: int = 19
) -> dict[str, object]:
    """Return the row of one indicator of `unit`, or of the whole district."""
    figure = _figure(value)
    return {
        "level": "district" if unit is None else "unit",
        "unit": unit or DISTRICT,
        "indicator": indicator,
        "value": figure,
        "reported_units": reported,
        "expected_units": expected,
        "state": value if figure is None else "number",
    }


def history(**figures: Came) -> dict[Period, pd.DataFrame]:
    """Return what the district's one indicator came to: `history(Y2021_YEAR=50, Y2022_H1="chưa báo cáo")`."""
    return history_of({name.removeprefix("Y").replace("_", "-"): [came_to(value)] for name, value in figures.items()})


def history_of(rows: Mapping[str, list[dict[str, object]]]) -> dict[Period, pd.DataFrame]:
    """Return a history of these rows by period."""
    return {Period.parse(name): pd.DataFrame(r, columns=COLUMNS, dtype=object) for name, r in rows.items()}


def _figure(value: Came) -> Decimal | None:
    try:
        return None if value is None else Decimal(value)
    except ArithmeticError:
        return None
