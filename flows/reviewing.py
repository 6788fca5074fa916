"""What an approver sees before the figures of a period become final: read from the store, nothing is written."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime
from typing import Any

from config.framework import Stage
from config.load import Declarations
from config.period import Period
from config.settings import Settings
from expectations.finding import SEVERITY_NAMES, Severity
from flows.inert import in_markdown
from flows.stage_figures import stage_as_released
from tasks.aggregate.period import basis_of
from tasks.publish.contents import Job
from tasks.publish.judged_line import known
from tasks.publish.release import alone_in
from tasks.publish.review import PeriodReview, Review, review
from tasks.publish.stage_review import StageJob, review_stage
from tasks.publish.wording import number
from tasks.store.calculations import find_calculation
from tasks.store.database import reading
from tasks.store.values import DISTRICT_LEVEL, Run


def review_of(settings: Settings, declarations: Declarations, period: Period, moment: datetime) -> PeriodReview:
    """Return the current release of `period` as its approver sees it at `moment`; `NotToApproveError` if there is none.

    What counts by now but has not been published is a reason to refuse.
    """
    with reading(settings.database) as connection:
        calculation = find_calculation(connection, basis_of(connection, declarations, period, moment))
    with alone_in(settings.home, period) as folder:
        return review(Job(settings, declarations, period, Run("review", moment)), folder, calculation)


def review_of_stage(settings: Settings, declarations: Declarations, stage: str, moment: datetime) -> Review:
    """Return the same of a stage; what counts by now of its periods and is not in its release is a reason to refuse."""
    frames = stage_as_released(settings, declarations, stage, moment)
    return review_stage(StageJob(settings, declarations, frames, Run("review", moment)))


def unknown_approver(post: str, declarations: Declarations) -> str | None:
    """Return the sentence that refuses `post`, naming who may approve; None when it may."""
    approvers = declarations.calendar.approvers
    if post in approvers:
        return None
    known = "; ".join(f"{code} ({title})" for code, title in approvers.items())
    return f"không có người phê duyệt «{post}» trong calendar.yaml; được phê duyệt: {known}"


def as_markdown(found: Review, subject: Period | Stage) -> str:
    """Return the review as the page of a paused run shows it."""
    return "\n".join(_lines(found, subject))


def as_data(found: Review) -> dict[str, Any]:
    """Return the review as plain data for JSON."""
    return {
        "release": found.release,
        "final": found.is_final,
        "refusal": found.refusal,
        "counts": dict(found.counts),
        "thin": [line.indicator.code for line in found.thin],
        "warnings": found.warnings.to_dict("records"),
        "changes": found.changes.to_dict("records"),
    }


def _lines(found: Review, subject: Period | Stage) -> Iterator[str]:
    yield f"# Phê duyệt số liệu {subject.name[:1].lower()}{subject.name[1:]}, bản {found.release}"
    yield ""
    yield "## Tình hình báo cáo"
    yield ""
    for name, count in found.counts.items():
        yield f"* {in_markdown(name)}: {count}"
    yield ""
    yield "## Chỉ tiêu chưa đủ số liệu để công bố"
    yield ""
    for line in found.thin:
        yield f"* {line.indicator.code} {in_markdown(line.indicator.name)}: {line.coverage} đơn vị"
    if not found.thin:
        yield "Không có."
    yield ""
    yield "## Lỗi và cảnh báo còn lại"
    yield ""
    for row in found.warnings.to_dict("records"):
        severity = SEVERITY_NAMES[Severity(row["severity"])].lower()
        yield f"* {in_markdown(row['unit'])} ({severity}): {in_markdown(row['message'])}"
    if found.warnings.empty:
        yield "Không có."
    yield ""
    yield "## Số liệu thay đổi"
    yield ""
    for row in found.changes[found.changes["level"] == DISTRICT_LEVEL].to_dict("records"):
        old, new = (number(known(row[column]), 2) for column in ("old_value", "new_value"))
        yield f"* {row['indicator']} {in_markdown(row['name'])}: {old} → {new} ({in_markdown(row['explanation'])})"
    if found.changes.empty:
        yield "Không có con số nào khác bản công bố trước."
