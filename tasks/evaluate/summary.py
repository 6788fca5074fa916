"""How many indicators of the whole district stand where."""

from __future__ import annotations

import pandas as pd

from config.load import Declarations
from tasks.evaluate.base import DISTRICT
from tasks.evaluate.status import Status


def count_by_status(evaluation: pd.DataFrame) -> dict[str, int]:
    """Return the number of the district's indicators in each status, in the order of `Status`, zeros included."""
    counts = evaluation.loc[evaluation["level"] == DISTRICT, "status"].value_counts()
    return {status.value: int(counts.get(status.value, 0)) for status in Status}


def count_by_content(evaluation: pd.DataFrame, declarations: Declarations) -> pd.DataFrame:
    """Return the same counts by content: a row for each content's number, in order, a column for each status."""
    district = evaluation[evaluation["level"] == DISTRICT]
    content = [declarations.indicators[code].content for code in district["indicator"]]
    counts = pd.crosstab(pd.Series(content, dtype=int), pd.Series(district["status"].to_numpy(), dtype=object))
    full = counts.reindex(
        index=list(declarations.framework.contents), columns=[status.value for status in Status], fill_value=0
    )
    return full.rename_axis(index="content", columns="status").astype(int)
