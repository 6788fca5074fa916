"""The flow that reminds those who still owe a report, tells their heads, and then the data team."""

from __future__ import annotations

from prefect import flow

from config.load import load
from config.settings import Settings
from flows import steps
from flows.reminding import periods_to_remind


@flow(name="remind", flow_run_name="nhắc nộp ({today})")
def remind(today: str, period: str = "") -> dict[str, object]:
    """Write and send the reminders that `today` owes for `period`, or for every period then in season.

    Return how many letters were written by period, how many went out, how many wait, and the moment.
    """
    now = steps.clock(today)
    declarations = load(Settings().config_dir)
    asked = [period] if period else [str(p) for p in periods_to_remind(declarations, now)]
    written, post = steps.remind(asked, now)
    return {"written": written, **post, "today": now}
