"""What commands print: tables, paths, JSON, and the one sentence that ends a wrong call."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any, NoReturn

import typer

from config.period import Period
from config.safe_text import safe_text

if TYPE_CHECKING:  # a second of imports that «cchc --help» does not need
    import pandas as pd
    from rich.console import Console

    from config.framework import Stage
    from config.load import Declarations
    from config.settings import Settings
    from tasks.publish.review import Review

DONE, FINDINGS, WRONG_USE = 0, 1, 2


def show_year(settings: Settings, declarations: Declarations, year: int, moment: str, as_json: bool) -> None:
    """Print the grid unit × window of `year`."""
    from flows.show import year_of, year_table

    rows = year_of(settings, declarations, year, moment)
    print_json(rows) if as_json else console().print(year_table(rows, year))


def show_overview(settings: Settings, declarations: Declarations, period: Period, moment: str) -> None:
    """Print how many units reported, were late, were returned."""
    from flows.show import overview_table

    console().print(overview_table(settings, declarations, period, moment))


def show_statuses(settings: Settings, declarations: Declarations, period: Period, moment: str) -> None:
    """Print the district's indicators by status."""
    from flows.show import statuses_table

    console().print(statuses_table(settings, declarations, period, moment))


def show_review(found: Review, subject: Period | Stage) -> None:
    """Print what an approver must see: counts, figures short of coverage, findings that stand."""
    from flows.show import review_tables

    for table in review_tables(found, subject):
        console().print(table)


def show_changes(changes: pd.DataFrame, release: str, as_json: bool) -> None:
    """Print the rows of `changes.csv` that lead to `release`."""
    from flows.show import change_rows, changes_table

    if as_json:
        print_json(change_rows(changes))
    elif changes.empty:
        typer.echo(f"Bản {release} không có con số nào khác bản công bố trước.")
    else:
        console().print(changes_table(changes, release))


def show_paths(settings: Settings, release: Path) -> None:
    """Print where the files of a release lie."""
    from flows.show import paths_made

    for name, path in paths_made(settings, release):
        typer.echo(f"{name}: {path}")


def show_stage_paths(release: Path) -> None:
    """Print where the files of a stage's release lie."""
    from flows.stage_show import stage_paths

    for name, path in stage_paths(release):
        typer.echo(f"{name}: {path}")


def show_checked(reports: Sequence[dict[str, Any]]) -> None:
    """Print what `check` found in each file."""
    from flows.show import checked_lines

    for line in checked_lines(reports):
        typer.echo(line)


def print_json(value: object) -> None:
    """Print `value` as JSON, Vietnamese unescaped."""
    from flows.inert import in_json

    typer.echo(in_json(value))


def console() -> Console:
    """Return the console of standard output."""
    from rich.console import Console

    return Console(highlight=False)


def say_wrong(sentence: str) -> None:
    """Print on standard error what is wrong."""
    from rich.console import Console

    said = "\n".join(safe_text(line) for line in f"Lỗi: {sentence}".splitlines())
    Console(stderr=True, highlight=False).print(said, style="red", markup=False, soft_wrap=True)


def refuse(sentence: str) -> NoReturn:
    """Say what is wrong and end the command with exit code 2."""
    say_wrong(sentence)
    raise typer.Exit(WRONG_USE)
