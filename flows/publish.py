"""The flow that publishes what counts for a period."""

from __future__ import annotations

from prefect import flow

from flows import steps


@flow(name="publish", flow_run_name="công bố {period} ({today})")
def publish(period: str, today: str) -> dict[str, object]:
    """Evaluate and publish `period` as known at `today` and return the release."""
    now = steps.clock(today)
    return steps.publish(steps.calculate(period, now), period, now)
