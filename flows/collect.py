"""The flow that takes in, judges and answers what arrived for a period."""

from __future__ import annotations

from prefect import flow

from flows import steps


@flow(name="collect", flow_run_name="thu nhận {period} ({today})")
def collect(period: str, today: str) -> dict[str, object]:
    """Take in what lies in the drop folders for `period`, judge it and answer; return the counts and the moment."""
    now = steps.clock(today)
    return {**steps.collect_and_answer(period, now), "today": now}
