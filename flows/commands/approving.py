"""Commands of those who answer for the figures: `approve`, `reopen`."""

from __future__ import annotations

from datetime import datetime
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from flows.commands.asked import (
    JsonOption,
    PeriodOption,
    TodayOption,
    known_moment,
    known_period,
    known_stage,
    known_units,
    moment_of,
    workplace_with_store,
)
from flows.commands.running import at_work_here, run_flow
from flows.commands.said import print_json, refuse, show_paths, show_review, show_stage_paths

if TYPE_CHECKING:
    from collections.abc import Sequence

    from config.framework import Stage
    from config.load import Declarations
    from config.period import Period
    from config.settings import Settings
    from tasks.publish.review import Review


def approve(  # noqa: PLR0913, PLR0917  what a person may say of an approval
    period: Annotated[str | None, typer.Option("--period", "-p", help="Kỳ báo cáo, ví dụ 2022-H1.")] = None,
    stage: Annotated[str | None, typer.Option("--stage", help="Thay vì một kỳ: cả giai đoạn, GD1 hoặc GD2.")] = None,
    by: Annotated[str | None, typer.Option("--by", help="Mã chức vụ phê duyệt, khai trong calendar.yaml.")] = None,
    dry_run: Annotated[bool, typer.Option("--dry-run", help="Chỉ xem, không phê duyệt.")] = False,
    today: TodayOption = None,
    as_json: JsonOption = False,
) -> None:
    """Phê duyệt bản công bố hiện tại của một kỳ hay cả giai đoạn: số liệu tạm thời thành số liệu chính thức."""
    settings, declarations = workplace_with_store()
    moment = moment_of(today, declarations)
    from flows.reviewing import as_data, unknown_approver

    if (period is None) == (stage is None):
        refuse("cần một trong hai: --period (ví dụ 2022-H1) hoặc --stage (ví dụ GD1)")
    if by is None and not dry_run:
        refuse("cần --by (mã chức vụ phê duyệt), hoặc --dry-run để chỉ xem")
    if by is not None and (strange := unknown_approver(by, declarations)):
        refuse(strange)
    looked = (settings, declarations, declarations.calendar.moment(moment))
    found, subject = _of_stage(*looked, stage) if stage else _of_period(*looked, period or "")
    print_json(as_data(found)) if as_json else show_review(found, subject)
    if found.refusal:
        refuse(found.refusal)
    if dry_run or by is None:
        return
    if stage:
        release = run_flow(settings, "stage:approve_stage", stage=stage, by=by, today=moment)
    else:
        release = run_flow(settings, "approve:approve", period=str(subject), by=by, today=moment)
    if not as_json:
        path = Path(release["path"])
        show_stage_paths(path) if stage else show_paths(settings, path)


def _of_period(
    settings: Settings, declarations: Declarations, now: datetime, period: str
) -> tuple[Review, Period | Stage]:
    from flows.reviewing import review_of

    asked = known_period(period, declarations)
    return review_of(settings, declarations, asked, now), asked


def _of_stage(
    settings: Settings, declarations: Declarations, now: datetime, stage: str
) -> tuple[Review, Period | Stage]:
    from flows.reviewing import review_of_stage

    code = known_stage(stage, declarations)
    return review_of_stage(settings, declarations, code, now), declarations.framework.stages[code]


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
    with at_work_here(settings):
        last = _reopened(settings, declarations, asked, units, reason.strip(), until, today)
    told = "thư báo đã viết, gửi ở lần thu nhận hoặc nhắc nộp tới"
    typer.echo(f"Đã mở lại kỳ {asked} cho {', '.join(units)}, nhận đến {last:%d/%m/%Y}; {told}.")


def _reopened(  # noqa: PLR0913, PLR0917  what was asked
    settings: Settings,
    declarations: Declarations,
    asked: Period,
    units: Sequence[str],
    reason: str,
    until: str,
    today: str | None,
) -> datetime:
    from flows.clock import moment_after_all
    from flows.reopening import reopen_units, still_open
    from tasks.store.reopenings import Reopening

    now = moment_after_all(settings, declarations.calendar.moment(moment_of(today, declarations)))
    last = known_moment(until, declarations, "--until")
    if last <= now:
        refuse(f"--until {last:%d/%m/%Y} đã qua (bây giờ là {now:%H:%M %d/%m/%Y}): chọn một ngày sau đó")
    if opened := still_open(settings, declarations, asked, units, now):
        refuse(f"kỳ {asked} chưa đóng với đơn vị {', '.join(opened)}: đơn vị cứ gửi lại, không cần mở")
    reopen_units(settings, declarations, [Reopening(code, str(asked), reason, now, last) for code in units])
    return last
