"""What a user would do instead: `pandas.read_excel` once per file, concat, groupby."""

from __future__ import annotations

from pathlib import Path

import pandas as pd


def plain_loop(inbox: Path) -> pd.DataFrame:
    """Return the sum of every element over all workbooks under `inbox`, with none of the checks."""
    frames = []
    for path in sorted(inbox.rglob("*.xlsx")):
        sheets = pd.read_excel(path, sheet_name=None, header=None)
        frames += [sheet.iloc[5:, :4].set_axis(["code", "name", "unit", "value"], axis=1) for sheet in _forms(sheets)]
    rows = pd.concat(frames)
    rows["value"] = pd.to_numeric(rows["value"], errors="coerce")
    return rows.groupby("code")["value"].sum().to_frame()


def _forms(sheets: dict[str, pd.DataFrame]) -> list[pd.DataFrame]:
    return [sheet for sheet in sheets.values() if sheet.shape[1] >= 4]
