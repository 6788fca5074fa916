"""Faults that come back: how often the same rule failed at the same place, in earlier versions and earlier periods."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, field

from sqlalchemy import Connection

from config.load import Declarations
from config.period import Period
from expectations.finding import Finding
from tasks.store.submissions import findings_of, newest, submissions
from tasks.store.values import COUNTED, Run, Submission

LOOKED_BACK = 4  # periods: a year of reports
Fault = tuple[str, str | None]  # the rule and the element


@dataclass(frozen=True)
class Repeated:
    """Where each fault of one unit was found before, the oldest first; and which of its versions counts meanwhile."""

    places: Mapping[Fault, Sequence[str]] = field(default_factory=dict)
    counted: int | None = None

    def of(self, finding: Finding) -> tuple[int, str]:
        """Return how often `finding` has happened, counting this time, and in words where before («» for the first)."""
        before = self.places.get(_fault(finding), ())
        return len(before) + 1, ", ".join(before)


def repeated_faults(
    connection: Connection, declarations: Declarations, period: Period, run: Run, units: Collection[str]
) -> dict[str, Repeated]:
    """Return what each of `units` was told before about its newest version of `period`, as known in `run`.

    Of an earlier period the version last sent is looked at, and only of the same unit: a merged one begins anew.
    """
    places: dict[str, dict[Fault, list[str]]] = {unit: {} for unit in units}
    for earlier in reversed(period.before[:LOOKED_BACK]):
        same = _same_units(declarations, earlier, period) & set(units)
        versions = [s for s in newest(submissions(connection, str(earlier), run.now)) if s.unit in same]
        _note(connection, places, versions, run, {s.id: f"báo cáo {earlier.name_within}" for s in versions})
    versions = [s for s in submissions(connection, str(period), run.now) if s.unit in places]
    answered = {s.id for s in newest(versions)}
    before = [s for s in versions if s.id not in answered]
    _note(connection, places, before, run, {s.id: f"lần nộp {s.version}" for s in before})
    counted = {s.unit: s.version for s in versions if s.state in COUNTED}
    return {unit: Repeated(found, counted.get(unit)) for unit, found in places.items()}


def _note(
    connection: Connection,
    places: Mapping[str, dict[Fault, list[str]]],
    versions: Sequence[Submission],
    run: Run,
    names: Mapping[int, str],
) -> None:
    found = findings_of(connection, versions, run.now)
    for version in versions:
        for fault in dict.fromkeys(map(_fault, found[version.id])):
            places[version.unit].setdefault(fault, []).append(names[version.id])


def _same_units(declarations: Declarations, earlier: Period, later: Period) -> set[str]:
    then, now = declarations.reporting(earlier), declarations.reporting(later)
    return {code for code in then.keys() & now.keys() if then[code].valid_from == now[code].valid_from}


def _fault(finding: Finding) -> Fault:
    return finding.rule, finding.element
