"""The expectations that hold figures against earlier ones, over many cells at once; made known like those of `custom`.

Each takes the judged columns first and then, in the same order, the columns of their past (`prev_…`), all in
`column_list`. Where either is missing (NaN), nothing is judged.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any, ClassVar

import numpy as np
import pandas as pd
from great_expectations.execution_engine.pandas_execution_engine import PandasExecutionEngine
from great_expectations.expectations.expectation import MulticolumnMapExpectation
from great_expectations.expectations.metrics.map_metric_provider.multicolumn_condition_partial import (
    multicolumn_condition_partial,
)
from great_expectations.expectations.metrics.map_metric_provider.multicolumn_map_metric_provider import (
    MulticolumnMapMetricProvider,
)

from expectations.custom import TOLERANCE, outside
from expectations.rule import EVERY_CELL, NEAR_PAST, NOT_SHIFTED, USUAL

NEVER_SHIFTED = 0.0


def away(
    columns: pd.DataFrame, min_ratio: float | None = None, max_ratio: float | None = None, slack: float = 0.0
) -> pd.DataFrame:
    """Return which cells are less than `min_ratio` or more than `max_ratio` times their past, by more than `slack`."""
    now, past = _parted(columns, 2)
    low = now < past * min_ratio - slack - TOLERANCE if min_ratio is not None else np.zeros(now.shape, dtype=bool)
    high = now > past * max_ratio + slack + TOLERANCE if max_ratio is not None else np.zeros(now.shape, dtype=bool)
    return _marked(columns, low | high)


def shifted(columns: pd.DataFrame, factor: float, leeway: float, smallest: float) -> pd.DataFrame:
    """Return which cells are about `factor` times their past or its part, the greater of both at least `smallest`.

    About means within a factor of 1 + `leeway`.
    """
    now, past = _parted(columns, 2)
    greater, lesser = np.fmax(now, past), np.fmin(now, past)
    ratio = np.divide(greater, lesser, out=np.full(now.shape, NEVER_SHIFTED), where=lesser > 0)
    near = (ratio >= factor / (1 + leeway)) & (ratio <= factor * (1 + leeway))
    return _marked(columns, near & (greater >= smallest))


def unusual(columns: pd.DataFrame, deviations: float, least: float) -> pd.DataFrame:
    """Return which cells lie more than `deviations` spreads from the middle of their past, a spread being `least`."""
    now, middle, spread = _parted(columns, 3)
    return _marked(columns, np.abs(now - middle) > deviations * np.fmax(spread, least) + TOLERANCE)


def _parted(columns: pd.DataFrame, parts: int) -> list[Any]:
    return np.split(columns.to_numpy(dtype="float64"), parts, axis=1)


def _marked(columns: pd.DataFrame, faults: Any) -> pd.DataFrame:
    return pd.DataFrame(faults, index=columns.index, columns=columns.columns[: faults.shape[1]])


class EveryCellNearItsPast(MulticolumnMapMetricProvider):
    """Rows in which every cell keeps between two multiples of its past."""

    condition_metric_name = "multicolumn_values.every_cell_near_its_past"
    condition_value_keys = ("min_ratio", "max_ratio", "slack")

    @multicolumn_condition_partial(engine=PandasExecutionEngine)  # type: ignore[untyped-decorator]
    def _pandas(
        cls,  # noqa: N805  GX makes it a class method
        column_list: pd.DataFrame,
        min_ratio: float | None = None,
        max_ratio: float | None = None,
        slack: float = 0.0,
        **_: Any,
    ) -> pd.Series:
        return ~away(column_list, min_ratio, max_ratio, slack).any(axis=1)


class NoCellShifted(MulticolumnMapMetricProvider):
    """Rows in which no cell is about a given factor off its past."""

    condition_metric_name = "multicolumn_values.no_cell_shifted"
    condition_value_keys = ("factor", "leeway", "smallest")

    @multicolumn_condition_partial(engine=PandasExecutionEngine)  # type: ignore[untyped-decorator]
    def _pandas(
        cls,  # noqa: N805  GX makes it a class method
        column_list: pd.DataFrame,
        factor: float,
        leeway: float,
        smallest: float,
        **_: Any,
    ) -> pd.Series:
        return ~shifted(column_list, factor, leeway, smallest).any(axis=1)


class EveryCellUsual(MulticolumnMapMetricProvider):
    """Rows in which every cell lies within so many spreads of the middle of its past."""

    condition_metric_name = "multicolumn_values.every_cell_usual"
    condition_value_keys = ("deviations", "least")

    @multicolumn_condition_partial(engine=PandasExecutionEngine)  # type: ignore[untyped-decorator]
    def _pandas(
        cls,  # noqa: N805  GX makes it a class method
        column_list: pd.DataFrame,
        deviations: float,
        least: float,
        **_: Any,
    ) -> pd.Series:
        return ~unusual(column_list, deviations, least).any(axis=1)


class ExpectEveryCellToBeNearItsPast(MulticolumnMapExpectation):
    """Expect every cell to keep between two multiples of its past."""

    map_metric: ClassVar[str] = EveryCellNearItsPast.condition_metric_name
    success_keys: ClassVar[tuple[str, ...]] = ("min_ratio", "max_ratio", "slack", "mostly")

    min_ratio: float | None = None
    max_ratio: float | None = None
    slack: float = 0.0


class ExpectNoCellToBeShifted(MulticolumnMapExpectation):
    """Expect no cell to be about a given factor off its past."""

    map_metric: ClassVar[str] = NoCellShifted.condition_metric_name
    success_keys: ClassVar[tuple[str, ...]] = ("factor", "leeway", "smallest", "mostly")

    factor: float
    leeway: float
    smallest: float


class ExpectEveryCellToBeUsual(MulticolumnMapExpectation):
    """Expect every cell to lie within so many spreads of the middle of its past."""

    map_metric: ClassVar[str] = EveryCellUsual.condition_metric_name
    success_keys: ClassVar[tuple[str, ...]] = ("deviations", "least", "mostly")

    deviations: float
    least: float


FAULTY: Mapping[str, Callable[..., pd.DataFrame]] = {
    EVERY_CELL: outside,
    NEAR_PAST: away,
    NOT_SHIFTED: shifted,
    USUAL: unusual,
}


def faulty_cells(kind: str, columns: pd.DataFrame, kwargs: Mapping[str, Any]) -> pd.DataFrame:
    """Return which judged cells of `columns` an expectation of type `kind` does not hold for.

    `columns` are those of its `column_list`, `kwargs` its own.
    """
    own = {key: float(value) for key, value in kwargs.items() if key not in {"column_list", "ignore_row_if", "mostly"}}
    return FAULTY[kind](columns, **own)
