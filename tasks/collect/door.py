"""The door of collecting: what Prefect calls."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from heapq import merge

from prefect import task

from config.load import load
from config.period import Period
from config.settings import Settings
from tasks.collect import folder, mailbox, sandbox
from tasks.collect.cluster import OnCluster, read_kept
from tasks.collect.imap import MailboxError, MailServerGoneError
from tasks.collect.intake import take_in
from tasks.collect.job import Begin, Intake
from tasks.collect.late import takes_of
from tasks.events import finished, started, warned
from tasks.retrying import RETRY_IO
from tasks.store.database import writing
from tasks.store.door import spread_over
from tasks.store.files import sweep
from tasks.store.raw import sha256_of
from tasks.store.receipts import Receipt, note_look
from tasks.store.values import Run


@task(name="collect", task_run_name="thu nhận {period}", **RETRY_IO)
def collect_task(period: str, today: str, run_id: str) -> dict[str, int]:
    """Take in what lies in the drop folders for `period` and return how many arrivals ended in each outcome.

    A workbook of another period that still takes figures of its unit, late or reopened, is taken in for that one.
    """
    settings = Settings()
    declarations = load(settings.config_dir)
    run = Run(run_id, declarations.calendar.moment(today))
    with _reader(settings) as begin:
        takes = takes_of(settings, declarations, run.now)
        intake = Intake(settings, declarations, Period.parse(period), run, begin, takes)
        return dict(Counter(str(r.outcome) for r in _collect(intake)))


@contextmanager
def _reader(settings: Settings) -> Iterator[Begin]:
    """Give how workbooks are read: by workers of this machine, or by the Dask cluster that the settings name.

    The cluster is handed hashes, not bytes: its machines see the same raw store. What it read is written down here.
    """
    with spread_over(settings) as cluster:
        if cluster is None:
            yield sandbox.begin
            return
        raw = str((settings.home / "raw").resolve())

        def begin(files: Sequence[bytes]) -> OnCluster:
            future = cluster.submit(read_kept, raw, [sha256_of(data) for data in files], pure=False)
            return OnCluster(future.result)

        yield begin


def _collect(intake: Intake) -> list[Receipt]:
    sweep(intake.settings.home)
    dropped = folder.settled(intake.settings.home / "inbox")
    looked, receipts = [folder.CHANNEL], list[Receipt]()
    with started("Thu nhận", len(dropped), "tệp") as progress:
        if intake.settings.imap_host:
            try:
                receipts += _with_mails(intake, dropped, progress)
                looked.append(mailbox.CHANNEL)
            except (MailboxError, MailServerGoneError) as trouble:  # the folders must not wait for a mail server
                warned(f"Hộp thư: {trouble}")
        receipts += take_in(intake, dropped, progress)  # what has been taken in with the mails is gone by now
    if waiting := sum(one.is_unchanged() for one in dropped):
        finished("Thư mục nộp", f"{waiting} tệp vừa đến có vẻ còn đang chép, để lại cho lần thu sau")
    if loose := folder.misplaced(intake.settings.home / "inbox"):
        finished("Thư mục nộp", f"{len(loose)} mục không phải thư mục của đơn vị, chưa thu: {', '.join(loose[:5])}")
    with writing(intake.settings.database) as connection:
        for channel in looked:
            note_look(connection, channel, intake.run)
    return receipts


def _with_mails(intake: Intake, dropped: list[folder.Dropped], progress: Callable[[int], None]) -> list[Receipt]:
    """Take in files and mails in the order in which they came: the later of two versions counts, by whichever way."""
    now = intake.run.now
    with mailbox.open_mailbox(intake.settings, intake.declarations, now, sandbox.parse) as box:
        return take_in(intake, merge(dropped, box.arrivals(), key=lambda one: one.received_at(None, now)), progress)
