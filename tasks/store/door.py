"""The door of the store: what Prefect calls."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from typing import Any

from prefect import task
from prefect.task_runners import TaskRunner

from config.load import load
from config.period import Period
from config.settings import Settings
from config.strict import UnusableError
from tasks.retrying import RETRY_IO
from tasks.store.database import reading, writing
from tasks.store.overview import overview
from tasks.store.owed import note_stage_evaluated
from tasks.store.values import Run


@contextmanager
def spread_over(settings: Settings) -> Iterator[TaskRunner[Any] | None]:
    """Give the runner of the Dask cluster that the settings name; None when work stays on this machine.

    `UnusableError` when it cannot be reached, or the extra `scale` is not installed.
    """
    if settings.dask_address is None:
        yield None
        return
    try:
        from prefect_dask.task_runners import DaskTaskRunner  # noqa: PLC0415  heavy, and an extra
    except ImportError as fault:
        raise UnusableError("CCHC_DASK_ADDRESS cần phần mở rộng «scale» của gói cài đặt") from fault
    runner = DaskTaskRunner(address=settings.dask_address)
    with ExitStack() as stack:
        try:
            stack.enter_context(runner)
        except OSError as fault:
            raise UnusableError(f"cụm Dask không trả lời tại {settings.dask_address}") from fault
        yield runner


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
