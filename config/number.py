"""How Viet Nam writes numbers: one grammar to read them by, one way to write them.

Thousands are grouped with a dot (or a space), decimals follow a comma. A text is read the Vietnamese way; the
English way (comma groups, dot decimals) counts only where the Vietnamese way gives nothing. Where both give a
number and the element's type does not decide, the text is ambiguous and never guessed. The table of examples is in
`docs/so-lieu.md`.
"""

from __future__ import annotations

import math
import re
import unicodedata
from dataclasses import dataclass
from decimal import ROUND_HALF_UP, Decimal
from enum import StrEnum
from functools import lru_cache


class NumberType(StrEnum):
    """What a cell of the form may hold."""

    COUNT = "int"
    DECIMAL = "decimal"
    FLAG = "bool"


class Fault(StrEnum):
    """Why a text or a cell is not a figure; the rule of the same name words it for the unit."""

    AMBIGUOUS = "ambiguous_number"
    NOT_A_NUMBER = "not_a_number"
    NOT_WHOLE = "not_whole"
    NOT_A_FLAG = "not_a_flag"
    TOO_LONG = "too_long"
    FORMULA_ERROR = "formula_error"
    FORMULA_UNCACHED = "formula_uncached"
    DATE = "date_in_cell"
    PERCENT = "percent_in_cell"
    DISGUISED = "shown_otherwise"
    ROW_MISSING = "row_missing"
    ROW_REPEATED = "row_repeated"


class CellStatus(StrEnum):
    """What a cell says: a number (0 is one), one of three kinds of nothing, or something that cannot be read."""

    NUMBER = "number"
    NOT_APPLICABLE = "not_applicable"
    NOT_AVAILABLE = "not_available"
    EMPTY = "empty"
    UNREADABLE = "unreadable"


class Nothing(StrEnum):
    """The kinds of nothing that are not the number 0; the values are those of `CellStatus`."""

    NOT_APPLICABLE = CellStatus.NOT_APPLICABLE.value
    NOT_AVAILABLE = CellStatus.NOT_AVAILABLE.value
    EMPTY = CellStatus.EMPTY.value


NOTHING_NAMES = {
    Nothing.NOT_APPLICABLE: "không phát sinh",
    Nothing.NOT_AVAILABLE: "chưa có số liệu",
    Nothing.EMPTY: "(để trống)",
}

# Folded: no diacritics, lower case. Only what can mean one thing; "-", "x" or "không có" could mean two.
SPELLINGS = {
    "khong phat sinh": Nothing.NOT_APPLICABLE,
    "kps": Nothing.NOT_APPLICABLE,
    "k.p.s": Nothing.NOT_APPLICABLE,
    "chua co so lieu": Nothing.NOT_AVAILABLE,
    "ccsl": Nothing.NOT_AVAILABLE,
}
FLAGS = {"0": 0, "1": 1, "co": 1, "khong": 0}

_UNSEEN = dict.fromkeys(map(ord, "\u00ad\u200b\u200c\u200d\u200e\u200f\u2060\ufeff"))
_SPACE = r"[ \u00a0\u2007\u2009\u202f]"
MINUS = "\u2212"  # as wide as a plus: a hyphen in a column of figures is easily overlooked
_TO_VIETNAMESE = str.maketrans(",.-", f".,{MINUS}")
# 05 is how offices write what is below ten; longer rows of zeros are codes.
_VIETNAMESE = re.compile(
    rf"(?:0|[1-9]\d*|[1-9]\d{{0,2}}(?:\.\d{{3}})+|[1-9]\d{{0,2}}(?:{_SPACE}\d{{3}})+)(?:,\d+)?|0[1-9]",
    re.ASCII,
)
_KEPT_FRACTION = re.compile(r"-?\d+\.\d*[1-9]", re.ASCII)  # as `plain` leaves it
_ENGLISH = re.compile(r"(?:0|[1-9]\d*|[1-9]\d{0,2}(?:,\d{3})+)(?:\.\d+)?", re.ASCII)
# Beyond fifteen digits a spreadsheet itself no longer keeps the figure.
MAX_DIGITS = 15
# No element asks for more than three decimals. A text with more than six is a slip of the hand; a formula's 1/3 has
# fifteen and keeps them, but what lies closer to 0 than six decimals can tell is no figure of a form.
MAX_DECIMALS = 6
SHORT = 100  # characters
SMALLEST = Decimal(1).scaleb(-MAX_DECIMALS)
_FAULTS_OF_NUMBERS = (Fault.NOT_WHOLE, Fault.NOT_A_FLAG, Fault.TOO_LONG)  # what a cell with a number can have

Reading = Decimal | Nothing | Fault


def fold(text: str) -> str:
    """Return `text` in lower case without diacritics or doubled spaces: for matching words, never for showing.

    >>> fold("  KHÔNG  phát sinh ")
    'khong phat sinh'
    """
    return _folded_before(text) if len(text) <= SHORT else _folded(text)


def _folded(text: str) -> str:
    decomposed = unicodedata.normalize("NFD", _narrow(visible(text)).casefold())
    bare = "".join(c for c in decomposed if not unicodedata.combining(c)).replace("đ", "d")
    return " ".join(bare.split())


# Heads, labels and «không phát sinh» come again in every workbook; a long text comes once, and would fill the memory.
_folded_before = lru_cache(maxsize=4096)(_folded)


def visible(text: str) -> str:
    """Return `text` without the marks that nobody sees and that a paste from a page brings along (U+200B, U+FEFF, …).

    Marks that turn the direction of a text stay: what is seen would not be what is read.
    """
    return text if text.isascii() else text.translate(_UNSEEN)


def read_number(text: str, number_type: NumberType) -> Reading:
    """Return the figure that `text` states for an element of `number_type`, a kind of nothing, or a fault.

    >>> read_number("34.600", NumberType.COUNT)
    Decimal('34600')
    >>> read_number("34.600", NumberType.DECIMAL)
    <Fault.AMBIGUOUS: 'ambiguous_number'>
    >>> read_number("69,63", NumberType.DECIMAL)
    Decimal('69.63')
    """
    word = fold(text)
    if not word:
        return Nothing.EMPTY
    if word in SPELLINGS:
        return SPELLINGS[word]
    if number_type is NumberType.FLAG:
        return Decimal(FLAGS[word]) if word in FLAGS else Fault.NOT_A_FLAG
    sign, digits = _split_sign(_narrow(visible(text)).strip())
    vietnamese, english = _vietnamese(digits), _english(digits)
    if any(read and len(read.number.as_tuple().digits) > MAX_DIGITS for read in (vietnamese, english)):
        return Fault.TOO_LONG
    reading = (_as_count if number_type is NumberType.COUNT else _as_decimal)(vietnamese, english)
    if not isinstance(reading, Decimal):
        return reading
    number = plain(sign * reading)
    return number if number == round_half_up(number, MAX_DECIMALS) else Fault.TOO_LONG


def number_of_cell(value: int | float, number_type: NumberType) -> Reading:
    """Return the figure of a cell that holds a number, exact to the fifteen digits a spreadsheet keeps.

    A figure other than 0 below 0,000001 is `Fault.TOO_LONG`: nobody typed it, and it would be hundreds of digits long.

    >>> number_of_cell(34600.0, NumberType.COUNT)
    Decimal('34600')
    >>> number_of_cell(34.6, NumberType.COUNT)
    <Fault.NOT_WHOLE: 'not_whole'>
    """
    if number_type is NumberType.FLAG:
        return Decimal(int(value)) if value in (0, 1) else Fault.NOT_A_FLAG
    if abs(value) >= 10**MAX_DIGITS:
        return Fault.TOO_LONG
    if math.isnan(value):
        return Fault.NOT_A_NUMBER
    number = plain(Decimal(format(value, f".{MAX_DIGITS}g")))
    if number_type is NumberType.COUNT and number != number.to_integral_value():
        return Fault.NOT_WHOLE
    return Fault.TOO_LONG if 0 < abs(number) < SMALLEST else number


def plain(number: Decimal) -> Decimal:
    """Return the same number without exponent, trailing zeros or a minus on zero: `1E+2` is `100`, `2.50` is `2.5`."""
    return number.normalize() + 0


def as_seen(text: str, number: Decimal | None, fault: Fault | None = None) -> str:
    """Return the kept `text` of a cell as its unit sees it: a number that the cell holds has a decimal comma.

    `number` or `fault` is what was read from it. Words stay as they were typed. Only a text that says its number the
    way a number is kept (`98.5` in a cell of text) cannot be told from one.

    >>> as_seen("98.5", Decimal("98.5")), as_seen("34.6", None, Fault.NOT_WHOLE), as_seen("34.600", Decimal(34600))
    ('98,5', '34,6', '34.600')
    """
    if not _KEPT_FRACTION.fullmatch(text):
        return text
    is_number = fault in _FAULTS_OF_NUMBERS if number is None else number == Decimal(text)
    return text.replace(".", ",") if is_number else text


def status_of(reading: Reading) -> CellStatus:
    """Return what kind of cell `reading` came from."""
    if isinstance(reading, Decimal):
        return CellStatus.NUMBER
    return CellStatus(reading.value) if isinstance(reading, Nothing) else CellStatus.UNREADABLE


def round_half_up(number: Decimal, decimals: int = 2) -> Decimal:
    """Return `number` rounded once, half away from zero, as published tables are (98,945 → 98,95); never −0."""
    return number.quantize(Decimal(1).scaleb(-decimals), rounding=ROUND_HALF_UP) + 0


def format_number(number: Decimal | int, decimals: int | None = None) -> str:
    """Return `number` as Viet Nam writes it, signed as printers do; with `decimals`, rounded half up to that many.

    >>> format_number(Decimal("34600")), format_number(Decimal("98.945"), 2), format_number(Decimal("-0.5"))
    ('34.600', '98,95', '−0,5')
    """
    value = plain(Decimal(number)) if decimals is None else round_half_up(Decimal(number), decimals)
    return f"{value:,f}".translate(_TO_VIETNAMESE)


@dataclass(frozen=True)
class _Read:
    number: Decimal
    has_fraction: bool


def _narrow(text: str) -> str:
    # Full-width digits and marks only: normalised whole, the note in 12¹ would become a digit.
    return "".join(unicodedata.normalize("NFKC", c) if "<wide>" in unicodedata.decomposition(c) else c for c in text)


def _split_sign(text: str) -> tuple[int, str]:
    if text[:1] in f"-{MINUS}–":
        return -1, text[1:].strip()
    return 1, text.removeprefix("+").strip()


def _vietnamese(digits: str) -> _Read | None:
    if not _VIETNAMESE.fullmatch(digits):
        return None
    bare = re.sub(rf"\.|{_SPACE}", "", digits)
    return _Read(Decimal(bare.replace(",", ".")), "," in digits)


def _english(digits: str) -> _Read | None:
    if not _ENGLISH.fullmatch(digits):
        return None
    return _Read(Decimal(digits.replace(",", "")), "." in digits)


def _as_count(vietnamese: _Read | None, english: _Read | None) -> Reading:
    if vietnamese and not vietnamese.has_fraction:
        return vietnamese.number
    if vietnamese and english:
        return Fault.AMBIGUOUS  # 34,600: the form reads 34,6, many keyboards mean 34600
    reading = vietnamese or english
    if reading is None:
        return Fault.NOT_A_NUMBER
    if reading.number % 1:
        return Fault.NOT_WHOLE
    if reading is english and reading.has_fraction and reading.number < 1000:
        return Fault.AMBIGUOUS  # 12.00: twelve, or 12.000 with a zero lost
    return reading.number


def _as_decimal(vietnamese: _Read | None, english: _Read | None) -> Reading:
    if vietnamese and english and vietnamese.number != english.number:
        return Fault.AMBIGUOUS
    reading = vietnamese or english
    return Fault.NOT_A_NUMBER if reading is None else reading.number
