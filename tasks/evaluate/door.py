"""The door of evaluating: what Prefect calls."""

from __future__ import annotations

from prefect import task

from config.load import Declarations, load
from config.period import Period
from config.settings import Settings
from tasks.evaluate.bases import bases_from
from tasks.evaluate.period import evaluate
from tasks.evaluate.summary import count_by_status
from tasks.retrying import RETRY_IO
from tasks.store.calculations import add_evaluation, base_of, indicator_values
from tasks.store.database import reading, writing


@task(name="evaluate", task_run_name="đánh giá {period}", **RETRY_IO)
def evaluate_task(calculation: int, period: str) -> dict[str, int]:
    """Judge the figures of `calculation` against their targets; return the district's indicators by status."""
    settings = Settings()
    return evaluate_period(settings.database, load(settings.config_dir), Period.parse(period), calculation)


def evaluate_period(url: str, declarations: Declarations, period: Period, calculation: int) -> dict[str, int]:
    """Keep the evaluation of `calculation` and return how many of the district's indicators stand in each status."""
    with reading(url) as connection:
        values = indicator_values(connection, calculation)
        bases = bases_from(connection, declarations, period, base_of(connection, calculation))
    table = evaluate(values, declarations, period, bases)
    with writing(url) as connection:
        add_evaluation(connection, calculation, table)
    return {status: count for status, count in count_by_status(table).items() if count}
