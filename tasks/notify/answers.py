"""Which letters a period owes: one for each newest version to mend or look at, one for each refused file."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

from sqlalchemy import Connection

from config.load import Declarations
from config.period import Period
from config.refusal import load_refusals
from config.settings import Settings
from tasks.notify.letters import answer, refusal
from tasks.store.outbox import Letter, add_letter, is_written
from tasks.store.receipts import receipts
from tasks.store.submissions import findings_of, newest, submissions
from tasks.store.values import REFUSED, Run, State

ANSWERED = (State.RETURNED, State.ACCEPTED_WITH_WARNINGS)


@dataclass(frozen=True)
class Desk:
    """What writing letters needs: where things lie, what is declared, for which period, in which run."""

    settings: Settings
    declarations: Declarations
    period: Period
    run: Run

    @property
    def templates(self) -> Path:
        """Where the words lie that the data team can edit."""
        return self.settings.config_dir / "letters"


def write_letters(connection: Connection, desk: Desk) -> int:
    """Put the letters that the period owes and that were never written into the outbox; return how many."""
    owed = [*_answers(connection, desk), *_refusals(connection, desk)]
    new = [letter for letter in owed if not is_written(connection, letter.key)]
    for letter in new:
        add_letter(connection, letter, desk.run)
    return len(new)


def _answers(connection: Connection, desk: Desk) -> Iterator[Letter]:
    versions = newest(submissions(connection, str(desk.period), desk.run.now))
    to_answer = [s for s in versions if s.state in ANSWERED]
    findings = findings_of(connection, to_answer, desk.run.now)
    for submission in to_answer:
        file = submission.returned_file
        attachment = file if (desk.settings.home / file).is_file() else None
        yield answer(submission, findings[submission.id], desk.declarations, desk.templates, attachment)


def _refusals(connection: Connection, desk: Desk) -> Iterator[Letter]:
    texts = load_refusals(desk.settings.config_dir)
    for receipt in receipts(connection, str(desk.period), desk.run.now):
        if receipt.outcome in REFUSED and receipt.code:
            sentence = texts[receipt.code].sentence(receipt.place, receipt.found)
            yield refusal(receipt, sentence, desk.period, desk.declarations, desk.templates)
