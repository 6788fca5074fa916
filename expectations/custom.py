"""The expectations that Great Expectations lacks: a total held against its parts, and a range over many cells at once.

Importing this module makes them known by name (`expect_first_column_to_equal_sum_of_others`, …). Pandas only: the
check frame is one. Cells without a number are NaN; `ignore_row_if` says what that means.
"""

from __future__ import annotations

from typing import Any, ClassVar

import pandas as pd
from great_expectations.execution_engine.pandas_execution_engine import PandasExecutionEngine
from great_expectations.expectations.expectation import MulticolumnMapExpectation
from great_expectations.expectations.metrics.map_metric_provider.multicolumn_condition_partial import (
    multicolumn_condition_partial,
)
from great_expectations.expectations.metrics.map_metric_provider.multicolumn_map_metric_provider import (
    MulticolumnMapMetricProvider,
)

# Figures are exact decimals kept as float64 here: a sum of a few may miss its total by a rounding of the last digit.
TOLERANCE = 1e-6


def excess(columns: pd.DataFrame) -> pd.Series:
    """Return by how much the first column exceeds the sum of the others, row by row."""
    return columns.iloc[:, 0] - columns.iloc[:, 1:].sum(axis=1, skipna=False)


def outside(columns: pd.DataFrame, min_value: float | None = None, max_value: float | None = None) -> pd.DataFrame:
    """Return which cells lie outside the bounds (both allowed); a missing cell lies nowhere."""
    low = columns < min_value if min_value is not None else False
    high = columns > max_value if max_value is not None else False
    return pd.DataFrame(low | high, index=columns.index, columns=columns.columns)


class FirstColumnEqualsSum(MulticolumnMapMetricProvider):
    """Rows in which the first column is the sum of the others."""

    condition_metric_name = "multicolumn_values.first_equals_sum_of_others"

    @multicolumn_condition_partial(engine=PandasExecutionEngine)  # type: ignore[untyped-decorator]
    def _pandas(cls, column_list: pd.DataFrame, **_: Any) -> pd.Series:  # noqa: N805  GX makes it a class method
        return excess(column_list).abs() <= TOLERANCE


class FirstColumnAtMostSum(MulticolumnMapMetricProvider):
    """Rows in which the first column is no more than the sum of the others."""

    condition_metric_name = "multicolumn_values.first_at_most_sum_of_others"

    @multicolumn_condition_partial(engine=PandasExecutionEngine)  # type: ignore[untyped-decorator]
    def _pandas(cls, column_list: pd.DataFrame, **_: Any) -> pd.Series:  # noqa: N805  GX makes it a class method
        return excess(column_list) <= TOLERANCE


class EveryCellBetween(MulticolumnMapMetricProvider):
    """Rows in which no cell of the columns lies outside the bounds."""

    condition_metric_name = "multicolumn_values.every_cell_between"
    condition_value_keys = ("min_value", "max_value")

    @multicolumn_condition_partial(engine=PandasExecutionEngine)  # type: ignore[untyped-decorator]
    def _pandas(
        cls,  # noqa: N805  GX makes it a class method
        column_list: pd.DataFrame,
        min_value: float | None = None,
        max_value: float | None = None,
        **_: Any,
    ) -> pd.Series:
        return ~outside(column_list, min_value, max_value).any(axis=1)


class ExpectFirstColumnToEqualSumOfOthers(MulticolumnMapExpectation):
    """Expect the first column to be the sum of the others."""

    map_metric: ClassVar[str] = FirstColumnEqualsSum.condition_metric_name


class ExpectFirstColumnToBeAtMostSumOfOthers(MulticolumnMapExpectation):
    """Expect the first column not to exceed the sum of the others."""

    map_metric: ClassVar[str] = FirstColumnAtMostSum.condition_metric_name


class ExpectEveryCellToBeBetween(MulticolumnMapExpectation):
    """Expect every cell of the columns to lie between two bounds."""

    map_metric: ClassVar[str] = EveryCellBetween.condition_metric_name
    success_keys: ClassVar[tuple[str, ...]] = ("min_value", "max_value", "mostly")

    min_value: float | None = None
    max_value: float | None = None
