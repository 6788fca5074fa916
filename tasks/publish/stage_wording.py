"""The Vietnamese words of a stage's tables: headings by column, in the order of the CSV files, and one more status."""

from __future__ import annotations

from collections.abc import Mapping

from tasks.publish.wording import STATUSES, Tone, Word
from tasks.store.stage_frames import BOUNDARIES

Headings = Mapping[str, str]

_STOPPED = Word("×", "chuỗi đã dừng", Tone.NONE, "Chỉ tiêu khác đã thay chỉ tiêu này, hai chuỗi không nối", "CĐD")
STAGE_STATUSES = STATUSES | {_STOPPED.word: _STOPPED}

STAGE: Headings = {
    "stage": "Giai đoạn",
    "figures_to": "Số liệu đến hết ngày",
    "level": "Cấp",
    "unit": "Mã đơn vị",
    "unit_name": "Đơn vị",
    "content": "Nội dung số",
    "indicator": "Mã",
    "name": "Chỉ tiêu",
    "unit_of_measure": "Đơn vị tính",
    "base": "Gốc",
    "base_date": "Ngày của gốc",
    "base_year": "Năm gốc",
    "numerator": "Tử số",
    "denominator": "Mẫu số",
    "value": "Hiện nay",
    "period": "Kỳ",
    "target": "Mục tiêu",
    "target_year": "Năm mục tiêu",
    "target_status": "Độ tin cậy của mục tiêu",
    "status": "Đánh giá",
    "p": "Phần đường đã đi (p)",
    "q": "Phần thời gian đã qua (q)",
    "r": "Nhịp độ (r = p : q)",
    "cagr_ratio": "Tỷ số CAGR",
    "pace": "Nhịp đã đạt mỗi năm",
    "needed_pace": "Nhịp cần từ nay mỗi năm",
    "reported_units": "Số đơn vị có số liệu",
    "expected_units": "Số đơn vị phải báo cáo",
    "methods_disagree": "Hai cách tính khác nhau",
    "breaks": "Chỗ gãy của chuỗi số liệu",
    "not_assessed": "Vì sao không đánh giá được",
    "base_is_declared": "Gốc là mức đã khai trong văn bản",
}
STAGE_UNITS: Headings = {BOUNDARIES: "Địa giới", **STAGE}
# What two releases of a stage are compared by, and a row of its `changes.csv` for each figure that differs.
STAGE_COMPARED = ("value", "numerator", "denominator", "period", "base", "target", "reported_units", "status")
STAGE_CHANGES: Headings = {
    "stage": "Giai đoạn",
    "from_release": "Bản công bố được so sánh",
    BOUNDARIES: "Địa giới (trống: toàn huyện)",
    "level": "Cấp",
    "unit": "Mã đơn vị",
    "unit_name": "Đơn vị",
    "indicator": "Mã",
    "name": "Chỉ tiêu",
    "unit_of_measure": "Đơn vị tính",
    **{f"{side}_{c}": f"{STAGE[c]} {word}" for c in STAGE_COMPARED for side, word in (("old", "cũ"), ("new", "mới"))},
    "cause": "Nguyên nhân (mã)",
    "explanation": "Nguyên nhân",
}
TRAJECTORY: Headings = {
    "stage": "Giai đoạn",
    "level": "Cấp",
    "unit": "Mã đơn vị",
    "indicator": "Mã",
    "name": "Chỉ tiêu",
    "unit_of_measure": "Đơn vị tính",
    "year": "Năm",
    "day": "Ngày chốt số liệu năm",
    "line": "Mức trên đường thẳng từ gốc tới mục tiêu (không phải mục tiêu của văn bản)",
    "value": "Kết quả năm",
    "gap": "Vượt (+) hoặc thiếu (−) so với đường thẳng",
    "target": "Mục tiêu",
    "target_year": "Năm mục tiêu",
}
BY_CONTENT: Headings = {
    "content": "Nội dung số",
    "name": "Nội dung",
    "indicators": "Số chỉ tiêu",
    "assessed": "Đánh giá được",
    **{word: word.capitalize() for word in STAGE_STATUSES},
    "not_assessed": "Không đánh giá được, vì sao",
}
NOT_ASSESSED: Headings = {
    "content": "Nội dung số",
    "content_name": "Nội dung",
    "indicator": "Mã",
    "name": "Chỉ tiêu",
    "status": "Đánh giá",
    "not_assessed": "Vì sao",
}
ALIGNMENT: Headings = {
    "plan": "Kế hoạch",
    "plan_status": "Độ tin cậy của kế hoạch",
    "stage": "Giai đoạn",
    "content": "Nội dung số",
    "indicator": "Mã",
    "name": "Chỉ tiêu của tỉnh",
    "unit_of_measure": "Đơn vị tính",
    "province_target": "Mục tiêu của tỉnh",
    "province_year": "Năm mục tiêu của tỉnh",
    "province_status": "Độ tin cậy của mục tiêu tỉnh",
    "province_document": "Văn bản của tỉnh",
    "district_target": "Mục tiêu trong kế hoạch huyện",
    "district_year": "Năm mục tiêu trong kế hoạch",
    "alignment": "Đối chiếu",
    "remark": "Khác ở chỗ",
}
SCORES: Headings = {
    "period": "Kỳ",
    "set": "Bộ tiêu chí",
    "set_year": "Bản năm",
    "set_status": "Nguồn của bộ tiêu chí",
    "rank": "Hạng",
    "unit": "Mã đơn vị",
    "unit_name": "Đơn vị",
    "score": "Điểm",
    "grade": "Xếp loại",
    "grade_status": "Độ tin cậy của mức xếp loại",
    "status": "Tình trạng",
    "points": "Tổng điểm tiêu chí",
    "maximum": "Điểm tối đa tính cho đơn vị",
    "bonus": "Điểm thưởng",
    "penalty": "Điểm phạt",
    "self_score": "Điểm tự chấm",
    "missing": "Số tiêu chí thiếu số liệu",
}
CHANGES: Headings = {
    "score_before": "Điểm kỳ trước",
    "change": "Tăng (+), giảm (−) điểm",
    "rank_before": "Hạng kỳ trước",
    "rank_change": "Tăng (+), giảm (−) hạng",
}
GROUPS: Headings = {
    "period": "Kỳ",
    "set": "Bộ tiêu chí",
    "unit": "Mã đơn vị",
    "group": "Nhóm",
    "group_name": "Tên nhóm",
    "weight": "Điểm tối đa của nhóm",
    "points": "Điểm",
}
CRITERIA: Headings = {
    "period": "Kỳ",
    "set": "Bộ tiêu chí",
    "set_year": "Bản năm",
    "unit": "Mã đơn vị",
    "unit_name": "Đơn vị",
    "group": "Nhóm",
    "criterion": "Mã tiêu chí",
    "name": "Tiêu chí",
    "kind": "Cách chấm",
    "source": "Chỉ tiêu được chấm",
    "value": "Số liệu",
    "ground": "Căn cứ",
    "maximum": "Điểm tối đa",
    "points": "Điểm",
    "self_points": "Điểm tự chấm",
}
SCORES_WITH_CHANGES: Headings = {**SCORES, **CHANGES}
STANDINGS: Headings = {
    "period": "Kỳ",
    "set": "Bộ tiêu chí",
    "standing": "Nêu vì",
    "unit": "Mã đơn vị",
    "unit_name": "Đơn vị",
    "rank": "Hạng",
    "score": "Điểm",
    "grade": "Xếp loại",
    "change": "Tăng (+), giảm (−) điểm",
    "decided_by": "Do các tiêu chí",
}
