"""How many indicators of the whole district stand where."""

from __future__ import annotations

import pandas as pd

from tasks.evaluate.base import DISTRICT
from tasks.evaluate.status import Status


def count_by_status(evaluation: pd.DataFrame) -> dict[str, int]:
    """Return the number of the district's indicators in each status, in the order of `Status`, zeros included."""
    counts = evaluation.loc[evaluation["level"] == DISTRICT, "status"].value_counts()
    return {status.value: int(counts.get(status.value, 0)) for status in Status}
