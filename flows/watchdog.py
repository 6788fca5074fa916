"""The flow that watches over the others: what should have happened and did not is said aloud."""

from __future__ import annotations

from dataclasses import asdict
from datetime import datetime

from prefect import flow
from prefect.artifacts import create_table_artifact
from prefect.context import get_settings_context
from prefect.events import emit_event

from config.load import Declarations, load
from config.service import load_service
from config.settings import Settings
from flows import steps
from flows.alarms import Watch, alarms
from flows.clock import ClockAheadError
from flows.due import name_of_run
from flows.moment import moment_of_run
from flows.progress import kept
from flows.server import runs_at
from tasks.events import finished, warned
from tasks.notify.door import send_letters_task, write_alarms_task
from tasks.store.alarms import Alarm

ALARM = "cchc.alarm"


# Called when a run has died, which is when the machine and the server may be at their busiest: it must not die of that.
@flow(name="watch", flow_run_name=name_of_run, retries=3, retry_delay_seconds=20)
def watch(today: str = "") -> list[str]:
    """Look for alarms and return their sentences.

    Each is told as a warning in the log and an event, all as a table; each once by a letter to the data team, and by
    another when it is over.
    """
    settings = Settings()
    declarations = load(settings.config_dir)
    service = load_service(settings.config_dir, declarations.calendar)
    with kept(steps.run_id()):
        now = _moment(moment_of_run(today, declarations.calendar.zone), declarations)
        address = get_settings_context().settings.api.url
        found = list(alarms(Watch(settings, declarations, service, now, runs_at(address) if address else ())))
        for alarm in found:
            _tell(alarm)
        if found:
            create_table_artifact(
                key="bao-dong",
                table=[{"Loại": alarm.kind, "Việc": alarm.sentence} for alarm in found],
                description=f"Báo động lúc {now:%H:%M %d/%m/%Y}",
            )
        else:
            finished("Tự khám", "không có gì quá hạn, không lượt nào treo, thư gửi hết")
        if write_alarms_task([asdict(alarm) for alarm in found], now.isoformat(), steps.run_id()):
            steps.say_post(send_letters_task(now.isoformat(), steps.run_id()))
    return [alarm.sentence for alarm in found]


def _moment(planned: str, declarations: Declarations) -> datetime:
    """Return the moment of the look; that a clock ran ahead keeps the others from working, and must be told."""
    try:
        return declarations.calendar.moment(steps.clock(planned))
    except ClockAheadError:
        return declarations.calendar.moment(planned)


def _tell(alarm: Alarm) -> None:
    warned(f"Báo động: {alarm.sentence}")
    emit_event(ALARM, resource={"prefect.resource.id": f"cchc.alarm.{alarm.kind}"}, payload={"said": alarm.sentence})
