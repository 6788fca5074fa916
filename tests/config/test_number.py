"""How figures are read and written: the grammar by examples, and what holds for every figure."""

from __future__ import annotations

import unicodedata
from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from config.number import (
    MAX_DIGITS,
    NOTHING_NAMES,
    CellStatus,
    Fault,
    Nothing,
    NumberType,
    Reading,
    fold,
    format_number,
    number_of_cell,
    plain,
    read_number,
    round_half_up,
    status_of,
)

COUNT, DECIMAL, FLAG = NumberType.COUNT, NumberType.DECIMAL, NumberType.FLAG


def number(text: str) -> Decimal:
    return Decimal(text)


AMBIGUOUS, NO_NUMBER, NOT_WHOLE, TOO_LONG = Fault.AMBIGUOUS, Fault.NOT_A_NUMBER, Fault.NOT_WHOLE, Fault.TOO_LONG

# text as typed · what a count reads · what a decimal reads
GRAMMAR: list[tuple[str, Reading, Reading]] = [
    # one number, however it is grouped
    ("0", number("0"), number("0")),
    ("12", number("12"), number("12")),
    (" 12 ", number("12"), number("12")),
    ("\t12\n", number("12"), number("12")),
    ("34600", number("34600"), number("34600")),
    ("34 600", number("34600"), number("34600")),
    ("34\u00a0600", number("34600"), number("34600")),
    ("34\u202f600", number("34600"), number("34600")),
    ("1.234.567", number("1234567"), number("1234567")),
    ("1,234,567", number("1234567"), number("1234567")),
    ("1 234 567", number("1234567"), number("1234567")),
    ("1.000.000,0", number("1000000"), number("1000000")),
    ("1,000,000.00", number("1000000"), number("1000000")),
    # the type decides, or nobody does
    ("34.600", number("34600"), AMBIGUOUS),
    ("12.00", AMBIGUOUS, number("12")),  # a zero lost, or twelve
    ("1.0000", AMBIGUOUS, number("1")),
    ("1000.0", number("1000"), number("1000")),
    # what a paste from a page brings along is not seen
    ("12\u200b", number("12"), number("12")),
    ("\ufeff1.250\u200e", number("1250"), AMBIGUOUS),
    ("12\u202e34", NO_NUMBER, NO_NUMBER),
    ("34,600", AMBIGUOUS, AMBIGUOUS),
    ("1.000", number("1000"), AMBIGUOUS),
    ("1,000", AMBIGUOUS, AMBIGUOUS),
    # decimals
    ("69,63", NOT_WHOLE, number("69.63")),
    ("65.2", NOT_WHOLE, number("65.2")),
    ("0,5", NOT_WHOLE, number("0.5")),
    ("0,125", NOT_WHOLE, number("0.125")),
    ("1.234,5", NOT_WHOLE, number("1234.5")),
    ("1,234.5", NOT_WHOLE, number("1234.5")),
    ("2,50", NOT_WHOLE, number("2.5")),
    ("12,0", number("12"), number("12")),
    ("34600,000", number("34600"), number("34600")),
    # signs
    ("-5", number("-5"), number("-5")),
    ("\u22125", number("-5"), number("-5")),
    ("\u20135", number("-5"), number("-5")),
    ("- 5", number("-5"), number("-5")),
    ("+5", number("5"), number("5")),
    ("-0", number("0"), number("0")),
    # full-width digits and marks, as an input method types them
    ("１２", number("12"), number("12")),
    ("３４．６００", number("34600"), AMBIGUOUS),
    ("６９，６３", NOT_WHOLE, number("69.63")),
    ("－５", number("-5"), number("-5")),
    ("\u3000１２\u3000", number("12"), number("12")),
    # words, shares and bounds are no figures of a form
    ("98,60%", NO_NUMBER, NO_NUMBER),
    ("trên 34.600", NO_NUMBER, NO_NUMBER),
    ("gần 4.700", NO_NUMBER, NO_NUMBER),
    (">34600", NO_NUMBER, NO_NUMBER),
    ("34600 hồ sơ", NO_NUMBER, NO_NUMBER),
    ("không", NO_NUMBER, NO_NUMBER),
    ("-", NO_NUMBER, NO_NUMBER),
    ("x", NO_NUMBER, NO_NUMBER),
    ("#REF!", NO_NUMBER, NO_NUMBER),
    ("=1+1", NO_NUMBER, NO_NUMBER),
    ("1E5", NO_NUMBER, NO_NUMBER),
    ("NaN", NO_NUMBER, NO_NUMBER),
    ("Infinity", NO_NUMBER, NO_NUMBER),
    ("1_000", NO_NUMBER, NO_NUMBER),
    # groups that are none
    ("007", NO_NUMBER, NO_NUMBER),
    ("3.46.00", NO_NUMBER, NO_NUMBER),
    ("34.6000", NOT_WHOLE, number("34.6")),
    ("3460.000.000", NO_NUMBER, NO_NUMBER),
    ("1.234 567", NO_NUMBER, NO_NUMBER),
    ("1 234.5", NO_NUMBER, NO_NUMBER),
    ("5,", NO_NUMBER, NO_NUMBER),
    (",5", NO_NUMBER, NO_NUMBER),
    ("--5", NO_NUMBER, NO_NUMBER),
    ("5-", NO_NUMBER, NO_NUMBER),
    # digits that look like digits but say something else
    ("12¹", NO_NUMBER, NO_NUMBER),
    ("10²", NO_NUMBER, NO_NUMBER),
    ("1½", NO_NUMBER, NO_NUMBER),
    ("①", NO_NUMBER, NO_NUMBER),
    ("١٢", NO_NUMBER, NO_NUMBER),
    ("l2", NO_NUMBER, NO_NUMBER),
    ("1O", NO_NUMBER, NO_NUMBER),
    ("\u202e21", NO_NUMBER, NO_NUMBER),
    # what a spreadsheet would not keep
    ("9" * 15, number("9" * 15), number("9" * 15)),
    ("9" * 16, TOO_LONG, TOO_LONG),
    ("1" + "0" * 40, TOO_LONG, TOO_LONG),
    ("1" + ",000" * 12, TOO_LONG, TOO_LONG),
    ("0,5" + "0" * 30 + "1", TOO_LONG, TOO_LONG),
    ("0," + "0" * 200 + "1", NOT_WHOLE, TOO_LONG),
    ("0,1234567", NOT_WHOLE, TOO_LONG),
    ("0,123456", NOT_WHOLE, number("0.123456")),
    ("0,5" + "0" * 10, NOT_WHOLE, number("0.5")),
    # four kinds of nothing, of which 0 is the number
    ("", Nothing.EMPTY, Nothing.EMPTY),
    (" \u00a0\t", Nothing.EMPTY, Nothing.EMPTY),
    ("không phát sinh", Nothing.NOT_APPLICABLE, Nothing.NOT_APPLICABLE),
    ("  KHÔNG  PHÁT SINH ", Nothing.NOT_APPLICABLE, Nothing.NOT_APPLICABLE),
    ("KPS", Nothing.NOT_APPLICABLE, Nothing.NOT_APPLICABLE),
    ("k.p.s", Nothing.NOT_APPLICABLE, Nothing.NOT_APPLICABLE),
    ("chưa có số liệu", Nothing.NOT_AVAILABLE, Nothing.NOT_AVAILABLE),
    ("CCSL", Nothing.NOT_AVAILABLE, Nothing.NOT_AVAILABLE),
]


@pytest.mark.parametrize(("text", "count", "decimal"), GRAMMAR, ids=[repr(text) for text, _, _ in GRAMMAR])
def test_a_text_reads_as_the_table_of_examples_says(text: str, count: Reading, decimal: Reading) -> None:
    assert read_number(text, COUNT) == count
    assert read_number(text, DECIMAL) == decimal


@pytest.mark.parametrize("form", ["NFC", "NFD", "NFKC", "NFKD"])
@pytest.mark.parametrize("text", ["không phát sinh", "Không phát sinh", "chưa có số liệu", "Chưa Có Số Liệu"])
def test_the_words_for_nothing_read_alike_in_every_unicode_form(text: str, form: str) -> None:
    assert read_number(unicodedata.normalize(form, text), COUNT) == read_number(text, COUNT)  # type: ignore[arg-type]


def test_a_twin_letter_folds_to_the_letter_it_imitates() -> None:
    assert fold("n\u01cem") == fold("năm") == "nam"
    assert fold("Đúng hạn") == "dung han"
    assert fold("Hoà Bình") == fold("Hòa Bình")


@pytest.mark.parametrize(
    ("text", "reading"),
    [
        ("1", Decimal(1)),
        ("0", Decimal(0)),
        ("Có", Decimal(1)),
        ("KHÔNG", Decimal(0)),
        ("", Nothing.EMPTY),
        ("không phát sinh", Nothing.NOT_APPLICABLE),
        ("chưa có số liệu", Nothing.NOT_AVAILABLE),
        ("x", Fault.NOT_A_FLAG),
        ("2", Fault.NOT_A_FLAG),
        ("1,0", Fault.NOT_A_FLAG),
        ("có, từ 2021", Fault.NOT_A_FLAG),
    ],
)
def test_a_flag_is_one_or_zero_or_a_word_for_it(text: str, reading: Reading) -> None:
    assert read_number(text, FLAG) == reading


@pytest.mark.parametrize(
    ("value", "count", "decimal", "flag"),
    [
        (34600, number("34600"), number("34600"), Fault.NOT_A_FLAG),
        (34600.0, number("34600"), number("34600"), Fault.NOT_A_FLAG),
        (34.6, NOT_WHOLE, number("34.6"), Fault.NOT_A_FLAG),
        (0.1 + 0.2, NOT_WHOLE, number("0.3"), Fault.NOT_A_FLAG),
        (1, number("1"), number("1"), number("1")),
        (True, number("1"), number("1"), number("1")),
        (-0.0, number("0"), number("0"), number("0")),
        (999_999_999_999_999, number("9" * 15), number("9" * 15), Fault.NOT_A_FLAG),
        (1e15, TOO_LONG, TOO_LONG, Fault.NOT_A_FLAG),
        (-1e300, TOO_LONG, TOO_LONG, Fault.NOT_A_FLAG),
        (10**400, TOO_LONG, TOO_LONG, Fault.NOT_A_FLAG),
        (float("inf"), TOO_LONG, TOO_LONG, Fault.NOT_A_FLAG),
        (1 / 3, NOT_WHOLE, number("0.333333333333333"), Fault.NOT_A_FLAG),
        (0.000001, NOT_WHOLE, number("0.000001"), Fault.NOT_A_FLAG),
        (0.0000009, NOT_WHOLE, TOO_LONG, Fault.NOT_A_FLAG),
        (-1e-200, NOT_WHOLE, TOO_LONG, Fault.NOT_A_FLAG),
        (float("nan"), NO_NUMBER, NO_NUMBER, Fault.NOT_A_FLAG),
    ],
)
def test_a_cell_that_holds_a_number_keeps_it_to_fifteen_digits(
    value: float, count: Reading, decimal: Reading, flag: Reading
) -> None:
    assert [number_of_cell(value, kind) for kind in (COUNT, DECIMAL, FLAG)] == [count, decimal, flag]


def test_no_zero_carries_a_minus() -> None:
    zeros = [read_number("-0", COUNT), read_number("-0,00", DECIMAL), number_of_cell(-0.0, COUNT), plain(Decimal("-0"))]
    assert [str(zero) for zero in zeros] == ["0"] * 4
    assert format_number(Decimal("-0.001"), 2) == "0,00"


def test_every_reading_has_its_status_and_every_nothing_its_words() -> None:
    assert status_of(Decimal(0)) is CellStatus.NUMBER
    assert status_of(Nothing.NOT_APPLICABLE) is CellStatus.NOT_APPLICABLE
    assert status_of(Nothing.NOT_AVAILABLE) is CellStatus.NOT_AVAILABLE
    assert status_of(Nothing.EMPTY) is CellStatus.EMPTY
    assert {status_of(fault) for fault in Fault} == {CellStatus.UNREADABLE}
    assert set(NOTHING_NAMES) == set(Nothing)


@pytest.mark.parametrize("nothing", [Nothing.NOT_APPLICABLE, Nothing.NOT_AVAILABLE])
def test_what_is_written_for_nothing_reads_back_as_that_nothing(nothing: Nothing) -> None:
    assert read_number(NOTHING_NAMES[nothing], COUNT) is nothing


@pytest.mark.parametrize(
    ("exact", "rounded"),
    [
        ("98.945", "98.95"),  # published as 98,95 and, wrongly, as 98,94
        ("98.9449", "98.94"),
        ("98.9456", "98.95"),
        ("0.005", "0.01"),
        ("0.125", "0.13"),
        ("-0.005", "-0.01"),
        ("20", "20.00"),
        ("99.995", "100.00"),
    ],
)
def test_a_half_is_rounded_away_from_zero(exact: str, rounded: str) -> None:
    assert str(round_half_up(Decimal(exact))) == rounded


@pytest.mark.parametrize(
    ("value", "decimals", "text"),
    [
        (Decimal(34600), None, "34.600"),
        (34600, None, "34.600"),
        (Decimal("20"), 2, "20,00"),
        (Decimal("98.945"), 2, "98,95"),
        (Decimal("1234567.5"), None, "1.234.567,5"),
        (Decimal("-0.5"), None, "−0,5"),
        (Decimal("1E+3"), None, "1.000"),
        (Decimal("1E-7"), None, "0,0000001"),
        (Decimal("2.50"), None, "2,5"),
        (Decimal("2.5"), 0, "3"),
    ],
)
def test_a_figure_is_written_with_dots_for_thousands_and_a_comma_for_decimals(
    value: Decimal, decimals: int | None, text: str
) -> None:
    assert format_number(value, decimals) == text


WHOLE = st.integers(-(10**MAX_DIGITS) + 1, 10**MAX_DIGITS - 1)
FIGURES = st.decimals(-(10**9), 10**9, allow_nan=False, allow_infinity=False, places=6).map(plain)


@given(WHOLE)
def test_every_count_reads_back_as_it_was_written(value: int) -> None:
    assert read_number(format_number(value), COUNT) == value


@given(FIGURES)
def test_every_decimal_reads_back_as_it_was_written_or_is_called_ambiguous(value: Decimal) -> None:
    assert read_number(format_number(value), DECIMAL) in (value, AMBIGUOUS)


@given(FIGURES)
def test_no_decimal_is_ever_read_as_another_count(value: Decimal) -> None:
    assert read_number(format_number(value), COUNT) in (value, AMBIGUOUS, NOT_WHOLE)


@given(WHOLE)
def test_a_whole_number_reads_alike_from_a_cell_and_from_a_text(value: int) -> None:
    assert number_of_cell(value, COUNT) == read_number(str(value), COUNT)


@given(st.floats(allow_nan=True, allow_infinity=True), st.sampled_from(NumberType))
def test_every_cell_that_holds_a_number_has_a_reading(value: float, kind: NumberType) -> None:
    reading = number_of_cell(value, kind)
    assert isinstance(reading, Fault) or reading.is_finite()  # type: ignore[union-attr]


@given(st.floats() | st.from_regex(r"-?[0-9]{1,20}(,[0-9]{1,80})?", fullmatch=True), st.sampled_from(NumberType))
def test_no_figure_is_longer_than_the_store_keeps(said: float | str, kind: NumberType) -> None:
    reading = read_number(said, kind) if isinstance(said, str) else number_of_cell(said, kind)
    assert not isinstance(reading, Decimal) or len(f"{reading:f}") <= 60


@given(
    WHOLE.map(abs), WHOLE.map(abs), st.sampled_from([";", "/", "-", "–", " - ", ":", "|", " và ", "\n", " \t ", "+"])
)
def test_two_numbers_in_one_cell_are_never_one_number(one: int, other: int, between: str) -> None:
    text = f"{format_number(one)}{between}{format_number(other)}"
    assert isinstance(read_number(text, COUNT), Fault)
    assert isinstance(read_number(text, DECIMAL), Fault)


@given(WHOLE, st.sampled_from(["\u00b9", "\u00b2", "\u2070", "\u2460", "\u0967", "\U0001d7cf", "\u0301", "\u20e3"]))
def test_a_mark_behind_a_number_never_becomes_a_digit_of_it(value: int, mark: str) -> None:
    assert read_number(f"{value}{mark}", COUNT) is NO_NUMBER


@given(st.text(max_size=40), st.sampled_from(NumberType))
def test_every_text_has_a_reading_and_no_number_is_longer_than_a_spreadsheet_keeps(text: str, kind: NumberType) -> None:
    reading = read_number(text, kind)
    assert not isinstance(reading, Decimal) or len(reading.as_tuple().digits) <= MAX_DIGITS


@given(st.text(alphabet="0123456789., -+%", max_size=24))
def test_only_a_sign_digits_and_their_marks_make_a_number_and_never_change_its_digits(text: str) -> None:
    reading = read_number(text, DECIMAL)
    if isinstance(reading, Decimal):
        typed = "".join(c for c in text if c.isdigit()).strip("0")
        assert "".join(map(str, reading.as_tuple().digits)).strip("0") == typed


@given(st.decimals(-(10**12), 10**12, allow_nan=False, allow_infinity=False, places=8), st.integers(0, 6))
def test_rounding_moves_a_figure_by_at_most_half_of_its_last_place(value: Decimal, decimals: int) -> None:
    rounded = round_half_up(value, decimals)
    assert abs(rounded - value) <= Decimal(5).scaleb(-decimals - 1)
    assert round_half_up(rounded, decimals) == rounded


@pytest.mark.parametrize("mark", ["\u00b9", "\u2460"])
def test_a_mark_of_a_footnote_is_no_flag(mark: str) -> None:
    assert read_number(mark, NumberType.FLAG) is Fault.NOT_A_FLAG
