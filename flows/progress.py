"""Showing what happens: bars where a person watches, plain lines where a file does."""

from __future__ import annotations

import logging
from collections.abc import Iterator
from contextlib import contextmanager

from rich.console import Console
from rich.progress import BarColumn, MofNCompleteColumn, Progress, TaskID, TextColumn

from flows.inert import in_table

LONG = 100  # things to do: from here on a file is told how far it is


class Bars(logging.Handler):
    """Turns the records of `tasks.events` into bars and lines on `console`."""

    def __init__(self, console: Console, progress: Progress) -> None:
        super().__init__(logging.INFO)
        self.console, self.progress = console, progress
        self.bars: dict[str, TaskID] = {}

    def emit(self, record: logging.LogRecord) -> None:
        """Show one record."""
        stage = str(record.__dict__.get("stage", ""))
        if "total" in record.__dict__:
            self._bar(stage, int(record.__dict__["done"]), int(record.__dict__["total"]))
        elif "sentence" in record.__dict__:
            self._drop(stage)
            self.console.print(
                f"[green]✓[/green] [bold]{in_table(stage)}[/bold]: {in_table(str(record.__dict__['sentence']))}"
            )
        else:
            self.console.print(record.getMessage(), markup=False)

    def _bar(self, stage: str, done: int, total: int) -> None:
        if stage not in self.bars:
            self.bars[stage] = self.progress.add_task(stage, total=total)
        self.progress.update(self.bars[stage], completed=done, total=total)

    def _drop(self, stage: str) -> None:
        if stage in self.bars:
            self.progress.remove_task(self.bars.pop(stage))


class Lines(logging.Handler):
    """One plain line on `console` for each stage that ends, and for each quarter of a long one: for files, programs."""

    def __init__(self, console: Console) -> None:
        super().__init__(logging.INFO)
        self.console = console
        self.quarters: dict[str, int] = {}

    def emit(self, record: logging.LogRecord) -> None:
        """Print one record, unless it only moves a bar a little."""
        if "total" not in record.__dict__ or self._is_new_quarter(record):
            self.console.print(record.getMessage(), markup=False, highlight=False, soft_wrap=True)

    def _is_new_quarter(self, record: logging.LogRecord) -> bool:
        stage, done, total = (record.__dict__[name] for name in ("stage", "done", "total"))
        quarter = 4 * int(done) // int(total) if total else 0
        before = self.quarters.get(stage, 0) if done else 0
        self.quarters[stage] = quarter
        return int(total) >= LONG and quarter > before


@contextmanager
def shown(console: Console) -> Iterator[None]:
    """Show what happens inside the block on `console`."""
    log = logging.getLogger("cchc")
    log.setLevel(logging.INFO)
    log.propagate = False
    columns = (TextColumn("  {task.description}"), BarColumn(), MofNCompleteColumn())
    with Progress(*columns, console=console, transient=True, disable=not console.is_terminal) as progress:
        handler = Bars(console, progress) if console.is_terminal else Lines(console)
        log.addHandler(handler)
        try:
            yield
        finally:
            log.removeHandler(handler)


@contextmanager
def kept(run_id: str) -> Iterator[None]:
    """Write what happens inside the block as lines of a log on standard error, each with its time and `run_id`."""
    log = logging.getLogger("cchc")
    log.setLevel(logging.INFO)
    log.propagate = False  # to Prefect's console, which would say it again without the run
    handler = logging.StreamHandler()
    handler.setFormatter(logging.Formatter(f"%(asctime)s %(levelname)s [{run_id}] %(message)s"))
    log.addHandler(handler)
    try:
        yield
    finally:
        log.removeHandler(handler)
