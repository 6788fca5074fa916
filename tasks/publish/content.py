"""What a release is made from: figures, findings and submissions as frames, and the facts of its making."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import date, datetime
from functools import wraps
from typing import Protocol, TypeVar
from weakref import WeakKeyDictionary
from zoneinfo import ZoneInfo

import pandas as pd

from config.load import Declarations
from config.period import Period
from expectations.finding import Severity
from tasks.publish.wording import STATES, STATUSES
from tasks.store.approvals import Approval
from tasks.store.frames import (
    CHANGES,
    EVALUATION,
    EVALUATION_GROUNDS,
    FINDINGS,
    MENDED,
    STANDING,
    SUBMISSIONS,
    TASKS,
    TYPED,
    VALUES,
)
from tasks.store.history import Past
from tasks.store.stage_frames import ScoreFrames
from tasks.store.stretches import INCREMENTS
from tasks.store.values import DISTRICT_LEVEL, UNIT_LEVEL

Worked = TypeVar("Worked")


@dataclass(frozen=True)
class Input:
    """One submission whose figures a release contains."""

    submission: str  # as the CSV files name it, `30628-2022-H1-1`
    unit: str
    version: int
    sha256: str


@dataclass(frozen=True)
class Facts:
    """When, by which run, with which software and from which files a release is made; both moments are aware."""

    created_at: datetime
    as_of: datetime
    run_id: str
    provisional: bool
    illustrative: bool
    software: Mapping[str, str]
    inputs: tuple[Input, ...]
    approval: Approval | None = None  # what makes the release final
    number: int = 0  # given by `release.publish`

    @property
    def name(self) -> str:
        """The name of the release and of its folder, as `r001`."""
        return release_name(self.number)


def release_name(number: int) -> str:
    """Return the name of release `number`, as `r001`."""
    return f"r{number:03}"


class Made(Protocol):
    """The content of any release: of a period, or of a stage."""

    @property
    def declarations(self) -> Declarations:
        """The declarations that the figures follow."""

    @property
    def facts(self) -> Facts:
        """The facts of its making."""

    @property
    def zone(self) -> ZoneInfo:
        """The time zone in which moments are shown."""


def approved_on(content: Made) -> date | None:
    """Return the day on which a final release was approved, or None."""
    approval = content.facts.approval
    return approval.approved_at.astimezone(content.zone).date() if approval else None


@dataclass(frozen=True, eq=False)
class ReleaseContent:
    """Everything a release shows; `ValueError` when a column is missing, or a state or status has no Vietnamese word.

    `evaluation` has a row for each level, unit and indicator, numbers as Decimal or None; `values`, `findings` and
    `submissions` have the columns of their CSV files, every version and every silent unit (state `missing`) included;
    the column `standing` says which findings still wait for a remedy. `changes` has what the last release that said
    anything else said otherwise; `past` has the earlier periods; `increments` the stretch that nobody reports.
    """

    period: Period
    evaluation: pd.DataFrame
    values: pd.DataFrame
    findings: pd.DataFrame
    submissions: pd.DataFrame
    declarations: Declarations
    facts: Facts
    changes: pd.DataFrame = field(default_factory=lambda: pd.DataFrame(columns=CHANGES, dtype=object))
    past: Past = field(default_factory=Past)
    scores: ScoreFrames | None = None  # of a full year
    tasks: pd.DataFrame = field(default_factory=lambda: pd.DataFrame(columns=TASKS, dtype=object))
    increments: pd.DataFrame = field(default_factory=lambda: pd.DataFrame(columns=INCREMENTS, dtype=object))

    def __post_init__(self) -> None:
        _need_columns("evaluation", self.evaluation, [*EVALUATION, *EVALUATION_GROUNDS])
        _need_columns("values", self.values, [*VALUES, *TYPED])
        _need_columns("findings", self.findings, [*FINDINGS, STANDING])
        _need_columns("changes", self.changes, CHANGES)
        _need_columns("tasks", self.tasks, TASKS)
        _need_columns("increments", self.increments, INCREMENTS)
        _need_columns("submissions", self.submissions, [*SUBMISSIONS, MENDED])
        _need_words("evaluation.status", self.evaluation["status"], STATUSES)
        _need_words("submissions.state", self.submissions["state"], STATES)
        _need_words("findings.severity", self.findings["severity"], list(Severity))
        _need_words("evaluation.level", self.evaluation["level"], [DISTRICT_LEVEL, UNIT_LEVEL])
        _need_words("evaluation.indicator", self.evaluation["indicator"], self.declarations.indicators)
        if self.evaluation.duplicated(["level", "unit", "indicator"]).any():
            raise ValueError("evaluation: một chỉ tiêu của một đơn vị đứng hai lần")
        if self.facts.created_at.tzinfo is None or self.facts.as_of.tzinfo is None:
            raise ValueError("facts: thời điểm phải có múi giờ")

    @property
    def zone(self) -> ZoneInfo:
        """The time zone in which moments are shown."""
        return self.declarations.calendar.zone

    @property
    def compared_with(self) -> str:
        """The name of the release that said otherwise, or nothing."""
        return "" if self.changes.empty else str(self.changes["from_release"].iloc[0])

    def approved(self, approval: Approval | None) -> ReleaseContent:
        """Return the same content as approved, which is final; with None as provisional."""
        return replace(self, facts=replace(self.facts, provisional=approval is None, approval=approval))

    def numbered(self, number: int) -> ReleaseContent:
        """Return the same content as release `number`."""
        return replace(self, facts=replace(self.facts, number=number))


def once_per_content(work: Callable[[ReleaseContent], Worked]) -> Callable[[ReleaseContent], Worked]:
    """Return `work` that is done once for a content: workbook, pages and report ask for the same lines of it.

    What it returns is shared by all who ask, and forgotten with the content.
    """
    known: WeakKeyDictionary[ReleaseContent, Worked] = WeakKeyDictionary()

    @wraps(work)
    def worked(content: ReleaseContent) -> Worked:
        if content not in known:
            known[content] = work(content)
        return known[content]

    return worked


def _need_columns(frame_name: str, frame: pd.DataFrame, columns: Sequence[str]) -> None:
    if missing := [c for c in columns if c not in frame.columns]:
        raise ValueError(f"{frame_name}: thiếu cột {', '.join(missing)}")


def _need_words(column_name: str, column: pd.Series, known: Iterable[str]) -> None:
    if unknown := set(column.unique()) - set(known):
        raise ValueError(f"{column_name}: không rõ {', '.join(sorted(map(str, unknown)))}")
