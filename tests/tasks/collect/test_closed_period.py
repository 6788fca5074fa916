"""What comes after its period has closed is kept and answered, and does not count unless the period was reopened."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta

import pytest

from tasks.collect.folder import settled
from tasks.collect.intake import Intake, take_in
from tasks.notify.answers import Desk, write_letters
from tasks.store.approvals import Approval, add_approval
from tasks.store.database import reading, writing
from tasks.store.outbox import unsent
from tasks.store.raw import raw_path
from tasks.store.receipts import Receipt
from tasks.store.reopenings import Reopening, add_reopening
from tasks.store.submissions import submissions
from tasks.store.values import Outcome, Run
from tests.factory import COMMUNE, NEIGHBOUR, NOW, PERIOD, run_at
from tests.tasks.collect.conftest import Drop, workbook

LATER = NOW + timedelta(days=3)


@pytest.fixture
def intake(intake: Intake) -> Intake:
    """Return the taking in of a day after the period got its final release."""
    approval = Approval(PERIOD, "r001", "0" * 64, "chu-tich", "Chủ tịch", NOW)
    with writing(intake.settings.database) as connection:
        add_approval(connection, approval, run_at(NOW))
    return replace(intake, run=run_at(LATER, "run-2"))


def collected(intake: Intake) -> list[Receipt]:
    return take_in(intake, settled(intake.settings.home / "inbox"), lambda _: None)


def reopened(intake: Intake, unit: str, days: int) -> None:
    run = run_at(LATER - timedelta(hours=1))
    with writing(intake.settings.database) as connection:
        add_reopening(connection, Reopening(unit, PERIOD, "Nhầm cột", run.now, run.now + timedelta(days=days)), run)


def test_a_workbook_for_a_closed_period_is_kept_and_is_no_version(intake: Intake, drop: Drop) -> None:
    path = drop(workbook(), moment=LATER - timedelta(minutes=1))
    (receipt,) = collected(intake)
    assert (receipt.outcome, receipt.code, receipt.kept) == (Outcome.CLOSED, "period_closed", True)
    assert raw_path(intake.raw, receipt.arrival.sha256).is_file()
    assert not path.exists()
    with reading(intake.settings.database) as connection:
        assert submissions(connection, PERIOD, LATER) == []


def test_the_unit_is_told_that_the_period_has_closed_and_what_to_do(intake: Intake, drop: Drop) -> None:
    drop(workbook(), moment=LATER - timedelta(minutes=1))
    collected(intake)
    desk = Desk(intake.settings, intake.declarations, intake.period, Run("run-3", LATER))
    with writing(intake.settings.database) as connection:
        assert write_letters(connection, desk) == 1
        (letter,) = unsent(connection)
    assert letter.subject == f"[CCHC {PERIOD}] Kỳ đã đóng: biểu của thị trấn Chợ Mới chưa được tính"
    for said in ("«bieu.xlsx»", "xin mở lại kỳ", "đã được lưu nguyên trạng"):
        assert said in letter.body


def test_the_unit_for_which_it_was_reopened_may_send_the_same_file_again(intake: Intake, drop: Drop) -> None:
    drop(workbook(), moment=LATER - timedelta(minutes=1))
    collected(intake)
    reopened(intake, COMMUNE, days=5)
    drop(workbook(), name="lan-hai.xlsx", moment=LATER - timedelta(minutes=1))
    drop(workbook(unit=NEIGHBOUR), unit=NEIGHBOUR, moment=LATER - timedelta(minutes=1))
    outcomes = {r.arrival.unit: r.outcome for r in collected(intake)}
    assert outcomes == {COMMUNE: Outcome.SUBMITTED, NEIGHBOUR: Outcome.CLOSED}


def test_a_reopening_that_has_run_out_lets_nothing_in(intake: Intake, drop: Drop) -> None:
    reopened(intake, COMMUNE, days=5)
    after = LATER + timedelta(days=6)
    drop(workbook(), moment=after - timedelta(minutes=1))
    (receipt,) = collected(replace(intake, run=run_at(after, "run-9")))
    assert receipt.outcome is Outcome.CLOSED


def test_a_file_that_cannot_be_read_is_told_so_also_when_the_period_has_closed(intake: Intake, drop: Drop) -> None:
    drop(b"%PDF-1.7", moment=LATER - timedelta(minutes=1))
    (receipt,) = collected(intake)
    assert (receipt.outcome, receipt.code) == (Outcome.QUARANTINED, "not_a_workbook")
