"""The door of aggregating: what Prefect calls."""

from __future__ import annotations

from prefect import task

from config.load import Declarations, load
from config.period import Period
from config.settings import Settings
from tasks.aggregate.indicators import indicator_values
from tasks.aggregate.numbers import number_frame
from tasks.retrying import RETRY_IO
from tasks.store.calculations import Basis, add_calculation, find_calculation, latest_calculation
from tasks.store.database import reading, writing
from tasks.store.submissions import counted, submissions, values_of
from tasks.store.values import Run


@task(name="aggregate", task_run_name="tổng hợp {period}", **RETRY_IO)
def aggregate_task(period: str, today: str, run_id: str) -> int:
    """Make the indicators of `period` from what counts at `today`; return the id of the calculation kept."""
    settings = Settings()
    declarations = load(settings.config_dir)
    run = Run(run_id, declarations.calendar.moment(today))
    return aggregate_period(settings.database, declarations, Period.parse(period), run)


def aggregate_period(url: str, declarations: Declarations, period: Period, run: Run) -> int:
    """Return the id of the calculation of `period` from what counts at `run.now`: the one at hand, or a new one."""
    with reading(url) as connection:
        counting = counted(submissions(connection, str(period), run.now))
        before = period.last_full_year
        base = latest_calculation(connection, str(before), run.now) if before else None
        basis = Basis(str(period), tuple(counting), declarations.digest, base, run.now)
        known = find_calculation(connection, basis)
        values = {} if known else values_of(connection, [s.id for s in counting])
    if known:
        return known
    numbers, not_applicable = number_frame({s.unit: values[s.id] for s in counting})
    table = indicator_values(numbers, not_applicable, declarations, period)
    with writing(url) as connection:
        return find_calculation(connection, basis) or add_calculation(connection, basis, table, run)
