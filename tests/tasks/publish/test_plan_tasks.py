"""A release shows what each office has done of the plan, and who lags by how many days."""

from __future__ import annotations

from datetime import date
from decimal import Decimal

import pandas as pd

from tasks.publish.page import page
from tasks.publish.plan_tasks import NO_PLAN, office_lines, whole
from tasks.publish.report import report
from tasks.store.frames import TASKS
from tests.tasks.publish import factory
from tests.tasks.publish.test_report import texts


def rows(*tasks: tuple[str, str, int, bool]) -> pd.DataFrame:
    """Return tasks of code, office, days overdue and whether they are done, with the columns of `tasks.csv`."""
    made = [
        {"period": "2022-H1", "unit": "893", "unit_name": "Huyện Chợ Mới", "submission": "893-2022-H1-1", "task": code,
         "task_content": f"Việc {code}", "responsible": office, "post": "Trưởng phòng", "due": date(2022, 5, 1),
         "task_state": "done" if done else "ongoing", "done_on": None, "days_overdue": days, "is_done": done,
         "sheet": "Nhiệm vụ", "row": 6 + place, "note": ""}
        for place, (code, office, days, done) in enumerate(tasks)
    ]  # fmt: skip
    return pd.DataFrame(made, columns=TASKS, dtype=object)


LISTED = rows(("1", "Phòng Tư pháp", 0, True), ("2", "Phòng Nội vụ", 5, False), ("3", "Phòng Nội vụ", 44, False),
              ("4", "Phòng Nội vụ", 0, True))  # fmt: skip


def test_who_lags_most_comes_first_with_the_longest_overdue_task() -> None:
    first, second = office_lines(LISTED)
    assert (first.responsible, first.done, first.total, first.share) == ("Phòng Nội vụ", 1, 3, Decimal("33.33"))
    assert [(task.code, task.days) for task in first.lagging] == [("3", 44), ("2", 5)]
    assert (second.responsible, second.done, second.total, second.lagging) == ("Phòng Tư pháp", 1, 1, ())


def test_offices_make_the_whole() -> None:
    plan = whole(office_lines(LISTED))
    assert plan is not None
    assert (plan.done, plan.total, len(plan.lagging), plan.share) == (2, 4, 2, Decimal(50))
    assert whole(office_lines(rows())) is None


def test_the_page_shows_lagging_tasks_with_office_post_and_days() -> None:
    text = page(factory.content(tasks=LISTED)).decode()
    for said in ("hoàn thành 2/4 nhiệm vụ (50,00 %)", "Phòng Nội vụ", "Trưởng phòng", "44 ngày", "01/05/2022"):
        assert said in text
    assert "Chưa có danh mục nhiệm vụ nào" in page(factory.content()).decode()


def test_the_report_lists_offices_and_overdue_tasks_with_their_days() -> None:
    shown = texts(report(factory.content(tasks=LISTED)))
    assert "Hoàn thành 2/4 nhiệm vụ (50,00\u00a0%); 2/4 nhiệm vụ quá hạn tính đến ngày 14/06/2022." in shown
    at = shown.index("3 Việc 3")
    assert shown[at - 1 : at + 4] == ["Phòng Nội vụ", "3 Việc 3", "Trưởng phòng", "01/05/2022", "44"]
    assert shown.index("2 Việc 2") > at, "the longest overdue first"
    assert "1/3" in shown
    without = texts(report(factory.content()))
    assert NO_PLAN in without
    assert "Nhiệm vụ quá hạn, theo đơn vị chủ trì" not in without
