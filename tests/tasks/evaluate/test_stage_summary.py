"""A stage in short: nothing is lost between the table and its counts."""

from __future__ import annotations

import doctest

import pytest

from config.load import Declarations
from tasks.evaluate import unassessed
from tasks.evaluate.stage import evaluate_stage
from tasks.evaluate.stage_summary import BY_CONTENT, NOT_ASSESSED, STATUSES, not_assessed, stage_by_content
from tasks.evaluate.status import Status
from tasks.evaluate.unassessed import ASSESSED, reason
from tests.tasks.aggregate.factory import make_indicator
from tests.tasks.evaluate.factory import came_to, history_of

CAME = history_of(
    {
        "2021-YEAR": [came_to(50, indicator="L02"), came_to(99, indicator="P01"), came_to(1, indicator="P03")],
        "2022-YEAR": [
            came_to(60, indicator="L02"),
            came_to(97, indicator="P01"),
            came_to(1, indicator="P03"),
            came_to("không phát sinh", indicator="T03"),
            came_to("chưa đủ số liệu", indicator="P14", reported=12),
        ],
    }
)


def test_every_indicator_is_counted_once(declarations: Declarations) -> None:
    table = evaluate_stage(CAME, declarations, "GD1")
    summary = stage_by_content(table, declarations)
    assert summary.columns.to_list() == BY_CONTENT
    assert summary["indicators"].sum() == len(table)
    assert (summary[STATUSES].sum(axis=1) == summary["indicators"]).all()
    assert summary["name"].to_list() == list(declarations.framework.contents.values())


def test_what_was_not_assessed_is_listed_with_its_reason(declarations: Declarations) -> None:
    table = evaluate_stage(CAME, declarations, "GD1")
    left = not_assessed(table, declarations)
    assert left.columns.to_list() == NOT_ASSESSED
    why = dict(zip(left["indicator"], left["not_assessed"], strict=True))
    assert why["P03"] == "chưa có văn bản nào đặt mục tiêu"
    assert why["T03"] == "Năm 2022: không phát sinh"
    assert why["P14"] == "Năm 2022: mới có 12/19 đơn vị có số"
    assert why["P05"] == "chuỗi số liệu đã dừng, thay bằng P05b"
    assert why["L01"] == "Cả giai đoạn: chưa có số dùng được"
    assert not {"L02", "P01"} & set(why)


def test_the_counts_and_the_list_agree(declarations: Declarations) -> None:
    table = evaluate_stage(CAME, declarations, "GD1")
    summary, left = stage_by_content(table, declarations), not_assessed(table, declarations)
    assert (summary["indicators"] - summary["assessed"]).sum() == len(left)
    listed = summary.set_index("content")["not_assessed"]
    assert all(f"{row.indicator}: {row.not_assessed}" in listed[row.content] for row in left.itertuples())


@pytest.mark.parametrize("status", list(Status))
def test_every_status_that_is_no_assessment_has_a_reason(status: Status) -> None:
    assert (status in ASSESSED) != bool(reason(status, make_indicator(), None))


def test_the_example_in_the_documentation_holds() -> None:
    result = doctest.testmod(unassessed)
    assert (result.attempted, result.failed) == (1, 0)
