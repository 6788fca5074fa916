"""The door of publishing: what Prefect calls."""

from __future__ import annotations

from pathlib import Path

from prefect import task

from config.load import Declarations, load
from config.period import Period
from config.settings import Settings
from tasks.publish.contents import Job, contents_of
from tasks.publish.manifest import FILE_NAME as MANIFEST
from tasks.publish.manifest import figures_of, final_figures_in, sha256
from tasks.publish.open_data import csv_files
from tasks.publish.release import Release, alone_in, current_release, publish
from tasks.publish.releases_index import write_index
from tasks.publish.review import NotToApproveError, review
from tasks.publish.totals import Totals
from tasks.retrying import RETRY_IO
from tasks.store.approvals import Approval, add_approval, note_declined, standing_approval
from tasks.store.calculations import Published, add_release, is_overtaken
from tasks.store.database import reading, writing
from tasks.store.values import Run


@task(name="publish", task_run_name="công bố {period}", **RETRY_IO)
def publish_task(calculation: int, period: str, today: str, run_id: str) -> dict[str, object]:
    """Publish `calculation` as a release and return its name, its folder and whether it is new."""
    settings = Settings()
    declarations = load(settings.config_dir)
    run = Run(run_id, declarations.calendar.moment(today))
    release = publish_period(settings, declarations, Period.parse(period), calculation, run)
    return {"name": release.name, "path": str(release.path), "is_new": release.is_new}


@task(name="approve", task_run_name="phê duyệt {period}", **RETRY_IO)
def approve_task(calculation: int, period: str, post: str, today: str, run_id: str) -> dict[str, object]:
    """Make the current release of `period` final in the name of `post`; return name, folder and whether it is new."""
    settings = Settings()
    declarations = load(settings.config_dir)
    run = Run(run_id, declarations.calendar.moment(today))
    release = approve_period(Job(settings, declarations, Period.parse(period), run), calculation, post)
    return {"name": release.name, "path": str(release.path), "is_new": release.is_new}


@task(name="decline", task_run_name="không phê duyệt {period} {release}", **RETRY_IO)
def decline_task(period: str, release: str, post: str, today: str, run_id: str) -> None:
    """Keep in the audit that `post` did not approve `release` of `period`."""
    settings = Settings()
    run = Run(run_id, load(settings.config_dir).calendar.moment(today))
    with writing(settings.database) as connection:
        note_declined(connection, period, release, post, run)


def publish_period(
    settings: Settings, declarations: Declarations, period: Period, calculation: int, run: Run
) -> Release:
    """Publish `calculation` under `settings.home` and keep that it was; nothing new when nothing changed.

    Where a later calculation has been published meanwhile, that release stays the current one and is returned.
    """
    with alone_in(settings.home, period) as folder:
        return _publish(folder, Job(settings, declarations, period, run), calculation)


def approve_period(job: Job, calculation: int, post: str) -> Release:
    """Make the current release final in the name of `post`: the same figures under the next name.

    A final one is returned as it is. `NotToApproveError` when there is none, or when it is no longer the latest word:
    `calculation` is the one of what counts now.
    """
    with alone_in(job.settings.home, job.period) as folder:
        found = review(job, folder, calculation)
        if found.refusal:
            raise NotToApproveError(found.refusal)
        if not found.is_final:
            title = job.declarations.calendar.approvers[post]
            approval = Approval(str(job.period), found.release, found.figures, post, title, job.run.now)
            with writing(job.settings.database) as connection:
                add_approval(connection, approval, job.run)
        return _publish(folder, job, found.calculation)


def _publish(folder: Path, job: Job, calculation: int) -> Release:
    """Publish `calculation` in `folder`, which `alone_in` gave; final as long as its figures are the approved ones."""
    period, run, database = str(job.period), job.run, job.settings.database
    with reading(database) as connection:
        current = current_release(folder)
        if current is not None and is_overtaken(connection, period, calculation):
            return Release(current, current.name, is_new=False)
        content = contents_of(connection, job, calculation)
        figures = figures_of(content, csv_files(content))
        if current is not None and final_figures_in(current) == figures:
            release = Release(current, current.name, is_new=False)  # what was approved stands until its figures change
        else:
            content = content.approved(standing_approval(connection, period, figures, run.now))
            release = publish(content, folder, Totals(connection, job.declarations, job.period, calculation).check)
    write_index(folder.parent)
    approval = content.facts.approval
    manifest = sha256((release.path / MANIFEST).read_bytes())
    published = Published(period, release.name, calculation, run.now, approval.id if approval else None)
    with writing(database) as connection:
        add_release(connection, published, manifest, run)
    return release
