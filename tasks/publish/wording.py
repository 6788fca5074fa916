"""The Vietnamese words and signs of a release: each state has both, so that none is told by colour alone."""

from __future__ import annotations

import re
from dataclasses import dataclass
from datetime import date, datetime
from decimal import Decimal
from enum import StrEnum

from config.element import Level
from config.form import FormVersion
from config.formula import UNITS
from config.indicator import Definition, Direction, Indicator, Target, TargetStatus
from config.number import format_number, round_half_up
from expectations.finding import Severity

NOTHING = "–"


class Tone(StrEnum):
    """The colour that may go along with a word, never in its place."""

    GOOD = "good"
    FAIR = "fair"
    SLOW = "slow"
    BAD = "bad"
    NONE = "none"


@dataclass(frozen=True)
class Word:
    """A status as it is shown: sign, word, abbreviation for a narrow cell, tone, and what it means."""

    sign: str
    word: str
    tone: Tone
    meaning: str = ""
    short: str = ""


# Signs from the set that every common font has (WGL4): they print the same in every office.
STATUSES = {
    w.word: w
    for w in (
        Word("●", "đạt", Tone.GOOD, "Cuối kỳ đã đạt mục tiêu", "Đ"),
        Word("▲", "đúng tiến độ", Tone.FAIR, "Chưa đến mục tiêu, nhịp độ r từ 0,95 trở lên", "ĐTĐ"),
        Word("▬", "chậm", Tone.SLOW, "Nhịp độ r từ 0,60 đến dưới 0,95", "C"),
        Word("▼", "chậm nhiều", Tone.BAD, "Nhịp độ r từ 0 đến dưới 0,60", "CN"),
        Word("↓", "xấu đi", Tone.BAD, "Nhịp độ r âm, hoặc trước đã đạt mà nay không còn đạt", "XĐ"),
        Word("■", "ngoài ngưỡng", Tone.BAD, "Kết quả nằm ngoài khoảng phải giữ", "NN"),
        Word("○", "chưa có gốc", Tone.NONE, "Chưa có số gốc để tính nhịp độ", "CCG"),
        Word("◊", "chưa có chỉ tiêu", Tone.NONE, "Chưa có văn bản nào đặt mục tiêu", "CCCT"),
        Word("□", "chưa báo cáo", Tone.NONE, "Đơn vị chưa nộp số liệu dùng được", "CBC"),
        Word("≈", "chưa đủ số liệu", Tone.NONE, "Số đơn vị có số liệu thấp hơn mức tối thiểu để công bố", "CĐSL"),
        Word("–", "không phát sinh", Tone.NONE, "Không có gì để tính: mẫu số bằng không", "KPS"),
    )
}

# Of a unit whose every submission was returned: it did report, nothing of it counts, and nothing can be judged.
SENT_BACK = Word(
    "←", "đã trả lại, chưa nộp lại", Tone.NONE, "Biểu của đơn vị đã được trả lại để sửa và chưa được nộp lại", "TL"
)
NOT_REPORTED = STATUSES["chưa báo cáo"]

STATES = {
    "missing": Word("–", "Chưa nộp", Tone.BAD),
    "received": Word("○", "Đã nhận, chưa kiểm tra", Tone.NONE),
    "returned": Word("▼", "Trả lại để sửa", Tone.BAD),
    "accepted": Word("●", "Chấp nhận", Tone.GOOD),
    "accepted_with_warnings": Word("▲", "Chấp nhận, có cảnh báo", Tone.SLOW),
    "superseded": Word("◊", "Đã được thay thế", Tone.NONE),
    "quarantined": Word("■", "Tệp không dùng được", Tone.BAD),
    "closed": Word("□", "Gửi khi kỳ đã đóng", Tone.BAD),
}

SEVERITIES = {
    Severity.CRITICAL: Word("■", "Nghiêm trọng", Tone.BAD, "Phải sửa rồi gửi lại; số liệu chưa được dùng"),
    Severity.WARNING: Word("▲", "Cảnh báo", Tone.SLOW, "Số liệu vẫn được dùng; đề nghị kiểm tra lại"),
    Severity.INFO: Word("○", "Lưu ý", Tone.NONE, "Để đơn vị biết"),
}

TARGET_MARKS = {TargetStatus.SOURCED: "", TargetStatus.PROVISIONAL: "(*)", TargetStatus.STAND_IN: "(**)"}
TARGET_MEANINGS = {
    TargetStatus.PROVISIONAL: "(*) Mục tiêu tạm tính, chưa đối chiếu được với văn bản.",
    TargetStatus.STAND_IN: "(**) Mục tiêu tham khảo của tỉnh khác hoặc của bộ, ngành.",
}


def status_word(status: str, is_sent_back: bool) -> Word:
    """Return the word of a unit's status; what a unit sent and got back is not called unreported."""
    word = STATUSES[status]
    return SENT_BACK if is_sent_back and word is NOT_REPORTED else word


LEVELS = {Level.PROVINCE: "Cấp tỉnh", Level.DISTRICT: "Cấp huyện", Level.COMMUNE: "Cấp xã"}


def form_name(form: FormVersion | None) -> str:
    """Return how readers call a form version, as `Cấp xã – 2021`."""
    return f"{LEVELS[form.level]} – {form.version}" if form else NOTHING


def number(value: Decimal | None, decimals: int | None = None) -> str:
    """Return `value` as Viet Nam writes it, its sign as printers set it, or a dash when there is none.

    >>> number(Decimal("-7.508"), 2), number(Decimal("-0.001"), 2), number(None)
    ('−7,51', '0,00', '–')
    """
    return NOTHING if value is None else format_number(value, decimals)


def signed(value: Decimal | None, decimals: int) -> str:
    """Return a change with its sign, as `+3,20`; nothing but a dash when there is none.

    >>> signed(Decimal("3.2"), 2), signed(Decimal("-0.5"), 1), signed(Decimal(0), 0), signed(None, 2)
    ('+3,20', '−0,5', '0', '–')
    """
    if value is None:
        return NOTHING
    shown = number(value, decimals)
    return f"+{shown}" if round_half_up(value, decimals) > 0 else shown


def per_year(pace: Decimal | None, indicator: Indicator) -> str:
    """Return a pace with its direction and unit of measure, as `tăng 1,77 điểm %/năm`; empty when there is none."""
    if pace is None:
        return ""
    measure = "điểm\u00a0%" if indicator.factor == 100 else indicator.unit_of_measure
    moved = round_half_up(pace, 2)
    if not moved:
        return "giữ nguyên"
    return f"{'tăng' if moved > 0 else 'giảm'} {number(abs(pace), 2)} {measure}/năm"


def day(value: date | None) -> str:
    """Return `value` as dd/mm/yyyy, or a dash when there is none."""
    return NOTHING if value is None else f"{value:%d/%m/%Y}"


def moment(value: datetime) -> str:
    """Return `value` as hour and day: `16:05 ngày 20/06/2022`."""
    return f"{value:%H:%M} ngày {value:%d/%m/%Y}"


def long_day(value: date) -> str:
    """Return the day of an official letter, a zero before days under 10 and months 1 and 2 (NĐ 30/2020/NĐ-CP).

    >>> long_day(date(2023, 1, 5)), long_day(date(2022, 6, 22))
    ('ngày 05 tháng 01 năm 2023', 'ngày 22 tháng 6 năm 2022')
    """
    month = f"{value.month:02}" if value.month < 3 else str(value.month)
    return f"ngày {value.day:02} tháng {month} năm {value.year}"


def bound(indicator: Indicator) -> str:
    """Return the sign before a target of one number: at least, or at most."""
    return "≤" if indicator.direction is Direction.DOWN else "≥"


def target_text(indicator: Indicator, target: Target) -> str:
    """Return what is to be reached, as `≥ 80` or, for a range, `95–100` or `≤ 100`; its parts stay on one line."""
    if target.value is not None:
        return f"{bound(indicator)}\u00a0{format_number(target.value)}"
    if target.low is None or target.high is None:
        return f"≥\u00a0{number(target.low)}" if target.high is None else f"≤\u00a0{number(target.high)}"
    return f"{format_number(target.low)}–{format_number(target.high)}"


def formula(indicator: Indicator, definition: Definition) -> str:
    """Return how an indicator is computed, in codes of the form: `(C41 + C42) : (C11 + C12 + C13)`."""
    numerator = _expression(definition.numerator)
    if indicator.weight:
        return f"bình quân {numerator}, trọng số {indicator.weight}"
    if definition.denominator == UNITS:
        return f"số đơn vị có {numerator} : số đơn vị đã báo cáo"
    if definition.denominator == "1":
        return numerator
    return f"{_bracketed(numerator)} : {_bracketed(_expression(definition.denominator))}"


def _expression(text: str) -> str:
    for python, sign in ((">=", "≥"), ("<=", "≤"), ("==", "="), ("!=", "≠"), ("*", "×")):
        text = text.replace(python, sign)
    return re.sub(r" - ", " − ", text)


def _bracketed(expression: str) -> str:
    return f"({expression})" if " " in expression else expression
