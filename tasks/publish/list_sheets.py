"""Phụ lục III, IV, V and VI: what each unit sent, the findings on it, what changed, and the plan's tasks."""

from __future__ import annotations

from expectations.finding import Severity, label_of
from tasks.publish.annex import BOLD, CELL, CENTRE, ITALIC, LEFT, TWO_DECIMALS, Annex, write_table_head
from tasks.publish.content import ReleaseContent
from tasks.publish.evaluation_sheet import INK, rounded
from tasks.publish.judged_line import known
from tasks.publish.plan_tasks import NO_PLAN, Lagging, office_lines
from tasks.publish.units import Sent, sent, standing_findings
from tasks.publish.wording import NOTHING, SEVERITIES, form_name
from tasks.store.values import DISTRICT_LEVEL

SUBMISSION_COLUMNS = {
    "TT": 5.5,
    "Đơn vị": 24.0,
    "Tình trạng": 28.0,
    "Lần nộp": 7.0,
    "Ngày nhận": 12.5,
    "Sớm, muộn (ngày)": 9.0,
    "Biểu mẫu": 18.0,
    "Nghiêm trọng": 9.0,
    "Cảnh báo": 8.0,
    "Lưu ý": 7.0,
}
FINDING_FIELDS = ("unit", "severity", "rule", "message", "sheet", "cell", "element", "found", "expected")
FINDING_COLUMNS = {
    "TT": 6.0,
    "Đơn vị": 20.0,
    "Mức độ": 17.0,
    "Quy tắc": 10.0,
    "Trang": 15.0,
    "Ô": 7.0,
    "Mã": 7.0,
    "Số ghi": 22.0,
    "Số đúng hoặc cần có": 26.0,
    "Nội dung và cách sửa": 68.0,
}

CHANGE_COLUMNS = {
    "TT": 6.0,
    "Đơn vị": 20.0,
    "Mã": 7.0,
    "Chỉ tiêu": 36.0,
    "Đơn vị tính": 9.0,
    "Số cũ": 12.0,
    "Số mới": 12.0,
    "Đánh giá cũ": 17.0,
    "Đánh giá mới": 17.0,
    "Nguyên nhân": 62.0,
}

TASK_COLUMNS = {
    "TT": 6.0,
    "Đơn vị chủ trì, mã nhiệm vụ": 28.0,
    "Nội dung": 54.0,
    "Chức vụ người phụ trách": 24.0,
    "Hạn": 12.5,
    "Quá hạn (ngày)": 9.0,
    "Hoàn thành": 12.0,
    "Tỷ lệ (%)": 10.0,
}


def write_submissions(annex: Annex, content: ReleaseContent) -> None:
    """Write a row for each version, each refused file and each unit that sent nothing."""
    write_table_head(annex, list(SUBMISSION_COLUMNS), {(7, 9): "Số lỗi theo mức độ"})
    for place, row in enumerate(sent(content), start=1):
        _write_sent(annex, place, row)
    annex.down(10)
    annex.across(
        0,
        annex.last,
        "Muộn so với hạn gửi báo cáo (đã dời sang ngày làm việc), sớm so với hết kỳ số liệu; tính theo ngày lịch.",
        ITALIC,
    )
    annex.down()
    annex.keep(annex.row - 3)


def write_findings(annex: Annex, content: ReleaseContent) -> None:
    """Write the findings on versions that stand, unit by unit, the gravest first."""
    write_table_head(annex, list(FINDING_COLUMNS))
    names = {code: unit.name for code, unit in content.declarations.reporting(content.period).items()}
    findings = standing_findings(content)
    columns = [findings[c].tolist() for c in FINDING_FIELDS]
    for place, row in enumerate(zip(*columns, strict=True), start=1):
        unit, severity, rule, message, *texts = (known(value) or "" for value in row)
        word = SEVERITIES[Severity(severity)]
        annex.number(0, place, "0", CELL, CENTRE)
        annex.text(1, names.get(unit, unit), CELL, LEFT)
        annex.text(2, f"{word.sign} {word.word}", CELL, LEFT, INK[word.tone])
        for column, text in enumerate((label_of(rule, message), *texts, message), start=3):
            annex.text(column, text or NOTHING, CELL, LEFT)
        annex.down()
    if findings.empty:
        annex.across(0, annex.last, "Không có lỗi nào.", CELL, CENTRE, ITALIC)
        annex.down()


def write_tasks(annex: Annex, content: ReleaseContent) -> None:
    """Write what each office has done of the plan, and below each its tasks that are overdue."""
    write_table_head(annex, list(TASK_COLUMNS))
    lines = office_lines(content.tasks)
    for place, line in enumerate(lines, start=1):
        annex.number(0, place, "0", CELL, CENTRE)
        annex.text(1, line.responsible or NOTHING, CELL, LEFT, BOLD)
        annex.text(2, f"{line.unit_name}: {len(line.lagging)} nhiệm vụ quá hạn", CELL, LEFT, BOLD)
        for column in (3, 4, 5):
            annex.text(column, "", CELL)
        annex.text(6, f"{line.done}/{line.total}", CELL, CENTRE, BOLD)
        annex.number(7, line.share, TWO_DECIMALS, CELL, BOLD)
        annex.down()
        for task in line.lagging:
            annex.keep_with_next()
            _write_lagging(annex, task)
    if not lines:
        annex.across(0, annex.last, NO_PLAN, CELL, CENTRE, ITALIC)
        annex.down()


def _write_lagging(annex: Annex, task: Lagging) -> None:
    annex.text(0, "", CELL)
    annex.text(1, task.code, CELL, LEFT)
    annex.text(2, task.content, CELL, LEFT)
    annex.text(3, task.post, CELL, LEFT)
    annex.day(4, task.due, CELL)
    annex.number(5, task.days, "0", CELL, CENTRE)
    for column in (6, 7):
        annex.text(column, "", CELL)
    annex.down()


def write_changes(annex: Annex, content: ReleaseContent) -> None:
    """Write each figure that an earlier release said otherwise: old, new and cause."""
    write_table_head(annex, list(CHANGE_COLUMNS), {(5, 6): "Kết quả", (7, 8): "Đánh giá"})
    for place, row in enumerate(content.changes.to_dict("records"), start=1):
        annex.number(0, place, "0", CELL, CENTRE)
        annex.text(1, "Toàn huyện" if row["level"] == DISTRICT_LEVEL else row["unit_name"], CELL, LEFT)
        for column, key in enumerate(("indicator", "name", "unit_of_measure"), start=2):
            annex.text(column, row[key], CELL, LEFT)
        for column, key in enumerate(("old_value", "new_value"), start=5):
            annex.number(column, rounded(known(row[key])), TWO_DECIMALS, CELL)
        for column, key in enumerate(("old_status", "new_status"), start=7):
            annex.text(column, known(row[key]) or NOTHING, CELL, LEFT)
        annex.text(9, row["explanation"], CELL, LEFT)
        annex.down()
    if content.changes.empty:
        annex.across(0, annex.last, "Không có con số nào khác bản công bố trước.", CELL, CENTRE, ITALIC)
        annex.down()


def _write_sent(annex: Annex, place: int, row: Sent) -> None:
    annex.number(0, place, "0", CELL, CENTRE)
    annex.text(1, row.name, CELL, LEFT)
    annex.text(2, f"{row.word.sign} {row.word.word}", CELL, LEFT, INK[row.word.tone])
    annex.number(3, row.version, "0", CELL, CENTRE)
    annex.day(4, row.received, CELL)
    if row.days_early:
        annex.text(5, f"sớm {row.days_early}", CELL, CENTRE)
    else:
        annex.number(5, row.days_late, "0", CELL, CENTRE)
    annex.text(6, form_name(row.form), CELL, CENTRE)
    for column, severity in enumerate(Severity, start=7):
        annex.number(column, row.findings.get(severity, 0) if row.received else None, "0", CELL, CENTRE)
    annex.down()
