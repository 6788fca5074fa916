"""The door of the store: what Prefect calls."""

from __future__ import annotations

from prefect import task

from config.load import load
from config.period import Period
from config.settings import Settings
from tasks.retrying import RETRY_IO
from tasks.store.database import reading
from tasks.store.overview import overview


@task(name="overview", task_run_name="tổng quan {period}", **RETRY_IO)
def overview_task(period: str, today: str) -> dict[str, int]:
    """Return how `period` stood at `today`, in counts by their Vietnamese names."""
    settings = Settings()
    declarations = load(settings.config_dir)
    with reading(settings.database) as connection:
        return overview(connection, declarations, Period.parse(period), declarations.calendar.moment(today))
