"""Why an indicator was not assessed in a stage, in a sentence."""

from __future__ import annotations

from config.indicator import Indicator
from tasks.evaluate.series import Point
from tasks.evaluate.status import Status

STOPPED = "chuỗi đã dừng"  # the one status of a stage that a period does not have: another series took its place
REASONS = {
    STOPPED: "chuỗi số liệu đã dừng, thay bằng {successor}",
    Status.NO_BASE: "chưa có báo cáo năm nào trước đó, theo cùng định nghĩa, để làm gốc",
    Status.NO_TARGET: "chưa có văn bản nào đặt mục tiêu",
    Status.NOT_REPORTED: "{period}: chưa có số dùng được",
    Status.TOO_FEW_UNITS: "{period}: mới có {reported}/{expected} đơn vị có số",
    Status.NOT_APPLICABLE: "{period}: không phát sinh",
}
ASSESSED = tuple(status.value for status in Status if status not in REASONS)


def reason(status: str, indicator: Indicator, point: Point | None) -> str:
    """Return why `status` is no assessment of `indicator`, whose latest figure is `point`; empty when it is one.

    >>> ASSESSED
    ('đạt', 'đúng tiến độ', 'chậm', 'chậm nhiều', 'xấu đi', 'ngoài ngưỡng')
    """
    return REASONS.get(status, "").format(
        successor=indicator.superseded_by,
        period=point.period.name if point else "Cả giai đoạn",
        reported=point.reported if point else 0,
        expected=point.expected if point else 0,
    )
