"""Commands of those who answer for the figures: `approve`, `reopen`."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from flows.commands.asked import (
    JsonOption,
    PeriodOption,
    TodayOption,
    known_moment,
    known_period,
    known_units,
    moment_of,
    workplace_with_store,
)
from flows.commands.running import run_flow
from flows.commands.said import print_json, refuse, show_paths, show_review


def approve(
    period: PeriodOption,
    by: Annotated[str | None, typer.Option("--by", help="Mã chức vụ phê duyệt, khai trong calendar.yaml.")] = None,
    dry_run: Annotated[bool, typer.Option("--dry-run", help="Chỉ xem, không phê duyệt.")] = False,
    today: TodayOption = None,
    as_json: JsonOption = False,
) -> None:
    """Phê duyệt bản công bố hiện tại của một kỳ: số liệu tạm thời thành số liệu chính thức."""
    settings, declarations = workplace_with_store()
    asked, moment = known_period(period, declarations), moment_of(today, declarations)
    from flows.reviewing import as_data, review_of, unknown_approver

    if by is None and not dry_run:
        refuse("cần --by (mã chức vụ phê duyệt), hoặc --dry-run để chỉ xem")
    if by is not None and (strange := unknown_approver(by, declarations)):
        refuse(strange)
    found = review_of(settings, declarations, asked, declarations.calendar.moment(moment))
    print_json(as_data(found)) if as_json else show_review(found, asked)
    if found.refusal:
        refuse(found.refusal)
    if dry_run or by is None:
        return
    release = run_flow(settings, "approve:approve", period=str(asked), by=by, today=moment)
    if not as_json:
        show_paths(settings, Path(release["path"]))


def reopen(
    period: PeriodOption,
    unit: Annotated[list[str] | None, typer.Option("--unit", "-u", help="Mã đơn vị được gửi lại.")] = None,
    reason: Annotated[str, typer.Option("--reason", help="Vì sao mở lại: ghi vào nhật ký và bản công bố.")] = "",
    until: Annotated[str, typer.Option("--until", help="Ngày cuối được gửi lại, ví dụ 2022-09-30.")] = "",
    today: TodayOption = None,
) -> None:
    """Mở lại một kỳ đã đóng cho một đơn vị, đến hết một ngày; sau ngày ấy kỳ tự đóng lại."""
    settings, declarations = workplace_with_store()
    asked = known_period(period, declarations)
    if not unit:
        refuse("cần --unit: mã đơn vị được gửi lại")
    units = known_units(unit, asked, declarations)
    if not reason.strip():
        refuse("cần --reason: vì sao mở lại kỳ, để người đọc bản công bố sau biết")
    from flows.clock import moment_after_all
    from flows.reopening import reopen_units, still_open
    from tasks.store.reopenings import Reopening

    now = moment_after_all(settings, declarations.calendar.moment(moment_of(today, declarations)))
    last = known_moment(until, declarations, "--until")
    if last <= now:
        refuse(f"--until {last:%d/%m/%Y} đã qua (bây giờ là {now:%H:%M %d/%m/%Y}): chọn một ngày sau đó")
    if opened := still_open(settings, declarations, asked, units, now):
        refuse(f"kỳ {asked} chưa đóng với đơn vị {', '.join(opened)}: đơn vị cứ gửi lại, không cần mở")
    wanted = [Reopening(code, str(asked), reason.strip(), now, last) for code in units]
    reopen_units(settings, declarations, wanted)
    typer.echo(f"Đã mở lại kỳ {asked} cho {', '.join(units)}, nhận đến {last:%d/%m/%Y}; thư báo nằm trong outbox.")
