"""The moment at which a scheduled run works: the clock enters a flow here when nobody gave it a day."""

from __future__ import annotations

from datetime import datetime
from zoneinfo import ZoneInfo

from prefect.context import FlowRunContext
from prefect.runtime import flow_run

from tasks.events import finished


def moment_of_run(today: str, zone: ZoneInfo) -> str:
    """Return `today`, or else the moment of the flow run under way, as ISO text in `zone`."""
    if today:
        return today
    planned = flow_run.scheduled_start_time.astimezone(zone)
    moment = moment_between(planned, _began(planned).astimezone(zone))
    if moment != planned:
        finished("Chạy bù", f"lịch {planned:%H:%M %d/%m/%Y}, nay mới chạy được: làm theo lúc {moment:%H:%M %d/%m/%Y}")
    return moment.isoformat(timespec="seconds")


def moment_of_attempt(today: str, zone: ZoneInfo) -> str:
    """Return `today`, or else when this attempt at the flow run under way began, as ISO text in `zone`.

    For a run that waits for somebody: what it does with the answer is done when the answer comes, and with what is
    known by then, however long ago the run was planned.
    """
    return today or _began(flow_run.scheduled_start_time).astimezone(zone).isoformat(timespec="seconds")


def _began(planned: datetime) -> datetime:
    context = FlowRunContext.get()
    return context.start_time if context else planned


def moment_between(planned: datetime, began: datetime) -> datetime:
    """Return as of when a run planned for one moment and begun at another works.

    As planned, so that a second try does the same; but a run that comes only on a later day (the machine was off) works
    as of that day: deadlines have passed meanwhile, and what arrived since must not look as if it had come before.
    """
    return planned if began.date() <= planned.date() else began
