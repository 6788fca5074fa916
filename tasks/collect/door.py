"""The door of collecting: what Prefect calls."""

from __future__ import annotations

from collections import Counter

from prefect import task

from config.load import load
from config.period import Period
from config.settings import Settings
from tasks.collect.folder import CHANNEL, misplaced, settled
from tasks.collect.intake import Intake, take_in
from tasks.events import finished, started
from tasks.retrying import RETRY_IO
from tasks.store.database import writing
from tasks.store.receipts import note_look
from tasks.store.values import Run


@task(name="collect", task_run_name="thu nhận {period}", **RETRY_IO)
def collect_task(period: str, today: str, run_id: str) -> dict[str, int]:
    """Take in what lies in the drop folders for `period` and return how many arrivals ended in each outcome."""
    settings = Settings()
    declarations = load(settings.config_dir)
    run = Run(run_id, declarations.calendar.moment(today))
    dropped = settled(settings.home / "inbox")
    with started("Thu nhận", len(dropped), "tệp") as progress:
        receipts = take_in(Intake(settings, declarations, Period.parse(period), run), dropped, progress)
    if loose := misplaced(settings.home / "inbox"):
        finished("Hộp thư", f"{len(loose)} mục nằm ngoài thư mục đơn vị, chưa thu: {', '.join(loose[:5])}")
    with writing(settings.database) as connection:
        note_look(connection, CHANNEL, run)
    return dict(Counter(str(r.outcome) for r in receipts))
