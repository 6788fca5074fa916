"""Finding a Prefect server: the one that `PREFECT_API_URL` names when it answers, otherwise an ephemeral one."""

from __future__ import annotations

import json
import os
import urllib.error
import urllib.request
from collections.abc import Callable, Mapping
from http.client import HTTPException
from pathlib import Path
from typing import Any

from config.environment import make_home
from config.settings import Settings
from flows.own_server import OwnServer, begin

QUIET = {
    "DO_NOT_TRACK": "1",
    "PREFECT_SERVER_ANALYTICS_ENABLED": "false",
    "PREFECT_LOGGING_LEVEL": "CRITICAL",  # what stops a command is told once, by the command, in Vietnamese
    "GX_ANALYTICS_ENABLED": "false",
    "PREFECT_SERVER_ALLOW_EPHEMERAL_MODE": "true",
    "PREFECT_SERVER_EPHEMERAL_STARTUP_TIMEOUT_SECONDS": "120",  # a laptop that is busy with something else
}
# A service keeps what it says: run by run on the server, and as lines where it runs.
SERVING = {
    "PREFECT_LOGGING_LEVEL": "INFO",
    "PREFECT_LOGGING_EXTRA_LOGGERS": "cchc",
    "PREFECT_FLOWS_HEARTBEAT_FREQUENCY": "30",  # seconds; a run of which nothing is heard has died
    "PREFECT_LOGGING_TO_API_WHEN_MISSING_FLOW": "ignore",  # what the process itself says belongs to no run
}
USUAL_ADDRESS = "http://127.0.0.1:4200/api"  # where `prefect server start` listens when nobody says otherwise
PROBE_SECONDS = 10.0  # one that is busy, not one that is not there: that is known at once
ASK_SECONDS = 30.0  # for more than a probe: its own database may be busy meanwhile
TAG = "cchc"  # on every run, beside what it is about
_RUNNING: dict[Path, OwnServer] = {}  # a process that stays runs flow after flow: one server serves them all
NAMED = ("period", "stage")  # parameters that say what a run is about


def prepare(settings: Settings) -> str | None:
    """Set Prefect's environment before it is imported; return the address of the server used, None if ephemeral.

    An address that does not answer is dropped: Prefect itself would fail instead of falling back.
    """
    for name, value in QUIET.items():
        os.environ.setdefault(name, value)
    make_home(settings.home)  # Prefect makes its own folder, but not the one around it
    if "PREFECT_HOME" not in os.environ:
        os.environ["PREFECT_HOME"] = str(settings.home.resolve() / "prefect")
    address = settings.prefect_api_url
    if address and answers(address):
        os.environ["PREFECT_API_URL"] = address
        return address
    os.environ.pop("PREFECT_API_URL", None)
    return None


def prepare_own(settings: Settings) -> OwnServer | None:
    """Set Prefect's environment; return the server of our own that is starting, None where one answers already."""
    if prepare(settings) is not None:
        return None
    home = Path(os.environ["PREFECT_HOME"])
    own = _RUNNING.get(home)
    if own is None or own.process.poll() is not None:
        own = _RUNNING[home] = begin(home)
    os.environ["PREFECT_API_URL"] = own.address
    return own


def wait_for(own: OwnServer | None) -> None:
    """Wait until our own server answers; where it does not, leave it to Prefect to start one."""
    if own is not None and not own.answers(answers):
        os.environ.pop("PREFECT_API_URL", None)


def prepare_to_serve(settings: Settings) -> str | None:
    """Set Prefect's environment for a process that stays; return the address of its server, None when none answers."""
    for name, value in SERVING.items():
        os.environ.setdefault(name, value)
    return prepare(settings.model_copy(update={"prefect_api_url": address_to_serve(settings)}))


def address_to_serve(settings: Settings) -> str:
    """Return where the server of a process that stays is looked for."""
    return settings.prefect_api_url or USUAL_ADDRESS


def answers(address: str) -> bool:
    """Return whether a Prefect server answers at `address`."""
    if not address.startswith(("http://", "https://")):
        return False
    try:
        with urllib.request.urlopen(f"{address.rstrip('/')}/health", timeout=PROBE_SECONDS) as response:  # noqa: S310
            return bool(response.status == 200)
    except (OSError, ValueError, HTTPException):
        return False


def runs_at(address: str) -> list[dict[str, Any]]:
    """Return the runs of this product that the server at `address` holds for under way or ended badly, newest first.

    Each as the server tells of it, and `made_good`: whether a later run of the same work has ended well. `OSError` when
    the server does not answer.
    """
    runs = _runs_in(address, ["RUNNING", "FAILED", "CRASHED"], {}, 50)
    flows = sorted({run["flow_id"] for run in runs})
    well = _runs_in(address, ["COMPLETED"], {"flows": {"id": {"any_": flows}}}, 200) if flows else []
    done = {_work_of(run): run["expected_start_time"] for run in reversed(well)}
    return [{**run, "made_good": done.get(_work_of(run), "") > run["expected_start_time"]} for run in runs]


def _runs_in(address: str, states: list[str], more: Mapping[str, Any], most: int) -> list[dict[str, Any]]:
    of_ours = {"tags": {"all_": [TAG]}, "state": {"type": {"any_": states}}}
    asked = {"flow_runs": of_ours, "sort": "EXPECTED_START_TIME_DESC", "limit": most, **more}
    request = urllib.request.Request(  # noqa: S310  an address that `answers` has tried
        f"{address.rstrip('/')}/flow_runs/filter", json.dumps(asked).encode(), {"Content-Type": "application/json"}
    )
    with urllib.request.urlopen(request, timeout=ASK_SECONDS) as response:  # noqa: S310
        found: list[dict[str, Any]] = json.load(response)
    return found


def _work_of(run: Mapping[str, Any]) -> str:
    """Return what a run is for: its flow and what it is about, whichever day it works as of."""
    about = {name: value for name, value in run["parameters"].items() if name != "today"}
    return f"{run['flow_id']} {json.dumps(about, sort_keys=True)}"


def run(flow: Callable[..., Any], **parameters: str) -> Any:
    """Return what `flow` returns, run as `prepare` found the world, without the heartbeat that costs a flow a second.

    The server's address is given once more: Prefect reads `.env` by itself and may find there what does not answer.
    """
    from prefect import settings, tags  # noqa: PLC0415  after prepare

    found = {
        settings.PREFECT_FLOWS_HEARTBEAT_FREQUENCY: None,
        settings.PREFECT_API_URL: os.environ.get("PREFECT_API_URL"),
    }
    with settings.temporary_settings(found), tags(TAG, *(parameters[k] for k in NAMED if parameters.get(k))):
        return flow(**parameters)
