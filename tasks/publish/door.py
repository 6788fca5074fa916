"""The door of publishing: what Prefect calls."""

from __future__ import annotations

from prefect import task

from config.load import Declarations, load
from config.period import Period
from config.settings import Settings
from tasks.publish.contents import content_of
from tasks.publish.manifest import FILE_NAME as MANIFEST
from tasks.publish.manifest import sha256
from tasks.publish.release import Release, publish
from tasks.retrying import RETRY_IO
from tasks.store.calculations import Published, add_release, inputs_of
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
    """Publish `calculation` under `settings.home` and keep that it was; nothing new when nothing changed."""
    with reading(settings.database) as connection:
        evaluation = evaluation_frame(connection, declarations, period, calculation)
        made_from = inputs_of(connection, calculation)
    content = content_of(settings, declarations, period, run, (evaluation, made_from))
    release = publish(content, settings.home)
    manifest = sha256((release.path / MANIFEST).read_bytes())
    with writing(settings.database) as connection:
        add_release(connection, Published(str(period), release.name, calculation, run.now), manifest, run)
    return release
