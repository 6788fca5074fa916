"""Standing: how scores changed since an earlier period, who leads or needs help, and which criteria decided it."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from decimal import Decimal
from enum import StrEnum
from statistics import median
from typing import Any

import pandas as pd

from config.criterion import Kind, ScoringSet
from config.load import Declarations
from config.number import format_number
from config.period import Period
from tasks.evaluate.scoring import Scores, ranks
from tasks.evaluate.series import area_since
from tasks.evaluate.totals import clean

CHANGES = ["score_before", "change", "rank_before", "rank_change"]
STANDINGS = ["period", "set", "standing", "unit", "unit_name", "rank", "score", "grade", "change", "decided_by"]
PLACES = 3  # how many ranks a list goes down
CRITERIA_NAMED = 3

Row = dict[Any, Any]


class Standing(StrEnum):
    """What makes a unit worth naming, in the words that people read."""

    HIGHEST = "điểm cao nhất"
    MOST_IMPROVED = "tiến bộ nhất"
    NEEDS_HELP = "cần hỗ trợ"


def with_changes(units: pd.DataFrame, before: pd.DataFrame | None, declarations: Declarations) -> pd.DataFrame:
    """Return the units of `Scores` with `CHANGES` since `before`, the units of an earlier period's.

    A change is told only between scores of one set and one year's version of it, of a unit that has not taken others
    over in between; where it cannot be told it is None. A `rank_change` above 0 is a rise.
    """
    known = {} if before is None else {row["unit"]: row for row in before.to_dict("records")}
    rows = [_change(row, known.get(row["unit"]), declarations) for row in units.to_dict("records")]
    return units.assign(**{name: pd.Series([row[name] for row in rows], dtype=object) for name in CHANGES})


def _change(row: Row, before: Row | None, declarations: Declarations) -> Row:
    if before is None or not _comparable(row, before, declarations):
        return dict.fromkeys(CHANGES)
    return {
        "score_before": before["score"],
        "change": row["score"] - before["score"],
        "rank_before": before["rank"],
        "rank_change": before["rank"] - row["rank"],
    }


def _comparable(row: Row, before: Row, declarations: Declarations) -> bool:
    if row["score"] is None or before["score"] is None or any(row[key] != before[key] for key in ("set", "set_year")):
        return False
    now, then = (declarations.calendar.cut_off(Period.parse(r["period"])) for r in (row, before))
    return area_since(declarations.units, row["unit"], now) < then


def standings(
    scores: Scores, before: Scores | None, scoring: ScoringSet, declarations: Declarations, places: int = PLACES
) -> pd.DataFrame:
    """Return a row with `STANDINGS` for each unit to learn from and each that needs help, with what decided it.

    Highest are the first `places` ranks above the median score; most improved the `places` greatest gains since
    `before`; in need of help the last `places` below the median, and whoever is in the lowest class. It is decided by
    the criteria that set the unit most apart: from the median of the units, or from what it had itself before.
    """
    units = with_changes(scores.units, before.units if before else None, declarations)
    rows = [row for row in units.to_dict("records") if row["score"] is not None]
    now, then = _points(scores.criteria), _points(before.criteria) if before else {}
    typical = _medians(now, {row["unit"] for row in rows})
    names = {criterion.code: criterion.name for criterion in (*scoring.criteria, *scoring.adjustments)}
    found = []
    for standing, row in _named(rows, scoring, places):
        reference = then.get(row["unit"], {}) if standing is Standing.MOST_IMPROVED else typical
        gaps = {code: points - reference[code] for code, points in now[row["unit"]].items() if code in reference}
        found.append(row | {"standing": standing.value, "decided_by": _sentence(gaps, names, standing)})
    return pd.DataFrame(found, columns=STANDINGS, dtype=object)


def _points(criteria: pd.DataFrame) -> dict[str, dict[str, Decimal]]:
    """Return the points of each unit by criterion, as far as it counts for the unit; a penalty's are negative."""
    found: dict[str, dict[str, Decimal]] = {}
    columns = (criteria[name].tolist() for name in ("unit", "criterion", "kind", "maximum", "points"))
    for unit, criterion, kind, maximum, points in zip(*columns, strict=True):
        if maximum:
            found.setdefault(unit, {})[criterion] = -points if kind == Kind.PENALTY else points
    return found


def _medians(points: Mapping[str, Mapping[str, Decimal]], units: Iterable[str]) -> dict[str, Decimal]:
    of_criterion: dict[str, list[Decimal]] = {}
    for unit in units:
        for criterion, earned in points[unit].items():
            of_criterion.setdefault(criterion, []).append(earned)
    return {criterion: median(earned) for criterion, earned in of_criterion.items()}


def _named(rows: Sequence[Row], scoring: ScoringSet, places: int) -> Iterator[tuple[Standing, Row]]:
    """Yield the units that stand out, in the order in which they are to be read; `rows` are best first."""
    if not rows:
        return
    middle = clean(median(row["score"] for row in rows))
    lowest = min(scoring.grades, key=lambda grade: grade.at_least).name
    yield from (
        (Standing.HIGHEST, row)
        for row in rows
        if row["rank"] <= places and clean(row["score"]) > middle and row["grade"] != lowest
    )
    gained = sorted((row for row in rows if (row["change"] or 0) > 0), key=lambda row: -row["change"])
    places_of_gains = ranks([row["change"] for row in gained])
    yield from (
        (Standing.MOST_IMPROVED, row)
        for row, place in zip(gained, places_of_gains, strict=True)
        if place and place <= places
    )
    behind = ranks([-row["score"] for row in rows])
    for row, place in reversed(list(zip(rows, behind, strict=True))):
        if row["grade"] == lowest or (place and place <= places and clean(row["score"]) < middle):
            yield Standing.NEEDS_HELP, row


def _sentence(gaps: Mapping[str, Decimal], names: Mapping[str, str], standing: Standing) -> str:
    """Return the criteria with the widest gaps in the direction of `standing`, rounded as they are printed."""
    sign = -1 if standing is Standing.NEEDS_HELP else 1
    widest = sorted((c for c in gaps if gaps[c] * sign > 0), key=lambda c: -gaps[c] * sign)[:CRITERIA_NAMED]
    return "; ".join(f"{c} {names[c]}: {'+' if gaps[c] > 0 else ''}{format_number(gaps[c], 2)}" for c in widest)
