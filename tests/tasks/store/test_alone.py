"""Facts about one run at a time: the second is told, and the first can write meanwhile."""

from __future__ import annotations

from config.settings import Settings
from tasks.store.alone import alone
from tasks.store.database import writing
from tasks.store.submissions import add_submissions
from tasks.store.values import Run
from tests.factory import make_new_submission


def test_a_second_run_is_told_that_it_is_not_alone(settings: Settings) -> None:
    with alone(settings) as first, alone(settings) as second:
        assert (first, second) == (True, False)
    with alone(settings) as third:
        assert third


def test_who_is_alone_can_write(settings: Settings, run: Run) -> None:
    with alone(settings), writing(settings.database) as connection:
        add_submissions(connection, [make_new_submission()], run)
