"""How a year stands: units and windows, under the names that units had."""

from __future__ import annotations

from datetime import datetime

import pytest

from config.load import Declarations
from config.period import Window
from config.settings import Settings
from tasks.store.database import reading, writing
from tasks.store.receipts import Receipt, add_receipts
from tasks.store.values import Outcome, State
from tasks.store.year import NOT_DUE, Place, YearRow, year_grid
from tests.factory import COMMUNE, NEIGHBOUR, NOW, at, keep_version, make_arrival, run_at, sha


def grid(settings: Settings, declarations: Declarations, year: int, moment: datetime) -> dict[tuple[str, str], YearRow]:
    """Return the rows of `year` by code and name."""
    with reading(settings.database) as connection:
        rows = year_grid(connection, declarations, year, moment)
    return {(row.unit, row.unit_name): row for row in rows}


def test_a_year_has_a_row_for_each_unit_and_a_place_for_each_report(
    settings: Settings, declarations: Declarations
) -> None:
    with writing(settings.database) as connection:
        keep_version(connection, State.RETURNED, period="2022-Q1", days_late=3)
        keep_version(connection, State.ACCEPTED, period="2022-Q1", sha256=sha("b"), days_late=9)
        keep_version(connection, None, period="2022-H1", sha256=sha("c"))
        add_receipts(connection, [Receipt(make_arrival(unit=NEIGHBOUR), Outcome.QUARANTINED, "no_stamp")], run_at(NOW))
    rows = grid(settings, declarations, 2022, at("2022-06-30T08:00"))
    assert len(rows) == 19
    assert next(iter(rows)) == ("893", "Huyện Chợ Mới")
    assert rows[COMMUNE, "Thị trấn Chợ Mới"].windows == {
        Window.Q1: Place("accepted", 2, 3, 0),
        Window.H1: Place("received", 1, 0, 0),
        Window.Q3: Place(NOT_DUE, None, None),
        Window.YEAR: Place(NOT_DUE, None, None),
    }
    neighbour = rows[NEIGHBOUR, "Thị trấn Mỹ Luông"].windows
    assert [neighbour[w].state for w in (Window.Q1, Window.H1)] == ["missing", "quarantined"]


def test_a_year_is_shown_as_it_was_known_on_a_day(settings: Settings, declarations: Declarations) -> None:
    with writing(settings.database) as connection:
        keep_version(connection, State.ACCEPTED, moment=at("2022-06-20T08:00"))
    for day, state in (
        ("2022-06-13T08:00", NOT_DUE),
        ("2022-06-19T08:00", "missing"),
        ("2022-06-21T08:00", "accepted"),
    ):
        assert (
            grid(settings, declarations, 2022, at(day))[COMMUNE, "Thị trấn Chợ Mới"].windows[Window.H1].state == state
        )


@pytest.mark.parametrize(
    ("year", "owed"),
    [
        (2023, {("30673", "Xã Hội An"): "Q1", ("30673", "Thị trấn Hội An"): "H1 Q3 YEAR"}),
        (
            2025,
            {
                ("893", "Huyện Chợ Mới"): "Q1 H1",
                ("30628", "Thị trấn Chợ Mới"): "Q1 H1",
                ("30628", "Xã Chợ Mới"): "Q3 YEAR",
                ("30634", "Xã Kiến An"): "Q1 H1",
            },
        ),
    ],
)
def test_a_unit_owes_what_it_was_there_for(
    settings: Settings, declarations: Declarations, year: int, owed: dict[tuple[str, str], str]
) -> None:
    rows = grid(settings, declarations, year, at("2025-12-31T08:00"))
    assert {key: " ".join(rows[key].windows) for key in owed} == owed
