"""Facts about calculations: the same basis is the same calculation, and every figure keeps what it came from."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from datetime import date
from decimal import Decimal

import pandas as pd
import pytest
from sqlalchemy import Connection, select
from sqlalchemy.exc import IntegrityError

from tasks.store import tables
from tasks.store.calculations import (
    Basis,
    Published,
    add_calculation,
    add_evaluation,
    add_release,
    base_of,
    evaluation,
    find_calculation,
    indicator_values,
    inputs_of,
    is_overtaken,
    latest_calculation,
    releases,
)
from tasks.store.values import Run
from tests.factory import END_OF_TIME, NEIGHBOUR, NOW, PERIOD, at, keep_version, make_submission, run_at, sha

FIGURE = {
    "level": "district",
    "unit": "893",
    "indicator": "L01",
    "numerator": Decimal(13),
    "denominator": Decimal(65),
    "value": Decimal(20),
    "reported_units": 1,
    "expected_units": 1,
    "state": "number",
}
JUDGED = {
    "level": "district",
    "unit": "893",
    "indicator": "L01",
    "target": Decimal(100),
    "target_year": 2022,
    "target_status": "sourced",
    "status": "chậm nhiều",
    "definition_from": date(2021, 1, 1),
    "base": Decimal(0),
    "base_date": date(2021, 12, 31),
    "p": Decimal("0.2"),
    "q": Decimal("0.4520547945205479452054794521"),
    "r": Decimal("0.4424242424242424242424242424"),
    "cagr_ratio": None,
    "needed_pace": Decimal("145.9"),
    "methods_disagree": None,
}


@pytest.fixture
def basis(connection: Connection) -> Basis:
    """Return a basis of two kept submissions."""
    kept = (keep_version(connection), keep_version(connection, unit=NEIGHBOUR))
    return Basis(PERIOD, kept, declarations="digest", base=None)


def calculate(connection: Connection, basis: Basis, run: Run, **changes: object) -> int:
    """Keep a calculation of one figure."""
    return add_calculation(connection, basis, pd.DataFrame([{**FIGURE, **changes}]), run)


def test_the_same_basis_is_found_again(connection: Connection, basis: Basis, run: Run) -> None:
    assert find_calculation(connection, basis) is None
    key = calculate(connection, basis, run)
    assert find_calculation(connection, basis) == key


@pytest.mark.parametrize(
    "change",
    [
        lambda b: replace(b, submissions=b.submissions[:1]),
        lambda b: replace(b, submissions=(make_submission(id=99), *b.submissions[1:])),
        lambda b: replace(b, submissions=(replace(b.submissions[0], sha256=sha("f")), *b.submissions[1:])),
        lambda b: replace(b, declarations="another digest"),
        lambda b: replace(b, period="2022-Q1"),
        lambda b: replace(b, base=1),
    ],
    ids=["fewer", "another version", "other bytes", "other declarations", "another period", "another base"],
)
def test_another_basis_is_another_calculation(
    connection: Connection, basis: Basis, run: Run, change: Callable[[Basis], Basis]
) -> None:
    calculate(connection, basis, run)
    assert find_calculation(connection, change(basis)) is None


def test_an_older_calculation_from_the_same_basis_does_not_serve(
    connection: Connection, basis: Basis, run: Run
) -> None:
    calculate(connection, basis, run)
    other = calculate(connection, replace(basis, declarations="another digest"), run)
    assert find_calculation(connection, basis) is None
    again = calculate(connection, basis, run)
    assert find_calculation(connection, basis) == again > other


def test_a_calculation_of_nothing_is_a_calculation(connection: Connection, run: Run) -> None:
    basis = Basis(PERIOD, (), declarations="digest", base=None)
    key = add_calculation(connection, basis, pd.DataFrame(columns=list(FIGURE)), run)
    assert inputs_of(connection, key) == []
    assert indicator_values(connection, key).empty


def test_a_calculation_names_its_submissions(connection: Connection, basis: Basis, run: Run) -> None:
    assert inputs_of(connection, calculate(connection, basis, run)) == [s.id for s in basis.submissions]


def test_a_calculation_names_where_its_roads_start(connection: Connection, basis: Basis, run: Run) -> None:
    year_before = calculate(connection, replace(basis, period="2021-YEAR"), run)
    key = calculate(connection, replace(basis, base=year_before), run)
    assert base_of(connection, key) == year_before
    assert base_of(connection, year_before) is None


def test_figures_come_back_exactly(connection: Connection, basis: Basis, run: Run) -> None:
    third = Decimal(1) / 3
    frame = indicator_values(connection, calculate(connection, basis, run, value=third, numerator=Decimal("0.1")))
    assert frame.to_dict("records") == [{**FIGURE, "value": third, "numerator": Decimal("0.1")}]


@pytest.mark.parametrize("missing", [None, Decimal("NaN"), float("nan")])
def test_a_figure_there_is_none_of_comes_back_as_none(
    connection: Connection, basis: Basis, run: Run, missing: object
) -> None:
    frame = indicator_values(connection, calculate(connection, basis, run, value=missing, state="not_reported"))
    assert frame.value.tolist() == [None]


def test_an_evaluation_stands_beside_its_figures(connection: Connection, basis: Basis, run: Run) -> None:
    key = calculate(connection, basis, run)
    add_evaluation(connection, key, pd.DataFrame([JUDGED]))
    assert evaluation(connection, key).to_dict("records") == [{**FIGURE, **JUDGED}]


def test_a_calculation_is_evaluated_once(connection: Connection, basis: Basis, run: Run) -> None:
    key = calculate(connection, basis, run)
    add_evaluation(connection, key, pd.DataFrame([JUDGED]))
    add_evaluation(connection, key, pd.DataFrame([{**JUDGED, "status": "đạt"}]))
    assert evaluation(connection, key).status.tolist() == ["chậm nhiều"]


def test_the_latest_calculation_is_the_newest_known_that_day(connection: Connection, basis: Basis) -> None:
    first = calculate(connection, basis, run_at(at("2022-06-20T08:00")))
    later = replace(basis, submissions=basis.submissions[:1])
    second = calculate(connection, later, run_at(at("2022-06-25T08:00")))
    assert latest_calculation(connection, PERIOD, at("2022-06-19T08:00")) is None
    assert latest_calculation(connection, PERIOD, at("2022-06-24T08:00")) == first
    assert latest_calculation(connection, PERIOD, END_OF_TIME) == second


def test_releases_come_back_oldest_first(connection: Connection, basis: Basis, run: Run) -> None:
    key = calculate(connection, basis, run)
    published = [Published(PERIOD, name, key, NOW) for name in ("001", "002")]
    for release in published:
        add_release(connection, release, sha("d"), run)
    assert releases(connection, PERIOD) == published
    assert releases(connection, "2022-Q1") == []


def test_a_release_that_is_known_is_left_alone(connection: Connection, basis: Basis, run: Run) -> None:
    release = Published(PERIOD, "001", calculate(connection, basis, run), NOW)
    add_release(connection, release, sha("d"), run)
    add_release(connection, replace(release, published_at=END_OF_TIME), sha("e"), run)
    assert releases(connection, PERIOD) == [release]


def test_a_release_of_a_run_that_saw_no_other_is_refused_by_its_key(
    connection: Connection, basis: Basis, run: Run
) -> None:
    add_release(connection, Published(PERIOD, "r001", calculate(connection, basis, run), NOW), sha("d"), run)
    row = connection.execute(select(tables.release)).mappings().one()
    with pytest.raises(IntegrityError):
        connection.execute(tables.release.insert().values(**{**row, "id": row["id"] + 1}))


def test_a_calculation_is_overtaken_once_a_later_one_is_published(
    connection: Connection, basis: Basis, run: Run
) -> None:
    older = calculate(connection, basis, run)
    later = calculate(connection, replace(basis, declarations="others"), run)
    add_release(connection, Published(PERIOD, "r001", older, NOW), sha("d"), run)
    assert not is_overtaken(connection, PERIOD, older)
    add_release(connection, Published(PERIOD, "r002", later, NOW), sha("e"), run)
    assert is_overtaken(connection, PERIOD, older)
    assert not is_overtaken(connection, PERIOD, later)
