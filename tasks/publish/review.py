"""What somebody who is to approve a release must see: whether it is still the latest word, warnings, coverage."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

import pandas as pd

from config.strict import UnusableError
from tasks.publish.contents import Job, contents_of
from tasks.publish.judged_line import JudgedLine
from tasks.publish.lines import district_lines
from tasks.publish.manifest import digest_in, digest_of, figures_of, final_figures_in
from tasks.publish.open_data import csv_files
from tasks.publish.release import current_release
from tasks.publish.units import standing_findings
from tasks.store.calculations import releases
from tasks.store.database import reading
from tasks.store.overview import overview_of


class NotToApproveError(UnusableError):
    """There is nothing that could be made final; `str()` is one Vietnamese sentence that says what to do first."""


@dataclass(frozen=True)
class Review:
    """One release, of a period or of a stage, as its approver sees it.

    `refusal` says why it cannot be approved as it is, None when it can. `counts` has the overview by Vietnamese names,
    `warnings` what stands against it (columns `unit`, `severity`, `message` among others), `thin` the lines below the
    minimum coverage, `changes` what an earlier release said otherwise (columns of `changes.csv`).
    """

    release: str
    is_final: bool
    refusal: str | None
    figures: str
    counts: Mapping[str, int]
    warnings: pd.DataFrame
    thin: tuple[JudgedLine, ...]
    changes: pd.DataFrame


@dataclass(frozen=True)
class PeriodReview(Review):
    """The same of a period, whose release shows `calculation`."""

    calculation: int


def review(job: Job, folder: Path, calculation: int | None) -> PeriodReview:
    """Return the current release in `folder` as known at `job.run.now`.

    `calculation` is the one of what counts by then, None when there is none yet. `NotToApproveError` when nothing has
    been published.
    """
    current, period = current_release(folder), job.period
    with reading(job.settings.database) as connection:
        known = [r for r in releases(connection, str(period)) if current is not None and r.name == current.name]
        if current is None or not known:
            raise NotToApproveError(f"kỳ {period} chưa có bản công bố nào: chạy «cchc publish -p {period}» trước")
        content = contents_of(connection, job, known[0].calculation_id)
        latest = contents_of(connection, job, calculation) if calculation is not None else None
    figures = figures_of(content, csv_files(content))
    is_final = final_figures_in(current) == figures
    # One made anew (the program was upgraded) may say the same: then publishing it makes no other release.
    is_latest = latest is not None and digest_in(current) == digest_of(latest, csv_files(latest))
    return PeriodReview(
        release=current.name,
        is_final=is_final,
        refusal=None if is_final or is_latest else _stale(current.name, str(period)),
        calculation=known[0].calculation_id,
        figures=figures,
        counts=overview_of(content.submissions, job.declarations.reporting(period)).named,
        warnings=standing_findings(content),
        thin=tuple(line for line in district_lines(content) if line.status.word == "chưa đủ số liệu"),
        changes=content.changes,
    )


def _stale(release: str, period: str) -> str:
    return (
        f"bản {release} không còn khớp với những gì đã biết: chạy «cchc publish -p {period}», xem lại bản mới rồi mới "
        "phê duyệt"
    )
