"""What each column of the open data holds: its kind, its Vietnamese title and its unit of measure.

A column of one name has one meaning in every file; what a file calls otherwise in Vietnamese is in its own headings.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from enum import StrEnum

from tasks.publish.stage_wording import STAGE_STATUSES


class Kind(StrEnum):
    """How a column is typed; the values are the type names of Table Schema."""

    TEXT = "string"
    NUMBER = "number"
    COUNT = "integer"
    FLAG = "boolean"
    DAY = "date"
    MOMENT = "datetime"


NUMBERS = {
    "numerator", "denominator", "value", "target", "base", "p", "q", "r", "cagr_ratio", "pace", "needed_pace", "line",
    "gap", "province_target", "district_target", "score", "points", "maximum", "bonus", "penalty", "self_score",
    "self_points", "score_before", "change", "weight", "old_value", "new_value", "old_numerator", "new_numerator",
    "old_denominator", "new_denominator", "old_target", "new_target", "old_base", "new_base",
}  # fmt: skip
COUNTS = {
    "reported_units", "expected_units", "old_reported_units", "new_reported_units", "old_expected_units",
    "new_expected_units", "target_year", "base_year", "year", "version", "days_late", "content", "indicators",
    "assessed", "rank", "rank_before", "rank_change", "set_year", "missing", "province_year", "district_year",
    "days_overdue", "days_early", "row", *STAGE_STATUSES,
}  # fmt: skip
DAYS = {
    "due",
    "done_on",
    "definition_from",
    "window_from",
    "window_to",
    "base_date",
    "figures_to",
    "day",
    "valid_from",
    "valid_to",
}
MOMENTS = {"received_at"}
FLAGS = {"is_done", "methods_disagree", "base_is_declared"}
_KINDS = (
    (NUMBERS, Kind.NUMBER),
    (COUNTS, Kind.COUNT),
    (DAYS, Kind.DAY),
    (MOMENTS, Kind.MOMENT),
    (FLAGS, Kind.FLAG),
)

TITLES = {
    "period": "Kỳ",
    "level": "Cấp tổng hợp",
    "unit": "Mã đơn vị",
    "unit_name": "Đơn vị",
    "indicator": "Mã chỉ tiêu",
    "name": "Tên",
    "numerator": "Tử số",
    "denominator": "Mẫu số",
    "value": "Giá trị",
    "unit_of_measure": "Đơn vị tính",
    "reported_units": "Số đơn vị có số liệu",
    "expected_units": "Số đơn vị phải báo cáo",
    "target": "Mục tiêu",
    "target_year": "Năm mục tiêu",
    "target_status": "Độ tin cậy của mục tiêu",
    "status": "Tình trạng",
    "definition_from": "Định nghĩa có hiệu lực từ",
    "element": "Mã trong biểu",
    "stretch": "Khoảng thời gian",
    "stretch_name": "Tên khoảng thời gian",
    "made_of": "Suy ra từ",
    "sheet": "Trang",
    "cell": "Ô",
    "submission": "Bản nộp",
    "rule": "Quy tắc",
    "severity": "Mức độ",
    "found": "Số ghi",
    "expected": "Số đúng hoặc cần có",
    "message": "Nội dung và cách sửa",
    "state": "Tình trạng",
    "version": "Lần nộp",
    "received_at": "Nhận lúc",
    "days_late": "Số ngày muộn",
    "days_early": "Số ngày gửi sớm (khi số liệu chưa tính đến hết kỳ)",
    "form_version": "Mẫu biểu",
    "window_from": "Số liệu từ ngày",
    "window_to": "Số liệu đến hết ngày",
    "sha256": "Mã băm của tệp",
    "file_name": "Tên tệp",
    "task": "Mã nhiệm vụ",
    "task_content": "Nội dung nhiệm vụ",
    "responsible": "Đơn vị chủ trì",
    "post": "Chức vụ người phụ trách",
    "due": "Hạn hoàn thành",
    "task_state": "Tình trạng do đơn vị ghi",
    "done_on": "Ngày hoàn thành",
    "days_overdue": "Số ngày quá hạn đến ngày chốt số liệu",
    "is_done": "Đã hoàn thành đến ngày chốt số liệu",
    "row": "Dòng",
    "note": "Ghi chú",
    "from_release": "Bản công bố được so sánh",
    "cause": "Nguyên nhân (mã)",
    "explanation": "Nguyên nhân",
    "kind": "Loại",
    "parent": "Mã đơn vị cấp trên",
    "valid_from": "Có hiệu lực từ ngày",
    "valid_to": "Có hiệu lực đến hết ngày",
    "name_en": "Tên tiếng Anh",
    "content": "Nội dung số",
    "content_name": "Nội dung",
    "aggregation": "Cách tổng hợp",
    "direction": "Chiều tốt",
    "lead": "Đơn vị chủ trì (đề xuất của bộ phận tổng hợp, chưa có văn bản giao)",
    "type": "Kiểu số",
    **{
        f"{side}_{column}": f"{title} {word}"
        for column, title in (
            ("value", "Giá trị"),
            ("numerator", "Tử số"),
            ("denominator", "Mẫu số"),
            ("reported_units", "Số đơn vị có số liệu"),
            ("expected_units", "Số đơn vị phải báo cáo"),
            ("target", "Mục tiêu"),
            ("status", "Đánh giá"),
        )
        for side, word in (("old", "cũ"), ("new", "mới"))
    },
}

_OF_INDICATOR = "theo cột unit_of_measure"
_POINTS, _UNITS, _PER_YEAR = "điểm", "đơn vị", "đơn vị tính của chỉ tiêu mỗi năm"
MEASURES = {
    **dict.fromkeys(("value", "target", "base", "line", "gap", "old_value", "new_value"), _OF_INDICATOR),
    **dict.fromkeys(
        ("old_target", "new_target", "old_base", "new_base", "province_target", "district_target"), _OF_INDICATOR
    ),
    **dict.fromkeys(("pace", "needed_pace"), _PER_YEAR),
    **dict.fromkeys(("p", "q", "r", "cagr_ratio"), "tỷ số, không có đơn vị"),
    **dict.fromkeys(("score", "points", "maximum", "bonus", "penalty", "self_score", "self_points"), _POINTS),
    **dict.fromkeys(("score_before", "change", "weight"), _POINTS),
    **dict.fromkeys(("reported_units", "expected_units", "old_reported_units", "new_reported_units"), _UNITS),
    **dict.fromkeys(("indicators", "assessed", *STAGE_STATUSES), "chỉ tiêu"),
    "days_late": "ngày",
    "days_early": "ngày",
    "days_overdue": "ngày",
    "missing": "tiêu chí",
}


@dataclass(frozen=True)
class Column:
    """One column of a file: its name, its kind, how readers call it, and what its figures are measured in."""

    name: str
    kind: Kind
    title: str
    measure: str | None = None
    words: tuple[str, ...] = ()  # what alone may stand in it, where that is known


def columns_of(
    names: Sequence[str],
    headings: Mapping[str, str] | None = None,
    measures: Mapping[str, str] | None = None,
    words: Mapping[str, Sequence[str]] | None = None,
) -> tuple[Column, ...]:
    """Return the columns of a file, in order; `KeyError` for one that nobody gave a title."""
    titled, measured, spelt = TITLES | dict(headings or {}), MEASURES | dict(measures or {}), words or {}
    return tuple(Column(n, kind_of(n), titled[n], measured.get(n), tuple(spelt.get(n, ()))) for n in names)


def kind_of(name: str) -> Kind:
    """Return the kind of the columns of that name: text unless it is known to be more.

    >>> kind_of("days_late"), kind_of("message")
    (<Kind.COUNT: 'integer'>, <Kind.TEXT: 'string'>)
    """
    return next((kind for names, kind in _KINDS if name in names), Kind.TEXT)
