"""Facts about how figures and moments are kept: exact, and with their place in time."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta, timezone
from decimal import Decimal
from typing import cast

import pytest
from hypothesis import given
from hypothesis import strategies as st
from pydantic import TypeAdapter
from sqlalchemy import Column, Integer, MetaData, String, Table, create_engine, select

from config.calendar import Post
from config.form import FormVersion
from config.indicator import Indicator
from config.unit import Unit
from expectations.rule import Meta
from tasks.store import tables
from tasks.store.tables import Exact, Moment
from tests.factory import ZONE

# A table of our own with the two types of the store: what is tested is how they keep, not who uses them.
kept = Table("kept", MetaData(), Column("id", Integer, primary_key=True), Column("exact", Exact), Column("at", Moment))

DECIMALS = st.decimals(allow_nan=False, allow_infinity=False, min_value=-(10**20), max_value=10**20, places=12) | (
    st.decimals(allow_nan=False, allow_infinity=False, min_value=Decimal("-1e18"), max_value=Decimal("1e18"))
)
ZONES = st.sampled_from([UTC, ZONE, timezone(timedelta(hours=-11)), timezone(timedelta(hours=5, minutes=45))])
MOMENTS = st.datetimes(min_value=datetime(1990, 1, 1), max_value=datetime(2200, 1, 1), timezones=ZONES)  # noqa: DTZ001


def through_the_store(column: str, *values: object) -> list[object]:
    """Return `values` after they were written and read."""
    engine = create_engine("sqlite://")
    kept.metadata.create_all(engine)
    with engine.begin() as connection:
        connection.execute(kept.insert(), [{"id": i, column: value} for i, value in enumerate(values)])
        found = list(connection.execute(select(kept.c[column]).order_by(kept.c.id)).scalars())
    engine.dispose()
    return found


@given(st.lists(DECIMALS, min_size=1, max_size=20))
def test_every_decimal_comes_back_exactly(numbers: list[Decimal]) -> None:
    assert through_the_store("exact", *numbers) == numbers


@pytest.mark.parametrize("text", ["0.1", "98.9456", "1E+5", "-0.000000000001", "123456789012345678901234567890.5", "0"])
def test_a_decimal_that_floats_would_change_comes_back_exactly(text: str) -> None:
    assert through_the_store("exact", Decimal(text)) == [Decimal(text)]


@pytest.mark.parametrize("missing", [Decimal("NaN"), Decimal("-NaN"), Decimal("sNaN"), None])
def test_a_missing_number_is_kept_as_null(missing: Decimal | None) -> None:
    assert through_the_store("exact", missing) == [None]


@given(st.lists(MOMENTS, min_size=1, max_size=20))
def test_every_moment_comes_back_as_the_same_moment_with_a_zone(moments: list[datetime]) -> None:
    found = through_the_store("at", *moments)
    assert found == moments
    assert all(isinstance(m, datetime) and m.tzinfo is UTC for m in found)


def test_moments_are_compared_across_zones() -> None:
    midnight = datetime(2022, 6, 16, 0, 0, tzinfo=ZONE)
    just_before = datetime(2022, 6, 15, 16, 59, 59, 999999, tzinfo=UTC)
    engine = create_engine("sqlite://")
    kept.metadata.create_all(engine)
    with engine.begin() as connection:
        connection.execute(kept.insert(), [{"id": 1, "at": just_before}, {"id": 2, "at": midnight}])
        query = select(kept.c.id).where(kept.c.at < midnight)
        assert list(connection.execute(query).scalars()) == [1]
    engine.dispose()


@pytest.mark.parametrize(
    ("column", "declared"),
    [
        (tables.submission.c.unit, TypeAdapter(Unit).json_schema()["properties"]["code"]),
        (tables.indicator_value.c.unit, TypeAdapter(Unit).json_schema()["properties"]["code"]),
        (tables.indicator_value.c.indicator, TypeAdapter(Indicator).json_schema()["properties"]["code"]),
        (tables.evaluation.c.indicator, TypeAdapter(Indicator).json_schema()["properties"]["code"]),
        (tables.finding.c.rule, TypeAdapter(Meta).json_schema()["properties"]["rule"]),
        (tables.approval.c.post, TypeAdapter(Post).json_schema()),
    ],
    ids=str,
)
def test_what_may_be_declared_is_no_longer_than_its_column(column: Column[str], declared: dict[str, int]) -> None:
    assert declared["maxLength"] <= cast(String, column.type).length


def test_the_name_of_a_form_version_is_no_longer_than_its_column() -> None:
    parts = TypeAdapter(FormVersion).json_schema()["properties"]
    longest = parts["form"]["maxLength"] + len("/") + parts["version"]["maxLength"]
    assert longest <= cast(String, tables.submission.c.form_version.type).length
