"""Days as people in Viet Nam read them."""

from __future__ import annotations

from datetime import date

WEEKDAYS = ("thứ Hai", "thứ Ba", "thứ Tư", "thứ Năm", "thứ Sáu", "thứ Bảy", "Chủ nhật")


def in_words(day: date) -> str:
    """Return `day` with its weekday, as it stands within a sentence.

    >>> in_words(date(2022, 6, 16))
    'thứ Năm, 16/06/2022'
    """
    return f"{WEEKDAYS[day.weekday()]}, {day:%d/%m/%Y}"
