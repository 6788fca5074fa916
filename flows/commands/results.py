"""Commands that make results: `demo`, `report`, `evaluate`, `publish`."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from flows.commands.asked import (
    AsOfOption,
    PeriodOption,
    TodayOption,
    known_period,
    known_years,
    moment_known,
    moment_of,
    refuse_to_come,
    workplace,
    workplace_with_store,
)
from flows.commands.running import run_flow, run_report, run_years
from flows.commands.said import console, refuse, show_paths, show_statuses

SAMPLE_DAY = "2022-06-22T08:00"


def demo(
    today: TodayOption = None,
    years: Annotated[
        str | None,
        typer.Option("--years", help="Thay vì một kỳ: mọi kỳ của các năm này, ví dụ 2021-2025, rồi cả giai đoạn."),
    ] = None,
    seed: Annotated[str, typer.Option("--seed", help="Hạt giống của --years: cùng hạt giống, cùng số liệu.")] = "CCHC",
) -> None:
    """Chạy trọn 6 tháng đầu năm 2022 trên hộp thư mẫu, hoặc mọi kỳ của nhiều năm (--years), với số liệu minh hoạ."""
    from flows.demo import PERIOD, lay_out_sample, lay_out_years

    settings, declarations = workplace_with_store()
    asked = known_years(years) if years else None
    moment = moment_of(today or (None if asked else SAMPLE_DAY), declarations)
    try:
        lay_out_years(settings) if asked else lay_out_sample(settings, declarations)
    except ValueError as fault:
        refuse(str(fault))
    if asked is None:
        run_report(settings, declarations, PERIOD, moment)
    else:
        run_years(settings, declarations, asked, seed, moment)


def report(period: PeriodOption, today: TodayOption = None) -> None:
    """Làm trọn một kỳ: thu, kiểm tra, trả lời, tổng hợp, đánh giá, công bố. Chạy lại không sinh bản thừa."""
    settings, declarations = workplace()
    asked, moment = known_period(period, declarations), moment_of(today, declarations)
    refuse_to_come(asked, moment, declarations)
    run_report(settings, declarations, str(asked), moment)


def evaluate(
    period: PeriodOption,
    today: TodayOption = None,
    as_of: AsOfOption = None,
    boundaries: Annotated[
        Path | None,
        typer.Option(
            "--boundaries",
            help="Chỉ ghi số của kỳ vào tệp CSV này, theo địa giới khi báo cáo và địa giới hiện nay (ngày --today).",
        ),
    ] = None,
) -> None:
    """Tổng hợp và đánh giá những bản nộp được tính của một kỳ, chưa công bố."""
    settings, declarations = workplace_with_store()
    asked = known_period(period, declarations)
    if boundaries is not None:
        from flows.boundaries import Question, write_boundaries

        now = declarations.calendar.moment(moment_of(today, declarations))
        known_at = moment_known(as_of, settings, declarations) if as_of else now
        rows = write_boundaries(settings, declarations, Question(asked, known_at, now.date()), boundaries)
        typer.echo(f"Đã ghi {rows} dòng vào {boundaries}")
        return
    if as_of is not None:
        from flows.as_of import evaluation_as_of
        from flows.show import statuses_of

        then = moment_known(as_of, settings, declarations)
        console().print(statuses_of(evaluation_as_of(settings, declarations, asked, then)[0]))
        return
    moment = moment_of(today, declarations)
    refuse_to_come(asked, moment, declarations)
    result = run_flow(settings, "evaluate:evaluate", period=str(asked), today=moment)
    show_statuses(settings, declarations, asked, result["today"])


def publish(
    period: PeriodOption,
    today: TodayOption = None,
    as_of: AsOfOption = None,
    folder: Annotated[Path | None, typer.Option("--out", help="Nơi đặt bản dựng lại của --as-of.")] = None,
) -> None:
    """Công bố bảng đánh giá của một kỳ: Excel, trang web, CSV; bản cũ còn nguyên."""
    settings, declarations = workplace_with_store()
    asked = known_period(period, declarations)
    if as_of is not None:
        from flows.as_of import publish_as_of

        then = moment_known(as_of, settings, declarations)
        target = folder or settings.home / "as-of" / str(asked) / f"{then:%Y-%m-%d}"
        show_paths(settings, publish_as_of(settings, declarations, asked, then, target))
        return
    moment = moment_of(today, declarations)
    refuse_to_come(asked, moment, declarations)
    release = run_flow(settings, "publish:publish", period=str(asked), today=moment)
    show_paths(settings, Path(release["path"]))
