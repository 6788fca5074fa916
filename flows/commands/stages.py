"""Commands about a stage of the programme and the units' scores: `stage`, `scores`."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from flows.commands.asked import (
    AsOfOption,
    JsonOption,
    PeriodOption,
    TodayOption,
    known_period,
    moment_known,
    moment_of,
    workplace_with_store,
)
from flows.commands.running import run_flow
from flows.commands.said import console, print_json, refuse, show_stage_paths

if TYPE_CHECKING:
    from config.load import Declarations
    from config.settings import Settings
    from tasks.store.stage_frames import StageFrames

ROOM_FOR_NAMES = 120  # columns of the terminal


@dataclass(frozen=True)
class _Asked:
    """A stage, the month to which it is judged, and the moment at which it is looked at."""

    stage: str
    by: str | None
    known_at: datetime


def stage(  # noqa: PLR0913, PLR0917  what a person may ask of a stage
    code: Annotated[str, typer.Argument(metavar="GIAI_ĐOẠN", help="Mã trong config/framework.yaml, ví dụ GD1.")],
    by: Annotated[str | None, typer.Option("--by", help="Xét như đến hết tháng này, ví dụ 2024-12.")] = None,
    today: TodayOption = None,
    as_of: AsOfOption = None,
    folder: Annotated[Path | None, typer.Option("--out", help="Nơi đặt các tệp của --by và --as-of.")] = None,
    as_json: JsonOption = False,
) -> None:
    """Đánh giá và công bố cả giai đoạn: từng chỉ tiêu, từng đơn vị, chấm điểm, đối chiếu kế hoạch.

    Với --by (xét thử), --as-of (dựng lại) hoặc --json thì bản đang công bố không đổi.
    """
    settings, declarations = workplace_with_store()
    _refuse_unknown(code, by, declarations)
    moment = moment_known(as_of, settings, declarations).isoformat() if as_of else moment_of(today, declarations)
    asked = _Asked(code, by, declarations.calendar.moment(moment))
    _refuse_empty(settings, declarations, asked)
    if as_json:
        from flows.stage_show import stage_rows

        print_json(stage_rows(_frames(settings, declarations, asked)))
    elif by is not None or as_of is not None:
        _write_aside(settings, declarations, asked, folder)
    else:
        release = run_flow(settings, "stage:stage", stage=code, today=moment)
        then = declarations.calendar.moment(str(release["today"]))
        _show(_frames(settings, declarations, _Asked(code, None, then)), Path(str(release["path"])))


def scores(period: PeriodOption, today: TodayOption = None, as_json: JsonOption = False) -> None:
    """Xem điểm của các đơn vị trong một năm: hạng, nhóm, xếp loại, thay đổi; ai làm tốt, ai cần hỗ trợ, vì sao."""
    settings, declarations = workplace_with_store()
    asked, moment = known_period(period, declarations), moment_of(today, declarations)
    from flows.stage_show import score_rows, score_tables, scores_known

    found = scores_known(settings, str(asked), declarations.calendar.moment(moment))
    if found is None:
        refuse(f"kỳ {asked} chưa chấm điểm: chấm theo báo cáo năm, chạy «cchc report -p {asked.year}-YEAR» trước")
    if as_json:
        print_json(score_rows(found))
        return
    for table in score_tables(found):
        console().print(table)


def _refuse_unknown(code: str, by: str | None, declarations: Declarations) -> None:
    from tasks.evaluate.stages import judged_to

    try:
        judged_to(declarations, code, by)
    except ValueError as fault:
        refuse(str(fault))


def _refuse_empty(settings: Settings, declarations: Declarations, asked: _Asked) -> None:
    from flows.stage_figures import is_known, nothing_known
    from tasks.evaluate.whole_stage import Question

    question = Question(asked.stage, asked.by)
    if not is_known(settings, declarations, question, asked.known_at):
        refuse(nothing_known(question))


def _frames(settings: Settings, declarations: Declarations, asked: _Asked) -> StageFrames:
    from flows.stage_figures import stage_as_known
    from tasks.evaluate.whole_stage import Question

    return stage_as_known(settings, declarations, Question(asked.stage, asked.by), asked.known_at)


def _write_aside(settings: Settings, declarations: Declarations, asked: _Asked, folder: Path | None) -> None:
    from tasks.publish.stage_release import write_stage_aside
    from tasks.store.values import Run

    name = asked.stage if asked.by is None else f"{asked.stage}-{asked.by}"
    target = folder or settings.home / "as-of" / name / f"{asked.known_at:%Y-%m-%d}"
    frames = _frames(settings, declarations, asked)
    _show(frames, write_stage_aside(settings, declarations, frames, Run("as-of", asked.known_at), target))


def _show(frames: StageFrames, release: Path) -> None:
    from flows.stage_show import stage_tables

    for table in stage_tables(frames, wide=console().width >= ROOM_FOR_NAMES):
        console().print(table)
    show_stage_paths(release)
