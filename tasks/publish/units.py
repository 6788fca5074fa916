"""How units stand: what each sent, when, in which state, with how many findings, and how its indicators fare."""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Any

import pandas as pd

from config.form import FormVersion
from config.unit import Unit
from expectations.finding import Severity
from tasks.publish.content import ReleaseContent, once_per_content
from tasks.publish.judged_line import known
from tasks.publish.lines import unit_figures
from tasks.publish.wording import STATES, STATUSES, Tone, Word
from tasks.store.frames import MENDED, MISSING, STANDING, submission_name
from tasks.store.values import COUNTED, Outcome, State

_TONES = {name: word.tone for name, word in STATUSES.items()}


@dataclass(frozen=True)
class Sent:
    """One row of the submissions: a version, a refused file, or a unit that sent nothing."""

    unit: str
    name: str
    state: str
    version: int | None
    received: datetime | None
    days_late: int | None
    days_early: int | None  # sent while the figures could still change
    form: FormVersion | None
    findings: Mapping[str, int]  # by severity
    file_name: str = ""
    sha256: str = ""
    reason: str = ""  # why the file was refused
    mended: bool = False  # whether the unit has sent something usable after it

    @property
    def word(self) -> Word:
        """The state in words."""
        return STATES[self.state]


@dataclass(frozen=True)
class UnitLine:
    """One unit: all that came of it as it arrived, its first, newest and counted version, its indicators by tone."""

    unit: Unit
    first: Sent | None  # by which it is late or in time: what comes later is a correction
    newest: Sent | None
    counted: Sent | None
    came: tuple[Sent, ...]
    tones: Mapping[Tone, int]

    @property
    def refused(self) -> int:
        """How many of its files could not be used."""
        return sum(row.state == Outcome.QUARANTINED for row in self.came)

    @property
    def is_sent_back(self) -> bool:
        """Whether nothing of it counts because what it sent was returned, and nothing came since."""
        return self.counted is None and self.newest is not None and self.newest.state == State.RETURNED

    @property
    def word(self) -> Word:
        """The state of the newest version, or that nothing came."""
        return self.newest.word if self.newest else STATES[MISSING]

    @property
    def earlier_version(self) -> int | None:
        """The version whose figures are used although a newer one was sent, or None."""
        if self.newest is None or self.counted is None or self.counted == self.newest:
            return None
        return self.counted.version


def sent(content: ReleaseContent) -> tuple[Sent, ...]:
    """Return the rows of the submissions in their order, each with the counts of its findings."""
    counts, reasons = _finding_counts(content.findings), _reasons(content.findings)
    rows = [{str(k): known(v) for k, v in row.items()} for row in content.submissions.to_dict("records")]
    return tuple(
        replace(made, reason=next(reasons[made.unit, made.file_name], ""))
        if made.state == Outcome.QUARANTINED
        else made
        for made in (_sent(row, content, counts) for row in rows)
    )


@once_per_content
def unit_lines(content: ReleaseContent) -> tuple[UnitLine, ...]:
    """Return a line for each unit that owes a submission, the district first."""
    by_unit: dict[str, list[Sent]] = {}
    for row in sent(content):
        by_unit.setdefault(row.unit, []).append(row)
    figures = unit_figures(content)
    return tuple(
        _unit_line(unit, by_unit.get(code, []), [status for _, status in figures.get(code, {}).values()])
        for code, unit in content.declarations.reporting(content.period).items()
    )


def standing_findings(content: ReleaseContent) -> pd.DataFrame:
    """Return the findings that still wait for a remedy: by unit, the gravest first."""
    standing = content.findings[content.findings[STANDING].astype(bool)]
    units = {code: i for i, code in enumerate(content.declarations.reporting(content.period))}
    severities = {severity: i for i, severity in enumerate(Severity)}
    return standing.assign(
        _unit=standing["unit"].map(units).fillna(len(units)), _severity=standing["severity"].map(severities)
    ).sort_values(["_unit", "_severity"], kind="stable")[list(content.findings.columns)]


def _unit_line(unit: Unit, rows: list[Sent], statuses: list[str]) -> UnitLine:
    versions = sorted((r for r in rows if r.version is not None), key=lambda r: r.version or 0)
    return UnitLine(
        unit=unit,
        first=versions[0] if versions else None,
        newest=versions[-1] if versions else None,
        counted=next((v for v in reversed(versions) if v.state in COUNTED), None),
        came=tuple(sorted((r for r in rows if r.state != MISSING), key=_arrival)),
        tones=Counter(_TONES[status] for status in statuses),
    )


def _arrival(row: Sent) -> tuple[bool, float, int]:
    return row.received is None, row.received.timestamp() if row.received else 0.0, row.version or 0


def _finding_counts(findings: pd.DataFrame) -> dict[tuple[str, str], dict[str, int]]:
    counts: dict[tuple[str, str], dict[str, int]] = {}
    columns = (findings[c].tolist() for c in ("unit", "submission", "severity"))
    for (unit, submission, severity), n in Counter(zip(*columns, strict=True)).items():
        counts.setdefault((unit, submission or ""), {})[severity] = n
    return counts


def _reasons(findings: pd.DataFrame) -> Mapping[tuple[str, str], Iterator[str]]:
    """Return why files were refused, by unit and file name, in order: the findings that belong to no version.

    A unit mends a file and sends it again under the same name: each has its own reason.
    """
    refused, found = findings[findings["submission"].isna() | (findings["submission"] == "")], defaultdict(list)
    for unit, name, message in zip(*(refused[c].tolist() for c in ("unit", "found", "message")), strict=True):
        found[unit, name].append(message)
    return defaultdict(lambda: iter(()), {key: iter(messages) for key, messages in found.items()})


def _sent(row: dict[str, Any], content: ReleaseContent, counts: dict[tuple[str, str], dict[str, int]]) -> Sent:
    version = None if row["version"] is None else int(row["version"])
    name = "" if version is None else submission_name(row["unit"], str(content.period), version)
    return Sent(
        unit=row["unit"],
        name=row["unit_name"] or row["unit"],
        state=row["state"],
        version=version,
        received=_moment(row["received_at"], content),
        days_late=None if row["days_late"] is None else int(row["days_late"]),
        days_early=None if row["days_early"] is None else int(row["days_early"]),
        form=content.declarations.form_by_id(row["form_version"] or ""),
        findings={} if row["state"] == MISSING else counts.get((row["unit"], name), {}),
        file_name=row["file_name"] or "",
        sha256=row["sha256"] or "",
        mended=bool(row[MENDED]),
    )


def _moment(value: str | datetime | None, content: ReleaseContent) -> datetime | None:
    if value is None:
        return None
    moment = datetime.fromisoformat(value) if isinstance(value, str) else value
    return moment.astimezone(content.zone)
