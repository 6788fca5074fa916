"""How commands run flows: ready, with a server, progress shown."""

from __future__ import annotations

from pathlib import Path
from pkgutil import resolve_name
from typing import Any

from config.load import Declarations, load
from config.period import Period
from config.settings import Settings
from flows.commands.asked import moment_of
from flows.commands.said import console, show_overview, show_paths, show_statuses


def run_flow(settings: Settings, name: str, **parameters: str) -> Any:
    """Return what the flow `name` («module:function») returns, its progress shown meanwhile."""
    from flows import progress, ready, server

    ready.refuse_unready(settings, load(settings.config_dir))
    server.prepare(settings)  # before the flow's module imports Prefect
    with progress.shown(console()):
        return server.run(resolve_name(name), **parameters)


def run_report(settings: Settings, declarations: Declarations, period: str, today: str | None) -> None:
    """Run the whole of a period and show what came of it."""
    asked, moment = Period.parse(period), moment_of(today, declarations)

    result = run_flow(settings, "flows.report:report", period=period, today=moment)
    show_overview(settings, declarations, asked, result["today"])
    show_statuses(settings, declarations, asked, result["today"])
    show_paths(settings, Path(result["release"]["path"]))
