"""Stretches that nobody reports: differences and sums of the windows that are reported."""

from __future__ import annotations

from collections.abc import Mapping
from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from config.element import Kind
from config.load import Declarations, load
from config.number import CellStatus
from config.period import RECIPES, Stretch, Window
from config.settings import PROJECT
from tasks.aggregate.numbers import Told, number_frame
from tasks.aggregate.windows import Derived, increments
from tests.factory import COMMUNE, NEIGHBOUR
from tests.tasks.aggregate.factory import EMPTY, NOT_APPLICABLE, sent

Figures = Mapping[str, int | str | Decimal | CellStatus]
ELEMENTS = load(PROJECT / "config").elements
PARTS = ("C11", "C12", "C13", "C20", "C21", "C22")


def told(**figures: int | str | Decimal | CellStatus) -> Told:
    """Return what one commune said of a window."""
    return Told(*number_frame({COMMUNE: sent(**figures)}))


def derived(stretch: Stretch, **windows: Figures) -> Derived:
    """Return `stretch` of one commune out of what it said of each window."""
    return increments({Window(w): told(**figures) for w, figures in windows.items()}, ELEMENTS)[stretch]


def figure(of: Derived, code: str) -> Decimal:
    """Return what `of` says of the commune's `code`."""
    found = of.numbers.loc[COMMUNE, code]
    assert isinstance(found, Decimal)
    return found


def test_a_flow_of_the_second_quarter_is_the_half_year_less_the_first_quarter() -> None:
    assert figure(derived(Stretch.Q2, Q1={"C11": 40}, H1={"C11": 100}), "C11") == 60


def test_a_flow_of_nine_months_is_the_half_year_and_the_third_quarter() -> None:
    assert figure(derived(Stretch.NINE_MONTHS, H1={"C11": 100}, Q3={"C11": 55}), "C11") == 155


def test_a_flow_of_the_fourth_quarter_is_the_year_less_nine_months() -> None:
    assert figure(derived(Stretch.Q4, H1={"C11": 100}, Q3={"C11": 55}, YEAR={"C11": 200}), "C11") == 45


@pytest.mark.parametrize("code", ["C01", "C30", "D03", "G07"])
@pytest.mark.parametrize(("stretch", "last"), [(Stretch.Q2, 2), (Stretch.NINE_MONTHS, 3), (Stretch.Q4, 4)])
def test_what_stands_on_a_day_is_that_of_the_last_day(code: str, stretch: Stretch, last: int) -> None:
    windows = {w.value: {code: place} for place, w in enumerate(Window, start=1)}
    assert figure(derived(stretch, **windows), code) == last


@pytest.mark.parametrize(
    ("stretch", "opening"), [(Stretch.Q2, 12), (Stretch.NINE_MONTHS, 5), (Stretch.Q4, 31)], ids=str
)
def test_a_stretch_opens_with_what_was_pending_on_its_eve(stretch: Stretch, opening: int) -> None:
    windows = {
        "Q1": {"C10": 5, "C32": 12}, "H1": {"C10": 5, "C32": 20}, "Q3": {"C10": 20, "C32": 31},
        "YEAR": {"C10": 5, "C32": 8},
    }  # fmt: skip
    assert figure(derived(stretch, **windows), "C10") == opening


def test_an_opening_whose_eve_nobody_told_is_missing() -> None:
    assert figure(derived(Stretch.Q2, Q1={"C10": 5}, H1={"C10": 5}), "C10").is_nan()


def test_totals_are_summed_anew_from_what_the_parts_came_to() -> None:
    q1 = {"C10": 5, "C11": 10, "C12": 20, "C13": 1, "C14": 36, "C32": 12}
    h1 = {"C10": 5, "C11": 25, "C12": 60, "C13": 3, "C14": 93, "C32": 20}
    assert figure(derived(Stretch.Q2, Q1=q1, H1=h1), "C14") == 12 + 15 + 40 + 2


def test_a_total_that_a_unit_typed_wrong_is_not_carried_over() -> None:
    q1, h1 = {"C20": 1, "C21": 2, "C22": 0, "C23": 99}, {"C20": 4, "C21": 6, "C22": 1, "C23": 999}
    assert figure(derived(Stretch.Q2, Q1=q1, H1=h1), "C23") == 3 + 4 + 1


def test_a_flow_that_fell_is_missing_and_said() -> None:
    found = derived(Stretch.Q2, Q1={"C11": 100, "C12": 5}, H1={"C11": 40, "C12": 9})
    assert figure(found, "C11").is_nan()
    assert figure(found, "C12") == 4
    assert found.negative == ((COMMUNE, "C11"),)


def test_what_one_window_lacks_is_missing_and_never_zero() -> None:
    found = derived(Stretch.NINE_MONTHS, H1={"C11": 100, "C12": EMPTY}, Q3={"C12": 3})
    assert figure(found, "C11").is_nan()
    assert figure(found, "C12").is_nan()
    assert found.negative == ()


def test_a_series_stops_where_its_element_ends() -> None:
    found = derived(Stretch.Q4, H1={"C41": 9}, Q3={"C43": 4}, YEAR={"C43": 20})
    assert figure(found, "C41").is_nan()
    assert figure(found, "C43").is_nan()


def test_a_unit_that_was_not_there_in_one_window_has_no_increment() -> None:
    windows = {
        Window.H1: Told(*number_frame({COMMUNE: sent(C11=1)})),
        Window.Q3: Told(*number_frame({COMMUNE: sent(C11=2), NEIGHBOUR: sent(C11=7)})),
    }
    found = increments(windows, ELEMENTS)[Stretch.NINE_MONTHS].numbers
    assert found.loc[COMMUNE, "C11"] == 3
    assert found.loc[NEIGHBOUR, "C11"].is_nan()


def test_nothing_arose_in_a_stretch_only_when_nothing_arose_in_each_window() -> None:
    found = derived(
        Stretch.NINE_MONTHS, H1={"C11": NOT_APPLICABLE, "C12": NOT_APPLICABLE}, Q3={"C11": NOT_APPLICABLE, "C12": 3}
    )
    assert (bool(found.not_applicable.loc[COMMUNE, "C11"]), figure(found, "C11")) == (True, 0)
    assert (bool(found.not_applicable.loc[COMMUNE, "C12"]), figure(found, "C12")) == (False, 3)


@pytest.mark.parametrize("code", ["C80", "C49"])
def test_an_average_and_a_count_within_one_window_are_not_derived(code: str) -> None:
    assert figure(derived(Stretch.NINE_MONTHS, H1={code: 10}, Q3={code: 12}), code).is_nan()


def test_a_stretch_is_made_only_when_all_its_windows_are_known() -> None:
    assert set(increments({Window.Q1: told(C11=1), Window.H1: told(C11=2)}, ELEMENTS)) == {Stretch.Q2}
    assert increments({Window.YEAR: told(C11=1)}, ELEMENTS) == {}


def test_every_stretch_names_windows_that_the_calendar_declares(declarations: Declarations) -> None:
    spans = declarations.calendar.file.windows
    for recipe in RECIPES.values():
        assert recipe.last in recipe.plus
        assert all(spans[window].cumulative for window in recipe.plus if window is not Window.Q3)
        assert "{year}" in recipe.name


@given(st.lists(st.fixed_dictionaries(dict.fromkeys(PARTS, st.integers(0, 10**9))), min_size=4, max_size=4))
def test_quarters_make_the_year_and_parts_make_the_whole(quarters: list[dict[str, int]]) -> None:
    first, second, third, fourth = quarters
    half = {code: first[code] + second[code] for code in PARTS}
    year = {code: half[code] + third[code] + fourth[code] for code in PARTS}
    windows = {Window.Q1: first, Window.H1: half, Window.Q3: third, Window.YEAR: year}
    made = increments({w: told(**figures, C23=0) for w, figures in windows.items()}, ELEMENTS)
    for code in PARTS:
        assert figure(made[Stretch.Q2], code) == second[code]
        assert figure(made[Stretch.Q4], code) == fourth[code]
        assert first[code] + figure(made[Stretch.Q2], code) + third[code] + figure(made[Stretch.Q4], code) == year[code]
        assert figure(made[Stretch.NINE_MONTHS], code) + figure(made[Stretch.Q4], code) == year[code]
    for stretch, figures in ((Stretch.Q2, second), (Stretch.Q4, fourth)):
        assert figure(made[stretch], "C23") == figures["C20"] + figures["C21"] + figures["C22"]
        assert made[stretch].negative == ()


def test_only_flows_can_come_to_less_than_nothing() -> None:
    grown = {e.code for e in ELEMENTS.values() if e.kind is Kind.FLOW_CUM_YEAR}
    shrunk = dict.fromkeys(ELEMENTS, 1)
    before = dict.fromkeys(ELEMENTS, 2)
    assert {code for _, code in derived(Stretch.Q2, Q1=before, H1=shrunk).negative} == grown
