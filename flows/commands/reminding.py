"""Commands about what is due and who is told: `calendar`, `remind`, `letters`."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from flows.commands.asked import (
    JsonOption,
    TodayOption,
    known_period,
    known_year,
    moment_of,
    this_year,
    workplace,
    workplace_with_store,
)
from flows.commands.running import run_flow
from flows.commands.said import console, print_json, refuse


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


def remind(
    period: Annotated[
        str | None, typer.Option("--period", "-p", help="Kỳ báo cáo; mặc định mọi kỳ đang trong mùa nhắc.")
    ] = None,
    today: TodayOption = None,
    dry_run: Annotated[bool, typer.Option("--dry-run", help="Chỉ liệt kê thư sẽ viết, không viết, không gửi.")] = False,
) -> None:
    """Nhắc đơn vị còn nợ báo cáo, rồi thủ trưởng, rồi bộ phận tổng hợp; mỗi đơn vị mỗi ngày nhiều nhất một thư."""
    settings, declarations = workplace_with_store()
    moment = moment_of(today, declarations)
    asked = known_period(period, declarations) if period else None
    if dry_run:
        from flows.reminding import periods_to_remind, reminders_due, reminders_table

        periods = [asked] if asked else periods_to_remind(declarations, moment)
        console().print(reminders_table(reminders_due(settings, declarations, periods, moment)))
        return
    result = run_flow(settings, "remind:remind", today=moment, period=str(asked or ""))
    typer.echo(f"{sum(result['written'].values())} thư mới, {result['sent']} thư đã gửi, {result['waiting']} thư chờ")


def letters(
    preview: Annotated[bool, typer.Option("--preview", help="Viết thử mọi loại thư với số liệu minh hoạ.")] = False,
    kind: Annotated[str | None, typer.Option("--kind", help="Chỉ xem thử loại thư này.")] = None,
    folder: Annotated[
        Path | None, typer.Option("--out", help="Nơi đặt thư xem thử (mặc định CCHC_HOME/letters).")
    ] = None,
) -> None:
    """Xem những thư chưa gửi được và vì sao; với --preview, viết thử mọi loại thư ra tệp, không gửi gì."""
    settings, declarations = workplace() if preview else workplace_with_store()
    from flows.letters import letter_kinds, letters_waiting, waiting_table, write_previews

    if not preview:
        if kind or folder:
            refuse("--kind và --out chỉ dùng cùng --preview")
        console().print(waiting_table(letters_waiting(settings), declarations.calendar.zone))
        return
    if kind and kind not in (kinds := letter_kinds(settings, declarations)):
        refuse(f"không có loại thư {kind!r}; các loại: {', '.join(kinds)}")
    target = folder or settings.home / "letters"
    if target.exists() and not target.is_dir():
        refuse(f"{target} là một tệp, không phải thư mục")
    paths = write_previews(settings, declarations, kind, target)
    typer.echo(f"Đã viết thử {len({path.stem for path in paths})} thư vào {target} (chưa gửi gì)")
