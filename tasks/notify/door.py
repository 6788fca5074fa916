"""The door of notifying: what Prefect calls."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from prefect import task

from config.load import load
from config.period import Period
from config.settings import Settings
from tasks.notify.alarming import write_alarms
from tasks.notify.answers import Desk, write_letters
from tasks.notify.letters import Study
from tasks.notify.reminders import write_reminders
from tasks.notify.send import send_all
from tasks.notify.trouble import mail_trouble
from tasks.retrying import RETRY_IO
from tasks.store.alarms import Alarm
from tasks.store.database import reading, writing
from tasks.store.outbox import count_unsent, note_stuck
from tasks.store.values import Run


@task(name="write-letters", task_run_name="viết thư {period}", **RETRY_IO)
def write_letters_task(period: str, today: str, run_id: str) -> int:
    """Write the letters that `period` owes into the outbox and return how many are new."""
    settings = Settings()
    declarations = load(settings.config_dir)
    run = Run(run_id, declarations.calendar.moment(today))
    with writing(settings.database) as connection:
        return write_letters(connection, Desk(settings, declarations, Period.parse(period), run))


@task(name="write-reminders", task_run_name="viết thư nhắc {period}", **RETRY_IO)
def write_reminders_task(period: str, today: str, run_id: str) -> int:
    """Write the reminders that `period` owes on `today` into the outbox and return how many mails are new."""
    settings = Settings()
    declarations = load(settings.config_dir)
    run = Run(run_id, declarations.calendar.moment(today))
    with writing(settings.database) as connection:
        return write_reminders(connection, Desk(settings, declarations, Period.parse(period), run))


@task(name="write-alarms", task_run_name="viết thư báo động", **RETRY_IO)
def write_alarms_task(found: Sequence[Mapping[str, str]], today: str, run_id: str) -> int:
    """Write to the data team what is newly amiss of `found` (kind, subject, sentence) and what is over; count mails."""
    settings = Settings()
    declarations = load(settings.config_dir)
    run = Run(run_id, declarations.calendar.moment(today))
    study = Study(declarations, settings.config_dir / "letters", run.now)
    with writing(settings.database) as connection:
        return write_alarms(connection, study, [Alarm(**one) for one in found], run)


@task(name="send-letters", task_run_name="gửi thư")
def send_letters_task(today: str, run_id: str) -> dict[str, object]:
    """Send what waits in the outbox; return how many letters went out, how many still wait, and why if one knows.

    A mail server that is down stops nothing else: the letters wait for the next run.
    """
    settings = Settings()
    run = Run(run_id, load(settings.config_dir).calendar.moment(today))
    before, trouble = _waiting(settings), ""
    try:
        send_all(settings, run)
    except OSError as fault:  # of which every smtplib.SMTPException is one
        trouble = mail_trouble(fault, settings)
        with writing(settings.database) as connection:
            note_stuck(connection, f"{settings.smtp_host}:{settings.smtp_port}", trouble, run)
    waiting = _waiting(settings)
    return {"sent": before - waiting, "waiting": waiting, "trouble": trouble}


def _waiting(settings: Settings) -> int:
    with reading(settings.database) as connection:
        return count_unsent(connection)
