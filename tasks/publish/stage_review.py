"""Making a stage final: what its approver sees, and the release in the name of a post; as `review.py` of a period."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import pandas as pd

from config.load import Declarations
from config.settings import Settings
from expectations.finding import Severity
from tasks.publish.judged_line import tally
from tasks.publish.manifest import digest_in, final_figures_in
from tasks.publish.release import Release, alone_in, current_release
from tasks.publish.review import NotToApproveError, Review
from tasks.publish.stage_content import StageContent
from tasks.publish.stage_data import stage_csv_files, stage_digest, stage_figures_digest
from tasks.publish.stage_lines import stage_lines
from tasks.publish.stage_release import content_in, publish_stage_in
from tasks.publish.stage_wording import STAGE_STATUSES
from tasks.store.approvals import Approval, add_approval
from tasks.store.calculations import releases
from tasks.store.database import reading, writing
from tasks.store.stage_frames import StageFrames
from tasks.store.values import Run


@dataclass(frozen=True)
class StageJob:
    """What the approval of a stage is about: its tables as known now, and the run that asks."""

    settings: Settings
    declarations: Declarations
    frames: StageFrames
    run: Run


def review_stage(job: StageJob) -> Review:
    """Return the current release of the stage as its approver sees it; `NotToApproveError` when there is none."""
    with alone_in(job.settings.home, job.frames.stage) as folder:
        return _review(job, folder)


def approve_stage(job: StageJob, post: str) -> Release:
    """Make the current release of the stage final in the name of `post`: the same figures under the next name.

    A final one is returned as it is. `NotToApproveError` when there is none, or when it is no longer the latest word.
    """
    stage, now = job.frames.stage, job.run.now
    with alone_in(job.settings.home, stage) as folder:
        found = _review(job, folder)
        if found.refusal:
            raise NotToApproveError(found.refusal)
        if not found.is_final:
            title = job.declarations.calendar.approvers[post]
            with writing(job.settings.database) as connection:
                add_approval(connection, Approval(stage, found.release, found.figures, post, title, now), job.run)
        return publish_stage_in(folder, job.settings, job.declarations, job.frames, job.run)


def _review(job: StageJob, folder: Path) -> Review:
    stage, current = job.frames.stage, current_release(folder)
    if current is None:
        raise NotToApproveError(f"giai đoạn {stage} chưa có bản công bố nào: chạy «cchc stage {stage}» trước")
    content = content_in(folder, job.settings, job.declarations, job.frames, job.run)
    data = stage_csv_files(content)
    figures = stage_figures_digest(content, data)
    is_final = final_figures_in(current) == figures
    is_latest = digest_in(current) == stage_digest(content, data)
    lines = stage_lines(content)
    return Review(
        release=current.name,
        is_final=is_final,
        refusal=None if is_final or is_latest else _stale(current.name, stage),
        figures=figures,
        counts={"Chỉ tiêu": len(lines), **{word.word: n for word, n in tally(lines, STAGE_STATUSES) if n}}
        | {"Kỳ có số liệu": len(job.frames.periods), "Kỳ không đơn vị nào báo cáo": len(job.frames.skipped)},
        warnings=_warnings(job, content),
        thin=tuple(line for line in lines if line.status.word == "chưa đủ số liệu"),
        changes=content.changes,
    )


def _warnings(job: StageJob, content: StageContent) -> pd.DataFrame:
    """Return what an approver should know, as `unit`, `severity`, `message`: the units are periods and indicators."""
    rows = [(unit, Severity.WARNING, message) for unit, message in (*_provisional(job), *_unsure(content))]
    return pd.DataFrame(rows, columns=["unit", "severity", "message"], dtype=object)


def _provisional(job: StageJob) -> Iterator[tuple[str, str]]:
    """Give each period of the stage whose newest release nobody has approved."""
    with reading(job.settings.database) as connection:
        for period in map(str, job.frames.periods):
            made = releases(connection, period)
            if not made:
                yield period, "kỳ chưa công bố lần nào"
            elif made[-1].approval_id is None:
                yield period, f"kỳ còn là số liệu tạm thời (bản {made[-1].name})"


def _unsure(content: StageContent) -> Iterator[tuple[str, str]]:
    for line in stage_lines(content):
        if line.not_assessed:
            yield line.indicator.code, f"không đánh giá được: {line.not_assessed}"
        if line.methods_disagree:
            yield line.indicator.code, "hai cách tính nhịp độ cho kết quả khác nhau"


def _stale(release: str, stage: str) -> str:
    return (
        f"bản {release} không còn khớp với những gì đã biết: chạy «cchc stage {stage}», xem lại bản mới rồi mới "
        "phê duyệt"
    )
