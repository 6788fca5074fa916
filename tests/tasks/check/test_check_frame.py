"""The check frame: a row a submission, a column an element."""

from __future__ import annotations

import math
from collections.abc import Callable
from datetime import UTC, date, datetime

import pandas as pd
import pytest

from config.form import FormVersion
from config.load import Declarations
from config.number import CellStatus, Fault
from config.period import Period
from tasks.check.cells import cells_of
from tasks.check.frame import Case, Sitting, check_frame
from tasks.store.values import Scope

H1 = Period.parse("2022-H1")


@pytest.fixture
def framed(declarations: Declarations, district: FormVersion, filed: Callable) -> Callable[..., pd.DataFrame]:
    def build(cells: dict | None = None, **about: object) -> pd.DataFrame:
        rows = declarations.rows(district, H1)
        submission, values = filed(district, cells, **about)
        case = Case(submission, cells_of(values, district, rows), math.nan)
        return check_frame([case], rows, Sitting(H1, declarations.calendar, district.id))

    return build


def test_zero_nothing_arose_not_available_and_empty_stay_four_things(framed: Callable) -> None:
    nothings = {
        "C11": CellStatus.NOT_APPLICABLE,
        "C12": CellStatus.NOT_AVAILABLE,
        "C13": CellStatus.EMPTY,
        "C14": CellStatus.EMPTY,
    }
    row = framed({"C10": 0, **nothings}).iloc[0]
    assert (row["C10"], row["C11"]) == (0, 0)
    assert math.isnan(row["C12"])
    assert math.isnan(row["C13"])
    assert (row["cells_not_available"], row["cells_empty"]) == ("C12", "C13 C14")


def test_an_unreadable_cell_is_listed_under_its_fault(framed: Callable) -> None:
    row = framed({"C11": (Fault.AMBIGUOUS, "34,600"), "A01": (Fault.ROW_MISSING, "")}).iloc[0]
    assert (row["cells_ambiguous_number"], row["cells_row_missing"]) == ("C11", "A01")
    assert math.isnan(row["C11"])


def test_an_element_that_may_stay_empty_is_not_listed_as_empty(framed: Callable) -> None:
    assert framed({"D03": CellStatus.EMPTY}).iloc[0]["cells_empty"] is None


def test_figures_are_floats_and_texts_are_objects(framed: Callable) -> None:
    frame = framed()
    assert frame["C11"].dtype == "float64"
    assert {str(t) for t in frame.dtypes} == {"float64", "object", "bool"}


def test_the_window_used_stands_beside_the_one_declared(framed: Callable) -> None:
    row = framed(window_from=date(2021, 12, 1), window_to=None).iloc[0]
    assert row["window"] == "01/12/2021–chưa rõ"
    assert row["window_declared"] == "15/12/2021–14/06/2022"


def test_the_day_of_arrival_is_that_of_viet_nam(framed: Callable) -> None:
    row = framed(received_at=datetime(2022, 6, 14, 20, tzinfo=UTC), scope=Scope.CONSOLIDATED).iloc[0]
    assert (row["received_on"], row["cut_off"], row["scope"]) == ("15/06/2022", "14/06/2022", "consolidated")
