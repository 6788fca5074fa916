"""Figures that changed since the earlier release, as the pages show them: old, new, and why."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal
from typing import Any

from tasks.publish.changes import CAUSE_NAMES, Cause
from tasks.publish.content import ReleaseContent
from tasks.publish.judged_line import known
from tasks.publish.stage_content import StageContent
from tasks.publish.stage_wording import STAGE_STATUSES
from tasks.publish.wording import Word
from tasks.store.stage_frames import BOUNDARIES
from tasks.store.values import DISTRICT_LEVEL


@dataclass(frozen=True, slots=True)
class Told:
    """What one release said of a figure; None where it said nothing."""

    value: Decimal | None
    numerator: Decimal | None
    denominator: Decimal | None
    reported: int | None
    target: Decimal | None
    status: Word | None
    base: Decimal | None = None  # of a stage alone: a period's base is no figure of its own


@dataclass(frozen=True, slots=True)
class Change:
    """One figure that is another one now: of a unit, or of the whole district."""

    of_district: bool
    unit: str
    unit_name: str
    indicator: str
    name: str
    unit_of_measure: str
    old: Told
    new: Told
    causes: tuple[Cause, ...]
    explanation: str


def change_lines(content: ReleaseContent) -> tuple[Change, ...]:
    """Return every figure that changed, the district's first, in the order of `changes.csv`."""
    return tuple(_change({str(k): known(v) for k, v in row.items()}) for row in content.changes.to_dict("records"))


def stage_change_lines(content: StageContent) -> tuple[Change, ...]:
    """Return the figures of a stage that changed, the district's first; of units in the latest boundaries."""
    latest = content.boundaries[-1] if content.boundaries else None
    rows = [{str(k): known(v) for k, v in row.items()} for row in content.changes.to_dict("records")]
    return tuple(_change(row) for row in rows if row[BOUNDARIES] in (None, latest))


def by_cause(changes: Sequence[Change]) -> list[tuple[str, int, int]]:
    """Return name, figures of the district, figures of units for each cause; a figure may have several."""
    counts = Counter((cause, change.of_district) for change in changes for cause in change.causes)
    found = [(CAUSE_NAMES[cause], counts[cause, True], counts[cause, False]) for cause in Cause]
    return [row for row in found if row[1] or row[2]]


def by_causes_together(changes: Sequence[Change]) -> list[tuple[str, int]]:
    """Return the causes that came together and the number of figures that they changed: each figure counts once."""
    counts = Counter(tuple(cause for cause in Cause if cause in change.causes) for change in changes)
    ordered = sorted(counts.items(), key=lambda found: (-found[1], len(found[0])))
    return [(" cùng ".join(CAUSE_NAMES[c] for c in causes) or "chưa rõ", n) for causes, n in ordered]


def by_unit(changes: Sequence[Change]) -> Mapping[str, tuple[Change, ...]]:
    """Return the changes of units by unit, in their order."""
    found: dict[str, list[Change]] = {}
    for change in changes:
        if not change.of_district:
            found.setdefault(change.unit, []).append(change)
    return {unit: tuple(listed) for unit, listed in found.items()}


def _change(row: Mapping[str, Any]) -> Change:
    return Change(
        of_district=row["level"] == DISTRICT_LEVEL,
        unit=row["unit"],
        unit_name=row["unit_name"] or row["unit"],
        indicator=row["indicator"],
        name=row["name"],
        unit_of_measure=row["unit_of_measure"] or "",
        old=_told(row, "old"),
        new=_told(row, "new"),
        causes=tuple(Cause(code) for code in (row["cause"] or "").split()),
        explanation=row["explanation"] or "",
    )


def _told(row: Mapping[str, Any], side: str) -> Told:
    reported, status = row[f"{side}_reported_units"], row[f"{side}_status"]
    return Told(
        value=row[f"{side}_value"],
        numerator=row[f"{side}_numerator"],
        denominator=row[f"{side}_denominator"],
        reported=None if reported is None else int(reported),
        target=row[f"{side}_target"],
        status=STAGE_STATUSES[status] if status else None,
        base=row.get(f"{side}_base"),
    )
