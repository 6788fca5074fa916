"""The door of the store: what Prefect calls."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from importlib import import_module
from typing import Any

from prefect import task

from config.load import load
from config.period import Period
from config.settings import Settings
from config.strict import UnusableError
from tasks.retrying import RETRY_IO
from tasks.store.database import reading, writing
from tasks.store.overview import overview
from tasks.store.owed import note_stage_evaluated
from tasks.store.values import Run

CONNECTING = "10s"  # to a cluster before it counts as not there


@contextmanager
def spread_over(settings: Settings) -> Iterator[Any]:
    """Give a client of the Dask cluster that the settings name; None when work stays on this machine.

    Its workers are handed plain functions: they talk to no Prefect server and hold no database address.
    `UnusableError` when the cluster does not answer, or the extra `scale` is not installed.
    """
    if settings.dask_address is None:
        yield None
        return
    try:
        distributed: Any = import_module("distributed")  # heavy, and an extra
    except ImportError as fault:
        raise UnusableError("CCHC_DASK_ADDRESS cần phần mở rộng «scale» của gói cài đặt") from fault
    try:
        client = distributed.Client(settings.dask_address, timeout=CONNECTING)
    except (OSError, ValueError) as fault:
        raise UnusableError(f"cụm Dask không trả lời tại {settings.dask_address}") from fault
    with client:
        yield client


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
