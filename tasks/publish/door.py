"""The door of publishing: what Prefect calls."""

from __future__ import annotations

from prefect import task

from config.load import Declarations, load
from config.period import Period
from config.settings import Settings
from tasks.publish.contents import Job, gather
from tasks.publish.manifest import FILE_NAME as MANIFEST
from tasks.publish.manifest import sha256
from tasks.publish.release import Release, alone_in, current_release, publish
from tasks.publish.totals import Totals
from tasks.retrying import RETRY_IO
from tasks.store.calculations import Published, add_release, inputs_of, is_overtaken
from tasks.store.database import reading, writing
from tasks.store.frames import evaluation_frame
from tasks.store.values import Run


@task(name="publish", task_run_name="công bố {period}", **RETRY_IO)
def publish_task(calculation: int, period: str, today: str, run_id: str) -> dict[str, object]:
    """Publish `calculation` as a release and return its name, its folder and whether it is new."""
    settings = Settings()
    declarations = load(settings.config_dir)
    run = Run(run_id, declarations.calendar.moment(today))
    release = publish_period(settings, declarations, Period.parse(period), calculation, run)
    return {"name": release.name, "path": str(release.path), "is_new": release.is_new}


def publish_period(
    settings: Settings, declarations: Declarations, period: Period, calculation: int, run: Run
) -> Release:
    """Publish `calculation` under `settings.home` and keep that it was; nothing new when nothing changed.

    Where a later calculation has been published meanwhile, that release stays the current one and is returned.
    """
    with alone_in(settings.home, period) as folder:
        with reading(settings.database) as connection:
            current = current_release(folder)
            if current is not None and is_overtaken(connection, str(period), calculation):
                return Release(current, current.name, is_new=False)
            evaluation = evaluation_frame(connection, declarations, period, calculation)
            evaluated = (evaluation, inputs_of(connection, calculation))
            content = gather(connection, Job(settings, declarations, period, run), evaluated)
            totals = Totals(connection, declarations, period, calculation)
            release = publish(content, folder, totals.check)
        manifest = sha256((release.path / MANIFEST).read_bytes())
        with writing(settings.database) as connection:
            add_release(connection, Published(str(period), release.name, calculation, run.now), manifest, run)
    return release
