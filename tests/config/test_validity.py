"""Validity: both days count, one value a day, no day without one."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from config.validity import fault_in, in_force, the_one_in_force


@dataclass(frozen=True)
class Spell:
    valid_from: date
    valid_to: date | None = None


JANUARY = Spell(date(2022, 1, 1), date(2022, 1, 31))
FROM_FEBRUARY = Spell(date(2022, 2, 1))


@pytest.mark.parametrize(
    ("day", "holds"),
    [(date(2021, 12, 31), False), (date(2022, 1, 1), True), (date(2022, 1, 31), True), (date(2022, 2, 1), False)],
)
def test_the_first_and_the_last_day_count(day: date, holds: bool) -> None:
    assert in_force(JANUARY, day) is holds


def test_what_has_no_last_day_stays_in_force() -> None:
    assert in_force(FROM_FEBRUARY, date.max)


def test_the_value_of_a_day_is_the_one_in_force_or_none() -> None:
    assert the_one_in_force([JANUARY, FROM_FEBRUARY], date(2022, 1, 31)) is JANUARY
    assert the_one_in_force([JANUARY, FROM_FEBRUARY], date(2022, 2, 1)) is FROM_FEBRUARY
    assert the_one_in_force([JANUARY, FROM_FEBRUARY], date(2021, 12, 31)) is None
    assert the_one_in_force([], date(2022, 1, 1)) is None


def test_values_that_follow_each_other_have_no_fault_in_whatever_order_they_stand() -> None:
    assert fault_in([]) is None
    assert fault_in([JANUARY, FROM_FEBRUARY]) is None
    assert fault_in([FROM_FEBRUARY, JANUARY]) is None


@pytest.mark.parametrize(
    ("second", "sentence"),
    [
        (Spell(date(2022, 1, 31)), "hiệu lực từ 31/01/2022 chồng lên hiệu lực trước đó"),
        (Spell(date(2022, 1, 1)), "hiệu lực từ 01/01/2022 chồng lên hiệu lực trước đó"),
        (Spell(date(2022, 2, 2)), "hiệu lực bị hở giữa 31/01/2022 và 02/02/2022"),
        (Spell(date(2022, 2, 2), date(2022, 2, 1)), "hiệu lực kết thúc 01/02/2022 trước khi bắt đầu 02/02/2022"),
    ],
    ids=["one day of overlap", "the same first day", "one day of gap", "ends before it begins"],
)
def test_a_fault_names_the_place_and_the_days(second: Spell, sentence: str) -> None:
    assert fault_in([JANUARY, second]) == (1, sentence)


def test_nothing_may_follow_what_has_no_last_day() -> None:
    assert fault_in([FROM_FEBRUARY, Spell(date(2023, 1, 1))]) == (
        1,
        "hiệu lực từ 01/01/2023 chồng lên hiệu lực trước đó",
    )


SPELLS = st.lists(
    st.builds(
        lambda start, days: Spell(date(2021, 1, 1) + timedelta(start), date(2021, 1, 1) + timedelta(start + days)),
        st.integers(0, 12),
        st.integers(-1, 6),
    ),
    min_size=1,
    max_size=4,
)


@given(SPELLS)
def test_values_without_a_fault_cover_every_day_between_exactly_once(spells: list[Spell]) -> None:
    first = min(s.valid_from for s in spells)
    last = max(s.valid_to for s in spells if s.valid_to)
    covered = [sum(in_force(s, first + timedelta(n)) for s in spells) for n in range((last - first).days + 1)]
    proper = all(s.valid_to and s.valid_to >= s.valid_from for s in spells)
    assert (fault_in(spells) is None) == (proper and set(covered) == {1})
