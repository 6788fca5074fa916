"""The door of aggregating: what Prefect calls."""

from __future__ import annotations

from prefect import task

from config.load import Declarations, load
from config.period import Period, stretch_ending
from config.settings import Settings
from tasks.aggregate.period import basis_of, figures_from, stretch_basis, stretch_from, told_of
from tasks.events import started
from tasks.retrying import RETRY_IO
from tasks.store.calculations import add_calculation, find_calculation
from tasks.store.database import reading, writing
from tasks.store.stretches import is_kept, keep_stretch
from tasks.store.values import Run


@task(name="aggregate", task_run_name="tổng hợp {period}", **RETRY_IO)
def aggregate_task(period: str, today: str, run_id: str) -> int:
    """Make the indicators of `period` from what counts at `today`; return the id of the calculation kept."""
    settings = Settings()
    declarations = load(settings.config_dir)
    run = Run(run_id, declarations.calendar.moment(today))
    return aggregate_period(settings.database, declarations, Period.parse(period), run)


def aggregate_period(url: str, declarations: Declarations, period: Period, run: Run) -> int:
    """Return the id of the calculation of `period` from what counts at `run.now`: the one at hand, or a new one.

    The stretch that ends with it is made anew as well when one of its windows says something else now.
    """
    with started("Tổng hợp", 3, "bước") as progress:
        with reading(url) as connection:
            basis = basis_of(connection, declarations, period, run.now)
            whole = stretch_basis(connection, declarations, period, run.now)
            known = find_calculation(connection, basis)
            kept = stretch_ending(period.window) is None or is_kept(connection, whole)
            progress(1)
            if known and kept:
                return known
            told = told_of(connection, basis, declarations)
            table = figures_from(told, declarations, period)
            increments = None if kept else stretch_from(connection, whole, declarations, period, told)
        progress(1)
        with writing(url) as connection:
            if increments is not None and not is_kept(connection, whole):
                keep_stretch(connection, whole, increments, run)
            made = find_calculation(connection, basis) or add_calculation(connection, basis, table, run)
        progress(1)
        return made
