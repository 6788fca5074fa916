"""The flows that make a release final: by the word of a command, or by an answer on Prefect's page."""

from __future__ import annotations

from datetime import timedelta
from typing import Any, NoReturn
from uuid import UUID

from prefect import flow
from prefect.artifacts import create_markdown_artifact
from prefect.client.orchestration import get_client
from prefect.client.schemas.objects import State
from prefect.exceptions import Pause
from prefect.flow_runs import suspend_flow_run
from prefect.input import RunInput
from prefect.states import Completed, Scheduled
from pydantic import Field

from config.framework import Stage
from config.load import Declarations, load
from config.period import Period
from config.settings import Settings
from flows import steps
from flows.asking import ASK, DECLINED, IN_VAIN, NAME, NO_NEED, REFUSED, end_asking
from flows.clock import machine_now
from flows.due import BUSY, PATIENCE
from flows.moment import moment_of_attempt
from flows.progress import kept
from flows.reviewing import as_markdown, review_of, review_of_stage, unknown_approver
from flows.stage import approve_stage_task
from flows.unanswered import newest_releases
from tasks.events import finished
from tasks.publish.review import NotToApproveError, Review
from tasks.store.alone import alone

WAIT_SECONDS = 366 * 24 * 3600  # nothing runs meanwhile; a run that asks in vain is ended before
LATER = timedelta(minutes=5)  # when a run that met another at work comes again, with the answer that it was given


def _offer_posts(schema: dict[str, Any]) -> None:
    schema["enum"] = list(load(Settings().config_dir).calendar.approvers)


class Answer(RunInput):
    """What is asked on the page of a paused run; only declared posts can be chosen."""

    by: str = Field(title="Người phê duyệt (mã chức vụ)", json_schema_extra=_offer_posts)
    approved: bool = Field(default=False, title="Đồng ý công bố là số liệu chính thức")


@flow(name="approve", flow_run_name="phê duyệt {period} ({today})")
def approve(period: str, by: str, today: str) -> dict[str, object]:
    """Make the current release of `period` final in the name of the post `by` and return the final release."""
    now = steps.clock(today)
    release = steps.approve(steps.calculate(period, now), period, by, now)
    end_asking(period)
    return release


@flow(name=ASK, flow_run_name=NAME)
def ask_approval(subject: str, release: str = "", today: str = "") -> dict[str, object] | State:
    """Show `release` of `subject`, by default the current one, and wait until somebody answers on this run's page.

    `subject` is a period or the code of a stage. While it waits no process does: the answer starts this flow once more,
    which finds it and works as of then. Approved, the release becomes final and is returned. Otherwise the run ends in
    a state whose name and message say why not: declined, no longer the latest word, or asked in vain.
    """
    settings = Settings()
    with kept(steps.run_id()), alone(settings, PATIENCE) as free:
        if not free:
            _come_again()
        return _asked(settings, subject, release, today)


def _come_again() -> NoReturn:
    """Have the run under way begin once more in a while, as after an answer, and end this attempt in no process.

    What was answered stays with the run.
    """
    finished("Phê duyệt", BUSY)
    again: State = Scheduled(scheduled_time=machine_now() + LATER, message=BUSY)
    with get_client(sync_client=True) as client:
        client.set_flow_run_state(UUID(steps.run_id()), again, force=True)
    raise Pause(state=again)


def _asked(settings: Settings, subject: str, release: str, today: str) -> dict[str, object] | State:
    declarations = load(settings.config_dir)
    newest = newest_releases(settings, declarations).get(subject)
    if newest is None:
        raise NotToApproveError(f"{subject} chưa có bản công bố nào để phê duyệt")
    if newest.is_final or release not in {"", newest.release}:
        return _ended(IN_VAIN, f"{NO_NEED}: bản hiện tại là {newest.release}")
    now = steps.clock(moment_of_attempt(today, declarations.calendar.zone))
    found = _review(settings, declarations, subject, now)
    if found.refusal:
        return _ended(REFUSED, found.refusal)
    answer = _answer_to(as_markdown(found, _named(subject, declarations)), subject, found.release)
    if strange := unknown_approver(answer.by, declarations):
        raise NotToApproveError(strange)
    if not answer.approved:
        steps.decline(subject, found.release, answer.by, now)
        return Completed(name=DECLINED, message=f"{answer.by} không phê duyệt bản {found.release}")
    approved = _made_final(declarations, subject, answer.by, now)
    end_asking(subject)
    return approved


def _named(subject: str, declarations: Declarations) -> Period | Stage:
    return declarations.framework.stages.get(subject) or Period.parse(subject)


def _review(settings: Settings, declarations: Declarations, subject: str, now: str) -> Review:
    """Return the current release of `subject` as its approver sees it, what counts by `now` having been calculated."""
    moment = declarations.calendar.moment(now)
    if subject in declarations.framework.stages:
        return review_of_stage(settings, declarations, subject, moment)
    steps.calculate(subject, now)
    return review_of(settings, declarations, Period.parse(subject), moment)


def _made_final(declarations: Declarations, subject: str, post: str, now: str) -> dict[str, object]:
    if subject in declarations.framework.stages:
        return approve_stage_task(subject, post, now, steps.run_id())
    return steps.approve(steps.calculate(subject, now), subject, post, now)


def _ended(name: str, why: str) -> State:
    finished("Phê duyệt", why)
    return Completed(name=name, message=why)


def _answer_to(shown: str, subject: str, release: str) -> Answer:
    """Return what was answered; without an answer the run ends here, and comes again with it.

    What was answered about one release says nothing of another: the name of the release is the key of the question.
    """
    create_markdown_artifact(shown, key=f"phe-duyet-{subject.lower()}")
    return suspend_flow_run(Answer.with_initial_data(description=shown), timeout=WAIT_SECONDS, key=release)
