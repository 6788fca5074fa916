"""What the command line shows of a stage: a table of its indicators, of its contents, and plain data for JSON."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime, tzinfo
from decimal import Decimal
from pathlib import Path
from typing import Any

import pandas as pd
from rich.table import Table

from config.load import Declarations
from config.number import format_number
from config.settings import Settings
from flows.inert import in_table
from flows.show import parts_table
from flows.stage_figures import stage_as_known
from tasks.evaluate.whole_stage import Question
from tasks.publish.stage_wording import STAGE_STATUSES
from tasks.publish.wording import Tone
from tasks.store.calculations import latest_calculation
from tasks.store.database import reading
from tasks.store.scores import scores_of
from tasks.store.stage_frames import ScoreFrames, StageFrames
from tasks.store.stage_trace import Origin, StageTrace, cells_of, stage_trace
from tasks.store.values import DISTRICT_LEVEL

STYLES = {Tone.GOOD: "green", Tone.FAIR: "green", Tone.SLOW: "yellow", Tone.BAD: "red", Tone.NONE: "dim"}
FIGURES = ("base", "value", "target", "r", "cagr_ratio", "needed_pace")
NAME = "Chỉ tiêu"
HEADS = ("Mã", NAME, "Gốc", "Nay", "Đích", "r", "CAGR", "Cần/năm", "Phủ", "Đánh giá")


def stage_tables(frames: StageFrames, wide: bool) -> Iterator[Table]:
    """Give the indicators of the whole district, by name where there is room, then how those of each content came out.

    No figure is ever cut off for want of room.
    """
    table = Table(title=f"{frames.stage}: chỉ tiêu toàn huyện", title_justify="left")
    for name in HEADS:
        if wide or name != NAME:
            left = name in {"Mã", NAME, "Đánh giá"}
            table.add_column(name, overflow="fold", no_wrap=name != NAME, justify="left" if left else "right")
    for row in frames.table.to_dict("records"):
        word = STAGE_STATUSES[row["status"]]
        table.add_row(
            row["indicator"],
            *([in_table(row["name"])] if wide else []),
            *(_number(row[name]) for name in FIGURES),
            f"{row['reported_units']}/{row['expected_units']}",
            f"[{STYLES[word.tone]}]{word.word}[/]{' ≠' if row['methods_disagree'] else ''}",
        )
    yield table
    contents = Table(title="Theo nội dung", title_justify="left")
    for name in ("Nội dung", "Số chỉ tiêu", "Đánh giá được", "Kết quả"):
        contents.add_column(name, overflow="fold")
    for row in frames.contents.to_dict("records"):
        counts = ", ".join(f"{row[status]} {status}" for status in STAGE_STATUSES if row[status])
        contents.add_row(row["name"], str(row["indicators"]), str(row["assessed"]), counts)
    yield contents


def stage_trace_of(
    settings: Settings,
    declarations: Declarations,
    question: Question,
    figure: tuple[str, str | None],
    known_at: datetime,
) -> StageTrace | None:
    """Return how a figure of a stage, (indicator, unit or None for all), was made from what was known, or None."""
    frames = stage_as_known(settings, declarations, question, known_at)
    with reading(settings.database) as connection:
        cells = cells_of(connection, declarations, frames)
    return stage_trace(frames, declarations, cells, *figure)


def stage_trace_tables(found: StageTrace, zone: tzinfo) -> Iterator[Table]:
    """Give the figure's head, then the cells of its base and of its current figure."""
    measure = found.unit_of_measure
    head = Table(title=f"{found.indicator} – {found.name} ({found.stage})", show_header=False, title_justify="left")
    whole = found.level == DISTRICT_LEVEL
    head.add_row("Phạm vi", "toàn huyện" if whole else f"{in_table(found.unit_name)} ({found.boundaries})")
    head.add_row("Gốc", _origin(found.base, measure))
    head.add_row("Hiện nay", _origin(found.current, measure))
    aim = found.target
    head.add_row("Mục tiêu", f"{_number(aim.value)} (năm {aim.year or '–'}) {aim.document}".rstrip())
    head.add_row("Nhịp độ", f"p {_number(found.p)}, q {_number(found.q)}, r = {_number(found.r)}")
    head.add_row("Độ bao phủ", f"{found.reported_units}/{found.expected_units} đơn vị")
    head.add_row("Đánh giá", STAGE_STATUSES[found.status].word)
    yield head
    for title, origin in (("Gốc", found.base), ("Hiện nay", found.current)):
        if origin.formula is not None:
            yield parts_table(origin.parts, f"{title}: từng phần, {origin.period}", zone)


def _origin(origin: Origin, measure: str) -> str:
    if origin.value is None:
        return "–"
    said = f"{_number(origin.value)} {measure}, ngày {origin.day:%d/%m/%Y}" if origin.day else _number(origin.value)
    if origin.formula is None:
        return f"{said}; {origin.document}" if origin.document else said
    return f"{said}; kỳ {origin.period}, tử số {origin.formula.numerator}, mẫu số {origin.formula.denominator}"


def stage_rows(frames: StageFrames) -> dict[str, Any]:
    """Return a stage as plain data for JSON."""
    return {
        "stage": frames.stage,
        "by": frames.by,
        "periods": list(map(str, frames.periods)),
        "skipped": list(map(str, frames.skipped)),
        "indicators": _plain(frames.table),
        "contents": _plain(frames.contents),
        "alignment": _plain(frames.alignment),
        "scores": _plain(frames.scores.units),
    }


def scores_known(settings: Settings, period: str, known_at: datetime) -> ScoreFrames | None:
    """Return the scores of the newest calculation of `period` known at `known_at`, or None."""
    with reading(settings.database) as connection:
        calculation = latest_calculation(connection, period, known_at)
        return scores_of(connection, calculation) if calculation else None


def score_tables(scores: ScoreFrames) -> Iterator[Table]:
    """Give a table for each scoring set: rank, unit, score, class, change; and who stands out, with what decided it."""
    for code, units in scores.units.groupby("set", sort=False):
        table = Table(title=f"Bộ tiêu chí {code}", title_justify="left")
        for name in ("Hạng", "Đơn vị", "Điểm", "Xếp loại", "Thay đổi", "Thiếu số liệu"):
            table.add_column(name)
        for row in units.to_dict("records"):
            table.add_row(
                str(row["rank"] or "–"),
                in_table(row["unit_name"]),
                _number(row["score"]),
                row["grade"] or row["status"],
                _number(row["change"]),
                str(row["missing"]),
            )
        yield table
    standings = Table(title="Làm tốt, tiến bộ, cần hỗ trợ", title_justify="left")
    for name in ("Bộ", "Nêu vì", "Đơn vị", "Do các tiêu chí"):
        standings.add_column(name, overflow="fold")
    for row in scores.standings.to_dict("records"):
        standings.add_row(row["set"], row["standing"], in_table(row["unit_name"]), in_table(row["decided_by"]))
    yield standings


def score_rows(scores: ScoreFrames) -> dict[str, Any]:
    """Return scores as plain data for JSON."""
    return {
        "units": _plain(scores.units),
        "groups": _plain(scores.groups),
        "criteria": _plain(scores.criteria),
        "standings": _plain(scores.standings),
    }


def stage_paths(release: Path) -> Iterator[tuple[str, Path]]:
    """Give the name and place of everything that a person would open now."""
    yield "Trang web", release / "index.html"
    yield "Bảng đánh giá", release / "bang-danh-gia.xlsx"
    yield "Số liệu mở", release / "stage.csv"


def _plain(frame: pd.DataFrame) -> list[dict[str, Any]]:
    return [{str(k): v for k, v in row.items()} for row in frame.to_dict("records")]


def _number(value: Decimal | None) -> str:
    return "–" if value is None else format_number(value, 2)
