"""Periods: which exist, how they are written, what they are called."""

from __future__ import annotations

import pytest

from config.period import ALL_PERIODS, Period, Window


def test_there_are_four_reports_in_each_of_ten_years() -> None:
    assert len(ALL_PERIODS) == 40
    assert [str(p) for p in ALL_PERIODS[4:8]] == ["2022-Q1", "2022-H1", "2022-Q3", "2022-YEAR"]
    assert (str(ALL_PERIODS[0]), str(ALL_PERIODS[-1])) == ("2021-Q1", "2030-YEAR")


@pytest.mark.parametrize("period", ALL_PERIODS, ids=str)
def test_a_period_reads_back_as_it_is_written(period: Period) -> None:
    assert Period.parse(str(period)) == period


@pytest.mark.parametrize("text", ["2022-h1", " 2022-H1 ", "2022-H1\n"])
def test_case_and_spaces_do_not_matter(text: str) -> None:
    assert Period.parse(text) == Period(2022, Window.H1)


@pytest.mark.parametrize(
    "text",
    ["", "2022", "2022-Q2", "2022-Q4", "2022-9M", "2022H1", "H1-2022", "2020-H1", "2031-Q1", "22-H1", "2022-H1-"],
)
def test_a_period_that_does_not_exist_is_refused_saying_which_do(text: str) -> None:
    with pytest.raises(ValueError, match="2021–2030 và một trong Q1, H1, Q3, YEAR, ví dụ 2022-H1") as refusal:
        Period.parse(text)
    assert repr(text) in str(refusal.value)


def test_a_period_has_the_name_that_stands_in_the_head_of_a_report() -> None:
    names = [Period(2022, window).name for window in Window]
    assert names == ["Quý I năm 2022", "6 tháng đầu năm 2022", "Quý III năm 2022", "Năm 2022"]
