"""A small workplace: plans of units kept as accepted versions, calculated and published as the flows do."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta

from config.load import Declarations
from config.number import CellStatus
from config.period import Period
from config.settings import Settings
from tasks.aggregate.door import aggregate_period
from tasks.evaluate.door import evaluate_period
from tasks.publish.door import publish_period
from tasks.publish.release import Release
from tasks.store.database import writing
from tasks.store.values import Run
from tests.factory import DISTRICT, NEIGHBOUR, NOW, keep_version, make_value, run_at

PERIOD = Period.parse("2022-H1")


def with_few_indicators(declarations: Declarations) -> Declarations:
    """Return the declarations with three indicators: drawing the others makes a release slow, not different."""
    few = {code: declarations.indicators[code] for code in ("L01", "P01", "X01")}
    return replace(declarations, indicators=few)


def send(settings: Settings, unit: str, done: str | None, tasks: str = "20", days: int = 0) -> None:
    """Keep an accepted version of the plan of `unit`, in which `done` None is an empty cell."""
    values = (
        make_value("A01", tasks),
        make_value("A02", done),
        make_value("A06", None, status=CellStatus.NOT_APPLICABLE),
    )
    form = "district/2021" if unit == DISTRICT else "commune/2021"
    with writing(settings.database) as connection:
        keep_version(connection, unit=unit, values=values, form_version=form, moment=NOW + timedelta(days=days))


def calculate(settings: Settings, declarations: Declarations, run: Run) -> int:
    key = aggregate_period(settings.database, declarations, PERIOD, run)
    evaluate_period(settings.database, declarations, PERIOD, key)
    return key


def publish(settings: Settings, declarations: Declarations, key: int, run: Run) -> Release:
    return publish_period(settings, declarations, PERIOD, key, run)


def on_day(days: int) -> Run:
    return run_at(NOW + timedelta(days=days, minutes=1), f"run-{days}")


def send_all(settings: Settings, declarations: Declarations) -> None:
    """Keep the plans of all 19 units; the neighbour did not say how much of its plan is done."""
    send(settings, DISTRICT, "13", "65")
    for unit in list(declarations.reporting(PERIOD))[1:]:
        send(settings, unit, None if unit == NEIGHBOUR else "10")
