"""What Excel and LibreOffice refuse while a figure is being typed.

A `whole` or `decimal` validation cannot be used: it also refuses the words «không phát sinh» and «chưa có số liệu».
With its style `warning` the words pass, but so does everything else after one click, and LibreOffice then takes
figures nobody meant. So counts and decimals carry a custom formula in style `stop`, which both programs enforce:
numbers are judged as numbers, and only these words pass as text. `IF` keeps text out of `INT`, whose error would
refuse it in Excel. KPS and CCSL are there for those who type decomposed Unicode, which never equals our words.
"""

from __future__ import annotations

from datetime import timedelta

from openpyxl.worksheet.datavalidation import DataValidation

from config.element import Element
from config.number import NOTHING_NAMES, Nothing, NumberType
from config.stamp import SCOPE_NAMES
from tasks.forms.edition import Edition
from tasks.forms.package import serial

WORDS = (NOTHING_NAMES[Nothing.NOT_APPLICABLE], NOTHING_NAMES[Nothing.NOT_AVAILABLE])
SHORT_WORDS = ("KPS", "CCSL")
SLACK = timedelta(days=31)  # units have been seen to close their books up to a month off

_OR_WORDS = "hoặc ghi: không phát sinh (KPS), chưa có số liệu (CCSL)."
HOW_TO_TYPE = {
    NumberType.COUNT: f"Ghi số nguyên từ 0 trở lên, gõ liền (34600); {_OR_WORDS}",
    NumberType.DECIMAL: f"Ghi số từ 0 trở lên, phần lẻ sau dấu thập phân của máy (69,63); {_OR_WORDS}",
    NumberType.FLAG: "Chọn trong danh sách: 1 (có), 0 (không), không phát sinh hoặc chưa có số liệu.",
}
TITLES = {NumberType.COUNT: "Số nguyên", NumberType.DECIMAL: "Số thập phân", NumberType.FLAG: "Có (1) hoặc không (0)"}


def value_validation(element: Element, first_cell: str, edition: Edition) -> DataValidation:
    """Return the validation of value cells asked like `element`; `first_cell` is the uppermost one it is put on."""
    optional = "" if element.required else " Không bắt buộc."
    return DataValidation(
        type="list" if element.type is NumberType.FLAG else "custom",
        formula1=_formula(element.type, first_cell),
        allow_blank=True,
        errorStyle="stop",
        showErrorMessage=True,
        errorTitle="Ô này chưa nhận được",
        error=HOW_TO_TYPE[element.type],
        showInputMessage=True,
        promptTitle=TITLES[element.type],
        prompt=f"{edition.asked(element.kind)} {HOW_TO_TYPE[element.type]}{optional}",
    )


def scope_validation() -> DataValidation:
    """Return the drop-down of the scopes."""
    return DataValidation(
        type="list",
        formula1=f'"{",".join(SCOPE_NAMES.values())}"',
        allow_blank=True,
        showErrorMessage=True,
        errorTitle="Phạm vi số liệu",
        error=f"Chọn «{'» hoặc «'.join(SCOPE_NAMES.values())}» trong danh sách.",
        showInputMessage=True,
        promptTitle="Phạm vi số liệu",
        prompt="«Gồm cả cấp dưới» nếu số liệu đã cộng các xã, thị trấn; «Riêng đơn vị» nếu chưa.",
    )


def window_validation(edition: Edition) -> DataValidation:
    """Return the validation of the days between which the unit counted."""
    earliest, latest = edition.span.start - SLACK, edition.span.end + SLACK
    return DataValidation(
        type="date",
        operator="between",
        formula1=f"{serial(earliest):.0f}",
        formula2=f"{serial(latest):.0f}",
        allow_blank=True,
        showErrorMessage=True,
        errorTitle="Khoảng số liệu",
        error=f"Ghi một ngày từ {earliest:%d/%m/%Y} đến {latest:%d/%m/%Y}, dạng ngày/tháng/năm.",
        showInputMessage=True,
        promptTitle="Khoảng số liệu",
        prompt=f"Quy định: {edition.window}. Chỉ sửa nếu đơn vị tính số liệu theo ngày khác.",
    )


def _formula(number_type: NumberType, cell: str) -> str:
    if number_type is NumberType.FLAG:
        return f'"1,0,{",".join(WORDS)}"'
    number = f"{cell}>=0" if number_type is NumberType.DECIMAL else f"AND({cell}>=0,{cell}=INT({cell}))"
    words = ",".join(f'{cell}="{word}"' for word in (*WORDS, *SHORT_WORDS))
    return f"IF(ISNUMBER({cell}),{number},OR({words}))"
