"""The door of forms: what Prefect calls."""

from __future__ import annotations

from pathlib import Path

from prefect import task

from config.load import load
from config.period import Period
from config.settings import Settings
from tasks.events import started
from tasks.forms.returns import to_annotate, write_annotated
from tasks.forms.written import write_forms
from tasks.retrying import RETRY_IO
from tasks.store.database import reading, writing
from tasks.store.door import spread_over
from tasks.store.owed import note_issued
from tasks.store.values import Run


@task(name="issue-forms", task_run_name="phát biểu {period}", **RETRY_IO)
def issue_task(period: str, folder: str, units: list[str]) -> list[str]:
    """Write one workbook for each of `units` into `folder` and return their paths."""
    settings, where = Settings(), str(Path(folder).resolve())
    chunks = [units[start : start + settings.chunk] for start in range(0, len(units), settings.chunk)]
    with started("Phát biểu", len(units), "biểu") as progress, spread_over(settings) as cluster:
        if cluster is None:
            return write_forms(period, folder, units, progress)
        futures = [cluster.submit(write_forms, period, where, chunk, pure=False) for chunk in chunks]
        written: list[str] = []
        for future, chunk in zip(futures, chunks, strict=True):
            written += future.result()
            progress(len(chunk))
        return written


@task(name="note-issued", task_run_name="ghi đã phát biểu {period}", **RETRY_IO)
def note_issued_task(period: str, units: list[str], today: str, run_id: str) -> None:
    """Keep that the form of `period` has been issued to each of `units`."""
    settings = Settings()
    run = Run(run_id, load(settings.config_dir).calendar.moment(today))
    with writing(settings.database) as connection:
        note_issued(connection, period, units, run)


@task(name="annotate", task_run_name="ghi chú lỗi {period}", **RETRY_IO)
def annotate_task(period: str, today: str) -> int:
    """Write the annotated workbooks that `period` owes its units and return how many."""
    settings = Settings()
    now = load(settings.config_dir).calendar.moment(today)
    with reading(settings.database) as connection:
        owed = to_annotate(connection, Period.parse(period), now)
    with started("Ghi chú lỗi", len(owed), "biểu") as progress:
        return write_annotated(settings.home, owed, progress)
