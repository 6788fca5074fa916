"""What commands are asked: their shared options, and the values that those name, or a refusal that says which exist."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from typing import TYPE_CHECKING, Annotated

import typer

from config.period import FIRST_YEAR, LAST_YEAR, Period
from flows.commands.said import refuse

if TYPE_CHECKING:  # a second of imports that «cchc --help» does not need
    from config.load import Declarations
    from config.settings import Settings

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


def workplace() -> tuple[Settings, Declarations]:
    """Return the settings and the declarations of this workplace; a slip in either ends the command."""
    from config.environment import refuse_open_secrets, refuse_unknown_variables
    from config.load import load
    from config.settings import Settings

    settings = Settings()
    declarations = load(settings.config_dir)
    refuse_unknown_variables(declarations)
    refuse_open_secrets(declarations)
    return settings, declarations


def workplace_with_store() -> tuple[Settings, Declarations]:
    """Return settings and declarations after seeing that the store can be opened."""
    from tasks.store.database import trouble_with

    settings, declarations = workplace()
    if trouble := trouble_with(settings.database):
        refuse(trouble)
    return settings, declarations


def known_stage(code: str, declarations: Declarations) -> str:
    """Return the stage that `code` names, or end the command saying which exist."""
    from tasks.evaluate.stages import judged_to

    try:
        judged_to(declarations, code, None)
    except ValueError as fault:
        refuse(str(fault))
    return code


def known_period(text: str, declarations: Declarations) -> Period:
    """Return the period that `text` names, or end the command saying which exist."""
    try:
        period = Period.parse(text)
    except ValueError as fault:
        refuse(str(fault))
    if period not in declarations.periods():
        declared = ", ".join(str(p) for p in declarations.periods())
        refuse(f"kỳ {period} chưa có mẫu biểu; các kỳ đã khai mẫu: {declared}")
    return period


def refuse_to_come(period: Period, moment: str, declarations: Declarations) -> None:
    """End the command when `period` has not begun by `moment`: there is nothing to report of it."""
    begins = declarations.calendar.span(period).start
    if declarations.calendar.moment(moment).date() < begins:
        refuse(f"kỳ {period} đến {begins:%d/%m/%Y} mới bắt đầu: xem lại năm của --period")


def known_year(text: str) -> int:
    """Return the year that `text` names, or end the command saying which exist."""
    years = {str(year): year for year in range(FIRST_YEAR, LAST_YEAR + 1)}
    if text.strip() not in years:
        refuse(f"không có năm {text!r} trong chương trình: viết một năm từ {FIRST_YEAR} đến {LAST_YEAR}")
    return years[text.strip()]


def this_year(declarations: Declarations) -> str:
    """Return the year that it is in the calendar's zone."""
    return str(datetime.now(declarations.calendar.zone).year)


def known_years(text: str) -> tuple[int, int]:
    """Return the first and last year that `2021-2025` names, or end the command saying how years are written."""
    first, _, last = text.partition("-")
    found = known_year(first), known_year(last or first)
    if found[0] > found[1]:
        refuse(f"các năm {text!r}: năm đầu sau năm cuối; viết như 2021-2025")
    return found


def moment_of(today: str | None, declarations: Declarations) -> str:
    """Return `today`, or now, as an ISO moment in the calendar's zone; a day to come ends the command."""
    now = datetime.now(declarations.calendar.zone)
    if today is None:
        return now.isoformat(timespec="seconds")
    try:
        moment = declarations.calendar.moment(today)
    except ValueError as fault:
        refuse(str(fault))
    if moment.date() > now.date():
        refuse(f"ngày {moment:%d/%m/%Y} còn ở tương lai")
    return min(moment, now).isoformat(timespec="seconds")


def known_moment(text: str, declarations: Declarations, option: str) -> datetime:
    """Return the moment that `text` names, past or to come; nothing, or none, ends the command naming `option`."""
    if not text.strip():
        refuse(f"cần {option}: một ngày, ví dụ 2022-09-30")
    try:
        return declarations.calendar.moment(text)
    except ValueError as fault:
        refuse(f"{option}: {fault}")


def moment_known(as_of: str, settings: Settings, declarations: Declarations) -> datetime:
    """Return the moment of `--as-of`; one before anything was received ends the command."""
    from flows.show import first_moment

    moment = declarations.calendar.moment(moment_of(as_of, declarations))
    first = first_moment(settings)
    if first is None or moment < first:
        since = f"lần đầu là {first.astimezone(moment.tzinfo):%H:%M %d/%m/%Y}" if first else "chưa nhận tệp nào"
        refuse(f"ngày {moment:%d/%m/%Y} chưa có gì được ghi nhận: {since}")
    return moment


def known_units(codes: Sequence[str], period: Period, declarations: Declarations) -> list[str]:
    """Return `codes`, or all units of `period`; an unknown code ends the command saying which exist."""
    known = declarations.reporting(period)
    for code in codes:
        if code not in known:
            refuse(f"kỳ {period} không có đơn vị {code}; các đơn vị: {', '.join(known)}")
    return list(codes) or list(known)


def known_indicator(code: str, period: Period, declarations: Declarations) -> str:
    """Return the code of an indicator of `period` as declared, or end the command saying which exist."""
    defined = {known.casefold(): known for known in declarations.defined(period)}
    if code.casefold() not in defined:
        refuse(f"kỳ {period} không có chỉ tiêu {code}; các chỉ tiêu: {', '.join(defined.values())}")
    return defined[code.casefold()]
