"""What an indicator comes to against its target, in the words that people read."""

from __future__ import annotations

from decimal import Context, Decimal
from enum import StrEnum

ON_PACE_FROM = Decimal("0.95")
SLOW_FROM = Decimal("0.60")
# A quotient without end carries an error in its 28th digit; that must not decide on which side of a cut-off it falls.
_WITHOUT_NOISE = Context(prec=20)


class Status(StrEnum):
    """The states of `docs/danh-gia.md`: judged against the target, then those with nothing to judge."""

    MET = "đạt"
    ON_PACE = "đúng tiến độ"
    SLOW = "chậm"
    VERY_SLOW = "chậm nhiều"
    WORSE = "xấu đi"
    OUTSIDE = "ngoài ngưỡng"
    NO_BASE = "chưa có gốc"
    NO_TARGET = "chưa có chỉ tiêu"
    NOT_REPORTED = "chưa báo cáo"
    TOO_FEW_UNITS = "chưa đủ số liệu"
    NOT_APPLICABLE = "không phát sinh"


def status_of(ratio: Decimal) -> Status:
    """Return what a pace, or a ratio of growth rates, stands for; 1 is exactly as fast as needed.

    >>> status_of(Decimal("0.95")).value, status_of(Decimal("0.6")).value, status_of(Decimal(0)).value
    ('đúng tiến độ', 'chậm', 'chậm nhiều')
    """
    ratio = _WITHOUT_NOISE.plus(ratio)
    if ratio >= ON_PACE_FROM:
        return Status.ON_PACE
    if ratio >= SLOW_FROM:
        return Status.SLOW
    return Status.VERY_SLOW if ratio >= 0 else Status.WORSE
