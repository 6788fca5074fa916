"""How commands run flows: ready, with a server, progress shown."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import ExitStack, contextmanager, suppress
from importlib import import_module
from pathlib import Path
from pkgutil import resolve_name
from typing import TYPE_CHECKING, Any

from config.period import Period
from flows.commands.asked import moment_of
from flows.commands.said import console, refuse, show_overview, show_paths, show_stage_paths, show_statuses

if TYPE_CHECKING:  # a second of imports that «cchc --help» does not need
    from config.load import Declarations
    from config.settings import Settings

PATIENCE = 600.0  # seconds that a run by hand waits for a copy of the workplace to be finished
KEPT_BUSY = "nơi làm việc đang được sao lưu, phục hồi hoặc dựng lại"
CHECKING = ("report:report", "collect:collect", "sample_years:sample_years")


def run_flow(settings: Settings, name: str, **parameters: str) -> Any:
    """Return what the flow `name` («module:function» of this room) returns, its progress shown meanwhile."""
    from flows import server

    own = server.prepare_own(settings)  # before anything else: it starts while we import, Prefect too
    from config.load import load
    from flows import progress, ready

    ready.refuse_unready(settings, load(settings.config_dir))
    flow = resolve_name(f"flows.{name}")
    if own and name in CHECKING:
        _import_checks()  # while our own server starts, in seconds
    server.wait_for(own)
    with progress.shown(console()), at_work_here(settings):
        return server.run(flow, **parameters)


@contextmanager
def at_work_here(settings: Settings) -> Iterator[None]:
    """Let nobody copy or replace the workplace meanwhile; wait for whoever is doing so, and end after long in vain."""
    from tasks.store.alone import at_work
    from tasks.store.database import close_engines

    with ExitStack() as stack:
        free = stack.enter_context(at_work(settings.home))
        if not free:
            console().print(f"{KEPT_BUSY}, đang chờ", markup=False, soft_wrap=True)
            free = stack.enter_context(at_work(settings.home, PATIENCE))
            close_engines()  # the database may have been replaced meanwhile
        if not free:
            refuse(f"{KEPT_BUSY}: chờ xong rồi chạy lại đúng lệnh ấy")
        yield


def _import_checks() -> None:
    with suppress(ImportError):  # told where it is needed
        import_module("tasks.check.run")


def watch_and_collect(settings: Settings, declarations: Declarations, period: Period) -> None:
    """Stay, and take in and answer what comes as soon as it lies still; end when asked to."""
    from flows.watch import arrivals, waits, warm

    warm()
    inbox = settings.home / "inbox"
    console().print(f"Đang theo dõi {inbox}; dừng bằng Ctrl+C", markup=False, soft_wrap=True)
    for came in arrivals(inbox):
        if came or settings.imap_host or waits(inbox):
            run_flow(settings, "collect:collect", period=str(period), today=moment_of(None, declarations))
    console().print("Đã dừng theo dõi")


def run_report(settings: Settings, declarations: Declarations, period: str, today: str | None) -> None:
    """Run the whole of a period and show what came of it."""
    asked, moment = Period.parse(period), moment_of(today, declarations)

    result = run_flow(settings, "report:report", period=period, today=moment)
    show_overview(settings, declarations, asked, result["today"])
    show_statuses(settings, declarations, asked, result["today"])
    show_paths(settings, Path(result["release"]["path"]))


def run_years(settings: Settings, declarations: Declarations, years: tuple[int, int], seed: str, today: str) -> None:
    """Run every period of the sample years and the stages that they reach, and show where it all lies."""
    first, last = years
    made = run_flow(settings, "sample_years:sample_years", first=str(first), last=str(last), seed=seed, today=today)
    if not made["periods"]:
        refuse(f"đến {today[:10]} chưa có kỳ nào của các năm {first}–{last} làm xong")
    stages = declarations.framework.stages
    reached = [code for code, s in stages.items() if s.first_year <= last and first <= s.last_year]
    for code in reached:
        release = run_flow(settings, "stage:stage", stage=code, today=made["today"])
        show_stage_paths(Path(str(release["path"])))
    for period in made["periods"][-1:]:
        show_paths(settings, settings.home / "published" / period / "current")
