"""The door of evaluating: what Prefect calls."""

from __future__ import annotations

from collections.abc import Sequence

from prefect import task

from config.criterion import ScoringSet
from config.load import Declarations, load
from config.period import Period
from config.scoring import load_scoring
from config.settings import Settings
from tasks.evaluate.calculated import judged
from tasks.evaluate.summary import count_by_status
from tasks.events import started
from tasks.retrying import RETRY_IO
from tasks.store.calculations import add_evaluation, indicator_values
from tasks.store.database import reading, writing
from tasks.store.scores import add_scores


@task(name="evaluate", task_run_name="đánh giá {period}", **RETRY_IO)
def evaluate_task(calculation: int, period: str) -> dict[str, int]:
    """Judge the figures of `calculation` against their targets; return the district's indicators by status."""
    settings = Settings()
    declarations = load(settings.config_dir)
    sets = load_scoring(settings.config_dir / "scoring", declarations)
    return evaluate_period(settings.database, declarations, Period.parse(period), calculation, sets)


def evaluate_period(
    url: str, declarations: Declarations, period: Period, calculation: int, sets: Sequence[ScoringSet] = ()
) -> dict[str, int]:
    """Keep the evaluation of `calculation` and return how many of the district's indicators stand in each status.

    Of a full year the scores by `sets` are kept as well.
    """
    with started("Đánh giá", 2, "bước") as progress:
        with reading(url) as connection:
            figures = calculation, indicator_values(connection, calculation)
            table, scores = judged(connection, declarations, period, figures, sets)
        progress(1)
        with writing(url) as connection:
            add_evaluation(connection, calculation, table)
            if scores is not None:
                add_scores(connection, calculation, scores)
        progress(1)
    return {status: count for status, count in count_by_status(table).items() if count}
