"""A stage in short: how the indicators of each content came out, and which were not assessed and why."""

from __future__ import annotations

import pandas as pd

from config.load import Declarations
from tasks.evaluate.status import Status
from tasks.evaluate.unassessed import ASSESSED, STOPPED

STATUSES = [*(status.value for status in Status), STOPPED]
BY_CONTENT = ["content", "name", "indicators", "assessed", *STATUSES, "not_assessed"]
NOT_ASSESSED = ["content", "content_name", "indicator", "name", "status", "not_assessed"]


def stage_by_content(table: pd.DataFrame, declarations: Declarations) -> pd.DataFrame:
    """Return a row with `BY_CONTENT` for each content of the programme: counts, and what was not assessed and why.

    `table` is that of `evaluate_stage`. `assessed` counts the indicators that were judged; `not_assessed` names the
    others, each with its reason, so that `indicators` − `assessed` of them stand there.
    """
    rows = [
        _content(number, name, table[table["content"] == number])
        for number, name in declarations.framework.contents.items()
    ]
    return pd.DataFrame(rows, columns=BY_CONTENT)


def not_assessed(table: pd.DataFrame, declarations: Declarations) -> pd.DataFrame:
    """Return a row with `NOT_ASSESSED` for each indicator of `table` that could not be judged."""
    left = table[~table["status"].isin(ASSESSED)]
    names = left["content"].map(dict(declarations.framework.contents))
    return left.assign(content_name=names)[NOT_ASSESSED].reset_index(drop=True)


def _content(number: int, name: str, rows: pd.DataFrame) -> dict[str, object]:
    counts = rows["status"].value_counts()
    left = rows[~rows["status"].isin(ASSESSED)]
    reasons = [f"{code}: {why}" for code, why in zip(left["indicator"], left["not_assessed"], strict=True)]
    return {
        "content": number,
        "name": name,
        "indicators": len(rows),
        "assessed": len(rows) - len(left),
        **{status: int(counts.get(status, 0)) for status in STATUSES},
        "not_assessed": "; ".join(reasons),
    }
