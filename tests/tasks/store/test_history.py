"""The past of a period: what was known of it at a moment, and no more."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime, timedelta
from decimal import Decimal

import pandas as pd
import pytest
from sqlalchemy import Connection

from config.period import Period
from config.settings import Settings
from tasks.store.calculations import Basis, add_calculation, add_evaluation
from tasks.store.database import writing
from tasks.store.history import past
from tests.factory import COMMUNE, NOW, at, keep_version, run_at

H1 = Period.parse("2022-H1")


@pytest.fixture
def connection(settings: Settings) -> Iterator[Connection]:
    with writing(settings.database) as opened:
        yield opened


def calculated(connection: Connection, period: str, value: str, moment: datetime) -> None:
    """Keep a calculation of L01 of the district, evaluated."""
    basis = Basis(period, (), f"{period}{value}", None)
    key = {"level": "district", "unit": "893", "indicator": "L01"}
    figure = {"numerator": Decimal(value), "denominator": Decimal(1), "value": Decimal(value)}
    frame = pd.DataFrame([key | figure | {"reported_units": 18, "expected_units": 19, "state": "number"}])
    made = add_calculation(connection, basis, frame, run_at(moment))
    nothing = dict.fromkeys(
        ("target", "target_year", "target_status", "definition_from", "base", "base_date", "p", "q", "r", "cagr_ratio",
         "needed_pace", "methods_disagree")
    )  # fmt: skip
    add_evaluation(connection, made, pd.DataFrame([key | nothing | {"status": "chậm"}], dtype=object))


def test_earlier_periods_come_oldest_first_and_later_ones_not_at_all(connection: Connection) -> None:
    for period, value in (("2022-Q1", "2"), ("2021-YEAR", "1"), ("2022-H1", "3"), ("2022-Q3", "4")):
        calculated(connection, period, value, NOW)
    figures = past(connection, H1, NOW).figures
    shown = figures[["period", "value", "status", "reported_units"]].values.tolist()
    assert shown == [["2021-YEAR", Decimal(1), "chậm", 18], ["2022-Q1", Decimal(2), "chậm", 18]]


def test_the_past_of_a_moment_does_not_know_what_was_corrected_since(connection: Connection) -> None:
    calculated(connection, "2022-Q1", "2", NOW)
    calculated(connection, "2022-Q1", "5", NOW + timedelta(days=3))
    then, now = (past(connection, H1, NOW + timedelta(days=d)).figures for d in (1, 4))
    assert then["value"].tolist() == [Decimal(2)]
    assert now["value"].tolist() == [Decimal(5)]


def test_a_unit_is_as_late_as_its_first_version(connection: Connection) -> None:
    for days_late, letter, moment in ((2, "a", at("2022-03-20T09:00")), (30, "b", at("2022-04-17T09:00"))):
        keep_version(
            connection, period="2022-Q1", sha256=letter * 64, days_late=days_late, received_at=moment, moment=moment
        )
    arrivals = past(connection, H1, NOW).arrivals
    assert arrivals[["period", "unit", "versions", "days_late"]].values.tolist() == [["2022-Q1", COMMUNE, 2, 2]]
    before_the_second = past(connection, H1, at("2022-04-01T00:00")).arrivals
    assert before_the_second["versions"].tolist() == [1]


def test_without_a_past_there_are_no_rows(connection: Connection) -> None:
    nothing = past(connection, H1, NOW)
    assert (len(nothing.figures), len(nothing.arrivals)) == (0, 0)
