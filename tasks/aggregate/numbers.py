"""The number frame: what units sent, as exact decimals, a row for each unit and a column for each element."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from dataclasses import dataclass
from decimal import Decimal

import numpy as np
import pandas as pd

from config.number import CellStatus
from tasks.store.values import Value

MISSING = Decimal("NaN")


@dataclass(frozen=True, eq=False)
class Told:
    """What units said of a period: the two frames of `number_frame`, units × elements."""

    numbers: pd.DataFrame
    not_applicable: pd.DataFrame


def number_frame(values: Mapping[str, Collection[Value]]) -> tuple[pd.DataFrame, pd.DataFrame]:
    """Return (numbers, not_applicable) of the counted submissions `values`, which are by unit code.

    Both have a row for each unit and a column for each element. `numbers` holds `Decimal` objects: NaN where a figure
    is missing, whatever the reason, and 0 for «không phát sinh», where `not_applicable` is True.
    """
    codes = sorted({v.element for of_unit in values.values() for v in of_unit})
    place = {code: i for i, code in enumerate(codes)}
    numbers = np.full((len(values), len(codes)), MISSING, dtype=object)
    not_applicable = np.zeros(numbers.shape, dtype=bool)
    for row, of_unit in enumerate(values.values()):
        for value in of_unit:
            if value.status is CellStatus.NOT_APPLICABLE:
                numbers[row, place[value.element]] = Decimal(0)
                not_applicable[row, place[value.element]] = True
            elif value.status is CellStatus.NUMBER and value.number is not None:
                numbers[row, place[value.element]] = value.number
    index = pd.Index(list(values), dtype=str)
    return pd.DataFrame(numbers, index, codes), pd.DataFrame(not_applicable, index, codes)
