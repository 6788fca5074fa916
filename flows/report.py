"""The whole of a period in one flow: collect, check, answer, aggregate, evaluate, publish."""

from __future__ import annotations

from prefect import flow
from prefect.artifacts import create_table_artifact

from flows import steps
from tasks.store.door import overview_task


@flow(name="report", flow_run_name="báo cáo {period} ({today})")
def report(period: str, today: str) -> dict[str, object]:
    """Take `period` from the drop folders to a release and return the release, the overview and the moment."""
    now = steps.clock(today)
    steps.collect_and_answer(period, now)
    release = steps.publish(steps.calculate(period, now), period, now)
    overview = overview_task(period, now)
    create_table_artifact(
        key=f"bao-cao-{period.lower()}",
        table=[{"Nội dung": name, "Số lượng": count} for name, count in overview.items()],
        description=f"Tình hình báo cáo {period}, bản công bố {release['name']}",
    )
    return {"release": release, "overview": overview, "today": now}
