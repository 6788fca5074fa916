"""The door of the store: what Prefect calls."""

from __future__ import annotations

from prefect import task

from config.load import load
from config.period import Period
from config.settings import Settings
from tasks.retrying import RETRY_IO
from tasks.store.database import reading, writing
from tasks.store.overview import overview
from tasks.store.owed import note_stage_evaluated
from tasks.store.values import Run


@task(name="overview", task_run_name="tổng quan {period}", **RETRY_IO)
def overview_task(period: str, today: str) -> dict[str, int]:
    """Return how `period` stood at `today`, in counts by their Vietnamese names."""
    settings = Settings()
    declarations = load(settings.config_dir)
    with reading(settings.database) as connection:
        return overview(connection, declarations, Period.parse(period), declarations.calendar.moment(today))


@task(name="note-stage-evaluated", task_run_name="ghi đã đánh giá {stage}", **RETRY_IO)
def note_stage_evaluated_task(stage: str, year: int, today: str, run_id: str) -> None:
    """Keep that `stage` has been evaluated with the figures of `year`."""
    settings = Settings()
    run = Run(run_id, load(settings.config_dir).calendar.moment(today))
    with writing(settings.database) as connection:
        note_stage_evaluated(connection, stage, year, run)
