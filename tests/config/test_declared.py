"""What is declared: the counts and sums of the sources, and texts that an official can be shown."""

from __future__ import annotations

import re
import unicodedata
from collections import Counter
from collections.abc import Iterator
from dataclasses import replace
from datetime import date
from decimal import Decimal
from pathlib import Path

import pytest

from config.element import Kind, ReportedBy
from config.indicator import Aggregation, Direction, Pace, Target, TargetStatus
from config.load import Declarations
from config.number import NumberType
from config.period import Period
from config.settings import PROJECT
from config.strict import read_document
from config.unit import UnitKind, Units

FILES = sorted((PROJECT / "config").rglob("*.yaml"))
TONES = ["", "\u0300", "\u0309", "\u0303", "\u0301", "\u0323"]
VOWELS = {unicodedata.normalize("NFC", vowel + tone) for vowel in "aăâeêioôơuưy" for tone in TONES}
LETTERS = {*"abcdefghijklmnopqrstuvwxyz", "đ", *VOWELS}
ENGLISH = re.compile(
    r"\b(unverified|plan|practice|formula|target|seed|found|merger|district|province|national|over|goal|by|and)\b", re.I
)


def texts(data: object, key: str = "") -> Iterator[tuple[str, str]]:
    """Yield every text of `data` with the key it stands under."""
    if isinstance(data, dict):
        for name, value in data.items():
            yield from texts(value, str(name))
    elif isinstance(data, list):
        for value in data:
            yield from texts(value, key)
    elif isinstance(data, str):
        yield key, data


def strangers(text: str) -> set[str]:
    """Return the letters of `text` that no Vietnamese keyboard writes."""
    return {c for c in text.casefold() if c.isalpha() and c not in LETTERS}


def targets(declarations: Declarations) -> Iterator[tuple[str, int, Target]]:
    for code, indicator in declarations.indicators.items():
        for year, target in indicator.targets.items():
            yield code, year, target


def test_there_are_106_elements_in_seven_sections(declarations: Declarations) -> None:
    sections = Counter(code[0] for code in declarations.elements)
    assert sections == {"A": 18, "B": 6, "C": 44, "D": 10, "E": 8, "F": 8, "G": 12}
    assert sections.total() == 106


def test_elements_are_of_these_kinds_types_and_levels(declarations: Declarations) -> None:
    elements = declarations.elements.values()
    assert Counter(e.kind for e in elements) == {
        Kind.STOCK: 46,
        Kind.FLOW_CUM_YEAR: 50,
        Kind.FLOW_PERIOD: 1,
        Kind.OPENING_BALANCE: 1,
        Kind.CLOSING_BALANCE: 2,
        Kind.DERIVED_SUM: 3,
        Kind.RATE_WEIGHTED: 1,
        Kind.BASELINE: 2,
    }
    assert Counter(e.type for e in elements) == {NumberType.COUNT: 98, NumberType.DECIMAL: 5, NumberType.FLAG: 3}
    assert Counter(e.reported_by for e in elements) == {
        ReportedBy.BOTH: 77,
        ReportedBy.DISTRICT: 25,
        ReportedBy.COMMUNE: 4,
    }


def test_there_are_48_indicators_in_seven_contents(declarations: Declarations) -> None:
    contents = Counter(i.content for i in declarations.indicators.values())
    assert contents == {0: 6, 1: 3, 2: 21, 3: 3, 4: 4, 5: 3, 6: 8}
    assert contents.total() == 48
    assert set(contents) == set(declarations.framework.contents)


def test_indicators_are_made_and_judged_in_these_ways(declarations: Declarations) -> None:
    indicators = declarations.indicators.values()
    assert Counter(i.rule for i in indicators) == {
        Aggregation.RATIO_OF_SUMS: 38,
        Aggregation.DISTRICT_ONLY: 5,
        Aggregation.SHARE_OF_UNITS_MEETING: 4,
        Aggregation.WEIGHTED_MEAN: 1,
    }
    assert Counter(i.direction for i in indicators) == {Direction.UP: 43, Direction.DOWN: 4, Direction.RANGE: 1}
    from_zero = {i.code for i in indicators if i.pace is Pace.FROM_ZERO}
    assert from_zero == {"L01", "L03", "L06", "S03", "K02", "K03"}


def test_there_are_101_targets_of_which_20_are_sourced(declarations: Declarations) -> None:
    statuses = Counter(target.status for _, _, target in targets(declarations))
    assert statuses == {TargetStatus.SOURCED: 20, TargetStatus.STAND_IN: 5, TargetStatus.PROVISIONAL: 76}
    assert statuses.total() == 101


def test_targets_are_set_for_three_years_and_add_up_as_in_the_source(declarations: Declarations) -> None:
    counts: Counter[int] = Counter()
    sums: dict[int, Decimal] = {}
    for _, year, target in targets(declarations):
        value = target.value if target.value is not None else target.high
        assert value is not None
        counts[year] += 1
        sums[year] = sums.get(year, Decimal(0)) + value
    assert counts == {2022: 21, 2025: 44, 2030: 36}
    assert sums == {2022: 1860, 2025: 3618, 2030: 3204}


def test_indicators_without_any_target_stay_without(declarations: Declarations) -> None:
    without = {i.code for i in declarations.indicators.values() if not i.targets}
    assert without == {"L06", "P03", "P06b", "S04"}


def test_there_are_28_rows_of_units(declarations: Declarations) -> None:
    kinds = Counter(unit.kind for unit in declarations.units.all)
    assert kinds == {UnitKind.TINH: 2, UnitKind.HUYEN: 1, UnitKind.THI_TRAN: 3, UnitKind.XA: 22}
    assert kinds.total() == 28


def test_every_reporting_code_has_one_contact(declarations: Declarations) -> None:
    provinces = {"89", "91"}
    assert sorted(c.unit for c in declarations.contacts) == sorted(set(declarations.units.codes()) - provinces)


def test_the_programme_has_two_stages_that_cover_its_ten_years(declarations: Declarations) -> None:
    stages = declarations.framework.stages
    years = [year for stage in stages.values() for year in range(stage.first_year, stage.last_year + 1)]
    assert list(stages) == ["GD1", "GD2"]
    assert years == list(range(2021, 2031))


def test_what_is_reconstructed_says_so() -> None:
    for file in FILES:
        if file.parent.name == "elements" or file.parent.parent.name == "forms":
            assert read_document(file).data["status"] == "reconstruction"


def test_a_target_that_a_document_leaves_unverified_is_not_called_sourced_for_it(declarations: Declarations) -> None:
    for code, year, target in targets(declarations):
        if target.document.endswith("chưa kiểm chứng"):
            assert target.status is TargetStatus.PROVISIONAL, (code, year)


def test_a_twin_letter_would_be_noticed() -> None:
    assert strangers("n\u01cem 2022, CHỢ MỚI, Đúng hạn") == {"\u01ce"}
    assert strangers("ph\u00edа") == {"\u0430"}  # the last letter is Cyrillic


@pytest.mark.parametrize("file", FILES, ids=lambda file: str(file.relative_to(PROJECT)))
def test_texts_are_composed_vietnamese_letters_with_single_spaces(file: Path) -> None:
    for _, text in texts(read_document(file).data):
        assert unicodedata.is_normalized("NFC", text), text
        assert not strangers(text), text
        assert text == " ".join(text.split()), text


@pytest.mark.parametrize("file", FILES, ids=lambda file: str(file.relative_to(PROJECT)))
def test_what_officials_read_is_vietnamese_with_its_dates_and_figures_in_order(file: Path) -> None:
    for key, text in texts(read_document(file).data):
        if key in ("document", "documents", "source", "name", "title", "lead", "programme", "contents"):
            assert not ENGLISH.search(text), text
            assert not re.search(r"\s[,;:.)»]|[(«]\s|[,;](?=\w)(?!\d)", text), text
            assert not re.search(r"\d{4}-\d{2}|\d–\d{2}-|\d-\d{4}|(?<![\d.])\d+\.\d+(?![\d.])|\d\s%", text), text
            assert all(re.fullmatch(r"\d\d/\d\d/\d{4}", day) for day in re.findall(r"\d+/\d+/\d{4}(?!/)", text)), text


def test_who_reported_is_known_also_when_a_merger_is_declared_afterwards(declarations: Declarations) -> None:
    period, code = Period.parse("2022-H1"), "30631"
    owed = declarations.reporter(code, period)
    ended = [replace(u, valid_to=date(2022, 5, 31)) if u == owed else u for u in declarations.units.all]
    later = replace(declarations, units=Units(tuple(ended)))
    assert code not in later.reporting(period)
    assert later.reporter(code, period).name == owed.name
    with pytest.raises(KeyError):
        later.reporter("99999", period)
