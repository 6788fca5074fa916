"""Serving: the deployments of everything that runs by schedule, and the process that stays and starts their runs."""

from __future__ import annotations

import asyncio
import signal
from collections.abc import Callable, Mapping, Sequence
from contextlib import suppress
from datetime import timedelta
from typing import Any
from uuid import UUID

from prefect import Flow
from prefect.automations import Automation
from prefect.client.orchestration import get_client
from prefect.client.schemas.filters import (
    DeploymentFilter,
    DeploymentFilterId,
    FlowRunFilter,
    FlowRunFilterState,
    FlowRunFilterStateName,
)
from prefect.client.schemas.objects import StateType
from prefect.deployments.runner import RunnerDeployment
from prefect.events import EventTrigger, Posture, ResourceSpecification
from prefect.events.actions import ChangeFlowRunState, RunDeployment
from prefect.exceptions import TerminationSignal
from prefect.runner import Runner
from prefect.schedules import Cron, Schedule
from prefect.states import Cancelled
from prefect.types.entrypoint import EntrypointType

from config.service import Job, Service
from flows.approve import ask_approval
from flows.asking import ASK
from flows.due import collect_due, evaluate_stage_due, issue_due_forms, release_due, remind_due
from flows.server import TAG
from flows.watchdog import watch
from tasks.events import finished

AT_ONCE = 2  # runs: one that works, and one that waits for it or sees that it need not
CAUGHT_UP = "lỡ lịch; lần chạy lúc «cchc serve» khởi động làm thay"
HEARTBEAT = "prefect.flow-run.heartbeat"
ENDS = ("Completed", "Failed", "Cancelled", "Crashed", "Suspended")  # suspended: it waits for an answer, in no process
SILENCE = timedelta(seconds=120)  # four heartbeats
OF_RUNS = ResourceSpecification({"prefect.resource.id": "prefect.flow-run.*"})
OF_OURS = ResourceSpecification({"prefect.resource.id": f"prefect.tag.{TAG}", "prefect.resource.role": "tag"})
OF_WORK = ResourceSpecification(  # but for the watch itself: one that dies must not call the next
    {
        "prefect.resource.name": [job.value for job in Job if job is not Job.WATCH],
        "prefect.resource.role": "deployment",
    }
)
SERVED: Mapping[Job, Flow[Any, Any]] = {
    Job.ISSUE_FORMS: issue_due_forms,
    Job.COLLECT: collect_due,
    Job.REMIND: remind_due,
    Job.RELEASE: release_due,
    Job.STAGE: evaluate_stage_due,
    Job.WATCH: watch,
}


class Wish:
    """Whether somebody wants the process to stop: by Ctrl+C, or as whoever looks after services does.

    A signal raises nothing. Left to Python, a second one, or one that comes while the process begins or says goodbye,
    would end it by a traceback in the middle of something.
    """

    def __init__(self) -> None:
        self.is_there = False
        self.then: Callable[[], object] = bool
        for kind in (signal.SIGINT, signal.SIGTERM):
            signal.signal(kind, self.take)

    def take(self, *_: object) -> None:
        """Note the wish, and do what follows from it."""
        self.is_there = True
        self.then()

    @staticmethod
    def forget() -> None:
        """Let nothing follow from a signal any more: only the goodbye is left, and Python resets all else in it."""
        for kind in (signal.SIGINT, signal.SIGTERM):
            signal.signal(kind, signal.SIG_IGN)


def serve(service: Service, jobs: Sequence[Job]) -> None:
    """Register the deployments of `jobs`, run each once for what was missed meanwhile, and stay until stopped.

    The schedules stay in force when this ends: what the server plans meanwhile is made good at the next start.
    """
    wish = Wish()
    try:
        _stay(service, jobs, wish)
    except BaseException as end:
        if not _was_stopped(end):
            raise
    wish.forget()
    finished("Theo lịch", "đã dừng; lịch vẫn giữ trên máy chủ, lần khởi động sau làm bù")


def _stay(service: Service, jobs: Sequence[Job], wish: Wish) -> None:
    runner = Runner(name=TAG, limit=AT_ONCE, pause_on_shutdown=False)
    ids = {job: _registered(runner, deployment_of(service, job)) for job in jobs}
    if not {Job.RELEASE, Job.STAGE}.isdisjoint(jobs):
        _registered(runner, deployment_to_ask())
    for automation in automations(ids.get(Job.WATCH)):
        _in_force(automation)
    _catch_up(list(ids.values()))
    for job in jobs:
        finished("Theo lịch", f"{job}: {'; '.join(service.crons(job))} ({service.calendar.zone.key})")
    asyncio.run(_until(wish, runner))


async def _until(wish: Wish, runner: Runner) -> None:
    """Start runs until `wish` is there."""
    loop = asyncio.get_running_loop()
    # Its own would end the process in the middle of a run's beginning.
    runner.handle_sigterm = wish.take  # type: ignore[method-assign]
    work = asyncio.create_task(runner.start())

    def stop() -> None:
        if not work.done():
            loop.call_soon_threadsafe(work.cancel)

    wish.then = stop
    if wish.is_there:  # since before
        work.cancel()
    with suppress(asyncio.CancelledError):
        await work


def automations(watching: UUID | None) -> list[Automation]:
    """Return what the server does by itself about runs that die: call them crashed, and have `watching` run at once.

    A run whose process ends is marked by the process that started it. One that dies together with that process, or its
    machine, is known only by its silence.
    """
    silent = Automation(
        name="cchc: lượt chạy không còn tiếng nào là đã chết",
        trigger=EventTrigger(
            after={HEARTBEAT},
            expect={HEARTBEAT, *(f"prefect.flow-run.{end}" for end in ENDS)},
            match=OF_RUNS,
            match_related=OF_OURS,
            for_each={"prefect.resource.id"},
            posture=Posture.Proactive,
            threshold=1,
            within=SILENCE,
        ),
        actions=[ChangeFlowRunState(state=StateType.CRASHED, message="mất tín hiệu: tiến trình đã chết")],
    )
    if watching is None:
        return [silent]
    died = Automation(
        name="cchc: lượt chạy chết thì tự khám ngay",
        trigger=EventTrigger(
            expect={"prefect.flow-run.Failed", "prefect.flow-run.Crashed"},
            match=OF_RUNS,
            match_related=[OF_OURS, OF_WORK],
            posture=Posture.Reactive,
            threshold=1,
        ),
        actions=[RunDeployment(deployment_id=watching)],
    )
    return [silent, died]


def _in_force(automation: Automation) -> None:
    """Make `automation` on the server, in the place of one of that name from before."""
    with get_client(sync_client=True) as client:
        for old in client.read_automations_by_name(automation.name):
            client.delete_automation(old.id)
    automation.create()


def _was_stopped(end: BaseException) -> bool:
    """Return whether somebody stopped the process, be it twice: the runner's tasks then end in a group."""
    if isinstance(end, BaseExceptionGroup):
        return all(_was_stopped(one) for one in end.exceptions)
    return isinstance(end, KeyboardInterrupt | SystemExit | TerminationSignal | asyncio.CancelledError)


def deployment_of(service: Service, job: Job) -> RunnerDeployment:
    """Return the deployment of `job`, its flow to be found by the name of its module wherever the runner stands."""
    return _deployed(SERVED[job], job.value, schedules_of(service, job))


def deployment_to_ask() -> RunnerDeployment:
    """Return the deployment of what asks for an approval: by no schedule, what publishes starts it, or a person."""
    return _deployed(ask_approval, ASK, [])


def _deployed(flow: Flow[Any, Any], name: str, schedules: list[Schedule]) -> RunnerDeployment:
    deployment = flow.to_deployment(name, schedules=schedules, tags=[TAG], entrypoint_type=EntrypointType.MODULE_PATH)
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
