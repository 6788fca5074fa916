"""What runs by itself: days and months follow from the calendar, times of day are declared."""

from __future__ import annotations

import shutil
from dataclasses import replace
from datetime import date, datetime, time
from pathlib import Path

import pytest

from config.element import Level
from config.load import Declarations
from config.period import ALL_PERIODS, Period
from config.service import Job, Service, load_service
from config.settings import PROJECT
from config.strict import DeclarationError
from tests.factory import ZONE

H1 = Period.parse("2022-H1")


@pytest.fixture
def service(declarations: Declarations) -> Service:
    return load_service(PROJECT / "config", declarations.calendar)


def on(day: str) -> datetime:
    return datetime.fromisoformat(day).replace(tzinfo=ZONE)


def test_a_period_opens_before_its_cut_off_and_is_past_after_the_last_deadline(service: Service) -> None:
    assert service.opens(H1) == date(2022, 6, 4)
    assert service.last_deadline(H1) == date(2022, 6, 20)
    assert not service.is_past(H1, on("2022-06-20T23:59"))
    assert service.is_past(H1, on("2022-06-21T00:00"))


@pytest.mark.parametrize(
    ("moment", "period"),
    [("2022-06-03T23:59", "2022-Q1"), ("2022-06-04T00:00", "2022-H1"), ("2022-09-03T12:00", "2022-H1")],
)
def test_the_open_period_is_the_last_one_that_opened(service: Service, moment: str, period: str) -> None:
    assert str(service.open_period(on(moment))) == period


def test_before_the_programme_nothing_is_open(service: Service) -> None:
    assert service.open_period(on("2021-01-01")) is None
    assert not service.in_season(on("2021-01-01"))


def test_the_season_ends_when_late_ones_are_no_longer_waited_for(service: Service) -> None:
    assert service.in_season(on("2022-07-20T12:00"))
    assert not service.in_season(on("2022-07-21T12:00"))


def test_every_day_of_every_season_lies_in_a_month_of_the_schedule(service: Service) -> None:
    assert service.season_months == (1, 3, 4, 6, 7, 9, 10, 12)
    for period in ALL_PERIODS:
        assert {service.opens(period).month, service.season_ends(period).month} <= set(service.season_months)


def test_each_job_has_its_times(service: Service) -> None:
    assert {job: service.crons(job) for job in Job} == {
        Job.ISSUE_FORMS: ("0 7 * * *",),
        Job.COLLECT: ("*/5 * * 1,3,4,6,7,9,10,12 *", "30 6 * * *"),
        Job.REMIND: ("0 8 * * *",),
        Job.RELEASE: ("30 17 * * *",),
        Job.STAGE: ("0 8 6 2 *",),
        Job.WATCH: ("20 * * * *",),
    }


def test_a_stage_is_evaluated_when_every_report_of_the_year_is_closed(service: Service) -> None:
    years = [p for p in ALL_PERIODS if p.window == "YEAR"]
    closed = [service.calendar.last_open_day(p, level) for p in years for level in (Level.DISTRICT, Level.COMMUNE)]
    assert max((d.month, d.day) for d in closed) == (2, 5)


@pytest.mark.parametrize(
    ("day", "year"), [("2022-02-05", None), ("2022-02-06", 2021), ("2023-02-05", 2021), ("2026-05-01", 2025)]
)
def test_the_year_of_a_stage_s_evaluation_follows_from_the_day(service: Service, day: str, year: int | None) -> None:
    assert service.stage_year(on(day)) == year


@pytest.mark.parametrize("days", [1, 5, 12, 20, 45])
def test_a_stage_is_evaluated_once_its_last_report_is_closed_however_soon_that_is(service: Service, days: int) -> None:
    closing = replace(service.calendar.file, closes_after_days=days)
    soon = replace(service, calendar=replace(service.calendar, file=closing))
    last = max(
        soon.calendar.last_open_day(Period.parse("2023-YEAR"), level) for level in (Level.DISTRICT, Level.COMMUNE)
    )
    assert soon.stage_year(datetime.combine(last, time(12), soon.calendar.zone)) == 2022
    assert soon.stage_year(on("2024-06-01")) == 2023


@pytest.mark.parametrize(
    ("old", "new", "line", "says"),
    [
        ('issue_forms: "07:00"', 'issue_forms: "7h"', '"7h"', "giờ và phút"),
        ('release: "17:30"', "release: 17:30", "release:", "17:30"),
        ("forms_days_before: 10", "forms_days_before: 0", "forms_days_before", "lớn hơn 0"),
        ("forms_days_before: 10", "forms_days_before: 90", "forms_days_before", "mở ngày .* chưa hết hạn"),
        ("watch_minute: 20", "watch_minute: 60", "watch_minute", "không được quá 59"),
        ("unsent_letter:", "unsent_leter:", "unsent_leter", "khóa lạ"),
    ],
)
def test_a_slip_is_refused_with_its_line(
    declarations: Declarations, tmp_path: Path, old: str, new: str, line: str, says: str
) -> None:
    file = tmp_path / "service.yaml"
    shutil.copy(PROJECT / "config" / "service.yaml", file)
    text = file.read_text(encoding="utf-8")
    assert old in text
    file.write_text(text.replace(old, new), encoding="utf-8")
    with pytest.raises(DeclarationError, match=says) as refusal:
        load_service(tmp_path, declarations.calendar)
    at = next(n for n, text in enumerate(file.read_text(encoding="utf-8").splitlines(), 1) if line in text)
    assert refusal.value.line == at
