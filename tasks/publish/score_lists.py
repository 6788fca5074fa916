"""Scores as the pages list them: units by each set of criteria, best first, and who stands out."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

import pandas as pd

from config.trust import TRUST_NAMES, Trust
from tasks.publish.judged_line import known
from tasks.store.stage_frames import ScoreFrames

Row = Mapping[str, Any]


@dataclass(frozen=True)
class ScoreSet:
    """The scores by one set of criteria, and how far that set can be trusted."""

    code: str
    year: int
    trust: str
    rows: tuple[Row, ...]  # columns of `scores.csv`
    standings: tuple[Row, ...]  # columns of `standings.csv`


def score_sets(scores: ScoreFrames | None) -> tuple[ScoreSet, ...]:
    """Return the sets of `scores` in their order; none where nothing was scored."""
    if scores is None or scores.units.empty:
        return ()
    return tuple(_set(str(code), plain_rows(found), scores) for code, found in scores.units.groupby("set", sort=False))


def plain_rows(frame: pd.DataFrame) -> list[dict[str, Any]]:
    """Return the rows of a frame as plain dictionaries, what is missing as None."""
    return [{str(k): known(v) for k, v in row.items()} for row in frame.to_dict("records")]


def _set(code: str, found: list[dict[str, Any]], scores: ScoreFrames) -> ScoreSet:
    standings = plain_rows(scores.standings[scores.standings["set"] == code])
    trust = TRUST_NAMES[Trust(found[0]["set_status"])]
    return ScoreSet(code, found[0]["set_year"], trust, tuple(found), tuple(standings))
