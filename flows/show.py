"""What the command line shows: tables of what the store knows."""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterator, Mapping, Sequence
from dataclasses import asdict
from datetime import datetime, tzinfo
from pathlib import Path
from typing import Any

import pandas as pd
from rich.table import Table

from config.framework import Stage
from config.indicator import AGGREGATION_NAMES, Aggregation
from config.load import Declarations
from config.number import MINUS, as_seen
from config.period import Period, Window
from config.safe_text import safe_text
from config.settings import Settings
from expectations.finding import SEVERITY_NAMES, Severity
from flows.inert import in_table
from tasks.evaluate.summary import count_by_status
from tasks.publish.judged_line import known
from tasks.publish.quarters import REASONS
from tasks.publish.review import Review
from tasks.publish.wording import LEVELS, STATES, Tone, Word, number
from tasks.store.audit import first_known
from tasks.store.calculations import latest_calculation
from tasks.store.closing import Closing, closing_of
from tasks.store.database import reading
from tasks.store.frames import SUBMISSIONS, evaluation_frame, submissions_frame
from tasks.store.overview import overview
from tasks.store.stretch_trace import TAKEN_AWAY, StretchTrace, stretch_trace
from tasks.store.trace import Part, Question, Trace, trace
from tasks.store.values import DISTRICT_LEVEL, State
from tasks.store.year import NOT_DUE, year_grid

WINDOWS = {Window.Q1: "Quý I", Window.H1: "6 tháng", Window.Q3: "Quý III", Window.YEAR: "Cả năm"}
NOT_DUE_MARK = "·"
NOT_KNOWN = "chưa có số liệu"
Counts = Callable[[dict[str, Any]], bool]
YEAR_COUNTS: Mapping[str, Counts] = {
    "Đã nộp": lambda place: place["version"] is not None,
    "Nộp muộn": lambda place: bool(place["days_late"]),
    "Nộp sớm": lambda place: bool(place["days_early"]),
    "Trả lại để sửa": lambda place: place["state"] == State.RETURNED,
    "Chưa nộp, tệp hỏng": lambda place: place["version"] is None,
}
STYLES = {Tone.GOOD: "green", Tone.FAIR: "green", Tone.SLOW: "yellow", Tone.BAD: "red", Tone.NONE: "dim"}
PART_COLUMNS = ("Đơn vị", "Mã", "Số", "Chữ đã gõ", "Ô", "Tính", "Lần", "Lúc nhận", "Tệp, mã SHA-256")
ROWS_ON_A_LINE = 2  # of the list of plan tasks, in the column of cells
ONE_LINE = {"Mã", "Số", "Ô", "Lần", "Số cũ", "Số mới"}


def overview_table(settings: Settings, declarations: Declarations, period: Period, moment: str) -> Table:
    """Return the counts of `period` as a table."""
    known_at = declarations.calendar.moment(moment)
    with reading(settings.database) as connection:
        counts = overview(connection, declarations, period, known_at)
        closing = closing_of(connection, declarations, period, known_at)
    table = Table(title=period.name, show_header=False, title_justify="left")
    for name, count in counts.items():
        table.add_row(name, str(count))
    table.add_row("Kỳ", in_table(_openness(closing, declarations, known_at)))
    return table


def _openness(closing: Closing, declarations: Declarations, now: datetime) -> str:
    """Return whether the period takes figures, of whom, and until when."""
    levels = {unit.level for unit in declarations.reporting(closing.period).values()}
    shut = {level for level in levels if closing.is_shut(level, now)}
    if not shut:
        return "đang mở"
    if closing.first_final:
        said = f"đã đóng ngày {closing.first_final.astimezone(now.tzinfo):%d/%m/%Y}, khi có số liệu chính thức"
    else:
        days = {level: closing.last_day(level) for level in sorted(shut)}
        said = "; ".join(f"{LEVELS[level].lower()} đã đóng sau ngày {day:%d/%m/%Y}" for level, day in days.items())
    names = {code: unit.name for code, unit in declarations.reporting(closing.period).items()}
    again = [f"{names[r.unit]} đến {r.until.astimezone(now.tzinfo):%d/%m/%Y}" for r in closing.open_again(now)]
    return f"{said}; mở lại cho {', '.join(again)}" if again else said


def statuses_table(settings: Settings, declarations: Declarations, period: Period, moment: str) -> Table:
    """Return which of the district's indicators stand in each status, by the newest calculation at `moment`."""
    with reading(settings.database) as connection:
        key = latest_calculation(connection, str(period), declarations.calendar.moment(moment))
        frame = evaluation_frame(connection, declarations, period, key) if key else pd.DataFrame()
    return statuses_of(frame)


def statuses_of(evaluation: pd.DataFrame) -> Table:
    """Return which of the district's indicators stand in each status; an empty frame gives an empty table."""
    table = Table(title="Chỉ tiêu toàn huyện theo đánh giá", title_justify="left")
    table.add_column("Đánh giá")
    table.add_column("Số chỉ tiêu", justify="right")
    table.add_column("Chỉ tiêu")
    if evaluation.empty:
        return table
    district = evaluation[evaluation.level == DISTRICT_LEVEL]
    for status, count in count_by_status(district).items():
        if count:
            table.add_row(status, str(count), ", ".join(district.indicator[district.status == status]))
    return table


def first_moment(settings: Settings) -> datetime | None:
    """Return when the store began to know anything, or None."""
    with reading(settings.database) as connection:
        return first_known(connection)


def submissions_of(settings: Settings, declarations: Declarations, period: Period, moment: str) -> list[dict[str, Any]]:
    """Return the rows of `submissions.csv` as they stood at `moment`."""
    with reading(settings.database) as connection:
        frame = submissions_frame(connection, declarations, period, declarations.calendar.moment(moment))
    return [{str(k): v for k, v in row.items()} for row in frame[SUBMISSIONS].to_dict("records")]


def submissions_table(rows: Sequence[dict[str, Any]], period: Period) -> Table:
    """Return who sent what, when, and how it stands."""
    table = Table(title=f"Tình hình nộp {period.name}", title_justify="left")
    for name in ("Mã", "Đơn vị", "Tình trạng", "Lần", "Nhận lúc", "Sớm, muộn", "Tệp"):
        _add_column(table, name)
    for row in rows:
        table.add_row(
            in_table(row["unit"]),
            in_table(row["unit_name"]),
            _styled(STATES[row["state"]]),
            _text(row["version"]),
            _clock(row["received_at"]),
            punctuality(row),
            in_table(_text(row["file_name"])),
        )
    return table


def punctuality(row: Mapping[str, Any]) -> str:
    """Return by how many days a report with these `days_late` and `days_early` came; nothing when neither.

    >>> punctuality({"days_late": 0, "days_early": 3})
    'sớm 3 ngày'
    """
    for word, days in (("muộn", row["days_late"]), ("sớm", row["days_early"])):
        if days:
            return f"{word} {days} ngày"
    return ""


def year_of(settings: Settings, declarations: Declarations, year: int, moment: str) -> list[dict[str, Any]]:
    """Return who owes which report of `year` and where it is, as it stood at `moment`, as plain data for JSON."""
    with reading(settings.database) as connection:
        grid = year_grid(connection, declarations, year, declarations.calendar.moment(moment))
    return [asdict(row) for row in grid]


def year_table(rows: Sequence[dict[str, Any]], year: int) -> Table:
    """Return the grid of units and windows with what the marks mean; an empty field is a report not owed."""
    table = Table(title=f"Tình hình nộp năm {year}", title_justify="left", caption_justify="left")
    for name in ("Mã", "Đơn vị", *WINDOWS.values()):
        _add_column(table, name)
    for row in rows:
        places = (row["windows"].get(window) for window in WINDOWS)
        table.add_row(in_table(row["unit"]), in_table(row["unit_name"]), *map(_place, places))
    table.add_section()
    columns = [[place for row in rows if (place := row["windows"].get(window))] for window in WINDOWS]
    for name, counts in YEAR_COUNTS.items():
        table.add_row("", name, *(_share(column, counts) for column in columns))
    table.caption = _legend({place["state"] for column in columns for place in column})
    return table


def _place(place: dict[str, Any] | None) -> str:
    if place is None:
        return ""
    if place["state"] == NOT_DUE:
        return f"[dim]{NOT_DUE_MARK}[/]"
    word = STATES[place["state"]]
    days = punctuality(place).removesuffix(" ngày")
    return f"[{STYLES[word.tone]}]{word.sign}[/] {days}".rstrip()


def _share(places: Sequence[dict[str, Any]], counts: Counts) -> str:
    """Return of how many of the reports that are due something holds; nothing where none is due."""
    due = [place for place in places if place["state"] != NOT_DUE]
    return f"{sum(map(counts, due))}/{len(places)}" if due else ""


def _legend(states: Collection[str]) -> str:
    marks = [f"{word.sign} {word.word.lower()}" for state, word in STATES.items() if state in states]
    not_due = [f"{NOT_DUE_MARK} chưa đến kỳ"] if NOT_DUE in states else []
    return "\n".join(
        ["  ".join([*marks, *not_due]), "muộn 2: sau hạn gửi 2 ngày  sớm 3: trước khi hết ngày chốt số liệu 3 ngày"]
    )


def trace_of(settings: Settings, declarations: Declarations, question: Question) -> Trace | None:
    """Return how the figure asked for was made, or None."""
    with reading(settings.database) as connection:
        return trace(connection, declarations, question)


def trace_rows(found: Trace) -> dict[str, Any]:
    """Return a trace as plain data for JSON."""
    return asdict(found)


def trace_tables(found: Trace, zone: tzinfo) -> Iterator[Table]:
    """Give the figure's head and the table of its parts."""
    formula, figure = found.formula, found.figure
    head = Table(title=f"{found.indicator} – {formula.name} ({found.period})", show_header=False, title_justify="left")
    head.add_row("Phạm vi", "toàn huyện" if found.level == DISTRICT_LEVEL else found.unit)
    head.add_row("Tử số", f"{formula.numerator} = {number(figure.numerator)}")
    head.add_row("Mẫu số", f"{formula.denominator} = {number(figure.denominator)}")
    head.add_row("Cách tổng hợp", AGGREGATION_NAMES[Aggregation(formula.aggregation.split(":")[0])])
    head.add_row("Kết quả", f"{number(figure.value, 2)} {formula.unit_of_measure}")
    head.add_row("Độ bao phủ", f"{figure.reported_units}/{figure.expected_units} đơn vị")
    head.add_row("Mục tiêu", f"{number(figure.target)} (năm {figure.target_year or '–'})")
    head.add_row("Đánh giá", figure.status)
    head.add_row("Định nghĩa từ", f"{formula.definition_from:%d/%m/%Y}")
    yield head
    yield parts_table(found.parts, "Từng phần", zone)


def stretch_trace_of(settings: Settings, declarations: Declarations, question: Question) -> StretchTrace | None:
    """Return how a figure of the stretch that ends with the period asked about was made, or None."""
    with reading(settings.database) as connection:
        return stretch_trace(connection, declarations, question)


def stretch_trace_tables(found: StretchTrace, zone: tzinfo) -> Iterator[Table]:
    """Give what each element of the formula came to over a stretch that nobody reports, then each window's cells."""
    formula = found.formula
    head = Table(title=f"{found.indicator} – {formula.name} ({found.stretch})", show_header=False, title_justify="left")
    head.add_row("Phạm vi", "toàn huyện" if found.level == DISTRICT_LEVEL else found.unit)
    head.add_row("Khoảng", f"{found.stretch_name}: không có báo cáo riêng, suy ra")
    head.add_row("Suy ra từ", found.made_of.replace(" - ", f" {MINUS} "))
    head.add_row("Tử số", formula.numerator)
    head.add_row("Mẫu số", formula.denominator)
    yield head
    table = Table(title="Suy ra được", title_justify="left")
    for name in ("Mã", "Nội dung", "Số", "Đơn vị tính", "Đơn vị có số"):
        _add_column(table, name)
    for made in found.figures:
        said = number(made.value) if made.value is not None else REASONS.get(made.status, NOT_KNOWN)
        covered = f"{made.reported_units}/{made.expected_units}"
        table.add_row(made.element, in_table(made.name), said, made.unit_of_measure, covered)
    yield table
    for window in found.windows:
        way = "trừ đi" if window.sign == TAKEN_AWAY else "cộng vào"
        yield parts_table(window.parts, f"{Period.parse(window.period).name} ({window.period}), {way}", zone)


def parts_table(parts: Sequence[Part], title: str, zone: tzinfo) -> Table:
    """Return a table of the cells that a figure was made from, times in `zone`: it fits a terminal of 80 columns."""
    table = Table(title=title, title_justify="left")
    for name in PART_COLUMNS:
        _add_column(table, name)
    for part in parts:
        table.add_row(
            f"{in_table(part.unit)} {in_table(part.unit_name)}",
            part.element,
            number(part.number),
            in_table(_typed(part)),
            _place_of(part),
            "có" if part.counted else "không",
            str(part.version),
            f"{part.received_at.astimezone(zone):%d/%m/%Y %H:%M}",
            f"{in_table(part.file_name)}\n{part.sha256[:12]}",
        )
    return table


def _typed(part: Part) -> str:
    """Return the text as typed; beside what was counted from the list of plan tasks, where it was typed as well."""
    typed = as_seen(part.text, part.number)
    return f"{typed} ({part.typed_sheet}!{part.typed_cell})" if part.from_list and part.typed_sheet else typed


def _place_of(part: Part) -> str:
    """Return the cell of a part; of what was counted from the list the rows, a few on a line."""
    if not part.sheet or not part.cell:
        return ""
    if not part.from_list:
        return in_table(f"{part.sheet}!{part.cell}")
    rows = part.cell.split(", ")
    lines = [", ".join(rows[start : start + ROWS_ON_A_LINE]) for start in range(0, len(rows), ROWS_ON_A_LINE)]
    return "\n".join(in_table(line) for line in (f"{part.sheet} (đếm)", *lines))


def review_tables(found: Review, subject: Period | Stage) -> Iterator[Table]:
    """Give the counts of the release, its indicators short of coverage, and the findings that stand."""
    stand = "số liệu chính thức" if found.is_final else "số liệu tạm thời"
    counts = Table(title=f"{subject.name}, bản {found.release} ({stand})", show_header=False, title_justify="left")
    for name, count in found.counts.items():
        counts.add_row(name, str(count))
    thin = ", ".join(f"{line.indicator.code} ({line.coverage})" for line in found.thin)
    counts.add_row("Chỉ tiêu chưa đủ số liệu", thin or "không có")
    yield counts
    warnings = Table(title="Lỗi và cảnh báo còn lại", title_justify="left")
    for name in ("Nơi", "Mức độ", "Nội dung"):
        _add_column(warnings, name)
    for row in found.warnings.to_dict("records"):
        severity = SEVERITY_NAMES[Severity(row["severity"])]
        warnings.add_row(in_table(str(row["unit"])), severity, in_table(str(row["message"])))
    yield warnings
    if not found.changes.empty:
        yield changes_table(found.changes, found.release)


def change_rows(changes: pd.DataFrame) -> list[dict[str, Any]]:
    """Return the rows of `changes.csv` as plain data for JSON, figures as exact decimals in text."""
    return [{str(k): known(v) for k, v in row.items()} for row in changes.to_dict("records")]


def changes_table(changes: pd.DataFrame, release: str) -> Table:
    """Return the figures that changed up to `release`, the district's first."""
    rows = change_rows(changes)
    title = f"Số liệu thay đổi từ bản {rows[0]['from_release']} đến bản {release}: {len(rows)}"
    table = Table(title=title, title_justify="left")
    for name in ("Đơn vị", "Chỉ tiêu", "Số cũ", "Số mới", "Đánh giá cũ", "Đánh giá mới", "Nguyên nhân"):
        _add_column(table, name)
    for row in rows:
        table.add_row(
            "Toàn huyện" if row["level"] == DISTRICT_LEVEL else in_table(row["unit_name"]),
            f"{row['indicator']} {in_table(row['name'])}",
            number(row["old_value"], 2),
            number(row["new_value"], 2),
            row["old_status"] or "–",
            row["new_status"] or "–",
            in_table(row["explanation"]),
        )
    return table


def paths_made(settings: Settings, release: Path) -> Iterator[tuple[str, Path]]:
    """Give the name and place of everything that a person would open now."""
    yield "Trang web", release / "index.html"
    yield "Bảng đánh giá", release / "bang-danh-gia.xlsx"
    yield "Số liệu mở", release / "evaluation.csv"
    yield "Biểu trả lại", settings.home / "returned"
    yield "Thư", settings.home / "outbox"


def checked_lines(reports: Sequence[dict[str, Any]]) -> Iterator[str]:
    """Give what `cchc check` says of each file."""
    for report in reports:
        yield safe_text(f"{report['file']}: {report['verdict']}")
        for finding in report["findings"]:
            yield f"  {safe_text(finding['message'])}"


def _add_column(table: Table, name: str) -> None:
    # Whoever reads the table in a file or a pipe cannot widen it: nothing may be cut off, days, codes and figures stay
    # on one line; names and what units typed give way.
    day = len("30/06/2022")
    least, exact = day if name == "Nhận lúc" else None, day if name == "Lúc nhận" else None
    table.add_column(name, overflow="fold", min_width=least, width=exact, no_wrap=name in ONE_LINE)


def _styled(word: Word) -> str:
    return f"[{STYLES[word.tone]}]{word.word}[/]"


def _text(value: object) -> str:
    return "" if value is None else str(value)


def _clock(moment: str | None) -> str:
    if not moment:
        return ""
    day, _, clock = moment.partition("T")
    year, month, date = day.split("-")
    return f"{date}/{month}/{year} {clock[:5]}"
