"""The matrix of a stage, in one set of boundaries."""

from __future__ import annotations

import pandas as pd

from tasks.publish.annex import Annex
from tasks.publish.judged_line import known
from tasks.publish.matrix import Figures, write_matrix
from tasks.publish.stage_content import StageContent
from tasks.publish.stage_lines import stage_groups
from tasks.publish.stage_wording import STAGE_STATUSES


def write_stage_units(annex: Annex, content: StageContent, boundaries: str) -> None:
    """Write the matrix of a stage in these boundaries: the whole district first, then each unit in turn."""
    rows = [("Toàn huyện", _figures(content.frames.table))]
    for code, of_unit in content.units_in(boundaries).groupby("unit", sort=False):
        rows.append((of_unit["unit_name"].iloc[0] if len(of_unit) else str(code), _figures(of_unit)))
    write_matrix(annex, stage_groups(content), rows, STAGE_STATUSES)


def _figures(rows: pd.DataFrame) -> Figures:
    columns = (rows[name].tolist() for name in ("indicator", "value", "status"))
    return {code: (known(value), status) for code, value, status in zip(*columns, strict=True)}
