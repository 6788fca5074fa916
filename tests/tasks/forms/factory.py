"""What the facts about workbooks start from: two units, two rules, and two readers to look with."""

from __future__ import annotations

import io
from dataclasses import dataclass

from openpyxl import Workbook, load_workbook
from python_calamine import CalamineWorkbook

from config.period import Period
from expectations.finding import Finding, Severity

PERIOD = Period.parse("2022-H1")
COMMUNE, DISTRICT = "30634", "893"


@dataclass(frozen=True)
class SomeRule:
    """A rule as the guide needs it."""

    label: str
    severity: Severity
    text: str


RULES = (
    SomeRule("ID11", Severity.CRITICAL, "C14 = C10 + C11 + C12 + C13: tổng số hồ sơ bằng các phần cộng lại."),
    SomeRule("ID15", Severity.WARNING, "C11 = C41 + C42: hồ sơ trực tuyến bằng mức độ 3 cộng mức độ 4."),
)


def cells_of(data: bytes, sheet: str) -> list[list[object]]:
    """Return the cells of one sheet as calamine reads them."""
    return [list(row) for row in CalamineWorkbook.from_filelike(io.BytesIO(data)).get_sheet_by_name(sheet).to_python()]


def sheets_of(data: bytes) -> list[str]:
    """Return the names of the sheets as calamine reads them."""
    return CalamineWorkbook.from_filelike(io.BytesIO(data)).sheet_names


def opened(data: bytes) -> Workbook:
    """Return the workbook as openpyxl reads it."""
    return load_workbook(io.BytesIO(data))


def make_finding(**changes: object) -> Finding:
    """Return a finding about C14 of the commune, at TTHC!D17 unless changed."""
    facts: dict[str, object] = {
        "unit": COMMUNE,
        "rule": "ID11",
        "severity": Severity.CRITICAL,
        "found": "34.600",
        "expected": "31.700",
        "message": "[ID11] TTHC!D17: ghi 34.600, tổng các ô D13–D16 là 31.700. Sửa lại rồi gửi lại biểu.",
        "element": "C14",
        "sheet": "TTHC",
        "cell": "D17",
    }
    return Finding(**{**facts, **changes})  # type: ignore[arg-type]
