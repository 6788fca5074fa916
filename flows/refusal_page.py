"""The page of the dictionary that says what each refusal means: for the unit that sent the file, and for the office."""

from __future__ import annotations

from collections.abc import Iterator, Mapping

from config.refusal import RefusalText

TITLE = "Mã từ chối"
INTRODUCTION = (
    "Mỗi tệp không được nhận có đúng một mã. Đơn vị đọc câu thứ nhất trong thư trả lời, kèm loại tệp đã gửi và vị trí "
    "(trang!ô) khi biết; bộ phận tổng hợp đọc câu thứ hai, kèm chi tiết kỹ thuật trong `receipt.detail`. Tệp bị từ "
    "chối vẫn được giữ nguyên từng byte; đơn vị làm theo câu của mình rồi gửi lại là xong."
)


def refusal_lines(refusals: Mapping[str, RefusalText]) -> Iterator[str]:
    """Yield the lines of the page: a heading for each code, then both texts."""
    yield INTRODUCTION
    for code, text in refusals.items():
        yield from ("", f"### {code}", "")
        yield f"- **Đơn vị đọc**: {text.unit}"
        yield f"- **Bộ phận tổng hợp**: {text.operator}"
