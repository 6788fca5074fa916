"""What kept workbooks say, read once more, as when they were taken in."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from itertools import islice
from pathlib import Path

from config.load import Declarations
from config.period import Period
from tasks.collect import sandbox
from tasks.collect.grid import DisguisedCell, Grid, PercentCell
from tasks.collect.guard import Refusal
from tasks.collect.mapping import read_values
from tasks.collect.task_list import read_tasks
from tasks.store.raw import fetch, raw_path, sha256_of
from tasks.store.submissions import Said
from tasks.store.values import Submission

AT_ONCE = 50  # workbooks read by one task


def said_again(
    versions: Sequence[Submission], raw: Path, declarations: Declarations, as_before: bool = False
) -> Iterator[tuple[Submission, Said | str]]:
    """Give each of `versions` with what its workbook under `raw` says, or, in Vietnamese, why that cannot be read.

    `as_before` reads as was done before numbers that are shown as others were asked about: see decision 0095.
    """
    waiting = iter(versions)
    while chunk := list(islice(waiting, AT_ONCE)):
        there = {v.sha256: fetch(raw, v.sha256) for v in chunk if raw_path(raw, v.sha256).is_file()}
        sound = {sha256: data for sha256, data in there.items() if sha256_of(data) == sha256}
        grids = dict(zip(sound, sandbox.begin(list(sound.values())).grids(), strict=True))
        for version in chunk:
            grid = grids.get(version.sha256)
            if grid is None:
                yield version, _harm(version.sha256, version.sha256 in there)
            else:
                yield version, _said(_with_numbers(grid) if as_before else grid, version, declarations)


def harm_to(raw: Path, sha256: str) -> str | None:
    """Return in Vietnamese what is amiss with the file kept under `sha256`; None when it is there and whole."""
    there = raw_path(raw, sha256).is_file()
    return None if there and sha256_of(fetch(raw, sha256)) == sha256 else _harm(sha256, there)


def _harm(sha256: str, is_there: bool) -> str:
    return f"tệp gốc {sha256[:16]}… {'bị hỏng' if is_there else 'không còn'}"


def _with_numbers(grid: Grid | Refusal) -> Grid | Refusal:
    """Return `grid` with the numbers that stand behind what shows another one."""
    if isinstance(grid, Refusal):
        return grid
    return {
        name: [[cell.number if isinstance(cell, PercentCell | DisguisedCell) else cell for cell in row] for row in rows]
        for name, rows in grid.items()
    }


def _said(grid: Grid | Refusal, version: Submission, declarations: Declarations) -> Said | str:
    if isinstance(grid, Refusal):
        return f"nay không đọc được nữa ({grid.code})"
    form, period = declarations.form_by_id(version.form_version), Period.parse(version.period)
    if form is None:
        return f"không còn khai báo mẫu {version.form_version}"
    values = read_values(grid, form, declarations.rows(form, period), declarations.outlived(form, period))
    return values, read_tasks(grid, form)
