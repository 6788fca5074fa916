"""Facts about who works at the same time: one scheduled run, any number by hand, nobody while a copy is made."""

from __future__ import annotations

from config.settings import Settings
from tasks.store.alone import alone, at_work, undisturbed
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


def test_a_copy_waits_for_whoever_is_at_work_by_hand_or_by_the_schedule(settings: Settings) -> None:
    with at_work(settings.home) as first, alone(settings) as second, undisturbed(settings.home) as copying:
        assert (first, second, copying) == (True, True, False)
    with undisturbed(settings.home) as copying:
        assert copying


def test_nobody_begins_while_the_workplace_is_copied(settings: Settings) -> None:
    with undisturbed(settings.home), at_work(settings.home) as by_hand, alone(settings) as scheduled:
        assert (by_hand, scheduled) == (False, False)
    with at_work(settings.home) as by_hand:
        assert by_hand
