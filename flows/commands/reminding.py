"""Commands about what is due and who is told: `calendar`, `remind`, `letters`."""

from __future__ import annotations

from typing import Annotated

import typer

from flows.commands.asked import JsonOption, known_year, this_year, workplace
from flows.commands.said import console, print_json


def calendar(
    year: Annotated[str | None, typer.Option("--year", "-y", help="Năm báo cáo; mặc định năm nay.")] = None,
    as_json: JsonOption = False,
) -> None:
    """Xem lịch của một năm: số liệu tính từ ngày nào đến hết ngày nào, hạn gửi báo cáo, những ngày nhắc."""
    _, declarations = workplace()
    from flows.year_plan import plan_rows, plan_tables, year_plan

    plan = year_plan(declarations, known_year(year or this_year(declarations)))
    if as_json:
        print_json(plan_rows(plan))
        return
    for table in plan_tables(plan):
        console().print(table)
