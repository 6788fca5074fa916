"""The headings of a stage's tables: one for every column, in its order, and a word for every status."""

from __future__ import annotations

import pytest

from tasks.evaluate import alignment, scored, scoring, stage, stage_summary, standing, trajectory
from tasks.publish import stage_wording as words
from tasks.store.stage_frames import BOUNDARIES

TABLES = {
    "stage": (words.STAGE, stage.COLUMNS),
    "stage by unit": (words.STAGE_UNITS, [BOUNDARIES, *stage.COLUMNS]),
    "groups": (words.GROUPS, scored.GROUPS),
    "trajectory": (words.TRAJECTORY, trajectory.COLUMNS),
    "by content": (words.BY_CONTENT, stage_summary.BY_CONTENT),
    "not assessed": (words.NOT_ASSESSED, stage_summary.NOT_ASSESSED),
    "alignment": (words.ALIGNMENT, alignment.COLUMNS),
    "scores": (words.SCORES, scoring.UNITS),
    "changes": (words.CHANGES, standing.CHANGES),
    "criteria": (words.CRITERIA, scoring.CRITERIA),
    "standings": (words.STANDINGS, standing.STANDINGS),
}


@pytest.mark.parametrize("table", TABLES)
def test_every_column_has_its_heading(table: str) -> None:
    headings, columns = TABLES[table]
    assert list(headings) == list(columns)
    assert len(set(headings.values())) == len(headings)


def test_every_status_of_a_stage_has_its_word() -> None:
    assert list(words.STAGE_STATUSES) == stage_summary.STATUSES
    assert all(word.sign and word.short and word.meaning for word in words.STAGE_STATUSES.values())
