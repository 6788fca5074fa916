"""`cchc`: one command for each thing the data team does; each imports the heavy libraries it needs, no more."""

from __future__ import annotations

import sys
from collections.abc import Sequence
from datetime import datetime
from pathlib import Path
from pkgutil import resolve_name
from typing import Annotated, Any, NoReturn

import typer
from pydantic import ValidationError
from rich.console import Console
from rich.markup import escape

from config.load import Declarations, load
from config.period import FIRST_YEAR, LAST_YEAR, Period
from config.settings import Settings
from config.strict import UnusableError

DONE, FINDINGS, WRONG_USE = 0, 1, 2

app = typer.Typer(
    name="cchc",
    help=(
        "Thu, kiểm tra, tổng hợp và công bố số liệu cải cách hành chính của huyện Chợ Mới.\n\n"
        "Thường dùng: «cchc forms» phát biểu cho các đơn vị, «cchc report» làm trọn một kỳ, «cchc status» xem ai đã "
        "nộp, «cchc trace» hỏi một con số từ đâu ra. Thử ngay với «cchc demo».\n\n"
        "Nơi làm việc là thư mục trong biến CCHC_HOME (mặc định ./var). Mã thoát: 0 xong (kể cả khi có biểu "
        "bị trả lại), 1 khi «check» thấy lỗi phải sửa hoặc «doctor» thấy điều không ổn, 2 gọi lệnh hoặc khai báo sai."
    ),
    no_args_is_help=True,
    add_completion=False,
    rich_markup_mode=None,
    pretty_exceptions_enable=False,
)

PeriodOption = Annotated[
    str, typer.Option("--period", "-p", help="Kỳ báo cáo: năm và Q1, H1, Q3 hoặc YEAR, ví dụ 2022-H1.")
]
TodayOption = Annotated[
    str | None,
    typer.Option("--today", help="Coi hôm nay là ngày này (2022-06-22 hoặc 2022-06-22T08:00). Mặc định: bây giờ."),
]
AsOfOption = Annotated[
    str | None,
    typer.Option("--as-of", help="Dựng lại đúng những gì đã biết vào ngày này; không ghi gì vào cơ sở dữ liệu."),
]
JsonOption = Annotated[bool, typer.Option("--json", help="In JSON cho chương trình khác đọc.")]


def main() -> None:
    """Run the command line; what cannot be used is one line and exit code 2, never a traceback."""
    try:
        app()
    except UnusableError as fault:
        _say_wrong(str(fault))
        sys.exit(WRONG_USE)
    except ValidationError as fault:
        wrong = fault.errors()[0]
        _say_wrong(f"biến môi trường CCHC_{str(wrong['loc'][0]).upper()} không hợp lệ: {wrong['input']!r}")
        sys.exit(WRONG_USE)


@app.command()
def demo(today: TodayOption = "2022-06-22T08:00") -> None:
    """Chạy trọn 6 tháng đầu năm 2022 trên hộp thư mẫu: 19 đơn vị, từ tệp nhận được đến bản công bố."""
    from flows.demo import PERIOD, lay_out_sample

    settings, declarations = _settings_with_store()
    moment = _moment(today, declarations)
    try:
        lay_out_sample(settings, declarations)
    except ValueError as fault:
        _refuse(str(fault))
    _run_report(settings, declarations, PERIOD, moment)


@app.command()
def forms(
    period: PeriodOption,
    unit: Annotated[list[str] | None, typer.Option("--unit", "-u", help="Chỉ phát cho đơn vị có mã này.")] = None,
    folder: Annotated[
        Path | None, typer.Option("--out", help="Thư mục đặt biểu (mặc định CCHC_HOME/forms/<kỳ>).")
    ] = None,
    dry_run: Annotated[bool, typer.Option("--dry-run", help="Chỉ liệt kê, không ghi tệp nào.")] = False,
) -> None:
    """Phát biểu của một kỳ: mỗi đơn vị một tệp Excel đã ghi sẵn tên, kỳ và mẫu."""
    settings, declarations = _settings()
    asked = _period(period, declarations)
    units = _units(unit or [], asked, declarations)
    target = folder or settings.home / "forms" / str(asked)
    if target.exists() and not target.is_dir():
        _refuse(f"{target} là một tệp, không phải thư mục")
    if dry_run:
        for code in units:
            typer.echo(target / f"{code}-{asked}.xlsx")
        return

    paths = _flow(
        settings, "flows.issue_forms:issue_forms", period=str(asked), folder=str(target), units=",".join(units)
    )
    typer.echo(f"Đã phát {len(paths)} biểu vào {target}")


@app.command()
def collect(period: PeriodOption, today: TodayOption = None) -> None:
    """Thu những gì nằm trong inbox/<mã đơn vị>/, kiểm tra và trả lời từng đơn vị."""
    settings, declarations = _settings()
    asked, moment = _period(period, declarations), _moment(today, declarations)

    result = _flow(settings, "flows.collect:collect", period=str(asked), today=moment)
    _show_overview(settings, declarations, asked, result["today"])


@app.command()
def check(
    files: Annotated[list[Path], typer.Argument(help="Tệp biểu cần xem, trước khi gửi hay sau khi nhận.")],
    as_json: JsonOption = False,
) -> None:
    """Kiểm tra một hay nhiều tệp biểu mà không ghi nhận gì; mã thoát 1 khi có lỗi phải sửa."""
    settings, declarations = _settings()
    if absent := [f for f in files if not f.exists()]:
        _refuse(f"không có tệp {absent[0]}")
    from flows.check_files import check_files

    reports = check_files(files, settings, declarations, datetime.now(declarations.calendar.zone))
    _print_json(reports) if as_json else _show_checked(reports)
    raise typer.Exit(FINDINGS if any(r["blocked"] for r in reports) else DONE)


@app.command()
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
    settings, declarations = _settings_with_store()
    asked = _period(period, declarations)
    if boundaries is not None:
        from flows.boundaries import Question, write_boundaries

        now = declarations.calendar.moment(_moment(today, declarations))
        known_at = _known_moment(as_of, settings, declarations) if as_of else now
        rows = write_boundaries(settings, declarations, Question(asked, known_at, now.date()), boundaries)
        typer.echo(f"Đã ghi {rows} dòng vào {boundaries}")
        return
    if as_of is not None:
        from flows.as_of import evaluation_as_of
        from flows.show import statuses_of

        then = _known_moment(as_of, settings, declarations)
        _out().print(statuses_of(evaluation_as_of(settings, declarations, asked, then)[0]))
        return
    result = _flow(settings, "flows.evaluate:evaluate", period=str(asked), today=_moment(today, declarations))
    _show_statuses(settings, declarations, asked, result["today"])


@app.command()
def publish(
    period: PeriodOption,
    today: TodayOption = None,
    as_of: AsOfOption = None,
    folder: Annotated[Path | None, typer.Option("--out", help="Nơi đặt bản dựng lại của --as-of.")] = None,
) -> None:
    """Công bố bảng đánh giá của một kỳ: Excel, trang web, CSV; bản cũ còn nguyên."""
    settings, declarations = _settings_with_store()
    asked = _period(period, declarations)
    if as_of is not None:
        from flows.as_of import publish_as_of

        then = _known_moment(as_of, settings, declarations)
        target = folder or settings.home / "as-of" / str(asked) / f"{then:%Y-%m-%d}"
        _show_paths(settings, publish_as_of(settings, declarations, asked, then, target))
        return
    release = _flow(settings, "flows.publish:publish", period=str(asked), today=_moment(today, declarations))
    _show_paths(settings, Path(release["path"]))


@app.command()
def report(period: PeriodOption, today: TodayOption = None) -> None:
    """Làm trọn một kỳ: thu, kiểm tra, trả lời, tổng hợp, đánh giá, công bố. Chạy lại không sinh bản thừa."""
    settings, declarations = _settings()
    asked, moment = _period(period, declarations), _moment(today, declarations)
    _run_report(settings, declarations, str(asked), moment)


@app.command()
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
    settings, declarations = _settings_with_store()
    moment = _moment(as_of or today, declarations)
    if (period is None) == (year is None):
        _refuse("cần một trong hai: --period (ví dụ 2022-H1) hoặc --year (ví dụ 2022)")
    if year is not None or (period or "").strip().isdigit():
        _show_year(settings, declarations, _year(year or period or ""), moment, as_json)
        return
    asked = _period(period or "", declarations)
    from flows.show import submissions_of, submissions_table

    rows = submissions_of(settings, declarations, asked, moment)
    if as_json:
        _print_json(rows)
        return
    _out().print(submissions_table(rows, asked))
    _show_overview(settings, declarations, asked, moment)


@app.command()
def trace(
    period: PeriodOption,
    indicator: Annotated[str, typer.Option("--indicator", "-i", help="Mã chỉ tiêu, ví dụ L01.")],
    unit: Annotated[str | None, typer.Option("--unit", "-u", help="Mã đơn vị; bỏ trống là toàn huyện.")] = None,
    today: TodayOption = None,
    as_json: JsonOption = False,
) -> None:
    """Hỏi một con số từ đâu ra: công thức, tử số, mẫu số, từng đơn vị, đến tận tệp, trang, ô và chữ đã gõ."""
    settings, declarations = _settings_with_store()
    asked, moment = _period(period, declarations), _moment(today, declarations)
    code = _indicator(indicator, asked, declarations)
    if unit:
        _units([unit], asked, declarations)
    from flows.show import trace_of, trace_rows, trace_tables
    from tasks.store.trace import Question

    found = trace_of(settings, declarations, Question(asked, code, unit, declarations.calendar.moment(moment)))
    if found is None:
        _refuse(f"kỳ {asked} chưa có số liệu {code} cho {unit or 'toàn huyện'}: chạy «cchc report -p {asked}» trước")
    if as_json:
        _print_json(trace_rows(found))
        return
    for table in trace_tables(found):
        _out().print(table)


@app.command()
def doctor() -> None:
    """Khám nơi làm việc: khai báo, quy tắc, cơ sở dữ liệu, tệp gốc, thư chưa gửi, bản công bố, máy chủ Prefect."""
    settings, declarations = _settings()
    from flows.doctor import examine

    findings = examine(settings, declarations)
    for line in findings:
        mark = "[green]✓[/green]" if line.well else "[red]✗[/red]"
        _out().print(mark, escape(line.sentence), soft_wrap=True)
    raise typer.Exit(DONE if all(line.well for line in findings) else FINDINGS)


def _settings() -> tuple[Settings, Declarations]:
    settings = Settings()
    return settings, load(settings.config_dir)


def _settings_with_store() -> tuple[Settings, Declarations]:
    from tasks.store.database import trouble_with

    settings, declarations = _settings()
    if trouble := trouble_with(settings.database):
        _refuse(f"cơ sở dữ liệu: {trouble}")
    return settings, declarations


def _period(text: str, declarations: Declarations) -> Period:
    try:
        period = Period.parse(text)
    except ValueError as fault:
        _refuse(str(fault))
    if period not in declarations.periods():
        declared = ", ".join(str(p) for p in declarations.periods())
        _refuse(f"kỳ {period} chưa có mẫu biểu; các kỳ đã khai mẫu: {declared}")
    return period


def _year(text: str) -> int:
    years = {str(year): year for year in range(FIRST_YEAR, LAST_YEAR + 1)}
    if text.strip() not in years:
        _refuse(f"không có năm {text!r} trong chương trình: viết một năm từ {FIRST_YEAR} đến {LAST_YEAR}")
    return years[text.strip()]


def _show_year(settings: Settings, declarations: Declarations, year: int, moment: str, as_json: bool) -> None:
    from flows.show import year_of, year_table

    rows = year_of(settings, declarations, year, moment)
    _print_json(rows) if as_json else _out().print(year_table(rows, year))


def _moment(today: str | None, declarations: Declarations) -> str:
    now = datetime.now(declarations.calendar.zone)
    if today is None:
        return now.isoformat(timespec="seconds")
    try:
        moment = declarations.calendar.moment(today)
    except ValueError as fault:
        _refuse(str(fault))
    if moment.date() > now.date():
        _refuse(f"ngày {moment:%d/%m/%Y} còn ở tương lai")
    return min(moment, now).isoformat(timespec="seconds")


def _known_moment(as_of: str, settings: Settings, declarations: Declarations) -> datetime:
    from flows.show import first_moment

    moment = declarations.calendar.moment(_moment(as_of, declarations))
    first = first_moment(settings)
    if first is None or moment < first:
        since = f"lần đầu là {first.astimezone(moment.tzinfo):%H:%M %d/%m/%Y}" if first else "kho còn trống"
        _refuse(f"ngày {moment:%d/%m/%Y} chưa có gì được ghi nhận: {since}")
    return moment


def _units(codes: Sequence[str], period: Period, declarations: Declarations) -> list[str]:
    known = declarations.reporting(period)
    for code in codes:
        if code not in known:
            _refuse(f"kỳ {period} không có đơn vị {code}; các đơn vị: {', '.join(known)}")
    return list(codes) or list(known)


def _indicator(code: str, period: Period, declarations: Declarations) -> str:
    defined = {known.casefold(): known for known in declarations.defined(period)}
    if code.casefold() not in defined:
        _refuse(f"kỳ {period} không có chỉ tiêu {code}; các chỉ tiêu: {', '.join(defined.values())}")
    return defined[code.casefold()]


def _flow(settings: Settings, name: str, **parameters: str) -> Any:
    from flows import progress, ready, server

    ready.refuse_unready(settings, load(settings.config_dir))
    server.prepare(settings)  # before the flow's module imports Prefect
    with progress.shown(_out()):
        return server.run(resolve_name(name), **parameters)


def _run_report(settings: Settings, declarations: Declarations, period: str, today: str | None) -> None:
    asked, moment = Period.parse(period), _moment(today, declarations)

    result = _flow(settings, "flows.report:report", period=period, today=moment)
    _show_overview(settings, declarations, asked, result["today"])
    _show_statuses(settings, declarations, asked, result["today"])
    _show_paths(settings, Path(result["release"]["path"]))


def _show_overview(settings: Settings, declarations: Declarations, period: Period, moment: str) -> None:
    from flows.show import overview_table

    _out().print(overview_table(settings, declarations, period, moment))


def _show_statuses(settings: Settings, declarations: Declarations, period: Period, moment: str) -> None:
    from flows.show import statuses_table

    _out().print(statuses_table(settings, declarations, period, moment))


def _show_paths(settings: Settings, release: Path) -> None:
    from flows.show import paths_made

    for name, path in paths_made(settings, release):
        typer.echo(f"{name}: {path}")


def _show_checked(reports: Sequence[dict[str, Any]]) -> None:
    from flows.show import checked_lines

    for line in checked_lines(reports):
        typer.echo(line)


def _print_json(value: object) -> None:
    import json

    typer.echo(json.dumps(value, ensure_ascii=False, indent=2, default=str))


def _out() -> Console:
    return Console(highlight=False)


def _say_wrong(sentence: str) -> None:
    Console(stderr=True, highlight=False).print(f"Lỗi: {sentence}", style="red", markup=False, soft_wrap=True)


def _refuse(sentence: str) -> NoReturn:
    _say_wrong(sentence)
    raise typer.Exit(WRONG_USE)


if __name__ == "__main__":
    main()
