"""What a run tells Prefect: events that others may wait for, and tables and links that people look at."""

from __future__ import annotations

from pathlib import Path

from prefect.artifacts import create_link_artifact, create_table_artifact
from prefect.events import emit_event

from config.load import load
from config.period import Period
from config.settings import Settings
from flows.show import punctuality, submissions_of
from tasks.publish.wording import STATES
from tasks.store.database import reading
from tasks.store.run_record import Judged, judged_by
from tasks.store.values import COUNTED, State

ACCEPTED, RETURNED, RELEASED = "cchc.submission.accepted", "cchc.submission.returned", "cchc.release.published"


def tell_submissions(period: str, today: str, run_id: str) -> None:
    """Tell each verdict on `period` that the run gave as an event, and how every unit stands as a table.

    Where there is none, nothing is told.
    """
    settings = Settings()
    with reading(settings.database) as connection:
        judged = [one for one in judged_by(connection, run_id) if one.period == period]
    for one in judged:
        if one.state in (*COUNTED, State.RETURNED):
            _emit(one)
    if judged:
        rows = submissions_of(settings, load(settings.config_dir), Period.parse(period), today)
        create_table_artifact(
            key=f"don-vi-{period.lower()}",
            table=[_row(row) for row in rows],
            description=f"Tình hình nộp {Period.parse(period).name_within} của từng đơn vị",
        )


def tell_release(period: str, release: dict[str, object]) -> None:
    """Tell a new release as an event, and link to its page."""
    if not release["is_new"]:
        return
    path, name = Path(str(release["path"])), str(release["name"])
    emit_event(
        RELEASED,
        resource={"prefect.resource.id": f"cchc.release.{period}.{name}", "prefect.resource.name": f"{period} {name}"},
        payload={"period": period, "release": name},
    )
    create_link_artifact(
        key=f"ban-cong-bo-{period.lower()}",
        link=(path / "index.html").resolve().as_uri(),
        link_text=f"Bản công bố {name} của {Period.parse(period).name_within}",
        description=f"Thư mục: {path.resolve()}",
    )


def _emit(one: Judged) -> None:
    name = f"{one.period}.{one.unit}.v{one.version}"
    emit_event(
        RETURNED if one.state is State.RETURNED else ACCEPTED,
        resource={"prefect.resource.id": f"cchc.submission.{name}", "prefect.resource.name": name},
        payload={"period": one.period, "unit": one.unit, "version": one.version, "state": str(one.state)},
    )


def _row(row: dict[str, object]) -> dict[str, object]:
    return {
        "Mã": row["unit"],
        "Đơn vị": row["unit_name"],
        "Tình trạng": STATES[str(row["state"])].word,
        "Lần nộp": _text(row["version"]),
        "Sớm, muộn": punctuality(row),
    }


def _text(value: object) -> str:
    return "" if value is None else str(value)
