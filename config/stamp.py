"""What an issued workbook says of itself: a hidden sheet of key and value, and the coded rows of the cover sheet.

The writer of forms and the reader of submissions share nothing but this page.
"""

from __future__ import annotations

import hashlib
import re
from collections.abc import Mapping
from dataclasses import dataclass

STAMP_SHEET = "_cchc"  # very hidden: key in column A, value in column B, from row 1
COVER_SHEET = "Thông tin"
GUIDE_SHEET = "Hướng dẫn"
FINDINGS_SHEET = "Lỗi cần sửa"  # added to a returned workbook; never read

# Coded rows of the cover, laid out like the rows of every section (code, name, unit of measure, value, note).
SCOPE_ROW = "TT01"
WINDOW_FROM_ROW = "TT02"
WINDOW_TO_ROW = "TT03"

# Whose figures a sheet holds, as a reader sees it: a row of the cover, a line under the title of every other sheet.
UNIT_LABEL = "Mã đơn vị"
UNIT_LINE = re.compile(r"Đơn vị báo cáo: .*\(mã (?P<unit>[^()]+)\)")

SCOPE_NAMES = {"own": "Riêng đơn vị", "consolidated": "Gồm cả cấp dưới"}


def unit_line(name: str, code: str) -> str:
    """Return the line that says whose figures a sheet holds.

    >>> UNIT_LINE.fullmatch(unit_line("Xã Kiến An", "30634"))["unit"]
    '30634'
    """
    return f"Đơn vị báo cáo: {name} (mã {code})"


@dataclass(frozen=True)
class Stamp:
    """Whose form a workbook is: unit code, period and form version as issued."""

    unit: str
    period: str
    form_version: str

    def rows(self) -> dict[str, str]:
        """Return the keys and values of the stamp sheet, sealed against a slip of the hand (not against forgery)."""
        return {"unit": self.unit, "period": self.period, "form_version": self.form_version, "seal": self.seal}

    @property
    def seal(self) -> str:
        """Sixteen hexadecimal digits over the three parts."""
        return hashlib.sha256("|".join((self.unit, self.period, self.form_version)).encode()).hexdigest()[:16]

    @classmethod
    def read(cls, rows: Mapping[str, str]) -> Stamp | None:
        """Return the stamp that `rows` hold, or None when a part is missing or the seal does not fit."""
        stamp = cls(rows.get("unit", ""), rows.get("period", ""), rows.get("form_version", ""))
        return stamp if rows.get("seal") == stamp.seal else None
