"""Serving: the deployments of everything that runs by schedule, and the process that stays and starts their runs."""

from __future__ import annotations

import asyncio
from collections.abc import Mapping, Sequence
from typing import Any
from uuid import UUID

from prefect import Flow
from prefect.client.orchestration import get_client
from prefect.client.schemas.filters import (
    DeploymentFilter,
    DeploymentFilterId,
    FlowRunFilter,
    FlowRunFilterState,
    FlowRunFilterStateName,
)
from prefect.deployments.runner import RunnerDeployment
from prefect.exceptions import TerminationSignal
from prefect.runner import Runner
from prefect.schedules import Cron, Schedule
from prefect.states import Cancelled
from prefect.types.entrypoint import EntrypointType

from config.service import Job, Service
from flows.due import collect_due, evaluate_stage_due, issue_due_forms, release_due, remind_due
from flows.server import TAG
from flows.watchdog import watch
from tasks.events import finished

AT_ONCE = 2  # runs: one that works, and one that waits for it or sees that it need not
CAUGHT_UP = "lỡ lịch; lần chạy lúc «cchc serve» khởi động làm thay"
SERVED: Mapping[Job, Flow[Any, Any]] = {
    Job.ISSUE_FORMS: issue_due_forms,
    Job.COLLECT: collect_due,
    Job.REMIND: remind_due,
    Job.RELEASE: release_due,
    Job.STAGE: evaluate_stage_due,
    Job.WATCH: watch,
}


def serve(service: Service, jobs: Sequence[Job]) -> None:
    """Register the deployments of `jobs`, run each once for what was missed meanwhile, and stay until stopped.

    The schedules stay in force when this ends: what the server plans meanwhile is made good at the next start.
    """
    runner = Runner(name=TAG, limit=AT_ONCE, pause_on_shutdown=False)
    _catch_up([_registered(runner, deployment_of(service, job)) for job in jobs])
    for job in jobs:
        finished("Theo lịch", f"{job}: {'; '.join(service.crons(job))} ({service.calendar.zone.key})")
    try:
        asyncio.run(runner.start())
    except BaseException as end:
        if not _was_stopped(end):
            raise
    finished("Theo lịch", "đã dừng; lịch vẫn giữ trên máy chủ, lần khởi động sau làm bù")


def _was_stopped(end: BaseException) -> bool:
    """Return whether somebody stopped the process, be it twice: the runner's tasks then end in a group."""
    if isinstance(end, BaseExceptionGroup):
        return all(_was_stopped(one) for one in end.exceptions)
    return isinstance(end, KeyboardInterrupt | SystemExit | TerminationSignal | asyncio.CancelledError)


def deployment_of(service: Service, job: Job) -> RunnerDeployment:
    """Return the deployment of `job`, its flow to be found by the name of its module wherever the runner stands."""
    deployment = SERVED[job].to_deployment(
        job.value, schedules=schedules_of(service, job), tags=[TAG], entrypoint_type=EntrypointType.MODULE_PATH
    )
    if not isinstance(deployment, RunnerDeployment):
        raise TypeError("a deployment is made outside an event loop")
    return deployment


def _registered(runner: Runner, deployment: RunnerDeployment) -> UUID:
    key = runner.add_deployment(deployment)
    if not isinstance(key, UUID):
        raise TypeError("a deployment is registered outside an event loop")
    return key


def schedules_of(service: Service, job: Job) -> list[Schedule]:
    """Return when `job` runs, in the calendar's zone."""
    return [Cron(cron, timezone=service.calendar.zone.key) for cron in service.crons(job)]


def _catch_up(ids: Sequence[UUID]) -> None:
    """Plan one run of each deployment at once, in the place of however many are late: each does all that is owed."""
    late = FlowRunFilter(state=FlowRunFilterState(name=FlowRunFilterStateName(any_=["Late"])))
    of_ours = DeploymentFilter(id=DeploymentFilterId(any_=list(ids)))
    with get_client(sync_client=True) as client:
        while missed := client.read_flow_runs(flow_run_filter=late, deployment_filter=of_ours):
            for run in missed:
                client.set_flow_run_state(run.id, Cancelled(message=CAUGHT_UP), force=True)
        for deployment in ids:
            client.create_flow_run_from_deployment(deployment)
