"""The flows that make a release final: by the word of a command, or by an answer on Prefect's page."""

from __future__ import annotations

from typing import Any

from prefect import flow
from prefect.artifacts import create_markdown_artifact
from prefect.flow_runs import pause_flow_run
from prefect.input import RunInput
from pydantic import Field

from config.load import load
from config.period import Period
from config.settings import Settings
from flows import steps
from flows.reviewing import as_markdown, review_of, unknown_approver
from tasks.events import finished
from tasks.publish.review import NotToApproveError

WAIT_SECONDS = 7 * 24 * 3600  # an approver may be on a journey
LOOK_SECONDS = 2


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
    return steps.approve(steps.calculate(period, now), period, by, now)


@flow(name="ask-approval", flow_run_name="chờ phê duyệt {period} ({today})")
def ask_approval(period: str, today: str) -> dict[str, object] | None:
    """Show the current release of `period` and wait until somebody answers on the page of this run.

    Approved, it becomes final and is returned; declined, nothing happens and None is returned.
    """
    settings = Settings()
    declarations = load(settings.config_dir)
    now = steps.clock(today)
    calculation = steps.calculate(period, now)
    found = review_of(settings, declarations, Period.parse(period), declarations.calendar.moment(now))
    if found.refusal:
        raise NotToApproveError(found.refusal)
    shown = as_markdown(found, Period.parse(period))
    create_markdown_artifact(shown, key=f"phe-duyet-{period.lower()}")
    question = Answer.with_initial_data(description=shown)
    answer = pause_flow_run(question, timeout=WAIT_SECONDS, poll_interval=LOOK_SECONDS)
    if answer is None or not answer.approved:
        finished("Phê duyệt", f"bản {found.release} không được phê duyệt, vẫn là số liệu tạm thời")
        return None
    if strange := unknown_approver(answer.by, declarations):
        raise NotToApproveError(strange)
    return steps.approve(calculation, period, answer.by, now)
