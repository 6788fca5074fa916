"""Every change of a state stands in the audit: who or what, when, and why."""

from __future__ import annotations

from datetime import timedelta
from itertools import product

import pytest
from sqlalchemy import Connection, select

from config.settings import PROJECT
from tasks.store import tables
from tasks.store.approvals import Approval, add_approval, note_declined
from tasks.store.outbox import Letter, add_letters, note_refused, note_sent
from tasks.store.receipts import Receipt, add_receipts
from tasks.store.reopenings import Reopening, add_reopening
from tasks.store.submissions import add_judgement, add_submissions, submissions
from tasks.store.values import Outcome, Run, State, Submission
from tests.factory import (
    COMMUNE,
    END_OF_TIME,
    NOW,
    PERIOD,
    make_arrival,
    make_finding,
    make_new_submission,
    run_at,
    sha,
)

VERDICTS = (State.RETURNED, State.ACCEPTED_WITH_WARNINGS, State.ACCEPTED)
PAIRS = list(product(VERDICTS, VERDICTS))
DOCUMENTED = (PROJECT / "docs" / "trang-thai.md").read_text(encoding="utf-8")


def said(connection: Connection) -> list[tuple[str, str, str, str]]:
    """Return the audit: action, subject, detail, who."""
    a = tables.audit.c
    rows = connection.execute(select(a.action, a.subject, a.detail, a.who).order_by(a.id))
    return [(row.action, row.subject, row.detail, row.who) for row in rows]


def versions(connection: Connection) -> list[Submission]:
    return submissions(connection, PERIOD, END_OF_TIME)


def judge(connection: Connection, place: int, state: State, name: str, minutes: int) -> None:
    run = run_at(NOW + timedelta(minutes=minutes), name)
    add_judgement(connection, versions(connection)[place], state, [make_finding()] * minutes, run)


@pytest.mark.parametrize("outcome", Outcome)
def test_every_outcome_of_an_arrival_is_said_with_its_code(connection: Connection, run: Run, outcome: Outcome) -> None:
    add_receipts(connection, [Receipt(make_arrival(), outcome, code="too_big")], run)
    assert said(connection) == [(f"receipt.{outcome}", make_arrival().sha256, "too_big", run.id)]
    assert f"`receipt.{outcome}`" in DOCUMENTED


@pytest.mark.parametrize(("first", "second"), PAIRS)
def test_every_verdict_and_every_change_of_it_is_said(connection: Connection, first: State, second: State) -> None:
    add_submissions(connection, [make_new_submission()], run_at(NOW))
    judge(connection, 0, first, "run-1", 1)
    judge(connection, 0, second, "run-2", 2)
    told = [(action, who) for action, _, _, who in said(connection)]
    assert told == [("submission.kept", "run-1"), (f"submission.{first}", "run-1"), (f"submission.{second}", "run-2")]
    assert f"`submission.{first}`" in DOCUMENTED


@pytest.mark.parametrize(("older", "newer"), PAIRS)
def test_a_version_put_out_of_force_and_back_is_said_to_be(connection: Connection, older: State, newer: State) -> None:
    for letter in "ab":
        add_submissions(connection, [make_new_submission(sha256=sha(letter))], run_at(NOW))
    judge(connection, 0, older, "run-1", 1)
    before = versions(connection)[0].state
    judge(connection, 1, newer, "run-2", 2)
    after = versions(connection)[0]
    told = [line for line in said(connection) if line[1] == str(after.id) and line[3] == "run-2"]
    changed = [("submission.superseded", str(after.id), "by v2", "run-2")] if after.state is not before else []
    assert told == changed
    judge(connection, 1, State.RETURNED, "run-3", 3)
    assert versions(connection)[0].state is older
    back = [line for line in said(connection) if line[1] == str(after.id) and line[3] == "run-3"]
    assert back == ([(f"submission.{older}", str(after.id), "in force again", "run-3")] if changed else [])


def test_what_people_decide_is_said_with_their_reason(connection: Connection, run: Run) -> None:
    add_reopening(connection, Reopening(COMMUNE, PERIOD, "Nhầm cột", NOW, NOW + timedelta(days=3)), run)
    add_approval(connection, Approval(PERIOD, "r001", "0" * 64, "chu-tich", "Chủ tịch", NOW), run)
    note_declined(connection, PERIOD, "r002", "pho-chu-tich", run)
    assert said(connection) == [
        ("period.reopened", f"{COMMUNE}/{PERIOD}", "Nhầm cột", run.id),
        ("release.approved", f"{PERIOD}/r001", "chu-tich", run.id),
        ("release.declined", f"{PERIOD}/r002", "pho-chu-tich", run.id),
    ]


def test_what_becomes_of_a_letter_is_said(connection: Connection, run: Run) -> None:
    letter = Letter("k", COMMUNE, "a@example.vn", "Về biểu", "Kính gửi", None)
    add_letters(connection, [letter], run)
    note_refused(connection, letter, "hộp thư đầy", run)
    note_sent(connection, letter, run)
    assert said(connection) == [
        ("letter.written", "k", "a@example.vn", run.id),
        ("letter.refused", "k", "hộp thư đầy", run.id),
        ("letter.sent", "k", "a@example.vn", run.id),
    ]


@pytest.mark.parametrize(
    "action",
    [
        "submission.kept", "submission.superseded", "calculation.made", "release.published", "release.approved",
        "release.declined", "period.reopened", "letter.written", "letter.sent", "letter.refused", "post.stuck",
        "rule.broken", "reading.begun", "reading.ended", "collect.looked", "store.backed_up", "store.restored",
        "store.rebuilt", "service.started", "form.issued", "stage.evaluated", "alarm.raised", "alarm.closed",
    ],
)  # fmt: skip
def test_every_line_of_the_audit_is_explained(action: str) -> None:
    assert f"`{action}`" in DOCUMENTED
