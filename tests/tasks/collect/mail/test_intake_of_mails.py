"""Facts about taking in mails beside dropped files: one promise for both ways."""

from __future__ import annotations

from datetime import timedelta
from heapq import merge

import pytest

from config.settings import Settings
from tasks.collect.folder import settled
from tasks.collect.intake import Intake, take_in
from tasks.collect.mailbox import open_mailbox
from tasks.store.database import reading
from tasks.store.raw import fetch, sha256_of
from tasks.store.receipts import Receipt, kept_hashes, receipts
from tasks.store.submissions import newest, submissions
from tasks.store.values import Outcome, Submission
from tests.factory import COMMUNE, END_OF_TIME, NEIGHBOUR, NOW, PERIOD, RECEIVED
from tests.tasks.collect.conftest import Drop, workbook
from tests.tasks.collect.mail.conftest import Folder
from tests.tasks.collect.mail.factory import FAILED, make_mail


@pytest.fixture
def intake(mail_settings: Settings, intake: Intake) -> Intake:
    """Return what taking in needs, mails included."""
    return Intake(mail_settings, intake.declarations, intake.period, intake.run)


def collect(intake: Intake) -> list[Receipt]:
    """Take in what lies in the drop folders and in the mailbox, in the order in which it came."""
    dropped = settled(intake.settings.home / "inbox")
    with open_mailbox(intake.settings, intake.declarations, NOW) as box:
        incoming = merge(dropped, box.arrivals(), key=lambda one: one.received_at(None, NOW))
        return take_in(intake, incoming, lambda _: None)


def kept(intake: Intake) -> list[Submission]:
    """Return the versions in the store."""
    with reading(intake.settings.database) as connection:
        return submissions(connection, PERIOD, END_OF_TIME)


def test_a_form_sent_by_mail_becomes_a_version(intake: Intake, folder: Folder) -> None:
    folder.deliver(make_mail([("Biểu.xlsx", workbook())]))
    [receipt] = collect(intake)
    [submission] = kept(intake)
    assert receipt.outcome is Outcome.SUBMITTED
    assert (submission.unit, submission.file_name, submission.received_at) == (COMMUNE, "Biểu.xlsx", RECEIVED)
    assert fetch(intake.raw, submission.sha256) == workbook()
    assert folder.uids("UNSEEN") == []
    assert collect(intake) == []


def test_the_same_form_by_both_ways_is_a_duplicate(intake: Intake, folder: Folder, drop: Drop) -> None:
    drop(workbook())
    folder.deliver(make_mail([("bieu.xlsx", workbook())]))
    assert sorted(r.outcome for r in collect(intake)) == ["duplicate", "submitted"]


@pytest.mark.parametrize("mail_is_later", [True, False])
def test_the_later_of_two_versions_counts_by_whichever_way_it_came(
    intake: Intake, folder: Folder, drop: Drop, mail_is_later: bool
) -> None:
    by_mail, by_folder = workbook({"C51": 77}), workbook({"C51": 78})
    folder.deliver(make_mail([("thu.xlsx", by_mail)]), at=RECEIVED + timedelta(hours=1 if mail_is_later else -1))
    drop(by_folder)
    collect(intake)
    [last] = newest(kept(intake))
    assert last.sha256 == sha256_of(by_mail if mail_is_later else by_folder)


def test_nobody_submits_for_another_by_mail(intake: Intake, folder: Folder) -> None:
    theirs = [("a.xlsx", workbook(unit=NEIGHBOUR))]
    folder.deliver(make_mail(theirs), make_mail(theirs, top=FAILED), make_mail([("b.xlsx", workbook())], top=FAILED))
    assert [r.code for r in collect(intake)] == ["wrong_unit", "sender_unverified", "sender_unverified"]
    assert kept(intake) == []


def test_what_is_no_form_is_written_down_once_and_its_mail_kept(intake: Intake, folder: Folder) -> None:
    folder.deliver(make_mail([]), make_mail(extra=[("Auto-Submitted", "auto-replied")]), make_mail([("a.xlsx", b"")]))
    collect(intake)
    collect(intake)
    with reading(intake.settings.database) as connection:
        found = receipts(connection, PERIOD, END_OF_TIME)
        hashes = kept_hashes(connection)
    assert [(str(r.outcome), r.code) for r in found] == [
        ("quarantined", "no_workbook"),
        ("ignored", "automatic_mail"),
        ("quarantined", "empty_file"),
    ]
    assert all(sha256_of(fetch(intake.raw, sha256)) == sha256 for sha256 in hashes)
    assert len(hashes) == 4  # three mails and the file in one of them


def test_a_mail_server_that_is_gone_does_not_stop_the_folders(
    intake: Intake, drop: Drop, monkeypatch: pytest.MonkeyPatch
) -> None:
    from tasks.collect.door import _collect  # noqa: PLC0415

    drop(workbook())
    gone = Intake(intake.settings.model_copy(update={"imap_port": 1}), intake.declarations, intake.period, intake.run)
    assert [r.outcome for r in _collect(gone)] == [Outcome.SUBMITTED]
