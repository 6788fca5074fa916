"""Who still owes a report: nothing came, nothing that could be read, or what was returned is not corrected."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date, datetime
from enum import StrEnum

from sqlalchemy import Connection

from config.load import Declarations
from config.period import Period
from config.unit import Unit
from expectations.finding import Finding, Severity
from tasks.store.receipts import Receipt, receipts
from tasks.store.submissions import findings_of, judged_at, newest, submissions
from tasks.store.values import COUNTED, Outcome, State, Submission


class Owing(StrEnum):
    """Why a report is still owed."""

    MISSING = "missing"
    REFUSED = "refused"
    RETURNED = "returned"


@dataclass(frozen=True)
class Debt:
    """What one unit owes for a period.

    `due` is the deadline, or the day of the return when that came later: reminders are counted from it. `days_late`
    counts calendar days after the deadline. Of a returned version: its number, its critical findings, the day of its
    return, its annotated workbook, and the version (if any) whose figures count meanwhile.
    """

    unit: Unit
    period: Period
    state: Owing
    deadline: date
    due: date
    days_late: int
    file_name: str = ""
    received_on: date | None = None
    version: int | None = None
    critical: int = 0
    returned_on: date | None = None
    returned_file: str | None = None
    counted: int | None = None


@dataclass(frozen=True)
class Known:
    """What the store knew of a period: versions, the files that were refused, verdicts with their findings and days."""

    versions: Sequence[Submission]
    refused: Mapping[str, Receipt]
    findings: Mapping[int, Sequence[Finding]]
    judged: Mapping[int, datetime]


def known_of(connection: Connection, period: Period, as_of: datetime) -> Known:
    """Return what was known of `period` at `as_of`."""
    versions = submissions(connection, str(period), as_of)
    returned = [s for s in newest(versions) if s.state is State.RETURNED]
    refused = (r for r in receipts(connection, str(period), as_of) if r.outcome is Outcome.QUARANTINED)
    return Known(
        versions,
        {r.arrival.unit: r for r in refused},
        findings_of(connection, returned, as_of),
        judged_at(connection, returned, as_of),
    )


def debts(declarations: Declarations, period: Period, known: Known, today: date) -> list[Debt]:
    """Return what the units expected for `period` still owe on `today`, the district first."""
    zone = declarations.calendar.zone
    last = {s.unit: s for s in newest(known.versions)}
    counted = {s.unit: s.version for s in known.versions if s.state in COUNTED}
    found = []
    for unit in declarations.reporting(period).values():
        deadline = declarations.calendar.deadline(period, unit.level)
        debt = Debt(unit, period, Owing.MISSING, deadline, deadline, max(0, (today - deadline).days))
        submission, receipt = last.get(unit.code), known.refused.get(unit.code)
        if submission is not None and submission.state is State.RETURNED:
            critical = sum(f.severity is Severity.CRITICAL for f in known.findings[submission.id])
            on = known.judged[submission.id].astimezone(zone).date()
            found.append(_returned(debt, submission, critical, on, counted.get(unit.code)))
        elif submission is None and receipt is not None:
            on = receipt.arrival.received_at.astimezone(zone).date()
            found.append(replace(debt, state=Owing.REFUSED, file_name=receipt.arrival.file_name, received_on=on))
        elif submission is None:
            found.append(debt)
    return found


def _returned(debt: Debt, submission: Submission, critical: int, returned_on: date, counted: int | None) -> Debt:
    return replace(
        debt,
        state=Owing.RETURNED,
        due=max(debt.deadline, returned_on),
        file_name=submission.file_name,
        version=submission.version,
        critical=critical,
        returned_on=returned_on,
        returned_file=submission.returned_file,
        counted=counted,
    )
