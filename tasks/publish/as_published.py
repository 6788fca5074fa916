"""The figures of releases as their files have them, beside those that the store has of the same releases."""

from __future__ import annotations

import csv
import io
from collections.abc import Iterator, Sequence
from pathlib import Path

import pandas as pd
from sqlalchemy import Connection

from config.load import Declarations
from config.period import Period
from tasks.publish.open_data import as_csv
from tasks.store.calculations import Published, all_releases
from tasks.store.frames import COMPARED, evaluation_frame
from tasks.store.stretches import increments_frame, stretch_figures

KEYS = {"evaluation.csv": ("level", "unit", "indicator"), "increments.csv": ("level", "unit", "element")}
FIGURES = {"evaluation.csv": COMPARED, "increments.csv": ["value", "status", "reported_units"]}
Told = dict[tuple[str, ...], dict[str, str]]


def differing_figures(connection: Connection, declarations: Declarations, published: Path) -> dict[str, int]:
    """Return how many figures the store has otherwise than the files of each release, by its name as `2022-H1/r001`.

    Only releases with such figures are named. One of a stage is made of the figures of its periods: it has no file
    here, as one whose folder is gone. A file that cannot be read is passed over: `cchc doctor` tells of it.
    """
    found = {}
    for release in all_releases(connection):
        folder = published / release.period / release.name
        written = {name: told for name in KEYS if (told := _told_in(folder / name)) is not None}
        if written:
            made = _made_again(connection, declarations, release)
            pairs = ((name, then, _told(name, made[name])) for name, then in written.items())
            if count := sum(len(list(_differing(name, then, now))) for name, then, now in pairs):
                found[f"{release.period}/{release.name}"] = count
    return found


def _told_in(path: Path) -> Told | None:
    """Return what a published file says; None where it is not there, or is not what was published."""
    try:
        return _told(path.name, path.read_bytes())
    except (OSError, UnicodeDecodeError, KeyError, csv.Error):
        return None


def _made_again(connection: Connection, declarations: Declarations, release: Published) -> dict[str, bytes]:
    period = Period.parse(release.period)
    stretch = stretch_figures(connection, period, release.published_at)
    frames = {
        "evaluation.csv": evaluation_frame(connection, declarations, period, release.calculation_id),
        "increments.csv": increments_frame(stretch, declarations, period),
    }
    return {name: _written(name, frame, declarations) for name, frame in frames.items()}


def _written(name: str, frame: pd.DataFrame, declarations: Declarations) -> bytes:
    return as_csv(frame, [*KEYS[name], *FIGURES[name]], declarations.calendar.zone)


def _told(name: str, data: bytes) -> Told:
    rows = csv.DictReader(io.StringIO(data.decode("utf-8-sig"), newline=""))
    return {tuple(row[column] for column in KEYS[name]): row for row in rows}


def _differing(name: str, then: Told, now: Told) -> Iterator[Sequence[str]]:
    """Give the keys of the rows that differ, in the columns that both files have."""
    for key in then.keys() | now.keys():
        before, after = then.get(key), now.get(key)
        if before is None or after is None or any(before[c] != after[c] for c in FIGURES[name] if c in before):
            yield key
