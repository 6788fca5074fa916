"""The flows that make a release final: by the word of a command, or by an answer on Prefect's page."""

from __future__ import annotations

from typing import Any

from prefect import flow
from prefect.artifacts import create_markdown_artifact
from prefect.flow_runs import suspend_flow_run
from prefect.input import RunInput
from pydantic import Field

from config.load import load
from config.period import Period
from config.settings import Settings
from flows import steps
from flows.asking import ASK, NAME, end_asking
from flows.due import BUSY, PATIENCE
from flows.moment import moment_of_run
from flows.progress import kept
from flows.reviewing import as_markdown, review_of, unknown_approver
from tasks.events import finished
from tasks.publish.review import NotToApproveError
from tasks.store.alone import alone

WAIT_SECONDS = 366 * 24 * 3600  # nothing runs meanwhile; a run that asks in vain is ended before


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
def ask_approval(period: str, release: str = "", today: str = "") -> dict[str, object] | None:
    """Show `release`, by default the current one of `period`, and wait until somebody answers on the page of this run.

    While it waits no process does: the answer starts this flow once more, which finds it. Approved, the release becomes
    final and is returned. Declined, or asked in vain (another release has come, or a final one), it is None.
    """
    settings = Settings()
    with kept(steps.run_id()), alone(settings, PATIENCE) as free:
        if not free:
            raise NotToApproveError(f"{BUSY}: trả lời lại sau")
        return _asked(settings, period, release, today)


def _asked(settings: Settings, period: str, release: str, today: str) -> dict[str, object] | None:
    declarations = load(settings.config_dir)
    now = steps.clock(moment_of_run(today, declarations.calendar.zone))
    calculation = steps.calculate(period, now)
    found = review_of(settings, declarations, Period.parse(period), declarations.calendar.moment(now))
    if found.is_final or release not in {"", found.release}:
        finished("Phê duyệt", f"không cần trả lời nữa: bản hiện tại là {found.release}")
        return None
    if found.refusal:
        raise NotToApproveError(found.refusal)
    answer = _answer_to(as_markdown(found, Period.parse(period)), period, found.release)
    if strange := unknown_approver(answer.by, declarations):
        raise NotToApproveError(strange)
    if not answer.approved:
        steps.decline(period, found.release, answer.by, now)
        return None
    approved = steps.approve(calculation, period, answer.by, now)
    end_asking(period)
    return approved


def _answer_to(shown: str, period: str, release: str) -> Answer:
    """Return what was answered; without an answer the run ends here, and comes again with it.

    What was answered about one release says nothing of another: the name of the release is the key of the question.
    """
    create_markdown_artifact(shown, key=f"phe-duyet-{period.lower()}")
    return suspend_flow_run(Answer.with_initial_data(description=shown), timeout=WAIT_SECONDS, key=release)
