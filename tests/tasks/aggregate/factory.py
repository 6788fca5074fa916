"""Small districts to aggregate: a few communes, a few indicators, what each unit sent."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from datetime import date
from decimal import Decimal
from typing import Any

import pandas as pd

from config.element import Kind, ReportedBy
from config.indicator import Definition, Direction, Indicator, Target, TargetStatus
from config.load import Declarations
from config.number import CellStatus
from config.period import Period
from config.unit import Units
from tasks.aggregate.indicators import indicator_values
from tasks.aggregate.numbers import number_frame
from tasks.store.values import Value
from tests.factory import COMMUNE, DISTRICT, NEIGHBOUR, make_value

PERIOD = Period.parse("2022-H1")
THIRD = "30634"
EVERY_UNIT = (DISTRICT, COMMUNE, NEIGHBOUR, THIRD)
NOT_APPLICABLE, EMPTY = CellStatus.NOT_APPLICABLE, CellStatus.EMPTY


def make_indicator(
    numerator: str = "A02", denominator: str = "A01", valid_from: date = date(2021, 7, 15), **changes: Any
) -> Indicator:
    """Return a share that every unit reports, 100 % of it wanted by the end of 2022."""
    indicator = Indicator(
        code="L01",
        content=0,
        name="Tỷ lệ nhiệm vụ hoàn thành",
        name_en="Tasks done",
        unit_of_measure="%",
        reported_by=ReportedBy.BOTH,
        kind=Kind.FLOW_CUM_YEAR,
        aggregation="ratio_of_sums",
        direction=Direction.UP,
        definitions=(Definition(valid_from, numerator, denominator),),
        targets={2022: make_target(100)},
        lead="Phòng Nội vụ",
    )
    return replace(indicator, **changes)


def make_target(value: int | str | None = 100, **changes: Any) -> Target:
    """Return a sourced target."""
    number = None if value is None else Decimal(value)
    return replace(Target(TargetStatus.SOURCED, "QĐ 1", number), **changes)


def declare(
    declarations: Declarations, *indicators: Indicator, units: tuple[str, ...] = EVERY_UNIT, **changes: Any
) -> Declarations:
    """Return `declarations` with these indicators alone, and these units alone."""
    kept = Units(tuple(u for u in declarations.units.all if u.code in units))
    return replace(declarations, indicators={i.code: i for i in indicators}, units=kept, **changes)


def sent(**figures: int | str | Decimal | CellStatus) -> tuple[Value, ...]:
    """Return what a unit sent: `sent(A01=65, A02=NOT_APPLICABLE)`."""
    return tuple(
        make_value(code, None, status=figure) if isinstance(figure, CellStatus) else make_value(code, str(figure))
        for code, figure in figures.items()
    )


def computed(
    declarations: Declarations, values: Mapping[str, tuple[Value, ...]], period: Period = PERIOD
) -> pd.DataFrame:
    """Return the indicator values of what units sent."""
    return indicator_values(*number_frame(values), declarations, period)


def row_of(frame: pd.DataFrame, unit: str | None = None, indicator: str = "L01") -> dict[str, Any]:
    """Return the row of one indicator: of `unit`, or of the whole district."""
    of_level = frame[frame["level"] == ("district" if unit is None else "unit")]
    rows = of_level[(of_level["indicator"] == indicator) & (of_level["unit"] == (unit or DISTRICT))]
    assert len(rows) == 1
    return {str(k): v for k, v in rows.iloc[0].to_dict().items()}
