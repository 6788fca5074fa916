"""Commands of those who answer for the figures: `approve`."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from flows.commands.asked import JsonOption, PeriodOption, TodayOption, known_period, moment_of, workplace_with_store
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
    release = run_flow(settings, "flows.approve:approve", period=str(asked), by=by, today=moment)
    if not as_json:
        show_paths(settings, Path(release["path"]))
