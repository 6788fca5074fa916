"""Words, days and formulas as readers see them."""

from datetime import date
from decimal import Decimal

import pytest

from config.indicator import Target, TargetStatus
from tasks.publish.wording import STATUSES, day, form_name, formula, long_day, number, target_text

from . import factory


def test_no_two_statuses_share_a_sign_or_an_abbreviation() -> None:
    assert len({w.sign for w in STATUSES.values()}) == len(STATUSES)
    assert len({w.short for w in STATUSES.values()}) == len(STATUSES)


@pytest.mark.parametrize(
    ("when", "shown"),
    [
        (date(2023, 1, 5), "ngày 05 tháng 01 năm 2023"),
        (date(2022, 2, 10), "ngày 10 tháng 02 năm 2022"),
        (date(2022, 3, 9), "ngày 09 tháng 3 năm 2022"),
        (date(2022, 12, 31), "ngày 31 tháng 12 năm 2022"),
    ],
)
def test_a_day_is_written_as_official_letters_write_it(when: date, shown: str) -> None:
    assert long_day(when) == shown


def test_what_is_not_there_is_a_dash() -> None:
    assert (number(None), day(None), form_name(None)) == ("–", "–", "–")


@pytest.mark.parametrize(
    ("code", "shown"),
    [
        ("L01", "A02 : A01"),
        ("P06a", "(C41 + C42) : (C11 + C12 + C13)"),
        ("P15", "(C51 − C53) : C51"),
        ("L06", "số đơn vị có A16 ≥ 1 : số đơn vị đã báo cáo"),
        ("P13", "bình quân C80, trọng số C14"),
    ],
)
def test_a_formula_is_shown_in_codes_of_the_form(code: str, shown: str) -> None:
    indicator, definition = factory.declarations().defined(factory.PERIOD)[code]
    assert formula(indicator, definition) == shown


@pytest.mark.parametrize(
    ("code", "bounds", "shown"),
    [
        ("L01", {"value": Decimal(100)}, "≥ 100"),
        ("P13", {"value": Decimal("30.5")}, "≤ 30,5"),
        ("M03", {"high": Decimal(100)}, "≤ 100"),
        ("M03", {"low": Decimal(95)}, "≥ 95"),
        ("M03", {"low": Decimal(95), "high": Decimal(100)}, "95–100"),
    ],
)
def test_a_target_shows_which_way_it_is_met(code: str, bounds: dict[str, Decimal], shown: str) -> None:
    target = Target(TargetStatus.SOURCED, "NQ", **bounds)
    assert target_text(factory.declarations().indicators[code], target).replace("\u00a0", " ") == shown
