"""Scores: what the units of a full year earned by every scoring set, kept with the calculation they follow from."""

from __future__ import annotations

import json
from dataclasses import fields
from decimal import Decimal
from typing import Any

import pandas as pd
from sqlalchemy import Connection, insert, select

from tasks.store import tables
from tasks.store.stage_frames import ScoreFrames

DECIMAL = "decimal"  # the key under which a figure's digits stand: no JSON number keeps them


def add_scores(connection: Connection, calculation_id: int, scores: ScoreFrames) -> None:
    """Keep the scores of a calculation, once: a calculation has one set of them."""
    s = tables.scoring.c
    known = select(s.calculation_id).where(s.calculation_id == calculation_id)
    if connection.execute(known).first() is None:
        connection.execute(insert(tables.scoring).values(calculation_id=calculation_id, frames=kept_as(scores)))


def kept_as(scores: ScoreFrames) -> str:
    """Return the text as which `scores` are kept; the same scores are the same text."""
    frames = {f.name: _told(getattr(scores, f.name)) for f in fields(ScoreFrames)}
    return json.dumps(frames, ensure_ascii=False, default=_digits)


def scores_of(connection: Connection, calculation_id: int) -> ScoreFrames | None:
    """Return the scores of a calculation, or None when none were made for it."""
    s = tables.scoring.c
    text = connection.execute(select(s.frames).where(s.calculation_id == calculation_id)).scalar()
    if text is None:
        return None
    frames = json.loads(text, object_hook=_figure)
    return ScoreFrames(
        **{name: pd.DataFrame(told["rows"], columns=told["columns"], dtype=object) for name, told in frames.items()}
    )


def _told(frame: pd.DataFrame) -> dict[str, Any]:
    return {"columns": list(frame.columns), "rows": frame.to_numpy(dtype=object).tolist()}


def _digits(value: object) -> dict[str, str]:
    if isinstance(value, Decimal):
        return {DECIMAL: str(value)}
    raise TypeError(f"{value!r} is no part of a score")


def _figure(value: dict[str, Any]) -> Any:
    return Decimal(value[DECIMAL]) if value.keys() == {DECIMAL} else value
