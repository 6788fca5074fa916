"""A stage in short: how the indicators of each content came out, which were not assessed and why, and unit by unit."""

from __future__ import annotations

from typing import Literal

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


def units_by_indicators(table: pd.DataFrame, what: Literal["status", "value"] = "status") -> pd.DataFrame:
    """Return `what` of the table of `evaluate_stage_units` as units × indicators; None where a unit owes none."""
    wide = table.pivot(index="unit", columns="indicator", values=what).astype(object)
    ordered = wide.reindex(index=table["unit"].unique(), columns=_in_order(table))
    return ordered.where(ordered.notna(), None)


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


def _in_order(table: pd.DataFrame) -> list[str]:
    """Return the indicators of all units, by content and code: the first unit need not have all of them."""
    pairs = table[["content", "indicator"]].drop_duplicates()
    return pairs.sort_values(["content", "indicator"])["indicator"].tolist()
