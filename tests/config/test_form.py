"""Forms and elements: which version is in force at a cut-off, which rows it asks."""

from __future__ import annotations

from datetime import date

import pytest

from config.element import Kind, Level, ReportedBy
from config.load import Declarations
from config.number import NumberType
from config.period import Period
from config.validity import in_force


def codes(declarations: Declarations, level: Level, period: str) -> set[str]:
    form = declarations.form(level, Period.parse(period))
    assert form is not None
    return {element.code for element in declarations.rows(form, Period.parse(period))}


@pytest.mark.parametrize(("level", "form"), [(Level.COMMUNE, "commune/2021"), (Level.DISTRICT, "district/2021")])
@pytest.mark.parametrize("period", ["2021-Q1", "2022-Q1", "2022-H1"])
def test_the_first_form_is_in_force_at_every_cut_off_to_14_08_2022(
    declarations: Declarations, level: Level, form: str, period: str
) -> None:
    version = declarations.form(level, Period.parse(period))
    assert version is not None
    assert version.id == form
    assert version is declarations.form_by_id(form)


@pytest.mark.parametrize("level", [Level.COMMUNE, Level.DISTRICT])
def test_the_first_form_is_over_at_the_cut_off_of_the_third_quarter_of_2022(
    declarations: Declarations, level: Level
) -> None:
    form = declarations.form(level, Period.parse("2022-Q3"))
    assert form is None or form.valid_from == date(2022, 8, 15)


def test_there_is_no_form_for_a_province_nor_under_an_unknown_id(declarations: Declarations) -> None:
    assert declarations.form(Level.PROVINCE, Period.parse("2022-H1")) is None
    assert declarations.form_by_id("commune/1999") is None


def test_the_periods_offered_are_those_whose_units_all_have_a_form(declarations: Declarations) -> None:
    offered = declarations.periods()
    assert [str(p) for p in offered[:6]] == ["2021-Q1", "2021-H1", "2021-Q3", "2021-YEAR", "2022-Q1", "2022-H1"]
    for period in offered:
        assert all(declarations.form(unit.level, period) for unit in declarations.reporting(period).values())


@pytest.mark.parametrize(("level", "rows"), [(Level.COMMUNE, 78), (Level.DISTRICT, 97)])
def test_the_half_year_of_2022_asks_these_many_rows(declarations: Declarations, level: Level, rows: int) -> None:
    assert len(codes(declarations, level, "2022-H1")) == rows


@pytest.mark.parametrize("level", [Level.COMMUNE, Level.DISTRICT])
def test_a_form_asks_every_element_of_its_level_in_force_at_the_cut_off(
    declarations: Declarations, level: Level
) -> None:
    for period in ("2021-Q1", "2022-Q1", "2022-H1"):
        day = declarations.calendar.cut_off(Period.parse(period))
        asked = {e.code for e in declarations.elements.values() if e.reported_by.includes(level) and in_force(e, day)}
        assert codes(declarations, level, period) == asked


@pytest.mark.parametrize("code", ["C70", "C71"])
def test_digitised_dossiers_are_asked_from_01_06_2022_on(declarations: Declarations, code: str) -> None:
    assert code not in codes(declarations, Level.COMMUNE, "2022-Q1")
    assert code in codes(declarations, Level.COMMUNE, "2022-H1")


def test_reuse_of_digitised_data_is_not_asked_before_2023(declarations: Declarations) -> None:
    assert "C72" not in codes(declarations, Level.DISTRICT, "2022-H1")
    assert declarations.elements["C72"].valid_from == date(2023, 1, 1)


def test_service_levels_give_way_to_full_and_partial_service_on_15_08_2022(declarations: Declarations) -> None:
    old, new = ("C40", "C41", "C42", "C45", "C46"), ("C43", "C44", "C47", "C48")
    for day, there, gone in ((date(2022, 8, 14), old, new), (date(2022, 8, 15), new, old)):
        assert all(in_force(declarations.elements[code], day) for code in there)
        assert not any(in_force(declarations.elements[code], day) for code in gone)


def test_rows_keep_the_order_of_the_form(declarations: Declarations) -> None:
    form = declarations.form_by_id("commune/2021")
    assert form is not None
    rows = [e.code for e in declarations.rows(form, Period.parse("2022-H1"))]
    assert rows == [code for code in form.codes if code in set(rows)]


def test_averages_and_flags_are_never_summed(declarations: Declarations) -> None:
    apart = {e.code for e in declarations.elements.values() if not e.additive}
    assert apart == {"C80", "G07", "G11", "G12"}


def test_money_and_waiting_time_have_decimals_and_counts_have_none(declarations: Declarations) -> None:
    for element in declarations.elements.values():
        assert (element.decimals > 0) == (element.type is NumberType.DECIMAL)


def test_only_baselines_may_stay_empty(declarations: Declarations) -> None:
    assert {e.code for e in declarations.elements.values() if not e.required} == {
        e.code for e in declarations.elements.values() if e.kind is Kind.BASELINE
    }


@pytest.mark.parametrize(
    ("reported_by", "levels"),
    [
        (ReportedBy.BOTH, {Level.PROVINCE, Level.DISTRICT, Level.COMMUNE}),
        (ReportedBy.DISTRICT, {Level.DISTRICT}),
        (ReportedBy.COMMUNE, {Level.COMMUNE}),
    ],
)
def test_an_element_is_asked_of_the_levels_that_report_it(reported_by: ReportedBy, levels: set[Level]) -> None:
    assert {level for level in Level if reported_by.includes(level)} == levels
