"""The guide inside every form: how to type, the kinds of nothing, how to send and mend, and the rules that will judge.

Nothing here is retold by hand that the program decides elsewhere: the examples are read by `config.number`, the rules
are the ones that the check will run.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from decimal import Decimal
from typing import Protocol

from openpyxl.worksheet.worksheet import Worksheet

from config.element import Level
from config.number import NOTHING_NAMES, Fault, Nothing, NumberType, Reading, format_number, read_number
from config.stamp import COVER_SHEET, FINDINGS_SHEET, SCOPE_NAMES, SCOPE_ROW, WINDOW_FROM_ROW, WINDOW_TO_ROW
from expectations.finding import SEVERITY_NAMES, Severity
from tasks.forms.edition import Edition
from tasks.forms.look import (
    BODY,
    BOLD,
    BOX,
    CENTRE,
    HEADING,
    TEXT,
    TITLE,
    fit_row,
    head_row,
    lock,
    put,
    put_across,
    set_page,
)

WIDTHS = {"A": 24.0, "B": 64.0, "C": 32.0}
EXAMPLES = ("34600", "34.600", "34 600", "1.234,5", "69,63", "65.2", "34,600", "98,60%", "trên 34.600")
FAULT_NAMES = {
    Fault.AMBIGUOUS: "không nhận: hiểu được hai cách",
    Fault.NOT_A_NUMBER: "không nhận: không phải là số",
    Fault.NOT_WHOLE: "không nhận: phải là số nguyên",
}


class GuideRule(Protocol):
    """A rule of the check as the guide needs it: its code for units, its weight, one sentence of what must hold."""

    @property
    def label(self) -> str: ...
    @property
    def severity(self) -> Severity: ...
    @property
    def text(self) -> str: ...


def write_guide(sheet: Worksheet, edition: Edition, rules: Sequence[GuideRule]) -> None:
    """Write the whole guide."""
    for column, width in WIDTHS.items():
        sheet.column_dimensions[column].width = width
    put_across(sheet, "A1:C1", "HƯỚNG DẪN GHI VÀ GỬI BIỂU", TITLE, CENTRE)
    put_across(sheet, "A2:C2", f"{edition.form.title} – {edition.period.name}", BODY, CENTRE)
    row = _write_part(sheet, 4, "I. Ghi vào đâu, ghi gì", _where(edition))
    row = _write_part(sheet, row, "II. Cách viết số", _numbers())
    row = _write_table(sheet, row, ("Gõ chữ vào ô", "Chỉ tiêu đếm (số nguyên)", "Chỉ tiêu số thập phân"), _examples())
    row = _write_part(sheet, row, "III. Không có số: bốn cách ghi khác nhau", ())
    row = _write_table(sheet, row, ("Ghi", "Khi nào", "Được hiểu là"), _nothings())
    row = _write_part(sheet, row, "IV. Gửi biểu, sửa và gửi lại", _sending(edition))
    row = _write_part(sheet, row, "V. Các quy tắc sẽ kiểm tra biểu này", _severities())
    sheet.print_title_rows = f"{row}:{row}"  # the one table that goes on over pages
    _write_table(sheet, row, ("Mã quy tắc", "Điều phải đúng", "Mức độ"), _judged_by(rules))
    set_page(sheet, edition.label)
    lock(sheet)


def _write_part(sheet: Worksheet, row: int, heading: str, sentences: Iterable[str]) -> int:
    put_across(sheet, f"A{row}:C{row}", heading, HEADING)
    for number, sentence in enumerate(sentences, start=1):
        row += 1
        put_across(sheet, f"A{row}:C{row}", f"{number}. {sentence}")
    return row + 1


def _write_table(sheet: Worksheet, row: int, names: Sequence[str], lines: Iterable[Sequence[str]]) -> int:
    head_row(sheet, row, dict(zip(WIDTHS, names, strict=True)))
    for line in lines:
        row += 1
        for column, text in zip(WIDTHS, line, strict=True):
            put(sheet[f"{column}{row}"], text, BODY, CENTRE if column == "A" else TEXT).border = BOX
        sheet[f"A{row}"].font = BOLD
        fit_row(sheet, row, room=4)
    return row + 2


def _where(edition: Edition) -> list[str]:
    start, end = f"{edition.span.start:%d/%m/%Y}", f"{edition.span.end:%d/%m/%Y}"
    own, consolidated = SCOPE_NAMES["own"], SCOPE_NAMES["consolidated"]
    scope = (
        f"Trang «{COVER_SHEET}», dòng {SCOPE_ROW}: chọn «{own}» nếu số liệu chưa cộng các xã, thị trấn; chọn "
        f"«{consolidated}» nếu đã cộng, để số của cấp xã không bị tính hai lần."
    )
    return [
        "Chỉ ghi vào ô nền vàng: cột «Số liệu», cột «Ghi chú» và phần đơn vị khai ở trang đầu. Các ô khác đã khóa.",
        *([scope] if edition.form.level is Level.DISTRICT else []),
        f"Trang «{COVER_SHEET}», dòng {WINDOW_FROM_ROW} và {WINDOW_TO_ROW}: chỉ sửa nếu số liệu của đơn vị tính "
        "từ ngày khác hoặc đến hết ngày khác với ngày đã ghi sẵn.",
        f"Chỉ tiêu phát sinh ghi số từ {start} đến {end}; chỉ tiêu hiện có ghi số đến hết ngày {end}. Bấm vào ô "
        "«Số liệu» sẽ hiện lời nhắc của từng chỉ tiêu.",
        "Dòng nền xám là dòng tổng: đơn vị tự cộng và ghi, chương trình cộng lại để đối chiếu.",
        "Không xóa dòng, không sửa mã ở cột «Mã», không đổi tên trang, không chép sang tệp khác: chương trình tìm từng "
        "chỉ tiêu theo mã và nhận ra đơn vị theo tệp.",
    ]


def _numbers() -> list[str]:
    return [
        "Số nguyên gõ liền, không dấu: 34600. Máy tự thêm dấu ngăn hàng nghìn khi hiển thị; gõ xong nhìn lại số vừa "
        "hiện ra, vì máy đặt kiểu số Anh–Mỹ hiểu dấu chấm và dấu phẩy ngược với kiểu Việt Nam.",
        "Không ghi kèm chữ, dấu % hay đơn vị tính («trên 34.600», «98,60%»); cần nói thêm thì ghi ở cột «Ghi chú».",
        "Số nằm trong ô dưới dạng chữ được đọc như bảng sau; chữ hiểu được hai cách thì hỏi lại đơn vị, không đoán.",
    ]


def _examples() -> list[tuple[str, str, str]]:
    return [
        (text, _said(read_number(text, NumberType.COUNT)), _said(read_number(text, NumberType.DECIMAL)))
        for text in EXAMPLES
    ]


def _said(reading: Reading) -> str:
    if isinstance(reading, Decimal):
        return format_number(reading)
    return FAULT_NAMES[reading] if isinstance(reading, Fault) else NOTHING_NAMES[reading]


def _nothings() -> list[tuple[str, str, str]]:
    return [
        ("0", "Có việc thuộc chỉ tiêu này, kết quả trong kỳ bằng không.", "Một con số như mọi số khác."),
        (
            f"{NOTHING_NAMES[Nothing.NOT_APPLICABLE]} (KPS)",
            "Trong kỳ đơn vị không có việc nào thuộc chỉ tiêu này.",
            "Không thiếu; khi cộng không thêm gì.",
        ),
        (
            f"{NOTHING_NAMES[Nothing.NOT_AVAILABLE]} (CCSL)",
            "Có việc thuộc chỉ tiêu này nhưng đơn vị chưa tổng hợp được.",
            "Chưa báo cáo; không bao giờ tính thành 0.",
        ),
        (
            NOTHING_NAMES[Nothing.EMPTY],
            "Chưa trả lời. Không để trống ô bắt buộc.",
            "Thiếu; không bao giờ tính thành 0.",
        ),
    ]


def _sending(edition: Edition) -> list[str]:
    deadline, end = f"{edition.deadline:%d/%m/%Y}", f"{edition.span.end:%d/%m/%Y}"
    return [
        f"Hạn gửi báo cáo: {deadline}. Số liệu tính đến hết ngày {end}, nên gửi sau ngày ấy.",
        f"Gửi nguyên tệp .xlsx này đến {edition.office.contact} hoặc đặt vào thư mục nộp của đơn vị. Bản in, bản quét, "
        "tệp PDF hay .xls không thay được.",
        "Mỗi đơn vị gửi tệp của chính mình; tệp của đơn vị khác, kỳ khác hoặc phiên bản biểu khác không được nhận.",
        "Nếu có lỗi, đơn vị nhận lại chính tệp của mình: ô có lỗi được tô màu và có ghi chú, trang "
        f"«{FINDINGS_SHEET}» liệt kê từng ô và cách sửa.",
        "Sửa ngay trong tệp trả lại, lưu rồi gửi lại như lần đầu, bao nhiêu lần cũng được; bản sau thay bản trước. "
        f"Không cần xóa màu, ghi chú hay trang «{FINDINGS_SHEET}».",
    ]


def _severities() -> list[str]:
    return [
        f"{SEVERITY_NAMES[Severity.CRITICAL]}: biểu được trả lại để sửa.",
        f"{SEVERITY_NAMES[Severity.WARNING]}: biểu vẫn được nhận; nếu số đã đúng thì ghi lý do ở cột «Ghi chú».",
        f"{SEVERITY_NAMES[Severity.INFO]}: chỉ để đơn vị biết.",
    ]


def _judged_by(rules: Sequence[GuideRule]) -> list[tuple[str, str, str]]:
    return [(rule.label, rule.text, SEVERITY_NAMES[rule.severity]) for rule in rules]
