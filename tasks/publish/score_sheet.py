"""The annex of scores: units by each scoring set with points by group, class and change; who stands out, and why."""

from __future__ import annotations

from collections.abc import Mapping
from decimal import Decimal
from typing import Any

import pandas as pd

from config.trust import TRUST_NAMES, Trust
from tasks.publish.annex import (
    BOLD,
    CELL,
    CENTRE,
    HEAD,
    ITALIC,
    LEFT,
    TWO_DECIMALS,
    Annex,
    write_column_numbers,
)
from tasks.publish.evaluation_sheet import rounded
from tasks.publish.judged_line import known
from tasks.publish.wording import NOTHING
from tasks.store.stage_frames import ScoreFrames

MOST_GROUPS = 7
WIDTHS = [5.5, 24.0, 9.5, 13.0, *([9.5] * MOST_GROUPS), 9.0, 9.0, 9.0]
GROUPS_FROM = 4
CHANGES = ("Điểm năm trước", "Tăng, giảm điểm", "Tăng, giảm hạng")
SIGNED = '[$-42A]+#,##0.00" ";[$-42A]−#,##0.00" ";0" "'
SIGNED_WHOLE = "+#,##0;−#,##0;0"

Row = Mapping[str, Any]
GroupPoints = tuple[str, Decimal, dict[str, Decimal | None]]  # name, most points, points by unit


def write_scores(annex: Annex, scores: ScoreFrames) -> None:
    """Write a table for each scoring set: rank, unit, score, class, points of each group, changes; then standings."""
    for _, units in scores.units.groupby("set", sort=False):
        _write_set(annex, units, scores)
    if scores.units.empty:
        annex.across(0, annex.last, "Chưa có báo cáo năm nào để chấm điểm.", CELL, CENTRE, ITALIC)
        annex.down()
    annex.across(0, annex.last, NOTE, ITALIC)
    annex.down()


NOTE = (
    "Điểm = tổng điểm tiêu chí : điểm tối đa tính cho đơn vị × 100, cộng điểm thưởng, trừ điểm phạt. Không phát sinh: "
    "theo quy định của từng tiêu chí; thiếu số liệu: không có điểm và vẫn tính vào điểm tối đa. Điểm bằng nhau đồng "
    "hạng. Tăng, giảm so với báo cáo năm trước, chỉ ghi khi cùng một bản tiêu chí và cùng địa bàn."
)


def _write_set(annex: Annex, units: pd.DataFrame, scores: ScoreFrames) -> None:
    rows: list[Row] = [{str(k): known(v) for k, v in row.items()} for row in units.to_dict("records")]
    code = rows[0]["set"]
    groups = _groups(scores, code)
    kind = TRUST_NAMES[Trust(rows[0]["set_status"])]
    first = annex.row
    annex.across(0, annex.last, f"Bộ tiêu chí {code}, bản năm {rows[0]['set_year']} ({kind})", BOLD)
    annex.down()
    _write_head(annex, groups)
    for row in rows:
        _write_unit(annex, row, groups)
    annex.keep(first)
    annex.down(10)
    _write_standings(annex, scores.standings[scores.standings["set"] == code])
    annex.down(14)


def _groups(scores: ScoreFrames, code: str) -> dict[str, GroupPoints]:
    """Return name, weight and points by unit of each group of a set, in order."""
    found: dict[str, GroupPoints] = {}
    for row in scores.groups[scores.groups["set"] == code].to_dict("records"):
        named = found.setdefault(row["group"], (row["group_name"], row["weight"], {}))
        named[2][row["unit"]] = known(row["points"])
    return found


def _write_head(annex: Annex, groups: Mapping[str, GroupPoints]) -> None:
    for column, name in enumerate(("Hạng", "Đơn vị", "Điểm", "Xếp loại")):
        annex.text(column, name, HEAD)
    titles = [f"{code}. {name} ({weight.normalize():f})" for code, (name, weight, _) in groups.items()]
    for column, title in enumerate(titles, start=GROUPS_FROM):
        annex.text(column, title, HEAD, {"font_size": 10})
    for column, name in enumerate(CHANGES, start=GROUPS_FROM + len(groups)):
        annex.text(column, name, HEAD)
    annex.down()
    write_column_numbers(annex, GROUPS_FROM + len(groups) + len(CHANGES))


def _write_unit(annex: Annex, row: Row, groups: Mapping[str, GroupPoints]) -> None:
    annex.number(0, row["rank"], "0", CELL, CENTRE)
    annex.text(1, row["unit_name"], CELL, LEFT)
    annex.number(2, rounded(row["score"]), TWO_DECIMALS, CELL, BOLD)
    annex.text(3, row["grade"] or row["status"], CELL, LEFT)
    for column, (_, _, points) in enumerate(groups.values(), start=GROUPS_FROM):
        annex.number(column, rounded(points.get(row["unit"])), TWO_DECIMALS, CELL)
    after = GROUPS_FROM + len(groups)
    annex.number(after, rounded(row["score_before"]), TWO_DECIMALS, CELL)
    annex.number(after + 1, rounded(row["change"]), SIGNED, CELL)
    annex.number(after + 2, row["rank_change"], SIGNED_WHOLE, CELL)
    annex.down()


def _write_standings(annex: Annex, standings: pd.DataFrame) -> None:
    annex.across(0, annex.last, "Làm tốt, tiến bộ, cần hỗ trợ", BOLD)
    annex.down()
    annex.keep_with_next()
    for row in standings.to_dict("records"):
        annex.text(0, NOTHING if row["rank"] is None else str(row["rank"]), CELL, CENTRE)
        annex.text(1, row["unit_name"], CELL, LEFT)
        annex.number(2, rounded(row["score"]), TWO_DECIMALS, CELL)
        annex.text(3, row["standing"], CELL, LEFT)
        annex.across(4, annex.last, row["decided_by"] or NOTHING, CELL, LEFT)
        annex.down()
