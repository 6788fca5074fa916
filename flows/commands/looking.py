"""Commands that only look: `status`, `trace`, `doctor`."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import asdict
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from flows.commands.asked import (
    AsOfOption,
    JsonOption,
    PeriodOption,
    TodayOption,
    known_indicator,
    known_period,
    known_stage,
    known_units,
    known_year,
    moment_known,
    moment_of,
    workplace,
    workplace_with_store,
)
from flows.commands.said import DONE, FINDINGS, console, print_json, refuse, show_changes, show_overview, show_year
from flows.inert import in_table

if TYPE_CHECKING:
    from rich.table import Table

    from config.load import Declarations
    from config.settings import Settings


def status(
    period: Annotated[
        str | None, typer.Option("--period", "-p", help="Kỳ báo cáo, ví dụ 2022-H1; chỉ ghi năm thì như --year.")
    ] = None,
    year: Annotated[
        str | None, typer.Option("--year", "-y", help="Cả năm: mỗi đơn vị một dòng, mỗi kỳ một cột.")
    ] = None,
    today: TodayOption = None,
    as_of: AsOfOption = None,
    as_json: JsonOption = False,
) -> None:
    """Xem đơn vị nào đã nộp, muộn, bị trả lại, chưa nộp: của một kỳ, hoặc của cả năm."""
    settings, declarations = workplace_with_store()
    moment = moment_known(as_of, settings, declarations).isoformat() if as_of else moment_of(today, declarations)
    if (period is None) == (year is None):
        refuse("cần một trong hai: --period (ví dụ 2022-H1) hoặc --year (ví dụ 2022)")
    if year is not None or (period or "").strip().isdigit():
        show_year(settings, declarations, known_year(year or period or ""), moment, as_json)
        return
    asked = known_period(period or "", declarations)
    from flows.show import submissions_of, submissions_table

    rows = submissions_of(settings, declarations, asked, moment)
    if as_json:
        print_json(rows)
        return
    console().print(submissions_table(rows, asked))
    show_overview(settings, declarations, asked, moment)


def trace(  # noqa: PLR0913, PLR0917  what a person may ask of a figure
    indicator: Annotated[str, typer.Option("--indicator", "-i", help="Mã chỉ tiêu, ví dụ L01.")],
    period: Annotated[
        str | None,
        typer.Option(
            "--period", "-p", help="Kỳ báo cáo, ví dụ 2022-H1; hoặc khoảng suy ra: 2022-Q2, 2022-9M (9 tháng), 2022-Q4."
        ),
    ] = None,
    stage: Annotated[
        str | None, typer.Option("--stage", help="Thay vì một kỳ: số của cả giai đoạn, ví dụ GD1; gốc, hiện nay, đích.")
    ] = None,
    unit: Annotated[str | None, typer.Option("--unit", "-u", help="Mã đơn vị; bỏ trống là toàn huyện.")] = None,
    today: TodayOption = None,
    as_json: JsonOption = False,
) -> None:
    """Hỏi một con số từ đâu ra: công thức, tử số, mẫu số, từng đơn vị, đến tận tệp, trang, ô và chữ đã gõ."""
    settings, declarations = workplace_with_store()
    if (period is None) == (stage is None):
        refuse("cần một trong hai: --period (ví dụ 2022-H1) hoặc --stage (ví dụ GD1)")
    moment = moment_of(today, declarations)
    if stage is not None:
        _trace_stage(settings, declarations, known_stage(stage, declarations), (indicator, unit), moment, as_json)
        return
    from config.period import period_of_stretch
    from flows.show import stretch_trace_of, stretch_trace_tables, trace_of, trace_rows, trace_tables
    from tasks.store.trace import Question

    ended = period_of_stretch(period or "")
    asked = known_period(str(ended or period or ""), declarations)
    code = known_indicator(indicator, asked, declarations)
    if unit:
        known_units([unit], asked, declarations)
    if ended:
        question = Question(asked, code, unit, declarations.calendar.moment(moment))
        derived = stretch_trace_of(settings, declarations, question)
        if derived is None:
            refuse(
                f"chưa suy ra được {period} của {code} cho {unit or 'toàn huyện'}: chạy «cchc report -p {asked}» trước"
            )
        _show(as_json, asdict(derived), stretch_trace_tables(derived, declarations.calendar.zone))
        return
    found = trace_of(settings, declarations, Question(asked, code, unit, declarations.calendar.moment(moment)))
    if found is None:
        refuse(f"kỳ {asked} chưa có số liệu {code} cho {unit or 'toàn huyện'}: chạy «cchc report -p {asked}» trước")
    _show(as_json, trace_rows(found), trace_tables(found, declarations.calendar.zone))


def _show(as_json: bool, plain: dict[str, Any], tables: Iterable[Table]) -> None:
    if as_json:
        print_json(plain)
        return
    for table in tables:
        console().print(table)


def _trace_stage(  # noqa: PLR0913, PLR0917  what a person asked, as asked
    settings: Settings,
    declarations: Declarations,
    stage: str,
    figure: tuple[str, str | None],
    moment: str,
    as_json: bool,
) -> None:
    from flows.stage_figures import is_known, nothing_known
    from flows.stage_show import stage_trace_of, stage_trace_tables
    from tasks.evaluate.whole_stage import Question

    indicator, unit = figure
    if indicator not in declarations.indicators:
        refuse(f"không có chỉ tiêu «{indicator}»; xem docs/tu-dien/chi-tieu-danh-gia.md")
    known_at = declarations.calendar.moment(moment)
    if not is_known(settings, declarations, Question(stage), known_at):
        refuse(nothing_known(Question(stage)))
    found = stage_trace_of(settings, declarations, Question(stage), figure, known_at)
    if found is None:
        refuse(f"giai đoạn {stage} không có số liệu {indicator} cho {unit or 'toàn huyện'}")
    _show(as_json, asdict(found), stage_trace_tables(found, declarations.calendar.zone))


def changes(
    period: PeriodOption,
    old: Annotated[
        str | None,
        typer.Option("--from", help="Bản công bố cũ, ví dụ r001. Mặc định: bản gần nhất có số khác bản mới."),
    ] = None,
    new: Annotated[str | None, typer.Option("--to", help="Bản công bố mới. Mặc định: bản mới nhất.")] = None,
    as_json: JsonOption = False,
) -> None:
    """Xem con số nào khác đi giữa hai bản công bố của một kỳ: số cũ, số mới, nguyên nhân."""
    settings, declarations = workplace_with_store()
    asked = known_period(period, declarations)
    from flows.differences import differences, releases_of

    known = releases_of(settings, asked)
    if not known:
        refuse(f"kỳ {asked} chưa có bản công bố nào: chạy «cchc report -p {asked}» trước")
    for name in filter(None, (old, new)):
        if name not in known:
            refuse(f"kỳ {asked} không có bản công bố {name}; các bản: {', '.join(known)}")
    newest = known[new] if new else list(known.values())[-1]
    found = differences(settings, declarations, asked, known[old] if old else None, newest)
    show_changes(found, newest.name, as_json)


def doctor(
    release: Annotated[
        Path | None,
        typer.Option("--release", help="Chỉ đối chiếu thư mục bản công bố này với manifest.json của nó."),
    ] = None,
    quick: Annotated[
        bool, typer.Option("--quick", help="Xem nhanh: không đọc lại từng tệp gốc và cả tệp cơ sở dữ liệu.")
    ] = False,
    deep: Annotated[
        bool, typer.Option("--deep", help="Khám kỹ: tính lại mọi con số đã ghi và đối chiếu; lâu hơn.")
    ] = False,
) -> None:
    """Khám nơi làm việc: khai báo, quy tắc, cơ sở dữ liệu, tệp gốc, thư chưa gửi, bản công bố, máy chủ Prefect."""
    from flows import progress
    from flows.doctor import Depth, examine, examine_release

    if quick and deep:
        refuse("«--quick» và «--deep» không đi cùng nhau: chọn một")
    if release is None:
        settings, declarations = workplace()
        now = declarations.calendar.moment(moment_of(None, declarations))
        lines = examine(settings, declarations, now, Depth.QUICK if quick else Depth.DEEP if deep else Depth.USUAL)
    else:
        lines = examine_release(release)
    trouble, shown = False, console()
    with progress.shown(shown):
        for line in lines:
            trouble |= not line.well
            mark = "[green]✓[/green]" if line.well else "[red]✗[/red]"
            shown.print(mark, in_table(line.sentence), soft_wrap=True)
    raise typer.Exit(FINDINGS if trouble else DONE)
