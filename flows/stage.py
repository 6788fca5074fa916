"""The flow that evaluates a stage of the programme and publishes it."""

from __future__ import annotations

from prefect import flow, task

from config.load import load
from config.settings import Settings
from flows import steps
from flows.stage_figures import stage_as_known
from tasks.evaluate.whole_stage import Question, periods_of
from tasks.events import finished, started
from tasks.publish.stage_release import publish_stage
from tasks.store.values import Run


@flow(name="stage", flow_run_name="đánh giá {stage} ({today})")
def stage(stage: str, today: str) -> dict[str, object]:
    """Evaluate and publish `stage` (GD1, GD2) as known at `today`; return the release and the moment."""
    now = steps.clock(today)
    return {**publish_stage_task(stage, now, steps.run_id()), "today": now}


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
