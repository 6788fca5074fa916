"""Asking for an approval on Prefect's page: one run waits for each release that nobody has answered for yet."""

from __future__ import annotations

from collections.abc import Iterator

from prefect.client.orchestration import SyncPrefectClient, get_client
from prefect.client.schemas.filters import FlowFilter, FlowFilterName
from prefect.client.schemas.objects import FlowRun, StateType
from prefect.client.schemas.sorting import FlowRunSort
from prefect.exceptions import ObjectNotFound
from prefect.states import Cancelled

from config.settings import Settings
from tasks.events import finished
from tasks.store.calculations import releases
from tasks.store.database import reading

ASK = "ask-approval"  # the flow, and its deployment
NAME = "chờ phê duyệt {period} {release}"  # of a run
DEAD = (StateType.FAILED, StateType.CRASHED)
NEWEST = 200  # runs looked through


def ask_where_provisional(period: str, today: str) -> None:
    """Have a run ask for the approval of the newest release of `period`, once; end those that ask in vain.

    A release that was declined is not asked about again; one whose run died is. Without the deployment (`cchc serve`
    registers it) nobody is asked: `cchc approve` is always there.
    """
    with reading(Settings().database) as connection:
        made = releases(connection, period)
    if not made:
        return
    newest = made[-1]
    with get_client(sync_client=True) as client:
        _end(client, period, newest.name, newest.approval_id is not None)
        if newest.approval_id is None:
            _ask(client, period, newest.name, today)


def end_asking(period: str) -> None:
    """End the runs that wait for an answer about `period`: it has been given."""
    with get_client(sync_client=True) as client:
        _end(client, period, "", is_final=True)


def _ask(client: SyncPrefectClient, period: str, release: str, today: str) -> None:
    asked = [run for run in _runs(client, period) if run.parameters.get("release") == release]
    if any(run.state_type not in DEAD for run in asked):
        return
    try:
        deployment = client.read_deployment_by_name(f"{ASK}/{ASK}")
    except ObjectNotFound:
        return
    client.create_flow_run_from_deployment(
        deployment.id,
        name=NAME.format(period=period, release=release),
        parameters={"period": period, "release": release, "today": today},
        tags=[period],
        idempotency_key=f"{period} {release} {len(asked)}",  # of two runs that ask at once, one does
    )
    finished("Phê duyệt", f"bản {release} của kỳ {period} chờ phê duyệt trên trang Prefect, hoặc «cchc approve»")


def _end(client: SyncPrefectClient, period: str, newest: str, is_final: bool) -> None:
    why = "đã có số liệu chính thức" if is_final else f"đã có bản mới hơn: {newest}"
    for run in _runs(client, period):
        asks_in_vain = is_final or run.parameters.get("release") not in {"", None, newest}
        if run.state_type is StateType.PAUSED and asks_in_vain:
            client.set_flow_run_state(run.id, Cancelled(message=f"không cần trả lời nữa, {why}"), force=True)


def _runs(client: SyncPrefectClient, period: str) -> Iterator[FlowRun]:
    """Give the runs that have asked about `period`, newest first."""
    of_flow = FlowFilter(name=FlowFilterName(any_=[ASK]))
    newest = client.read_flow_runs(flow_filter=of_flow, sort=FlowRunSort.EXPECTED_START_TIME_DESC, limit=NEWEST)
    return (run for run in newest if run.parameters.get("period") == period)
