"""Which earlier figure a cell is held against."""

from __future__ import annotations

from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from config.period import Period
from expectations.columns import Past
from tasks.check.history import Filed, History, lines_of
from tasks.check.past import Judged, Reference, reference
from tests.factory import COMMUNE
from tests.tasks.check.factory import DECLARED, report


def before(past: Past, code: str, period: str, *earlier: Filed, unit: str = COMMUNE) -> Reference | None:
    """Return what `past` names for `code` of a report for `period`."""
    asked = Period.parse(period)
    line = lines_of(History.of(earlier), DECLARED, asked)[unit]
    return reference(past, Judged(DECLARED.elements[code], DECLARED.elements, asked, line))


def figures(code: str, **of_periods: int) -> list[Filed]:
    """Return reports of `code`: `figures("C11", y2022_Q1=5)`."""
    return [report(name[1:].replace("_", "-"), {code: figure}) for name, figure in of_periods.items()]


def test_the_half_year_cannot_fall_below_the_first_quarter() -> None:
    assert before(Past.FLOOR, "C11", "2022-H1", *figures("C11", y2022_Q1=40)) == Reference(
        Decimal(40), "quý I năm 2022"
    )


def test_the_year_cannot_fall_below_the_half_year_and_the_third_quarter() -> None:
    earlier = figures("C11", y2023_Q1=40, y2023_H1=100, y2023_Q3=30)
    assert before(Past.FLOOR, "C11", "2023-YEAR", *earlier) == Reference(
        Decimal(130), "6 tháng đầu năm 2023 và quý III năm 2023"
    )


def test_the_year_cannot_fall_below_the_half_year_when_the_third_quarter_is_not_known() -> None:
    found = before(Past.FLOOR, "C11", "2023-YEAR", *figures("C11", y2023_H1=100))
    assert found == Reference(Decimal(100), "6 tháng đầu năm 2023")


@pytest.mark.parametrize(
    ("code", "period", "earlier"),
    [
        ("C11", "2023-Q1", {"y2022_YEAR": 9}),  # a new year begins at nothing
        ("C11", "2023-Q3", {"y2023_H1": 9}),  # the third quarter stands alone
        ("C11", "2023-YEAR", {"y2023_Q3": 9}),  # without the half-year nothing is known
        ("C01", "2023-H1", {"y2023_Q1": 9}),  # a stock may fall
        ("C32", "2023-H1", {"y2023_Q1": 9}),  # so may a total of what is pending
        ("C14", "2023-H1", {"y2023_Q1": 9}),  # and one that holds an opening balance
    ],
)
def test_what_does_not_accumulate_has_no_floor(code: str, period: str, earlier: dict[str, int]) -> None:
    assert before(Past.FLOOR, code, period, *figures(code, **earlier)) is None


def test_a_total_of_flows_has_a_floor_of_its_own() -> None:
    found = before(Past.FLOOR, "C23", "2023-H1", *figures("C23", y2023_Q1=9))
    assert found == Reference(Decimal(9), "quý I năm 2023")


@pytest.mark.parametrize("period", ["2023-Q1", "2023-H1", "2023-YEAR"])
def test_a_year_opens_with_what_was_pending_when_the_last_one_closed(period: str) -> None:
    earlier = [*figures("C32", y2022_YEAR=17), *figures("C10", y2023_Q1=99)][: 1 if period == "2023-Q1" else 2]
    assert before(Past.OPENING, "C10", period, *earlier) == Reference(Decimal(17), "năm 2022")


def test_without_last_years_report_the_opening_is_that_already_told() -> None:
    found = before(Past.OPENING, "C10", "2021-YEAR", *figures("C10", y2021_H1=6))
    assert found == Reference(Decimal(6), "6 tháng đầu năm 2021")
    assert before(Past.OPENING, "C10", "2021-Q1") is None


def test_the_third_quarter_opens_with_what_was_pending_at_the_half_year() -> None:
    earlier = figures("C32", y2022_YEAR=17, y2023_H1=21)
    assert before(Past.CARRIED, "C10", "2023-Q3", *earlier) == Reference(Decimal(21), "6 tháng đầu năm 2023")
    assert before(Past.CARRIED, "C10", "2023-YEAR", *earlier) is None
    assert before(Past.OPENING, "C10", "2023-Q3", *earlier) is None


def test_the_last_report_is_the_nearest_within_a_year() -> None:
    found = before(Past.LAST, "C01", "2023-Q1", *figures("C01", y2022_H1=110, y2022_Q3=121))
    assert found == Reference(Decimal(121), "quý III năm 2022")
    assert before(Past.LAST, "C01", "2023-Q3", *figures("C01", y2022_H1=110)) is None


def test_the_years_plan_is_fixed_within_the_year_and_a_baseline_for_ever() -> None:
    assert before(Past.FIXED, "A01", "2023-Q1", *figures("A01", y2022_YEAR=60)) is None
    found = before(Past.FIXED, "A01", "2023-H1", *figures("A01", y2022_YEAR=60, y2023_Q1=65))
    assert found == Reference(Decimal(65), "quý I năm 2023")
    base = report("2021-YEAR", {"D03": 80}, unit="893")
    assert before(Past.FIXED, "D03", "2023-H1", base, unit="893") == Reference(Decimal(80), "năm 2021")


def test_a_plan_is_not_fixed_across_a_merger() -> None:
    earlier = [report("2025-H1", {"A01": 20, "C01": 40}, unit=unit) for unit in ("30628", "30634", "30649")]
    assert before(Past.FIXED, "A01", "2025-Q3", *earlier) is None
    assert before(Past.LAST, "C01", "2025-Q3", *earlier) == Reference(
        Decimal(120), "6 tháng đầu năm 2025, cộng các đơn vị trước khi sáp nhập"
    )


def test_the_same_window_is_looked_up_a_year_ago() -> None:
    found = before(Past.YEAR_AGO, "C11", "2023-H1", *figures("C11", y2022_H1=70, y2023_Q1=30))
    assert found == Reference(Decimal(70), "6 tháng đầu năm 2022")
    assert before(Past.YEAR_AGO, "C11", "2021-H1") is None


def test_a_series_ends_where_its_element_does() -> None:
    assert before(Past.YEAR_AGO, "C43", "2023-H1", *figures("C41", y2022_H1=70)) is None


# quarters of 10, 12, 14, 11 and 12
QUARTERS = {"y2022_Q1": 10, "y2022_H1": 22, "y2022_Q3": 14, "y2022_YEAR": 47, "y2023_Q1": 12}


def test_what_is_usual_is_told_from_the_quarters_however_they_were_reported() -> None:
    found = before(Past.USUAL, "C11", "2023-H1", *figures("C11", **QUARTERS))
    assert found is not None  # the middle is 12, deviations from it 2, 0, 2, 1, 0
    assert (found.figure, found.spread) == (12 + 12, Decimal("1.4826"))
    assert found.when == "mức giữa của 5 quý trước"


def test_what_is_usual_is_not_told_from_less_than_a_year() -> None:
    short = dict(list(QUARTERS.items())[:3])
    assert before(Past.USUAL, "C11", "2022-YEAR", *figures("C11", **short)) is None


def test_what_is_usual_is_not_told_when_the_windows_within_are_not_known() -> None:
    without = {period: figure for period, figure in QUARTERS.items() if period != "y2023_Q1"}
    assert before(Past.USUAL, "C11", "2023-H1", *figures("C11", **without)) is None


MERGED = (
    "30628",
    "30634",
    "30649",
)  # they became the unit 30628, which took the district's work over


def test_what_is_usual_for_a_unit_that_took_more_over_is_told_from_its_own_reports() -> None:
    years = ("2024-Q1", "2024-H1", "2024-Q3", "2024-YEAR", "2025-Q1", "2025-H1")
    earlier = [report(p, {"C11": 9 * n, "C30": 9}, unit=u) for n, p in enumerate(years, 1) for u in MERGED]
    own = [report(p, {"C11": 50, "C30": 70}) for p in ("2025-Q3", "2025-YEAR", "2026-Q1", "2026-H1")]
    for code in ("C11", "C30"):
        assert before(Past.USUAL, code, "2025-Q3", *earlier) is None
    found = before(Past.USUAL, "C30", "2026-Q3", *earlier, *own)
    assert found == Reference(Decimal(70), "mức giữa của 4 kỳ trước", Decimal(7))


def test_what_usually_stands_on_a_day_is_told_from_the_reports() -> None:
    found = before(Past.USUAL, "C30", "2023-Q1", *figures("C30", y2022_Q1=4, y2022_H1=6, y2022_Q3=8, y2022_YEAR=40))
    assert found == Reference(Decimal(7), "mức giữa của 4 kỳ trước", Decimal("2.96520"))


@given(st.integers(0, 10**6))
def test_the_usual_quarter_of_a_steady_unit_is_itself(steady: int) -> None:
    windows = {"y2022_Q1": 1, "y2022_H1": 2, "y2022_Q3": 1, "y2022_YEAR": 4, "y2023_Q1": 1}
    earlier = figures("C11", **{period: times * steady for period, times in windows.items()})
    found = before(Past.USUAL, "C11", "2023-H1", *earlier)
    assert found is not None
    assert (found.figure, found.spread) == (2 * steady, Decimal(steady) / 10)
