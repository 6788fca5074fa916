"""Forms and elements: which version is in force at a cut-off, which rows it asks."""

from __future__ import annotations

from datetime import date

import pytest

from config.element import Kind, Level, ReportedBy
from config.load import Declarations
from config.number import NumberType
from config.period import ALL_PERIODS, Period
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


@pytest.mark.parametrize(
    ("period", "commune", "district"),
    [
        ("2022-Q3", "commune/2022", "district/2022"),  # 15/08/2022 falls inside its window: the cut-off decides
        ("2025-H1", "commune/2022", "district/2022"),
        ("2025-Q3", "commune/2025", None),
        ("2030-YEAR", "commune/2025", None),
    ],
)
def test_the_form_is_that_of_the_cut_off(
    declarations: Declarations, period: str, commune: str, district: str | None
) -> None:
    forms = [declarations.form(level, Period.parse(period)) for level in (Level.COMMUNE, Level.DISTRICT)]
    assert [form and form.id for form in forms] == [commune, district]


def test_there_is_no_form_for_a_province_nor_under_an_unknown_id(declarations: Declarations) -> None:
    assert declarations.form(Level.PROVINCE, Period.parse("2022-H1")) is None
    assert declarations.form_by_id("commune/1999") is None


def test_the_periods_offered_are_those_whose_units_all_have_a_form(declarations: Declarations) -> None:
    assert declarations.periods() == ALL_PERIODS
    for period in ALL_PERIODS:
        assert all(declarations.form(unit.level, period) for unit in declarations.reporting(period).values())


@pytest.mark.parametrize(
    ("period", "commune", "district"),
    [("2022-H1", 78, 97), ("2022-Q3", 77, 96), ("2023-Q1", 78, 97), ("2025-Q3", 100, 0)],
)
def test_a_period_asks_these_many_rows(declarations: Declarations, period: str, commune: int, district: int) -> None:
    assert len(codes(declarations, Level.COMMUNE, period)) == commune
    if district:
        assert len(codes(declarations, Level.DISTRICT, period)) == district


@pytest.mark.parametrize("period", ALL_PERIODS, ids=str)
def test_a_form_asks_every_element_in_force_that_its_units_report(declarations: Declarations, period: Period) -> None:
    day = declarations.calendar.cut_off(period)
    for unit in declarations.reporting(period).values():
        asked = {e.code for e in declarations.elements.values() if unit.reports(e.reported_by) and in_force(e, day)}
        assert codes(declarations, unit.level, str(period)) == asked


def test_the_new_communes_are_asked_what_the_district_was_but_for_its_agencies(declarations: Declarations) -> None:
    before, after = codes(declarations, Level.DISTRICT, "2025-H1"), codes(declarations, Level.COMMUNE, "2025-Q3")
    assert before - after == {"D01"}
    assert after - before == {"D10", "E01", "E02", "E03"}


def test_a_form_that_is_over_is_read_with_the_rows_of_its_last_day(declarations: Declarations) -> None:
    old, late = declarations.form_by_id("commune/2021"), Period.parse("2022-Q3")
    assert old is not None
    rows = {e.code for e in declarations.rows(old, late)}
    assert {"C41", "C42", "C70"} <= rows
    assert "C43" not in rows
    assert declarations.outlived(old, late) == ()


def test_labels_that_a_form_has_outlived_are_known(declarations: Declarations) -> None:
    for form_version, period, ended in (
        ("commune/2021", "2022-H1", set()),
        ("commune/2022", "2022-Q3", {"C40", "C41", "C42", "C45", "C46"}),
        ("commune/2025", "2025-Q3", {"C40", "C41", "C42", "C45", "C46", "D01"}),
    ):
        form = declarations.form_by_id(form_version)
        assert form is not None
        assert {e.code for e in declarations.outlived(form, Period.parse(period))} == ended


def test_a_version_may_move_columns_rename_sheets_and_rows(declarations: Declarations) -> None:
    first, second, third = (declarations.form_by_id(f"commune/{year}") for year in (2021, 2022, 2025))
    assert first
    assert second
    assert third
    assert [form.columns.value for form in (first, second, third)] == ["D", "D", "C"]
    assert [form.sections[-1].sheet for form in (first, second)] == ["Chính quyền số", "Chuyển đổi số"]
    names = [
        next(e.name for e in declarations.rows(form, Period.parse(period)) if e.code == "C11")
        for form, period in ((first, "2022-H1"), (second, "2022-Q3"))
    ]
    assert names == ["Tiếp nhận mới - trực tuyến", "Tiếp nhận mới - trực tuyến (toàn trình và một phần)"]


def test_at_the_break_old_indicators_end_and_new_ones_begin(declarations: Declarations) -> None:
    before, after = (set(declarations.defined(Period.parse(p))) for p in ("2022-H1", "2022-Q3"))
    assert {"P05", "P06a"} <= before
    assert not {"P05", "P06a"} & after
    assert {"P05b", "P06b"} <= after
    assert not {"P05b", "P06b"} & before
    for old, new in (("P05", "P05b"), ("P06a", "P06b")):
        assert declarations.indicators[old].superseded_by == new
        days = [d.valid_from for d in declarations.indicators[new].definitions]
        assert min(days) > max(d.valid_to or date.max for d in declarations.indicators[old].definitions)


@pytest.mark.parametrize("period", ALL_PERIODS, ids=str)
def test_every_indicator_defined_for_a_period_can_be_made_of_what_its_forms_ask(
    declarations: Declarations, period: Period
) -> None:
    for unit in declarations.reporting(period).values():
        asked = codes(declarations, unit.level, str(period))
        for indicator, definition in declarations.defined(period).values():
            if unit.reports(indicator.reported_by):
                assert definition.elements <= asked, (indicator.code, unit.code)


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
