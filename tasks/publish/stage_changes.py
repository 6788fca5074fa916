"""What a stage says otherwise than an earlier release of it: each figure that is another one now, with its cause.

A stage is made anew from submissions and nothing of it is kept but its releases. So the earlier side is what was
published: the figures in its CSV files, and the submissions that its manifest names.
"""

from __future__ import annotations

import csv
import io
import json
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from pathlib import Path
from typing import Any

import pandas as pd

from config.load import Declarations
from config.period import Period
from tasks.publish.changes import CAUSE_NAMES, Cause, Why, told_of
from tasks.publish.manifest import FILE_NAME as MANIFEST
from tasks.publish.manifest import digest_in
from tasks.publish.stage_content import StageContent
from tasks.publish.stage_data import stage_csv_files
from tasks.publish.stage_wording import STAGE_CHANGES, STAGE_COMPARED
from tasks.store.stage_frames import BOUNDARIES
from tasks.store.values import DISTRICT_LEVEL

TABLES = ("stage.csv", "stage_units.csv")
LOOKED_AT = (*STAGE_COMPARED, "target_year", "target_status", "expected_units", "base_date")
FIGURES = {"value", "numerator", "denominator", "period", "reported_units", "base", "base_date"}
TARGET = {"target", "target_year", "target_status"}
NUMBERS = {"value", "numerator", "denominator", "base", "target"}

Key = tuple[str, str, str, str]  # boundaries (empty for the whole district), level, unit, indicator
Row = Mapping[str, str]
Versions = Mapping[tuple[str, str], int]  # by unit and period


@dataclass(frozen=True, eq=False)
class StageSide:
    """One of two releases of a stage: its figures as written, by key, and the versions that it rests on."""

    name: str
    rows: Mapping[Key, Row]
    versions: Versions


def stage_changes(earlier: Sequence[Path], content: StageContent) -> pd.DataFrame:
    """Return a row with `STAGE_CHANGES` for each figure of `content` that an earlier release said otherwise.

    Of `earlier`, oldest first, the latest counts that said anything else; a release that is not whole is passed over.
    Figures are `Decimal` or None. Empty when none said anything else.
    """
    new = _side_of("", stage_csv_files(content), [(s.submission, s.unit, s.version) for s in content.facts.inputs])
    for folder in reversed(earlier):
        if digest_in(folder) is not None and (rows := list(_changes(_published(folder), new, content))):
            return pd.DataFrame(rows, columns=list(STAGE_CHANGES), dtype=object)
    return pd.DataFrame(columns=list(STAGE_CHANGES), dtype=object)


def _published(folder: Path) -> StageSide:
    inputs = json.loads((folder / MANIFEST).read_bytes())["inputs"]
    files = {name: (folder / name).read_bytes() for name in TABLES}
    return _side_of(folder.name, files, [(i["submission"], i["unit"], i["version"]) for i in inputs])


def _side_of(name: str, files: Mapping[str, bytes], inputs: Iterable[tuple[str, str, int]]) -> StageSide:
    lines = (row for table in TABLES for row in csv.DictReader(io.StringIO(files[table].decode("utf-8-sig"))))
    rows = {(row.get(BOUNDARIES, ""), row["level"], row["unit"], row["indicator"]): row for row in lines}
    # As the CSV files name a submission: unit, period, version, a hyphen between.
    versions = {(unit, named.removeprefix(f"{unit}-").rpartition("-")[0]): n for named, unit, n in inputs}
    return StageSide(name, rows, versions)


def _changes(old: StageSide, new: StageSide, content: StageContent) -> Iterator[dict[str, Any]]:
    moves = _Moves(old, new, content.declarations, max(content.frames.table["figures_to"]))
    for key in [*new.rows, *(key for key in old.rows if key not in new.rows)]:
        before, after = old.rows.get(key), new.rows.get(key)
        if what := _differences(before, after):
            yield _row(key, (before, after), moves.why(key, what), content, old.name)


def _differences(before: Row | None, after: Row | None) -> frozenset[str]:
    """Return the columns that differ, of those that both releases have; of a figure that one side lacks, its value."""
    if before is None or after is None:
        return frozenset({"value"})
    return frozenset(c for c in LOOKED_AT if c in before and c in after and before[c] != after[c])


@dataclass(frozen=True, eq=False)
class _Moves:
    """What happened between the two releases; `day` is that of the latest figures."""

    old: StageSide
    new: StageSide
    declarations: Declarations
    day: date

    def why(self, key: Key, what: frozenset[str]) -> list[Why]:
        """Return why the figure of `key` is another one, in the order in which causes are named."""
        before, after = self.old.rows.get(key, {}), self.new.rows.get(key, {})
        found = list(self._sent(key, before, after)) if what & FIGURES else []
        if before.get("period") != after.get("period") and after.get("period"):
            period = Period.parse(after["period"]).name_within
            found.append(Why(Cause.NEW_PERIOD, f"nay tính đến {period}"))
        if what & TARGET:
            found.append(Why(Cause.TARGET, CAUSE_NAMES[Cause.TARGET]))
        if not found:
            cause = Cause.BASE if what & {"base", "base_date"} else Cause.DECLARATION
            found.append(Why(cause, CAUSE_NAMES[cause]))
        order = list(Cause)
        return sorted(found, key=lambda why: order.index(why.cause))

    def _sent(self, key: Key, before: Row, after: Row) -> Iterator[Why]:
        """Give what units sent, of the periods that the figure rests on: the current one and its base's."""
        _, level, unit, _ = key
        periods = {row.get("period", "") for row in (before, after)}
        periods |= {f"{row['base_year']}-YEAR" for row in (before, after) if row.get("base_year")}
        for sent in sorted({*self.old.versions, *self.new.versions}):
            if sent[1] in periods and (level == DISTRICT_LEVEL or self._heir(*sent) == unit):
                yield from self._moved(sent)

    def _moved(self, sent: tuple[str, str]) -> Iterator[Why]:
        was, now = self.old.versions.get(sent), self.new.versions.get(sent)
        period = Period.parse(sent[1])
        units = self.declarations.reporting(period)
        name = units[sent[0]].name if sent[0] in units else sent[0]
        if was is None and any(known == sent[1] for _, known in self.old.versions):
            yield Why(Cause.LATE_UNIT, f"{name} có số liệu {period.name_within}")
        elif now is None:
            yield Why(Cause.WITHDRAWN, f"{name} không còn bản nộp nào được tính cho {period.name_within}")
        elif was is not None and was != now:
            yield Why(Cause.CORRECTION, f"{name} sửa {period.name_within}, lần {was} thành lần {now}")

    def _heir(self, unit: str, period: str) -> str | None:
        day = self.declarations.calendar.cut_off(Period.parse(period))
        if unit not in self.declarations.units.on(day):
            return unit  # declared when the earlier release was made, but no more
        return self.declarations.units.heir(unit, day, max(day, self.day))


def _row(
    key: Key, sides: tuple[Row | None, Row | None], causes: Sequence[Why], content: StageContent, release: str
) -> dict[str, Any]:
    named = sides[1] or sides[0] or {}
    compared = {
        f"{side}_{column}": _stated(column, (row or {}).get(column, ""))
        for column in STAGE_COMPARED
        for side, row in zip(("old", "new"), sides, strict=True)
    }
    return {
        "stage": content.code,
        "from_release": release,
        BOUNDARIES: key[0] or None,
        **{column: named[column] for column in ("level", "unit", "unit_name", "indicator", "name", "unit_of_measure")},
        **compared,
        **told_of(causes),
    }


def _stated(column: str, text: str) -> Any:
    if not text:
        return None
    if column in NUMBERS:
        return Decimal(text)
    return int(text) if column == "reported_units" else text
