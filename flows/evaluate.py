"""The flow that aggregates and evaluates what counts for a period, without publishing it."""

from __future__ import annotations

from prefect import flow

from flows import steps


@flow(name="evaluate", flow_run_name="đánh giá {period} ({today})")
def evaluate(period: str, today: str) -> int:
    """Aggregate and evaluate `period` as known at `today` and return the calculation's id."""
    return steps.calculate(period, today)
