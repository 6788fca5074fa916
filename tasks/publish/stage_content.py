"""What the release of a stage is made from: its tables and the facts of its making."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, field, replace
from functools import cached_property
from zoneinfo import ZoneInfo

import pandas as pd

from config.framework import Stage
from config.load import Declarations
from tasks.publish import stage_wording as words
from tasks.publish.content import Facts
from tasks.store.approvals import Approval
from tasks.store.stage_frames import BOUNDARIES, StageFrames
from tasks.store.stage_trace import Cells


@dataclass(frozen=True, eq=False)
class StageContent:
    """Everything that the release of a stage shows; see `StageFrames` for the tables and their columns.

    What others draw from it: `frames.table` (one row an indicator), `frames.units` in the boundaries of
    `unit_boundaries`, `frames.contents`, `frames.trajectory`, `frames.scores`, `frames.alignment`; words and headings
    are in `stage_wording.py`. `changes` has what an earlier release said otherwise, `cells` what the units typed.
    `ValueError` when a column is missing or a status has no Vietnamese word.
    """

    frames: StageFrames
    declarations: Declarations
    facts: Facts
    changes: pd.DataFrame = field(default_factory=lambda: pd.DataFrame(columns=list(words.STAGE_CHANGES), dtype=object))
    cells: Cells = field(default_factory=dict)

    def __post_init__(self) -> None:
        for name, (frame, headings) in self._tables.items():
            if missing := [c for c in headings if c not in frame.columns]:
                raise ValueError(f"{name}: thiếu cột {', '.join(missing)}")
        for frame in (self.frames.table, self.frames.units):
            if unknown := set(frame["status"].unique()) - set(words.STAGE_STATUSES):
                raise ValueError(f"status: không rõ {', '.join(sorted(map(str, unknown)))}")

    @property
    def code(self) -> str:
        """The code of the stage, and of the folder of its releases: `GD1`."""
        return self.frames.stage

    @property
    def stage(self) -> Stage:
        """The stage as declared."""
        return self.declarations.framework.stages[self.code]

    @property
    def name(self) -> str:
        """What the tables are about, as it stands in a title: «Giai đoạn 2021–2025 (xét đến tháng 12/2024)»."""
        if self.frames.by is None:
            return self.stage.name
        year, month = self.frames.by.split("-")
        return f"{self.stage.name} (xét đến tháng {month}/{year})"

    @property
    def zone(self) -> ZoneInfo:
        """The time zone in which moments are shown."""
        return self.declarations.calendar.zone

    @cached_property
    def boundaries(self) -> tuple[str, ...]:
        """The labels of the boundaries in which the units' figures stand, those of reporting first."""
        return tuple(self.frames.units[BOUNDARIES].unique())

    @property
    def compared_with(self) -> str:
        """The name of the release that said otherwise, or nothing."""
        return "" if self.changes.empty else str(self.changes["from_release"].iloc[0])

    def units_in(self, boundaries: str) -> pd.DataFrame:
        """Return the units' rows in the boundaries of that label."""
        return self.frames.units[self.frames.units[BOUNDARIES] == boundaries]

    def numbered(self, number: int) -> StageContent:
        """Return the same content as release `number`."""
        return replace(self, facts=replace(self.facts, number=number))

    def approved(self, approval: Approval | None) -> StageContent:
        """Return the same content as approved, which is final; with None as provisional."""
        return replace(self, facts=replace(self.facts, provisional=approval is None, approval=approval))

    @property
    def _tables(self) -> dict[str, tuple[pd.DataFrame, Iterable[str]]]:
        frames, scores = self.frames, self.frames.scores
        return {
            "table": (frames.table, words.STAGE),
            "units": (frames.units, words.STAGE_UNITS),
            "contents": (frames.contents, words.BY_CONTENT),
            "not_assessed": (frames.not_assessed, words.NOT_ASSESSED),
            "trajectory": (frames.trajectory, words.TRAJECTORY),
            "alignment": (frames.alignment, words.ALIGNMENT),
            "changes": (self.changes, words.STAGE_CHANGES),
            "scores": (scores.units, words.SCORES_WITH_CHANGES),
            "groups": (scores.groups, words.GROUPS),
            "criteria": (scores.criteria, words.CRITERIA),
            "standings": (scores.standings, words.STANDINGS),
        }
