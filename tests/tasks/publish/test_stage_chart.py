"""The small drawing of an indicator over a stage."""

from __future__ import annotations

from datetime import date
from decimal import Decimal
from typing import Any

import pandas as pd

from tasks.publish.stage_chart import stage_charts


def years(code: str, line: list[str | None], value: list[str | None]) -> list[dict[str, Any]]:
    def figure(text: str | None) -> Decimal | None:
        return None if text is None else Decimal(text)

    pairs = zip(line, value, strict=True)
    return [
        {"indicator": code, "year": 2021 + n, "day": date(2021 + n, 12, 14), "line": figure(a), "value": figure(b)}
        for n, (a, b) in enumerate(pairs)
    ]


def test_figures_and_road_are_drawn_and_told() -> None:
    rows = years("P01", ["50", "60", "70"], ["52.5", None, "66"])
    svg = str(stage_charts(pd.DataFrame(rows, dtype=object))["P01"])
    assert svg.count('class="full"') == 2
    assert svg.count('class="road"') == svg.count('class="aim"') == 1
    assert "2021: 52,50, trên đường 50,00; 2022: –, trên đường 60,00; 2023: 66,00, trên đường 70,00." in svg


def test_without_target_there_is_no_road_and_without_anything_no_drawing() -> None:
    rows = [*years("P01", [None, None], ["1", "2"]), *years("P02", [None, None], [None, None])]
    charts = stage_charts(pd.DataFrame(rows, dtype=object))
    assert list(charts) == ["P01"]
    assert 'class="road"' not in charts["P01"]
    assert 'class="aim"' not in charts["P01"]
