"""Units: who reports on which day, through the rename of 2023 and the merger of 2025."""

from __future__ import annotations

from datetime import date

import pytest

from config.element import Level, ReportedBy
from config.load import Declarations
from config.period import Period
from config.unit import Unit, UnitKind, Units

LAST_DAY_OF_THE_DISTRICT = date(2025, 6, 30)
FIRST_DAY_OF_THE_MERGED = date(2025, 7, 1)


@pytest.fixture
def units(declarations: Declarations) -> Units:
    return declarations.units


def test_nineteen_units_report_the_half_year_of_2022_the_district_first(units: Units) -> None:
    reporting = units.reporting(date(2022, 6, 14))
    codes = list(reporting)
    assert codes[0] == "893"
    assert codes[1:] == sorted(codes[1:])
    assert [u.level for u in reporting.values()] == [Level.DISTRICT] + [Level.COMMUNE] * 18


def test_a_period_is_reported_by_the_units_of_its_cut_off(declarations: Declarations) -> None:
    assert declarations.reporting(Period.parse("2022-H1")) == declarations.units.reporting(date(2022, 6, 14))
    # the merger of 01/07/2025 falls inside the third quarter
    assert len(declarations.reporting(Period.parse("2025-H1"))) == 19
    assert len(declarations.reporting(Period.parse("2025-Q3"))) == 6


def test_hoi_an_becomes_a_town_in_2023_under_the_same_code(units: Units) -> None:
    before, after = units.on(date(2023, 4, 9))["30673"], units.on(date(2023, 4, 10))["30673"]
    assert (before.name, before.kind) == ("Xã Hội An", UnitKind.XA)
    assert (after.name, after.kind) == ("Thị trấn Hội An", UnitKind.THI_TRAN)
    assert before.level is after.level is Level.COMMUNE


def test_six_communes_and_no_district_report_after_the_merger(units: Units) -> None:
    reporting = units.reporting(date(2025, 9, 14))
    assert list(reporting) == ["30628", "30631", "30643", "30658", "30664", "30673"]
    assert {u.level for u in reporting.values()} == {Level.COMMUNE}
    assert {u.parent for u in reporting.values()} == {"91"}
    assert "893" not in units.on(FIRST_DAY_OF_THE_MERGED)
    assert reporting["30643"].name == "Xã Cù Lao Giêng"


def test_the_district_reports_until_its_last_day(units: Units) -> None:
    assert len(units.reporting(LAST_DAY_OF_THE_DISTRICT)) == 19
    assert units.on(LAST_DAY_OF_THE_DISTRICT)["893"].successor is None


def test_the_merger_is_a_clean_sum_of_eighteen_into_six(units: Units) -> None:
    communes = [u for u in units.on(LAST_DAY_OF_THE_DISTRICT).values() if u.level is Level.COMMUNE]
    merged = units.reporting(FIRST_DAY_OF_THE_MERGED)
    assert len(communes) == 18
    assert {u.successor for u in communes} == set(merged)
    assert {u.code for u in communes if u.successor == u.code} == set(merged)


def test_the_province_takes_the_code_91_and_never_reports(units: Units) -> None:
    for day, code in ((LAST_DAY_OF_THE_DISTRICT, "89"), (FIRST_DAY_OF_THE_MERGED, "91")):
        provinces = [u.code for u in units.on(day).values() if u.level is Level.PROVINCE]
        assert provinces == [code]
        assert code not in units.reporting(day)


def test_nobody_is_in_force_before_the_programme(units: Units) -> None:
    assert units.on(date(2020, 12, 31)) == {}


def test_a_code_is_listed_once_however_often_its_unit_changed(units: Units) -> None:
    codes = units.codes()
    assert codes == sorted(set(codes))
    assert len(codes) == 21  # 2 province codes, 1 district, 18 communes


def test_every_reporting_unit_has_an_address_on_every_day_it_reports(declarations: Declarations) -> None:
    for day in (date(2022, 6, 14), date(2025, 9, 14), date(2030, 12, 14)):
        assert all(declarations.email(code, day) for code in declarations.units.reporting(day))


def test_addresses_end_with_their_units(declarations: Declarations) -> None:
    for code in ("893", "30634"):
        assert declarations.email(code, LAST_DAY_OF_THE_DISTRICT)
        assert declarations.email(code, FIRST_DAY_OF_THE_MERGED) is None


@pytest.mark.parametrize(
    ("code", "later", "heir"),
    [
        ("30634", date(2025, 6, 30), "30634"),
        ("30634", date(2025, 7, 1), "30628"),
        ("30628", date(2030, 12, 14), "30628"),
        ("30673", date(2024, 1, 1), "30673"),  # through the rename
        ("30679", date(2026, 1, 1), "30673"),
        ("893", date(2025, 6, 30), "893"),
        ("893", date(2026, 1, 1), None),
        ("89", date(2026, 1, 1), "91"),
    ],
)
def test_a_unit_has_one_heir_on_any_later_day(units: Units, code: str, later: date, heir: str | None) -> None:
    assert units.heir(code, date(2022, 6, 14), later) == heir


def test_heirs_are_told_of_everybody_who_reported(units: Units) -> None:
    heirs = units.heirs(date(2022, 6, 14), date(2026, 1, 1))
    assert list(heirs) == list(units.reporting(date(2022, 6, 14)))
    assert {code: list(heirs.values()).count(code) for code in set(heirs.values())} == {
        None: 1, "30628": 3, "30631": 3, "30643": 3, "30658": 3, "30664": 3, "30673": 3,
    }  # fmt: skip


def test_the_new_communes_report_what_the_district_did(units: Units) -> None:
    before, after = (units.on(day)["30628"] for day in (LAST_DAY_OF_THE_DISTRICT, FIRST_DAY_OF_THE_MERGED))
    asked = {reporter: (before.reports(reporter), after.reports(reporter)) for reporter in ReportedBy}
    assert asked == {
        ReportedBy.BOTH: (True, True), ReportedBy.COMMUNE: (True, True), ReportedBy.DISTRICT: (False, True),
    }  # fmt: skip
    assert after.level is Level.COMMUNE


def test_a_unit_without_a_contact_has_no_address(declarations: Declarations) -> None:
    assert declarations.email("99999", date(2022, 6, 14)) is None
    assert declarations.email("30628", date(2020, 6, 14)) is None


@pytest.mark.parametrize(
    ("kind", "parent", "level"),
    [
        ("thành phố", None, Level.PROVINCE),
        ("thành phố", "89", Level.DISTRICT),
        ("thị xã", "89", Level.DISTRICT),
        ("quận", "79", Level.DISTRICT),
        ("phường", "883", Level.COMMUNE),
    ],
)
def test_a_city_within_a_province_a_town_and_an_urban_district_are_districts(
    kind: str, parent: str | None, level: Level
) -> None:
    unit = Unit("883", date(2021, 1, 1), "Thành phố Long Xuyên", UnitKind(kind), "made up", parent=parent)
    assert unit.level is level
