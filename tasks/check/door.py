"""The door of checking: what Prefect calls."""

from __future__ import annotations

from prefect import task

from config.load import load
from config.period import Period
from config.settings import Settings
from expectations.suite import load_rules
from tasks.check.period import judge_period
from tasks.events import finished
from tasks.retrying import RETRY_IO
from tasks.store.values import Run


@task(name="check", task_run_name="kiểm tra {period}", **RETRY_IO)
def check_task(period: str, today: str, run_id: str) -> dict[str, int]:
    """Judge the submissions of `period` and return how many versions stand in each state."""
    settings = Settings()
    declarations = load(settings.config_dir)
    rules = load_rules(settings.expectations_dir, declarations)
    run = Run(run_id, declarations.calendar.moment(today))
    judged = judge_period(settings.database, declarations, rules, Period.parse(period), run)
    for rule in judged.broken:
        finished("Quy tắc hỏng", f"{rule.rule}: {rule.reason} (không tính là lỗi của đơn vị)")
    return {str(state): count for state, count in judged.states.items()}
