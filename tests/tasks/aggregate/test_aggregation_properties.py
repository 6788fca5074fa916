"""What holds whatever units send."""

from __future__ import annotations

import random
from decimal import Decimal
from fractions import Fraction

import pandas as pd
from hypothesis import given
from hypothesis import strategies as st

from config.indicator import Indicator
from config.load import load
from config.number import CellStatus
from config.settings import PROJECT
from tasks.aggregate.indicators import State
from tasks.store.values import Value
from tests.examples import tried_on
from tests.tasks.aggregate.factory import (
    EMPTY,
    EVERY_UNIT,
    NOT_APPLICABLE,
    computed,
    declare,
    make_indicator,
    row_of,
    sent,
)

DECLARED = load(PROJECT / "config")
INDICATORS = (
    make_indicator(code="L01", minimum_coverage=Decimal("0.01")),
    make_indicator("A02 + A03", "A01 + A02", code="L02", minimum_coverage=Decimal("0.01")),
    make_indicator(
        "C80",
        "1",
        code="P13",
        aggregation="weighted_mean:C14",
        unit_of_measure="phút",
        minimum_coverage=Decimal("0.01"),
    ),
    make_indicator("A02 >= 3", "units", code="X05", aggregation="share_of_units_meeting"),
    make_indicator("A02", "1", code="N01", aggregation="sum", unit_of_measure="nhiệm vụ"),
)
CODES = ("A01", "A02", "A03", "C14")
DISTRICT_OF_FOUR = declare(DECLARED, *INDICATORS)

Sent = dict[str, tuple[Value, ...]]
counts = st.integers(0, 10**12)
minutes = st.decimals(0, 600, places=2)


def _of_a_unit(cells: st.SearchStrategy[int | CellStatus]) -> st.SearchStrategy[tuple[Value, ...]]:
    rates = st.one_of(minutes, st.sampled_from([NOT_APPLICABLE, EMPTY]))
    return st.fixed_dictionaries({**dict.fromkeys(CODES, cells), "C80": rates}).map(lambda figures: sent(**figures))


complete = st.fixed_dictionaries(dict.fromkeys(EVERY_UNIT, _of_a_unit(counts)))
with_gaps = st.dictionaries(
    st.sampled_from(EVERY_UNIT), _of_a_unit(st.one_of(counts, st.sampled_from([EMPTY, NOT_APPLICABLE])))
)


@given(with_gaps)
@tried_on(20)
def test_parts_make_the_whole(values: Sent) -> None:
    frame = computed(DISTRICT_OF_FOUR, values)
    for indicator in INDICATORS:
        units = frame[(frame["level"] == "unit") & (frame["indicator"] == indicator.code)]
        known = units[units["reported_units"] == 1]
        whole = row_of(frame, indicator=indicator.code)
        assert whole["reported_units"] == len(known)
        assert whole["numerator"] == (sum(known["numerator"]) if len(known) else None)
        if indicator.aggregation != "sum":
            assert whole["denominator"] == (sum(known["denominator"]) if len(known) else None)


@given(with_gaps, st.randoms(use_true_random=False))
@tried_on(20)
def test_the_order_of_units_does_not_matter(values: Sent, chance: random.Random) -> None:
    shuffled = dict(chance.sample(list(values.items()), len(values)))
    assert computed(DISTRICT_OF_FOUR, shuffled).equals(computed(DISTRICT_OF_FOUR, values))


@given(_of_a_unit(st.one_of(counts, st.sampled_from([EMPTY, NOT_APPLICABLE]))))
@tried_on(20)
def test_a_unit_that_is_alone_is_the_total(values: tuple[Value, ...]) -> None:
    district = EVERY_UNIT[0]
    frame = computed(declare(DECLARED, *INDICATORS, units=(district,)), {district: values})
    for indicator in INDICATORS:
        whole, alone = row_of(frame, indicator=indicator.code), row_of(frame, district, indicator.code)
        assert {**whole, "level": "unit"} == alone


@given(with_gaps)
@tried_on(20)
def test_no_more_units_report_than_are_expected(values: Sent) -> None:
    strangers = {f"9{unit}": of_unit for unit, of_unit in values.items()}
    frame = computed(DISTRICT_OF_FOUR, {**values, **strangers})
    assert (frame["reported_units"] <= frame["expected_units"]).all()
    assert frame.equals(computed(DISTRICT_OF_FOUR, values))


@given(complete)
@tried_on(20)
def test_a_total_lies_between_the_lowest_and_the_highest_unit(values: Sent) -> None:
    frame = computed(DISTRICT_OF_FOUR, values)
    for indicator in INDICATORS[:4]:
        whole, units = row_of(frame, indicator=indicator.code), _exact_values_of_units(frame, indicator)
        if whole["state"] == State.NUMBER:
            assert min(units) <= Fraction(whole["numerator"]) * indicator.factor / Fraction(whole["denominator"])
            assert Fraction(whole["numerator"]) * indicator.factor / Fraction(whole["denominator"]) <= max(units)


@given(with_gaps)
@tried_on(20)
def test_there_is_a_value_exactly_when_the_state_says_so(values: Sent) -> None:
    frame = computed(DISTRICT_OF_FOUR, values)
    assert (frame["value"].notna() == (frame["state"] == State.NUMBER)).all()
    assert (frame["numerator"].isna() == (frame["reported_units"] == 0)).all()


def _exact_values_of_units(frame: pd.DataFrame, indicator: Indicator) -> list[Fraction]:
    units = frame[(frame["level"] == "unit") & (frame["indicator"] == indicator.code)]
    parts = zip(units["numerator"], units["denominator"], strict=True)
    # A unit with nothing under it may still bring something above: then it is as high as can be.
    return [Fraction(n) * indicator.factor / Fraction(d) if d else Fraction(10**30) for n, d in parts if d or n]
