"""The flows of a stage of the programme: evaluate and publish it, and make what was published final."""

from __future__ import annotations

from prefect import flow, task

from config.load import load
from config.settings import Settings
from flows import steps
from flows.asking import end_asking
from flows.stage_figures import stage_as_known, stage_as_released
from tasks.evaluate.whole_stage import Question, periods_of
from tasks.events import finished, started
from tasks.publish.stage_release import publish_stage
from tasks.publish.stage_review import StageJob
from tasks.publish.stage_review import approve_stage as approve
from tasks.store.values import Run


@flow(name="stage", flow_run_name="đánh giá {stage} ({today})")
def stage(stage: str, today: str) -> dict[str, object]:
    """Evaluate and publish `stage` (GD1, GD2) as known at `today`; return the release and the moment."""
    now = steps.clock(today)
    return {**publish_stage_task(stage, now, steps.run_id()), "today": now}


@flow(name="approve-stage", flow_run_name="phê duyệt {stage} ({today})")
def approve_stage(stage: str, by: str, today: str) -> dict[str, object]:
    """Make the current release of `stage` final in the name of the post `by` and return the final release."""
    release = approve_stage_task(stage, by, steps.clock(today), steps.run_id())
    end_asking(stage)
    return release


@task(name="approve-stage", task_run_name="phê duyệt {stage}")
def approve_stage_task(stage: str, post: str, today: str, run_id: str) -> dict[str, object]:
    """Make the current release of a stage final; return its name, folder, and whether it is new."""
    settings = Settings()
    declarations = load(settings.config_dir)
    run = Run(run_id, declarations.calendar.moment(today))
    frames = stage_as_released(settings, declarations, stage, run.now)
    release = approve(StageJob(settings, declarations, frames, run), post)
    finished(
        "Phê duyệt", f"{stage} bản {release.name} " + ("là số liệu chính thức" if release.is_new else "đã chính thức")
    )
    return {"name": release.name, "path": str(release.path), "is_new": release.is_new}


@task(name="stage", task_run_name="đánh giá {stage}")
def publish_stage_task(stage: str, today: str, run_id: str) -> dict[str, object]:
    """Evaluate a stage from what counts at `today` and publish it; return the release's name, folder, newness.

    Nothing is kept but the release: everything in it follows from the submissions and declarations that it names.
    """
    settings = Settings()
    declarations = load(settings.config_dir)
    run = Run(run_id, declarations.calendar.moment(today))
    question = Question(stage)
    with started("Giai đoạn", len(periods_of(declarations, question)), "kỳ") as progress:
        frames = stage_as_known(settings, declarations, question, run.now, progress)
    finished("Giai đoạn", f"{len(frames.table)} chỉ tiêu, {len(frames.periods)} kỳ có số liệu")
    release = publish_stage(settings, declarations, frames, run)
    finished("Công bố", f"{stage} bản {release.name}" + ("" if release.is_new else " (không có gì thay đổi)"))
    return {"name": release.name, "path": str(release.path), "is_new": release.is_new}
