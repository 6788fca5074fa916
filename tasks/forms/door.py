"""The door of forms: what Prefect calls."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from pathlib import Path

from prefect import task

from config.load import load
from config.period import Period
from config.settings import Settings
from expectations.suite import load_rules, rules_for
from tasks.events import finished, started
from tasks.forms.issue import issue, template
from tasks.forms.returns import to_annotate, write_annotated
from tasks.retrying import RETRY_IO
from tasks.store.database import reading, writing
from tasks.store.door import spread_over
from tasks.store.files import write_whole
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


def _nothing(_: int) -> None:
    """Tell nobody how far it is."""


def write_forms(
    period: str, folder: str, units: Sequence[str], progress: Callable[[int], None] = _nothing
) -> list[str]:
    """Write one workbook for each of `units` into `folder` and return the paths of those that nobody had filled in."""
    settings = Settings()
    declarations = load(settings.config_dir)
    rules = load_rules(settings.expectations_dir, declarations)
    asked = Period.parse(period)
    owing = declarations.reporting(asked)
    templates: dict[str, bytes] = {}
    paths: list[str] = []
    for unit in (owing[code] for code in units):
        form = declarations.form(unit.level, asked)
        if form is None:
            raise LookupError(f"no form for {unit.code} in {period}")
        if form.id not in templates:
            of_form = rules_for(rules, declarations.rows(form, asked), form.level)
            templates[form.id] = template(declarations, form, asked, of_form)
        path = Path(folder) / f"{unit.code}-{asked}.xlsx"
        data = issue(templates[form.id], unit)
        if path.exists() and path.read_bytes() != data:
            finished("Phát biểu", f"giữ nguyên {path}: đã có người ghi vào; xóa tệp đó nếu muốn phát lại")
        else:
            write_whole(path, data)
            paths.append(str(path))
        progress(1)
    return paths


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
