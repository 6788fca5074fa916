"""Which letters a period owes: on each newest version to mend or look at, each refused file, each alert now mended."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import datetime
from functools import cached_property

from sqlalchemy import Connection

from config.load import Declarations
from config.period import Period
from config.refusal import load_refusals
from config.settings import Settings
from tasks.notify.letters import Study, answer, closing, refusal
from tasks.notify.repeated import repeated_faults
from tasks.store.alerts import Alert, Event, note_alert, open_alerts
from tasks.store.mending import is_mended, last_usable
from tasks.store.outbox import Channel, Letter, add_letters, is_written
from tasks.store.receipts import Receipt, receipts
from tasks.store.submissions import findings_of, newest, submissions
from tasks.store.values import COUNTED, REFUSED, Outcome, Run, State, Submission

NO_FORM = "no_workbook"  # a mail in which there is nothing to mend: a word of thanks is answered, and that is all
ANSWERED = (State.RETURNED, State.ACCEPTED_WITH_WARNINGS)


@dataclass(frozen=True)
class Desk:
    """What writing letters needs: where things lie, what is declared, for which period, in which run."""

    settings: Settings
    declarations: Declarations
    period: Period
    run: Run

    @cached_property
    def study(self) -> Study:
        """Where the words of letters are found."""
        return Study(self.declarations, self.settings.config_dir / "letters", self.run.now)


@dataclass(frozen=True)
class Owed:
    """Letters about one thing, and what the first of them does to the alert of its unit."""

    letters: list[Letter]
    event: Event | None
    received_at: datetime


def write_letters(connection: Connection, desk: Desk) -> int:
    """Put the letters that the period owes and that were never written into the outbox; return how many mails."""
    written = 0
    for owed in (*_answers(connection, desk), *_refusals(connection, desk)):
        written += _write(connection, desk, owed)
    for owed in list(_closings(connection, desk)):  # after the alerts that this very run opened
        written += _write(connection, desk, owed)
    return written


def _write(connection: Connection, desk: Desk, owed: Owed) -> int:
    new = add_letters(connection, owed.letters, desk.run)
    first = owed.letters[0]
    if owed.event and first in new:
        about = Alert(first.unit, str(desk.period), first.key, owed.received_at, desk.run.now, 1)
        note_alert(connection, owed.event, about, desk.run)
    return sum(letter.channel is Channel.MAIL for letter in new)


def _answers(connection: Connection, desk: Desk) -> Iterator[Owed]:
    versions = newest(submissions(connection, str(desk.period), desk.run.now))
    to_answer = [s for s in versions if s.state in ANSWERED and not is_written(connection, s.answer_key)]
    findings = findings_of(connection, to_answer, desk.run.now)
    units = {s.unit for s in to_answer}
    repeated = repeated_faults(connection, desk.declarations, desk.period, desk.run, units) if units else {}
    for submission in to_answer:
        file = submission.returned_file
        attachment = file if (desk.settings.home / file).is_file() else None
        letters = answer(desk.study, submission, findings[submission.id], repeated[submission.unit], attachment)
        yield Owed(letters, Event.OPENED, submission.received_at)


def _refusals(connection: Connection, desk: Desk) -> Iterator[Owed]:
    texts = load_refusals(desk.settings.config_dir)
    versions, received = newest(submissions(connection, str(desk.period), desk.run.now)), _received(connection, desk)
    by_unit, last = {s.unit: s for s in versions}, last_usable(versions, received)
    before = _standing(versions)
    for receipt in received:
        if receipt.outcome in REFUSED and receipt.code:
            arrival = receipt.arrival
            # What was refused before something came that could be read has been made good already; what came after
            # the period closed cannot be.
            later = by_unit.get(arrival.unit) if is_mended(receipt, last) else None
            stands = _asks(receipt) and not later
            letters = refusal(desk.study, receipt, texts[receipt.code], desk.period, later, before.get(arrival.unit))
            yield Owed(letters, Event.OPENED if stands else None, arrival.received_at)


def _asks(receipt: Receipt) -> bool:
    """Return whether the answer to `receipt` asks the unit to send a file again that it sent."""
    return receipt.outcome is Outcome.QUARANTINED and receipt.code != NO_FORM


def _standing(versions: Iterable[Submission]) -> dict[str, Submission]:
    """Return by unit the newest of `versions` if it counts, or was returned and waits to be mended."""
    return {s.unit: s for s in versions if s.state in COUNTED or s.state is State.RETURNED}


def _closings(connection: Connection, desk: Desk) -> Iterator[Owed]:
    alerts = open_alerts(connection, str(desk.period), desk.run.now)
    if not alerts:
        return
    versions = newest(submissions(connection, str(desk.period), desk.run.now))
    received = _received(connection, desk)
    last = last_usable(versions, received)
    # A good form and a bad file of one mail came at one moment: nobody knows which of them was meant to mend the other.
    asked = {r.arrival.unit for r in received if _asks(r) and not is_mended(r, last)}
    for submission in versions:
        alert = alerts.get(submission.unit)
        if (
            alert
            and submission.unit not in asked
            and submission.state is State.ACCEPTED
            and last[submission.unit] >= alert.received_at
        ):
            yield Owed(closing(desk.study, submission, alert), Event.CLOSED, submission.received_at)


def _received(connection: Connection, desk: Desk) -> list[Receipt]:
    return receipts(connection, str(desk.period), desk.run.now)
