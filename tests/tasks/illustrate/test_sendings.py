"""Facts about the sample years: reports agree within themselves and with each other, and come as reports do."""

from __future__ import annotations

from collections import Counter
from dataclasses import replace
from decimal import Decimal

import pytest

from config.element import Kind
from config.load import Declarations
from config.period import Period, Window
from tasks.illustrate.figures import NOTHING_AROSE, Entry
from tasks.illustrate.kept import kept
from tasks.illustrate.sendings import Planted, Sending, looks, sendings
from tests.tasks.illustrate.test_figures import IDENTITIES

Reports = dict[tuple[Period, str], Sending]


@pytest.fixture(scope="module")
def sent(declarations: Declarations) -> dict[Period, list[Sending]]:
    return dict(sendings(declarations, 2021, 2026, "thử"))


@pytest.fixture(scope="module")
def sound(sent: dict[Period, list[Sending]]) -> Reports:
    """The reports in which nothing was made wrong, by period and unit."""
    return {(p, s.unit): s for p, of_period in sent.items() for s in of_period if s.planted is Planted.NOTHING}


def number(entry: Entry) -> Decimal:
    return Decimal(0) if entry == NOTHING_AROSE else Decimal(entry)


@pytest.mark.parametrize("identity", IDENTITIES)
def test_sound_reports_keep_the_identities_of_the_form(sound: Reports, identity: str) -> None:
    judged = 0
    for sending in sound.values():
        figures = {code: number(entry) for code, entry in sending.entries.items()}
        if figures.keys() >= set(identity.replace("==", " ").replace("<=", " ").replace("+", " ").split()):
            judged += 1
            assert eval(identity, {}, figures), (sending.period, sending.unit, identity)
    assert judged


def test_cumulative_figures_never_fall_and_the_year_holds_its_parts(sound: Reports, declarations: Declarations) -> None:
    held = 0
    for (period, unit), year in sound.items():
        parts = [sound.get((Period(period.year, w), unit)) for w in (Window.H1, Window.Q3)]
        if period.window is not Window.YEAR or period.year == 2025 or None in parts:
            continue
        for code, entry in year.entries.items():
            if declarations.elements[code].kind is Kind.FLOW_CUM_YEAR:
                told = [number(part.entries[code]) for part in parts if part and code in part.entries]
                held += len(told) == 2
                assert len(told) < 2 or number(entry) >= sum(told), (period, unit, code)
    assert held > 1000


def test_balances_tie_from_window_to_window(sound: Reports) -> None:
    tied = 0
    for (period, unit), report in sound.items():
        before = Period(period.year, Window.H1) if period.window is Window.Q3 else period.last_full_year
        if before and (before, unit) in sound and period.year != 2025:
            tied += 1
            assert report.entries["C10"] == sound[before, unit].entries["C32"]
    assert tied > 100


def test_a_merged_unit_goes_on_from_the_sum_of_its_forerunners(sound: Reports, declarations: Declarations) -> None:
    half, year = Period(2025, Window.H1), Period(2025, Window.YEAR)
    heirs = declarations.units.heirs(*map(declarations.calendar.cut_off, (half, year)))
    followed = 0
    for heir in {heir for heir in heirs.values() if heir and (year, heir) in sound}:
        before = [sound.get((half, code)) for code, of in heirs.items() if of == heir]
        if None not in before:
            followed += 1
            told = sum(number(report.entries["C11"]) for report in before if report)
            assert number(sound[year, heir].entries["C11"]) > told
    assert followed


def test_the_same_seed_gives_the_same_years_whatever_the_selection(declarations: Declarations) -> None:
    alone = dict(sendings(declarations, 2022, 2022, "thử"))
    among = dict(sendings(declarations, 2021, 2022, "thử"))
    assert alone == {period: sent for period, sent in among.items() if period.year == 2022}
    assert alone != dict(sendings(declarations, 2022, 2022, "khác"))


def test_reports_come_late_wrong_and_corrected_as_they_do(
    sent: dict[Period, list[Sending]], declarations: Declarations
) -> None:
    everything = [s for of_period in sent.values() for s in of_period]
    planted = Counter(s.planted for s in everything)
    assert planted[Planted.OLD_FORM] == 2
    assert len(planted) >= 6
    late = sum(kept(s, declarations).days_late > 0 for s in everything if s.attempt == 1)
    assert 0.05 < late / len(everything) < 0.2
    for sending in everything:
        assert declarations.calendar.cut_off(sending.period) < sending.at.date()
        assert sending.attempt == 1 or sending.at > looks(declarations, sending.period)[0]
        assert sending.at < looks(declarations, sending.period)[1]


def test_a_row_that_the_office_added_to_its_form_does_not_stop_the_sample_years(declarations: Declarations) -> None:
    new = replace(declarations.elements["C80"], code="C81")
    forms = [
        replace(
            form,
            sections=[replace(s, elements=[*s.elements, *(["C81"] if s.code == "C" else [])]) for s in form.sections],
        )
        for form in declarations.forms
    ]
    more = replace(declarations, elements={**declarations.elements, "C81": new}, forms=tuple(forms))
    sent = [sending for _, of_period in sendings(more, 2022, 2022) for sending in of_period]
    assert {sending.entries["C81"] for sending in sent} == {NOTHING_AROSE}
