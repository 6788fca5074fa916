"""The flows that run by schedule: each asks the calendar and the store what is owed now, and does that.

A run that was missed is made good by the next one, and one that comes twice finds nothing left to do. No two of them
work at once.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from functools import partial

from prefect import flow
from prefect.runtime import flow_run

from config.load import load
from config.period import Period, Window
from config.service import load_service
from config.settings import Settings
from flows import steps
from flows.asking import ask_unanswered
from flows.collector import collect_rarely
from flows.moment import moment_of_run
from flows.owed import Desk, periods_to_release, stages_to_renew
from flows.progress import kept
from flows.reminding import periods_to_remind
from flows.stage import publish_stage_task
from flows.unanswered import newest_releases
from tasks.events import finished
from tasks.forms.door import issue_task, note_issued_task
from tasks.store.alone import alone
from tasks.store.database import reading
from tasks.store.door import note_stage_evaluated_task
from tasks.store.owed import filed_periods, issued_units, last_evaluated

PATIENCE = 900.0  # seconds that a daily run waits for another to end; the frequent one comes again anyway
Work = Callable[[Desk], dict[str, int]]
BUSY = "một lần chạy khác đang làm, lần sau làm tiếp"


def name_of_run() -> str:
    """Return the readable name of the run under way: what it does and for when it was planned."""
    planned = flow_run.scheduled_start_time.astimezone(load(Settings().config_dir).calendar.zone)
    return f"{WORDS[flow_run.flow_name]} {flow_run.parameters.get('today') or f'{planned:%d/%m/%Y %H:%M}'}"


WORDS = {
    "issue-due-forms": "phát biểu đến kỳ",
    "collect-due": "thu nhận theo lịch",
    "remind-due": "nhắc nộp",
    "release-due": "công bố kỳ đã hết hạn",
    "evaluate-stage-due": "đánh giá giai đoạn đến hạn",
    "watch": "tự khám",
}


@flow(name="issue-due-forms", flow_run_name=name_of_run)
def issue_due_forms(today: str = "") -> dict[str, int]:
    """Issue the forms of the period that has opened to the units that have none yet; return how many by period."""
    return _by_itself("Phát biểu", today, PATIENCE, _issue)


@flow(name="collect-due", flow_run_name=name_of_run)
def collect_due(today: str = "") -> dict[str, int]:
    """Take in, judge and answer what arrived for the period that is open; return the counts by outcome."""
    return _by_itself("Thu nhận", today, 0.0, _collect)


@flow(name="remind-due", flow_run_name=name_of_run)
def remind_due(today: str = "") -> dict[str, int]:
    """Write and send the reminders of the day for every period in season; return how many by period."""
    return _by_itself("Nhắc nộp", today, PATIENCE, _remind)


@flow(name="release-due", flow_run_name=name_of_run)
def release_due(today: str = "") -> dict[str, int]:
    """Evaluate and publish what has passed its deadline and is not published as it stands; return 1 for a new release.

    Of the open period a correction makes a new release, of an earlier one what came late or after a reopening; what is
    judged by an earlier one that changed follows: later periods, and a stage that was evaluated. Afterwards each
    release, however old, that is the newest of its period or stage and that nobody has approved or declined, has a run
    that asks for it.
    """
    return _by_itself("Công bố", today, PATIENCE, _then_ask(_release))


@flow(name="evaluate-stage-due", flow_run_name=name_of_run)
def evaluate_stage_due(today: str = "") -> dict[str, int]:
    """Evaluate and publish the stage of the last year whose report is closed, once; return 1 for a new release.

    Afterwards runs ask for approvals, as after `release_due`.
    """
    return _by_itself("Giai đoạn", today, PATIENCE, _then_ask(_evaluate_stage))


def _then_ask(work: Work) -> Work:
    """Return what does `work`, then has a run ask about each newest release that nobody has answered for."""

    def both(desk: Desk) -> dict[str, int]:
        try:
            return work(desk)
        finally:
            ask_unanswered(newest_releases(desk.settings, desk.declarations))

    return both


def _by_itself(stage: str, today: str, patience: float, work: Work) -> dict[str, int]:
    collect_rarely()
    settings = Settings()
    declarations = load(settings.config_dir)
    service = load_service(settings.config_dir, declarations.calendar)
    with kept(steps.run_id()), alone(settings, patience) as free:
        if not free:
            finished(stage, BUSY)
            return {}
        moment = moment_of_run(today, declarations.calendar.zone)
        return work(Desk(settings, declarations, service, steps.clock(moment)))


def _issue(desk: Desk) -> dict[str, int]:
    period = desk.open_period
    if period is None:
        return {}
    with reading(desk.settings.database) as connection:
        have = issued_units(connection, str(period))
    owed = [unit for unit in desk.declarations.reporting(period) if unit not in have]
    if not owed:
        return {}
    folder = desk.settings.home / "forms" / str(period)
    issue_task(str(period), str(folder), owed)
    note_issued_task(str(period), owed, desk.now, steps.run_id())
    finished("Phát biểu", f"{len(owed)} biểu của kỳ {period}")
    return {str(period): len(owed)}


def _remind(desk: Desk) -> dict[str, int]:
    periods = periods_to_remind(desk.declarations, desk.now)
    return steps.remind([str(period) for period in periods], desk.now)[0]


def _collect(desk: Desk) -> dict[str, int]:
    period = desk.open_period
    return steps.collect_and_answer(str(period), desk.now)["outcomes"] if period else {}


def _evaluate_stage(desk: Desk) -> dict[str, int]:
    year = desk.service.stage_year(desk.declarations.calendar.moment(desk.now))
    stages = desk.declarations.framework.stages.items()
    stage = next((code for code, s in stages if year is not None and s.first_year <= year <= s.last_year), None)
    if year is None or stage is None:
        return {}
    with reading(desk.settings.database) as connection:
        done = last_evaluated(connection, stage)
        filed = str(Period(year, Window.YEAR)) in filed_periods(connection)
    if (done and done[0] >= year) or not filed:
        return {}
    return {stage: _stage_published(desk, stage, year)}


def _stage_published(desk: Desk, stage: str, year: int) -> int:
    release = publish_stage_task(stage, desk.now, steps.run_id())
    note_stage_evaluated_task(stage, year, desk.now, steps.run_id())
    return int(bool(release["is_new"]))


def _release(desk: Desk) -> dict[str, int]:
    return one_by_one(_to_publish(desk))


def _to_publish(desk: Desk) -> Iterator[tuple[str, Callable[[], int]]]:
    """Give what is to be published, each when those before it are: what rests on them is known only then."""
    first = periods_to_release(desk)
    yield from ((str(period), partial(_published, desk, period)) for period in first)
    later = [period for period in periods_to_release(desk) if period not in first]
    yield from ((str(period), partial(_published, desk, period)) for period in later)
    yield from ((stage, partial(_stage_published, desk, stage, year)) for stage, year in stages_to_renew(desk).items())


def one_by_one(owed: Iterable[tuple[str, Callable[[], int]]]) -> dict[str, int]:
    """Return by its name what each work of `owed` returns; one that raises does not keep the later ones back.

    Each such fault is told; the first is raised when all is done, so that the run is seen to have failed.
    """
    made, faults = dict[str, int](), list[Exception]()
    for name, work in owed:
        try:
            made[name] = work()
        except Exception as fault:  # noqa: BLE001  whatever is wrong with one period, the others must come out
            finished("Công bố", f"{name} chưa công bố được: {fault}")
            faults.append(fault)
    if faults:
        raise faults[0]
    return made


def _published(desk: Desk, period: Period) -> int:
    return int(bool(steps.publish(steps.calculate(str(period), desk.now), str(period), desk.now)["is_new"]))
