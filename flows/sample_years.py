"""The sample years: illustrative reports of every unit and period of some years, through the whole pipeline.

Each period is worked on twice, as in life: on the morning after the last deadline, and two weeks later, when late and
corrected workbooks have come, if any have. One task for each of these looks, whatever the number of files.
"""

from __future__ import annotations

import os
from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import datetime

from prefect import flow, task

from config.element import Level
from config.form import FormVersion
from config.load import Declarations, load
from config.period import Period
from config.settings import Settings
from expectations.suite import Rule, load_rules, rules_for
from flows import steps
from tasks.aggregate.door import aggregate_task
from tasks.check.door import check_task
from tasks.collect.door import collect_task
from tasks.evaluate.door import evaluate_task
from tasks.events import finished, muted, started
from tasks.forms.door import annotate_task
from tasks.forms.fill import fill, fill_tasks
from tasks.forms.issue import issue, template
from tasks.illustrate.plan_tasks import OFFICES, OFFICES_OF_COMMUNE, illustrate_tasks
from tasks.illustrate.sendings import EMPTY, Sending, looks, sendings
from tasks.notify.door import send_letters_task, write_letters_task
from tasks.publish.door import publish_task


@dataclass
class Desk:
    """Where workbooks of the sample are made: a template for each form and period, made once."""

    settings: Settings
    declarations: Declarations
    templates: dict[tuple[str, Period], bytes] = field(default_factory=dict)

    @property
    def rules(self) -> tuple[Rule, ...]:
        """The rules that the forms' guides are written from."""
        return tuple(load_rules(self.settings.expectations_dir, self.declarations))

    def workbook(self, sending: Sending) -> bytes:
        """Return the bytes that are sent: an issued form, filled in by the unit."""
        if sending.instead is not None:
            return sending.instead
        unit = self.declarations.reporting(sending.period)[sending.unit]
        entries = {code: entry for code, entry in sending.entries.items() if entry != EMPTY}
        filled = fill(issue(self._template(sending.form, sending.period), unit), entries, sending.notes)
        return filled if sending.form.tasks is None else fill_tasks(filled, sending.form, self._tasks(sending))

    def deliver(self, sending: Sending) -> None:
        """Drop the workbook into the unit's folder, at its time."""
        path = self.settings.home / "inbox" / sending.unit / sending.name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(self.workbook(sending))
        os.utime(path, (sending.at.timestamp(), sending.at.timestamp()))

    def _tasks(self, sending: Sending) -> list[dict[str, object]]:
        """Return a plan that comes to the figures of its form; none where they come to no plan."""
        counts = {code: entry for code, entry in sending.entries.items() if isinstance(entry, int)}
        if not {"A01", "A02", "A04"} <= counts.keys() or counts["A02"] + counts["A04"] > counts["A01"]:
            return []
        cut_off = self.declarations.calendar.cut_off(sending.period)
        offices = OFFICES if sending.form.level is Level.DISTRICT else OFFICES_OF_COMMUNE
        return illustrate_tasks(f"{sending.unit}:{sending.period}", cut_off, counts, offices)

    def _template(self, form: FormVersion, period: Period) -> bytes:
        key = form.id, period
        if key not in self.templates:
            of_form = rules_for(self.rules, self.declarations.rows(form, period), form.level)
            self.templates[key] = template(self.declarations, form, period, of_form)
        return self.templates[key]


@flow(name="sample-years", flow_run_name="các năm mẫu {first}–{last}")
def sample_years(first: str, last: str, seed: str, today: str) -> dict[str, object]:
    """Make, take in, judge, evaluate and publish the reports of the years `first` to `last`, as far as `today`.

    Return the periods that were published and the moment of the last look.
    """
    settings = Settings()
    declarations = load(settings.config_dir)
    now = declarations.calendar.moment(today)
    desk = Desk(settings, declarations)
    published: list[str] = []
    moment = now
    with started("Các kỳ", 4 * (int(last) - int(first) + 1), "kỳ") as progress:
        for period, sent in sendings(declarations, int(first), int(last), seed):
            first_look, second_look = looks(declarations, period)
            if second_look > now:
                break
            said = _look(desk, [s for s in sent if s.at < first_look], period, first_look)
            moment = first_look
            if later := [s for s in sent if s.at >= first_look]:
                said = _look(desk, later, period, second_look)
                moment = second_look
            published.append(str(period))
            progress(1)
            finished(str(period), said)
    return {"periods": published, "today": moment.isoformat()}


def _look(desk: Desk, due: Iterable[Sending], period: Period, moment: datetime) -> str:
    for sending in due:
        desk.deliver(sending)
    with muted():
        return str(look_task(str(period), moment.isoformat(), steps.run_id())["said"])


@task(name="look", task_run_name="{period} lúc {today}")
def look_task(period: str, today: str, run_id: str) -> dict[str, object]:
    """Work through what arrived for `period` by `today`, from the inbox to a release; return what came of it.

    The steps are those of `flows/report.py`, called as functions: forty looks of nine tasks each would mostly wait
    for Prefect.
    """
    outcomes = collect_task.fn(period, today, run_id)
    states = check_task.fn(period, today, run_id)
    annotate_task.fn(period, today)
    write_letters_task.fn(period, today, run_id)
    send_letters_task.fn(today, run_id)
    calculation = aggregate_task.fn(period, today, run_id)
    evaluate_task.fn(calculation, period)
    release = publish_task.fn(calculation, period, today, run_id)
    counted = ", ".join(f"{count} {steps.STATE_WORDS[state]}" for state, count in states.items())
    refused = f", {outcomes['quarantined']} tệp không dùng được" if outcomes.get("quarantined") else ""
    return {**release, "said": f"{counted}{refused}; bản {release['name']}"}
