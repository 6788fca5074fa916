"""How units stand: what each sent, when, in which state, with how many findings, and how its indicators fare."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

import pandas as pd

from config.form import FormVersion
from config.unit import Unit
from expectations.finding import Severity
from tasks.publish.content import ReleaseContent
from tasks.publish.lines import known, unit_figures
from tasks.publish.wording import COUNTED, STATES, STATUSES, Tone, Word

SUPERSEDED, RETURNED, WARNED, MISSING, REFUSED = (
    "superseded", "returned", "accepted_with_warnings", "missing", "quarantined",
)  # fmt: skip
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
    form: FormVersion | None
    window_from: date | None
    window_to: date | None
    file_name: str
    findings: Mapping[str, int]  # by severity

    @property
    def word(self) -> Word:
        """The state in words."""
        return STATES[self.state]


@dataclass(frozen=True)
class UnitLine:
    """One unit: its newest version, the version whose figures count, refused files, and its indicators by tone."""

    unit: Unit
    newest: Sent | None
    counted: Sent | None
    refused: int
    tones: Mapping[Tone, int]

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


@dataclass(frozen=True)
class Overview:
    """A period in counts of units; the same counts that the command line shows."""

    expected: int
    received: int
    late: int
    counted: int
    warned: int
    returned: int
    missing: int
    refused_files: int


def sent(content: ReleaseContent) -> tuple[Sent, ...]:
    """Return the rows of the submissions in their order, each with the counts of its findings."""
    counts = _finding_counts(content.findings)
    rows = content.submissions.to_dict("records")
    return tuple(_sent({str(k): known(v) for k, v in row.items()}, content, counts) for row in rows)


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


def overview(lines: tuple[UnitLine, ...]) -> Overview:
    """Return `lines` counted."""
    newest = [line.newest for line in lines if line.newest]
    counted = [line.counted for line in lines if line.counted]
    return Overview(
        expected=len(lines),
        received=len(newest),
        late=sum((s.days_late or 0) > 0 for s in newest),
        counted=len(counted),
        warned=sum(s.state == WARNED for s in counted),
        returned=sum(s.state == RETURNED for s in newest),
        missing=len(lines) - len(newest),
        refused_files=sum(line.refused for line in lines),
    )


def standing_findings(content: ReleaseContent) -> pd.DataFrame:
    """Return the findings on versions that are not superseded, and on refused files: by unit, the gravest first."""
    s = content.submissions
    gone = s[s["state"] == SUPERSEDED]
    names = {submission_name(u, str(content.period), v) for u, v in zip(gone["unit"], gone["version"], strict=True)}
    standing = content.findings[~content.findings["submission"].isin(names)]
    units = {code: i for i, code in enumerate(content.declarations.reporting(content.period))}
    severities = {severity: i for i, severity in enumerate(Severity)}
    return standing.assign(
        _unit=standing["unit"].map(units).fillna(len(units)), _severity=standing["severity"].map(severities)
    ).sort_values(["_unit", "_severity"], kind="stable")[list(content.findings.columns)]


def submission_name(unit: str, period: str, version: Any) -> str:
    """Return how the CSV files name a version, as `30628-2022-H1-1`."""
    return f"{unit}-{period}-{int(version)}"


def _unit_line(unit: Unit, rows: list[Sent], statuses: list[str]) -> UnitLine:
    versions = sorted((r for r in rows if r.version is not None), key=lambda r: r.version or 0)
    return UnitLine(
        unit=unit,
        newest=versions[-1] if versions else None,
        counted=next((v for v in reversed(versions) if v.state in COUNTED), None),
        refused=sum(r.state == REFUSED for r in rows),
        tones=Counter(_TONES[status] for status in statuses),
    )


def _finding_counts(findings: pd.DataFrame) -> dict[tuple[str, str], dict[str, int]]:
    counts: dict[tuple[str, str], dict[str, int]] = {}
    columns = (findings[c].tolist() for c in ("unit", "submission", "severity"))
    for (unit, submission, severity), n in Counter(zip(*columns, strict=True)).items():
        counts.setdefault((unit, submission or ""), {})[severity] = n
    return counts


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
        form=content.declarations.form_by_id(row["form_version"] or ""),
        window_from=row["window_from"],
        window_to=row["window_to"],
        file_name=row["file_name"] or "",
        findings={} if row["state"] == MISSING else counts.get((row["unit"], name), {}),
    )


def _moment(value: str | datetime | None, content: ReleaseContent) -> datetime | None:
    if value is None:
        return None
    moment = datetime.fromisoformat(value) if isinstance(value, str) else value
    return moment.astimezone(content.zone)
