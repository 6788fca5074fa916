"""Commands that bring figures in: `forms`, `collect`, `check`."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from flows.commands.asked import JsonOption, PeriodOption, TodayOption, known_period, known_units, moment_of, workplace
from flows.commands.running import run_flow, watch_and_collect
from flows.commands.said import DONE, FINDINGS, print_json, refuse, show_checked, show_overview


def forms(
    period: PeriodOption,
    unit: Annotated[list[str] | None, typer.Option("--unit", "-u", help="Chỉ phát cho đơn vị có mã này.")] = None,
    folder: Annotated[
        Path | None, typer.Option("--out", help="Thư mục đặt biểu (mặc định CCHC_HOME/forms/<kỳ>).")
    ] = None,
    dry_run: Annotated[bool, typer.Option("--dry-run", help="Chỉ liệt kê, không ghi tệp nào.")] = False,
) -> None:
    """Phát biểu của một kỳ: mỗi đơn vị một tệp Excel đã ghi sẵn tên, kỳ và mẫu."""
    settings, declarations = workplace()
    asked = known_period(period, declarations)
    units = known_units(unit or [], asked, declarations)
    target = folder or settings.home / "forms" / str(asked)
    if target.exists() and not target.is_dir():
        refuse(f"{target} là một tệp, không phải thư mục")
    if dry_run:
        for code in units:
            typer.echo(target / f"{code}-{asked}.xlsx")
        return

    paths = run_flow(settings, "issue_forms:issue_forms", period=str(asked), folder=str(target), units=",".join(units))
    typer.echo(f"Đã phát {len(paths)} biểu vào {target}")


def collect(
    period: PeriodOption,
    today: TodayOption = None,
    watch: Annotated[
        bool, typer.Option("--watch", help="Ở lại, thu và trả lời ngay khi có tệp mới; dừng bằng Ctrl+C.")
    ] = False,
) -> None:
    """Thu những gì nằm trong inbox/<mã đơn vị>/, kiểm tra và trả lời từng đơn vị."""
    settings, declarations = workplace()
    asked, moment = known_period(period, declarations), moment_of(today, declarations)
    if watch:
        if today:
            refuse("--watch làm việc theo giờ hiện tại: bỏ --today")
        watch_and_collect(settings, declarations, asked)
        return

    result = run_flow(settings, "collect:collect", period=str(asked), today=moment)
    show_overview(settings, declarations, asked, result["today"])


def check(
    files: Annotated[
        list[Path], typer.Argument(metavar="TỆP", help="Tệp biểu cần xem, trước khi gửi hay sau khi nhận.")
    ],
    as_json: JsonOption = False,
) -> None:
    """Kiểm tra một hay nhiều tệp biểu mà không ghi nhận gì; mã thoát 1 khi có lỗi phải sửa."""
    settings, declarations = workplace()
    from flows.check_files import check_files, why_not

    named = {file: why_not(file) for file in files}
    there, now = [file for file in files if not named[file]], moment_of(None, declarations)
    reports = check_files(there, settings, declarations, declarations.calendar.moment(now))
    if there or as_json:
        print_json(reports) if as_json else show_checked(reports)
    if wrong := [sentence for sentence in named.values() if sentence]:
        refuse("; ".join(wrong))  # after what the others hold
    raise typer.Exit(FINDINGS if any(r["blocked"] for r in reports) else DONE)
