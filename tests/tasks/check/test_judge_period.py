"""Judging a period in the store: beside what counted of earlier ones at that moment."""

from __future__ import annotations

from datetime import timedelta

import pytest

from config.period import Period
from config.settings import Settings
from tasks.check.history import Filed
from tasks.check.period import judge_period
from tasks.store.database import reading, writing
from tasks.store.submissions import findings_of, submissions
from tasks.store.values import Run, State
from tests.factory import NOW, keep_version, run_at, sha
from tests.tasks.check.factory import DECLARED, RULES, report

H1 = Period.parse("2022-H1")


def keep(settings: Settings, filed: Filed, state: State | None, letter: str, days: int = 0) -> None:
    """Keep a report as received, and as judged when `state` is given, some days from now."""
    submission, values = filed
    with writing(settings.database) as connection:
        keep_version(
            connection,
            state,
            moment=NOW + timedelta(days=days),
            period=submission.period,
            form_version=submission.form_version,
            window_from=submission.window_from,
            window_to=submission.window_to,
            sha256=sha(letter),
            values=values,
        )


def rules_found(settings: Settings, run: Run) -> list[str]:
    """Judge the half-year and return which rules found something."""
    judged = judge_period(settings.database, DECLARED, RULES, H1, run)
    assert judged.broken == ()
    with reading(settings.database) as connection:
        versions = submissions(connection, str(H1), run.now)
        found = findings_of(connection, versions, run.now)
    return [f.rule for s in versions for f in found[s.id]]


@pytest.fixture
def later() -> Run:
    return run_at(NOW + timedelta(days=1), "run-2")


def test_a_figure_that_fell_since_the_last_report_is_returned(settings: Settings, later: Run) -> None:
    keep(settings, report("2022-Q1", {"A05": 9}), State.ACCEPTED, "a")
    keep(settings, report("2022-H1", {"A05": 4}), None, "b")
    assert rules_found(settings, later) == ["TX01"]


@pytest.mark.parametrize("state", [None, State.RETURNED])
def test_a_report_that_does_not_count_is_no_history(settings: Settings, later: Run, state: State | None) -> None:
    keep(settings, report("2022-Q1", {"A05": 9}), state, "a")
    keep(settings, report("2022-H1", {"A05": 4}), None, "b")
    assert rules_found(settings, later) == []


def test_a_report_that_came_later_was_not_known(settings: Settings, later: Run) -> None:
    keep(settings, report("2022-H1", {"A05": 4}), None, "b")
    keep(settings, report("2022-Q1", {"A05": 9}), State.ACCEPTED, "a", days=3)
    assert rules_found(settings, later) == []
    assert rules_found(settings, run_at(NOW + timedelta(days=5), "run-3")) == ["TX01"]


def test_two_versions_of_the_form_are_judged_each_by_its_own(settings: Settings) -> None:
    third_quarter = Period.parse("2022-Q3")
    run = run_at(NOW + timedelta(days=120), "run-2")
    with writing(settings.database) as connection:
        for unit, form in (("30628", "commune/2021"), ("30631", "commune/2022")):
            submission, values = report("2022-Q3", {"C11": 5, "C12": -5}, unit=unit, form=form)
            keep_version(
                connection,
                None,
                unit=unit,
                period="2022-Q3",
                form_version=form,
                window_from=submission.window_from,
                window_to=submission.window_to,
                sha256=sha(form[-1]),
                values=values,
            )
    judge_period(settings.database, DECLARED, RULES, third_quarter, run)
    with reading(settings.database) as connection:
        versions = submissions(connection, "2022-Q3", run.now)
        found = findings_of(connection, versions, run.now)
    rules = {s.unit: {f.rule for f in found[s.id]} for s in versions}
    assert rules["30628"] == {"RG01", "PB01", "ID15"}
    assert rules["30631"] == {"RG01", "ID16"}
