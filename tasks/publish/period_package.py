"""The open data of a period: which files it has, what their columns hold, what refers to what."""

from __future__ import annotations

from collections.abc import Mapping

from config.indicator import TargetStatus
from config.number import CellStatus
from config.period import Stretch
from config.plan_task import TaskState
from expectations.finding import Severity
from tasks.publish.code_lists import ELEMENTS, UNITS, elements_list, units_list
from tasks.publish.columns import columns_of
from tasks.publish.content import ReleaseContent
from tasks.publish.data_package import About, Reference, Table, indicators_table, packaged
from tasks.publish.open_data import score_tables
from tasks.publish.stage_data import FILES
from tasks.publish.wording import STATES, STATUSES
from tasks.store.frames import CHANGES, EVALUATION, FINDINGS, SUBMISSIONS, TASKS, VALUES
from tasks.store.stretches import INCREMENTS
from tasks.store.values import BELOW_NOTHING, DISTRICT_LEVEL, TOO_FEW, UNIT_LEVEL

_UNIT, _INDICATOR, _ELEMENT = (Reference(c, f"{c}s") for c in ("unit", "indicator", "element"))
_LEVELS = {"level": (DISTRICT_LEVEL, UNIT_LEVEL)}
_OF_ELEMENT = {"value": "theo cột unit_of_measure của elements.csv"}


def period_package(content: ReleaseContent, data: Mapping[str, bytes]) -> dict[str, bytes]:
    """Return what goes out beside the CSV files `data` of a period: code lists, Parquet, `datapackage.json`."""
    declarations, period = content.declarations, content.period
    about = About(
        f"cchc-{declarations.office.district}-{period}",
        f"Kết quả cải cách hành chính {period.name}, {declarations.district_name(period)}",
        ("Biểu số liệu của các đơn vị, liệt kê trong submissions.csv", *declarations.framework.documents),
    )
    return packaged([*_figures(content), *_lists(content)], data, content, about)


def _figures(content: ReleaseContent) -> list[Table]:
    of_judged = {**_LEVELS, "status": tuple(STATUSES), "target_status": tuple(TargetStatus)}
    judged = columns_of(EVALUATION, {"status": "Đánh giá"}, words=of_judged)
    values = columns_of(VALUES, measures=_OF_ELEMENT, words={"status": tuple(CellStatus)})
    findings = columns_of(FINDINGS, words={"severity": tuple(Severity)})
    submissions = columns_of(SUBMISSIONS, words={"state": tuple(STATES)})
    tasks = columns_of(TASKS, words={"task_state": tuple(TaskState)})
    derived = (CellStatus.NUMBER, CellStatus.NOT_APPLICABLE, CellStatus.NOT_AVAILABLE, BELOW_NOTHING, TOO_FEW)
    increments = columns_of(INCREMENTS, words={**_LEVELS, "status": derived, "stretch": tuple(Stretch)})
    changes = columns_of(CHANGES, words=_LEVELS)
    return [
        Table(
            "evaluation",
            "Giá trị, mục tiêu và đánh giá của từng chỉ tiêu: toàn huyện và từng đơn vị",
            content.evaluation,
            judged,
            ("level", "unit", "indicator"),
            (_UNIT, _INDICATOR),
        ),
        Table(
            "values",
            "Từng ô trong biểu của các bản nộp được tính",
            content.values,
            values,
            ("submission", "element"),
            (_UNIT, _ELEMENT),
        ),
        Table("findings", "Lỗi và điểm cần kiểm tra của mọi bản nộp", content.findings, findings),
        Table("submissions", "Mọi lần nộp, tệp không dùng được, đơn vị chưa nộp", content.submissions, submissions),
        Table(
            "increments",
            "Số liệu của khoảng không có báo cáo riêng (quý II, 9 tháng, quý IV), suy ra từ các kỳ đã báo cáo",
            content.increments,
            increments,
            ("level", "unit", "element"),
            (_ELEMENT,),
        ),
        Table("tasks", "Nhiệm vụ trong kế hoạch của năm, số ngày quá hạn", content.tasks, tasks, (), (_UNIT,)),
        Table("changes", "Con số khác bản công bố trước, kèm nguyên nhân", content.changes, changes),
        *(
            Table(name.removesuffix(".csv"), FILES[name], frame, columns_of(list(headings), headings))
            for name, (frame, headings) in score_tables(content.scores)
        ),
    ]


def _lists(content: ReleaseContent) -> list[Table]:
    declarations, period = content.declarations, content.period
    units = units_list(declarations, period)
    elements = elements_list(declarations, period)
    return [
        Table("units", "Đơn vị báo cáo", units, columns_of(UNITS), ("unit",)),
        indicators_table(declarations, period),
        Table("elements", "Các dòng của biểu", elements, columns_of(ELEMENTS), ("element",)),
    ]
