"""What runs by schedule finds out by itself what is owed: late, twice or two at once, each thing is done once."""

from __future__ import annotations

import json
from datetime import datetime
from functools import partial
from pathlib import Path
from time import sleep

import pytest

from config.load import Declarations
from config.period import Period, Window
from config.service import load_service
from config.settings import Settings
from flows.owed import Desk, periods_to_release
from tasks.store.alone import alone
from tasks.store.database import reading, writing
from tasks.store.owed import issued_units, note_issued, oldest_unsent
from tests.factory import ZONE, keep_version, run_at, sha
from tests.flows.conftest import Due, drop
from tests.flows.prefect_api import ask

KEYS = ["don-vi-2022-h1", "ban-cong-bo-2022-h1"]


def test_forms_are_issued_once_when_the_period_has_opened(home: Path, settings: Settings, due: Due) -> None:
    assert due("issue_due_forms", today="2022-06-06T07:00") == {"2022-H1": 19}  # a day late: nothing ran on the 4th
    assert len(list((home / "forms" / "2022-H1").glob("*.xlsx"))) == 19
    (home / "forms" / "2022-H1" / "30628-2022-H1.xlsx").unlink()  # sent and taken away: not owed again
    assert due("issue_due_forms", today="2022-06-07T07:00") == {}
    with writing(settings.database) as connection:
        assert len(issued_units(connection, "2022-H1")) == 19


def test_a_period_is_collected_then_published_after_its_deadline_and_only_once(
    home: Path, settings: Settings, due: Due, prefect_server: str
) -> None:
    drop(home, "30628", "2022-06-15T09:00")
    drop(home, "30643", "2022-06-15T09:00")  # to be returned
    assert due("collect_due", today="2022-06-15T09:05") == {"submitted": 2}
    assert due("collect_due", today="2022-06-15T09:05") == {}
    assert due("release_due", today="2022-06-20T17:30") == {}  # still in time
    assert due("release_due", today="2022-06-23T17:30") == {"2022-H1": 1}  # nothing ran on the 21st and 22nd
    assert due("release_due", today="2022-06-24T17:30") == {"2022-H1": 0}
    assert [p.name for p in sorted((home / "published" / "2022-H1").glob("r*"))] == ["r001"]
    _is_told_on_the_server(prefect_server)


def _is_told_on_the_server(address: str) -> None:
    """See that people and other automations find on the server what was done: events, a table, a link, named runs."""
    kinds = ["cchc.submission.accepted", "cchc.submission.returned", "cchc.release.published"]
    ours = {"filter": {"event": {"name": kinds}}}
    told = {
        ("cchc.submission.accepted", "2022-H1.30628.v1"),
        ("cchc.submission.returned", "2022-H1.30643.v1"),
        ("cchc.release.published", "2022-H1 r001"),
    }
    for _ in range(480):  # events travel behind the run
        events = ask(address, "/events/filter", ours)["events"]
        found = {(e["event"], e["resource"]["prefect.resource.name"]) for e in events}
        if told <= found:
            break
        sleep(0.25)
    assert told <= found
    artifacts = ask(address, "/artifacts/latest/filter", {"artifacts": {"key": {"any_": KEYS}}})
    keys = {a["key"]: a["data"] for a in artifacts}
    row = next(row for row in json.loads(keys["don-vi-2022-h1"]) if row["Mã"] == "30628")
    assert (row["Lần nộp"], row["Tình trạng"]) == ("1", "Chấp nhận")
    assert "r001" in keys["ban-cong-bo-2022-h1"]
    names = {"thu nhận theo lịch 2022-06-15T09:05", "công bố kỳ đã hết hạn 2022-06-23T17:30"}
    named = {"flow_runs": {"name": {"any_": sorted(names)}}}  # the server is shared: of others it tells many
    assert {run["name"] for run in ask(address, "/flow_runs/filter", named)} == names


def test_while_another_run_works_the_frequent_one_leaves_it_to_the_next(
    home: Path, settings: Settings, due: Due
) -> None:
    drop(home, "30628", "2022-06-15T09:00")
    with alone(settings) as free:
        assert free
        assert due("collect_due", today="2022-06-15T09:05") == {}
    assert (home / "inbox" / "30628" / "30628.xlsx").exists()
    assert due("collect_due", today="2022-06-15T09:10") == {"submitted": 1}


def test_a_clock_before_the_last_run_loses_nothing(home: Path, due: Due) -> None:
    assert due("collect_due", today="2022-06-15T09:05") == {}
    drop(home, "30628", "2022-06-15T09:00")
    assert due("collect_due", today="2022-06-10T09:05") == {"submitted": 1}


@pytest.mark.parametrize(
    ("planned", "began", "moment"),
    [
        ("2022-06-20T17:30:00", "2022-06-20T17:30:06", "2022-06-20T17:30:00"),
        ("2022-06-20T17:30:00", "2022-06-20T17:29:58", "2022-06-20T17:30:00"),
        ("2022-06-20T23:55:00", "2022-06-20T23:59:59", "2022-06-20T23:55:00"),
        ("2022-06-20T23:55:00", "2022-06-21T00:00:01", "2022-06-21T00:00:01"),  # no longer in time
        ("2022-06-17T07:00:00", "2022-06-20T09:12:00", "2022-06-20T09:12:00"),
    ],
)
def test_a_run_works_as_of_its_plan_unless_it_begins_on_a_later_day(planned: str, began: str, moment: str) -> None:
    from flows.moment import moment_between  # noqa: PLC0415

    at = [datetime.fromisoformat(text).replace(tzinfo=ZONE) for text in (planned, began, moment)]
    assert moment_between(at[0], at[1]) == at[2]


def test_what_is_to_be_released(settings: Settings, declarations: Declarations) -> None:
    service = load_service(settings.config_dir, declarations.calendar)

    def owed(now: str) -> list[str]:
        return [str(p) for p in periods_to_release(Desk(settings, declarations, service, now))]

    assert owed("2022-06-21") == []  # nothing was submitted
    with writing(settings.database) as connection:
        keep_version(connection, period="2022-Q1", sha256=sha("b"), moment=datetime(2022, 3, 15, tzinfo=ZONE))
        keep_version(connection, moment=datetime(2022, 6, 15, tzinfo=ZONE))
    assert owed("2022-06-20") == ["2022-Q1"]  # never published, though another period has opened since
    assert owed("2022-06-21") == ["2022-Q1", "2022-H1"]


def test_a_period_that_cannot_be_published_does_not_keep_the_later_ones_back() -> None:
    from flows.due import one_by_one  # noqa: PLC0415  heavy, and only for these

    periods, done = [Period.parse(p) for p in ("2021-YEAR", "2022-Q1", "2022-H1")], []

    def work(period: Period) -> int:
        if period.window is Window.Q1:
            raise LookupError(str(period))
        done.append(str(period))
        return 1

    owed = [(str(period), partial(work, period)) for period in periods]
    with pytest.raises(LookupError, match="2022-Q1"):
        one_by_one(owed)
    assert done == ["2021-YEAR", "2022-H1"]
    assert one_by_one(owed[::2]) == {"2021-YEAR": 1, "2022-H1": 1}


def test_two_at_once_is_one_after_the_other(settings: Settings) -> None:
    with alone(settings) as first:
        assert first
        with alone(settings, patience=0.3) as second:
            assert not second
    with alone(settings) as third:
        assert third


def test_forms_issued_are_remembered_by_period_and_unit(settings: Settings) -> None:
    with writing(settings.database) as connection:
        note_issued(connection, "2022-H1", ["30628", "893"], run_at(datetime(2022, 6, 4, tzinfo=ZONE)))
    with reading(settings.database) as connection:
        assert issued_units(connection, "2022-H1") == {"30628", "893"}
        assert issued_units(connection, "2022-Q3") == set()
        assert oldest_unsent(connection) is None


def test_a_stage_is_evaluated_once_a_year_when_the_year_was_reported(settings: Settings, due: Due) -> None:
    assert due("evaluate_stage_due", today="2023-02-08T08:00") == {}  # nothing to evaluate
    with writing(settings.database) as connection:
        keep_version(connection, period="2022-YEAR", moment=datetime(2022, 12, 16, tzinfo=ZONE))
    assert due("evaluate_stage_due", today="2023-02-05T08:00") == {}
    assert due("evaluate_stage_due", today="2023-02-08T08:00") == {"GD1": 1}  # nothing ran on the 6th
    assert due("evaluate_stage_due", today="2023-02-09T08:00") == {}
