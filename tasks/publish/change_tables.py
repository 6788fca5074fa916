"""The tables of `changes.html`, of a period and of a stage alike."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from tasks.publish import rows
from tasks.publish.change_lines import Change, by_cause, by_unit


def change_lists(changes: Sequence[Change], places: rows.Places, most: int) -> Mapping[str, Any]:
    """Return what the page lists of `changes`: counts by cause, the district's figures, the units' figures.

    More than `most` figures of units are left to the pages of the units: each is named with its count alone.
    """
    district, of_units = [change for change in changes if change.of_district], by_unit(changes)
    count = len(changes) - len(district)
    listed = [change for of_unit in of_units.values() for change in of_unit] if count <= most else []
    return {
        "causes": by_cause(changes),
        "district_count": len(district),
        "district": rows.joined(rows.change_row(c, places, names_unit=False) for c in district),
        "unit_count": count,
        "rows": rows.joined(rows.change_row(c, places, names_unit=True) for c in listed),
        "units": [(unit, of_unit[0].unit_name, len(of_unit)) for unit, of_unit in of_units.items()],
        "known_units": places.units,
    }
