"""The rules about the list of plan tasks: what each asks, how weighty it is, and what is said where it is broken.

`plan_tasks.py` judges by them and the dictionary lists them. In `told`, what stands in braces is filled in.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from expectations.finding import Severity

MEND = "Sửa rồi gửi lại biểu."
USED = "L01 tính theo danh mục"


@dataclass(frozen=True)
class TaskRule:
    """One rule: its code, what holds where all is well, and the sentence with the remedy where it does not."""

    rule: str
    text: str
    told: str
    severity: Severity = Severity.WARNING  # a list that is not in order does not spoil a figure

    def sentence(self, place: str, **facts: str) -> str:
        """Return what a unit reads: the code, the place, what is wrong there, what to do."""
        return f"[{self.rule}] {place}: {self.told.format(**facts)}"


def _counted(rule: str, element: str, what: str, used: str = "") -> TaskRule:
    return TaskRule(
        rule,
        f"{element} bằng số {what}.{used and f' {USED}: số đã gõ chỉ để đối chiếu.'}",
        f"ghi {{found}}, trang «{{sheet}}» có {{expected}} {what}. {used}"
        f"Xem lại {element} và danh mục, sửa rồi gửi lại biểu.",
    )


def _row(rule: str, text: str, told: str) -> TaskRule:
    return TaskRule(rule, text, f"{told}. {MEND}")


# Which figure of the form is held against which count of the list.
COUNTED: Mapping[str, TaskRule] = {
    "A01": _counted("KH02", "A01", "nhiệm vụ trong danh mục", f"{USED}: {{expected}}. "),
    "A02": _counted("KH03", "A02", "nhiệm vụ hoàn thành đến ngày chốt số liệu", f"{USED}: {{expected}}. "),
    "A03": _counted("KH04", "A03", "nhiệm vụ chưa hoàn thành, chưa quá hạn"),
    "A04": _counted("KH05", "A04", "nhiệm vụ quá hạn chưa hoàn thành"),
}

TASK_RULES: Mapping[str, TaskRule] = {
    rule.rule: rule
    for rule in (
        TaskRule(
            "KH01",
            "Biểu có danh mục nhiệm vụ kế hoạch của năm.",
            "chưa có nhiệm vụ nào, nên L01 tính theo A01, A02 như đã ghi, chưa đối chiếu được. Ghi danh mục nhiệm vụ "
            "của năm vào trang này (lấy biểu mới nếu biểu đang dùng không có trang), rồi gửi lại biểu.",
        ),
        *COUNTED.values(),
        _row("KH06", "Nhiệm vụ nào cũng có mã, nội dung, đơn vị chủ trì, hạn hoàn thành.", "còn trống «{head}»"),
        _row("KH07", "Hạn và ngày hoàn thành là ngày đọc được.", "«{found}» không phải là ngày"),
        _row("KH08", "Tình trạng là một trong các tình trạng của biểu.", "không rõ tình trạng «{found}»"),
        _row("KH09", "Nhiệm vụ đã hoàn thành có ngày hoàn thành.", "đã hoàn thành mà chưa ghi ngày hoàn thành"),
        _row(
            "KH10",
            "Nhiệm vụ có ngày hoàn thành thì tình trạng là đã hoàn thành.",
            "có ngày hoàn thành {day} mà tình trạng là «{found}»",
        ),
        _row(
            "KH11",
            "Nhiệm vụ của năm không hoàn thành trước khi năm báo cáo bắt đầu.",
            "hoàn thành ngày {day}, trước khi năm báo cáo bắt đầu ({starts})",
        ),
        _row("KH12", "Mỗi nhiệm vụ một mã.", "mã {found} đã dùng cho một nhiệm vụ ở trên"),
        _row(
            "KH13",
            "Ngày hoàn thành không sau ngày chốt số liệu.",
            "hoàn thành ngày {day}, sau ngày chốt số liệu {cut_off}: kỳ này chưa được tính",
        ),
    )
}
