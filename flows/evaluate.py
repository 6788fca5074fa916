"""The flow that aggregates and evaluates what counts for a period, without publishing it."""

from __future__ import annotations

from prefect import flow

from flows import steps


@flow(name="evaluate", flow_run_name="đánh giá {period} ({today})")
def evaluate(period: str, today: str) -> dict[str, object]:
    """Aggregate and evaluate `period` as known at `today`; return the calculation's id and the moment."""
    now = steps.clock(today)
    return {"calculation": steps.calculate(period, now), "today": now}
