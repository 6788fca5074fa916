"""Asking for approvals on Prefect's page: one run waits for each newest release that nobody has answered for.

The question is the run's parameters, `subject` (a period or the code of a stage) and `release`. A Prefect server that
cannot be used keeps nothing from being published or approved: it is told, and the next run asks.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from contextlib import contextmanager

import httpx
from prefect.client.orchestration import SyncPrefectClient, get_client
from prefect.client.schemas.filters import (
    FlowFilter,
    FlowFilterName,
    FlowRunFilter,
    FlowRunFilterState,
    FlowRunFilterStateType,
    FlowRunFilterTags,
)
from prefect.client.schemas.objects import FlowRun, StateType
from prefect.client.schemas.sorting import FlowRunSort
from prefect.exceptions import ObjectNotFound, PrefectException
from prefect.states import Cancelled

from flows.unanswered import Newest
from tasks.events import finished

ASK = "ask-approval"  # the flow, and its deployment
NAME = "chờ phê duyệt {subject} {release}"  # of a run
DEAD = (StateType.FAILED, StateType.CRASHED)
OF_FLOW = FlowFilter(name=FlowFilterName(any_=[ASK]))
WAITING = FlowRunFilter(state=FlowRunFilterState(type=FlowRunFilterStateType(any_=[StateType.PAUSED])))
FINAL = "đã có số liệu chính thức"
NO_NEED = "không cần trả lời nữa"
# How a run ends that makes nothing final, in the words of the page.
IN_VAIN, REFUSED, DECLINED = "Khỏi trả lời", "Chưa phê duyệt được", "Không phê duyệt"


def ask_unanswered(newest: Mapping[str, Newest]) -> None:
    """Have a run ask about each of the `newest` releases that nobody has answered for, once; end those in vain.

    One whose run died is asked about again, and so is one that has become the newest again, or whose answer the store
    has lost; one whose run somebody has cancelled is not. Without the deployment (`cchc serve` registers it) nobody is
    asked: `cchc approve` is always there.
    """
    with _told_when_unreachable("lần chạy sau hỏi phê duyệt lại"), get_client(sync_client=True) as client:
        waiting = [run for run in _waiting(client) if not _ended(client, run, newest)]
        for one in newest.values():
            if not one.is_answered and not any(_is_about(run, one) for run in waiting):
                _ask(client, one)


def end_asking(subject: str) -> None:
    """End the runs that wait for an answer about `subject`, a period or a stage: it has been given."""
    with _told_when_unreachable("lượt đang chờ trả lời tự kết thúc sau"), get_client(sync_client=True) as client:
        for run in _waiting(client):
            if run.parameters.get("subject") == subject:
                _end(client, run, FINAL)


def _ask(client: SyncPrefectClient, one: Newest) -> None:
    of_subject = FlowRunFilter(tags=FlowRunFilterTags(all_=[one.subject]))
    asked = [run for run in _runs(client, of_subject) if _is_about(run, one)]
    if any(_still_asks(run) for run in asked):
        return
    try:
        deployment = client.read_deployment_by_name(f"{ASK}/{ASK}")
    except ObjectNotFound:
        return
    after = asked[0].id if asked else "lần đầu"  # the last of those that ended
    client.create_flow_run_from_deployment(
        deployment.id,
        name=NAME.format(subject=one.subject, release=one.release),
        parameters={"subject": one.subject, "release": one.release},
        tags=[one.subject],
        idempotency_key=f"{one.subject} {one.release} {after}",  # of two runs that ask at once, one does
    )
    finished("Phê duyệt", f"bản {one.release} của {one.subject} chờ phê duyệt trên trang Prefect, hoặc «cchc approve»")


def _ended(client: SyncPrefectClient, run: FlowRun, newest: Mapping[str, Newest]) -> bool:
    """Return whether `run` asks in vain; if so, end it."""
    one = newest.get(str(run.parameters.get("subject")))
    if one is None or (not one.is_final and _is_about(run, one)):
        return False
    _end(client, run, FINAL if one.is_final else f"đã có bản mới hơn: {one.release}")
    return True


def _still_asks(run: FlowRun) -> bool:
    """Return whether `run` asks, or has ended for good: cancelled by somebody, or its release not fit to be approved.

    What ended otherwise did so because there was a newer release, or with an answer: the release that it was about is
    the newest and unanswered by what the store knows now, which was restored, say.
    """
    state = run.state
    if state is None or run.state_type in DEAD:
        return False
    if run.state_type is StateType.CANCELLED:
        return not (state.message or "").startswith(NO_NEED)
    return run.state_type is not StateType.COMPLETED or state.name == REFUSED


def _is_about(run: FlowRun, one: Newest) -> bool:
    """Return whether `run` asks about this release, by its name or as whichever is the current one."""
    return run.parameters.get("subject") == one.subject and run.parameters.get("release", "") in {"", one.release}


def _end(client: SyncPrefectClient, run: FlowRun, why: str) -> None:
    client.set_flow_run_state(run.id, Cancelled(message=f"{NO_NEED}, {why}"), force=True)


def _waiting(client: SyncPrefectClient) -> list[FlowRun]:
    return _runs(client, WAITING)


def _runs(client: SyncPrefectClient, which: FlowRunFilter) -> list[FlowRun]:
    """Return those of the runs that ask, newest first: the server's 200 newest of what it is asked for, which are all.

    So many questions are never open at once, nor does one release wear out so many runs.
    """
    newest = FlowRunSort.EXPECTED_START_TIME_DESC
    return client.read_flow_runs(flow_filter=OF_FLOW, flow_run_filter=which, sort=newest)


@contextmanager
def _told_when_unreachable(then: str) -> Iterator[None]:
    try:
        yield
    except (httpx.HTTPError, PrefectException) as fault:
        finished("Phê duyệt", f"không dùng được máy chủ Prefect ({type(fault).__name__}): {then}")
