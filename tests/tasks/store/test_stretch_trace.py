"""Which cells went into a stretch that nobody reports."""

from __future__ import annotations

from decimal import Decimal

import pandas as pd
from sqlalchemy import Connection

from config.load import Declarations
from config.period import Period
from tasks.store.calculations import Basis
from tasks.store.stretch_trace import stretch_trace
from tasks.store.stretches import FIGURES, keep_stretch
from tasks.store.trace import Question
from tests.factory import COMMUNE, END_OF_TIME, NEIGHBOUR, NOW, keep_version, make_value, run_at


def test_a_unit_that_lacks_one_window_went_in_with_none_of_its_cells(
    connection: Connection, declarations: Declarations
) -> None:
    values = (make_value("A02", 5, sheet="CĐĐH", cell="D7"),)
    for unit, period in ((COMMUNE, "2022-H1"), (COMMUNE, "2022-Q1"), (NEIGHBOUR, "2022-H1")):
        keep_version(connection, unit=unit, period=period, values=values)
    rows = [
        ("district", "893", "A02", None, "too_few_units", 1, 19),
        ("unit", COMMUNE, "A02", Decimal(0), "number", 1, 1),
        ("unit", NEIGHBOUR, "A02", None, "not_available", 0, 1),
    ]
    figures = pd.DataFrame(rows, columns=FIGURES, dtype=object)
    later = run_at(NOW.replace(hour=20))
    keep_stretch(connection, Basis("2022-H1", (), "digest", None), figures, later)
    asked = Question(Period.parse("2022-H1"), "L01", None, END_OF_TIME)
    found = stretch_trace(connection, declarations, asked)
    assert found is not None
    told = {(w.period, p.unit): p.counted for w in found.windows for p in w.parts}
    assert told == {
        ("2022-H1", COMMUNE): True, ("2022-Q1", COMMUNE): True, ("2022-H1", NEIGHBOUR): False,
    }  # fmt: skip
