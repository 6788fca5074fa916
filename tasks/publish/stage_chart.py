"""The small drawing of one indicator over a stage: its full years, and the line from base to target."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date
from decimal import Decimal
from typing import Any

import pandas as pd
from markupsafe import Markup

from tasks.publish.drawing import Scale, diamond, dot, figure, path, text
from tasks.publish.judged_line import known
from tasks.publish.wording import number

SIZE = (220, 76)
LEFT, RIGHT, TOP, BOTTOM = 8, 212, 10, 50


def stage_charts(trajectory: pd.DataFrame) -> Mapping[str, Markup]:
    """Return a drawing for each indicator of `trajectory` that has a figure or a line, by code."""
    found = {str(code): _drawn(str(code), rows) for code, rows in trajectory.groupby("indicator", sort=False)}
    return {code: drawn for code, drawn in found.items() if drawn}


def _drawn(code: str, rows: pd.DataFrame) -> Markup:
    years = [{str(k): known(v) for k, v in row.items()} for row in rows.to_dict("records")]
    shown = [v for year in years for v in (year["line"], year["value"]) if v is not None]
    if not shown:
        return Markup()
    low, high = min(shown), max(shown)
    first, last = (date(years[n]["year"], 1, 1 if n == 0 else 2) for n in (0, -1))
    x = Scale(first.toordinal(), date(last.year, 12, 31).toordinal(), LEFT, RIGHT)
    y = Scale(float(low), float(high if high > low else low + 1), BOTTOM, TOP)
    marks = [path(_points(years, "line", x, y), "road"), path(_points(years, "value", x, y), "line")]
    marks += [dot(a, b, 3.2, "full") for a, b in _points(years, "value", x, y)]
    if ends := _points(years, "line", x, y):
        marks.append(diamond(*ends[-1], 4, "aim"))
    marks += [text(LEFT, 74, str(first.year), "tick"), text(RIGHT, 74, str(last.year), "tick", "end")]
    return figure(SIZE, f"gd-{code}", (f"Từng năm của {code}", _said(years)), marks, "plot small")


def _points(years: list[dict[str, Any]], column: str, x: Scale, y: Scale) -> list[tuple[float, float]]:
    return [(x.day(year["day"]), y(year[column])) for year in years if year[column] is not None]


def _said(years: list[dict[str, Any]]) -> str:
    told = (f"{year['year']}: {_figure(year['value'])}, trên đường {_figure(year['line'])}" for year in years)
    return "; ".join(told) + "."


def _figure(value: Decimal | None) -> str:
    return number(value, 2)
