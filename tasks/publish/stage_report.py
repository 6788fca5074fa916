"""`bao-cao.docx` of a stage: the closing report, its tables, charts and sentences made from the figures."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from decimal import Decimal
from typing import Any

import pandas as pd

from config.element import Level
from config.indicator import TargetStatus
from tasks.publish import report, sentences
from tasks.publish.change_lines import stage_change_lines
from tasks.publish.lines import ROMAN, known
from tasks.publish.report import (
    FILE_NAME,
    MOST_CHANGES,
    SLOW_TONES,
    Row,
    content_row,
    head_of,
    road_chart,
    status_chart,
)
from tasks.publish.score_lists import ScoreSet, score_sets
from tasks.publish.sentences import Figure
from tasks.publish.stage_content import StageContent
from tasks.publish.stage_lines import StageLine, stage_groups, stage_tally
from tasks.publish.word_document import Template, filled
from tasks.publish.wording import NOTHING, day, number, signed
from tasks.publish.workbook import marks

__all__ = ["FILE_NAME", "stage_report"]

TEMPLATE = "bao-cao-giai-doan.docx"
OF_SCORE = ("score", "grade", "change")
VOCABULARY = frozenset({*report.VOCABULARY, *OF_SCORE, "scores", "score_sets", "alignment", "not_assessed"})
MOST_UNITS = 5

Stated = Mapping[str, Mapping[str, Decimal]]  # by indicator, the figures of communes by name


def stage_report(content: StageContent) -> bytes:
    """Return the report of a stage by the office's template; `TemplateFaultError` when that cannot be filled in."""
    template = Template(TEMPLATE, content.declarations.documents.get(TEMPLATE))
    return filled(template, values_of(content), content.facts.created_at)


def values_of(content: StageContent) -> dict[str, Any]:
    """Return what a template of the stage's report may name: see `docs/van-ban.md`."""
    shown = stage_groups(content)
    lines = [line for group in shown for line in group.lines]
    stated, common = _stated(content), common_breaks(lines)
    name = f"{content.name[:1].lower()}{content.name[1:]}"
    by_content = [(g.name, [line.status.tone for line in g.lines]) for g in shown]
    return {
        **head_of(content),
        "title": f"Kết quả thực hiện cải cách hành chính {name}",
        "scope": f"Số liệu đến hết ngày {day(max(content.frames.table['figures_to']))}",
        "foot": " – ".join([f"Bản công bố {content.facts.name}, {name}", *marks(content)]),
        "coverage": [*_coverage(content), *(f"Với phần lớn chỉ tiêu, {text}." for text in common)],
        "overview": [text for text in _overview(lines) if text],
        "groups": [
            {
                "numeral": g.numeral,
                "name": g.name,
                "lines": [_row(n, line, stated, common) for n, line in enumerate(g.lines, start=1)],
            }
            for g in shown
        ],
        "contents": [content_row(name, tones) for name, tones in by_content],
        "lagging": [_row(n, line, stated, common) for n, line in enumerate(filter(_lags, lines), start=1)],
        "scores": list(_scores(content)),
        "score_sets": [_score_set(n, found) for n, found in enumerate(score_sets(content.frames.scores))],
        "alignment": list(_alignment(content)),
        "not_assessed": list(_not_assessed(content)),
        "legend": list(report.LEGEND),
        "status_chart": status_chart(by_content),
        "road_chart": road_chart([(line.indicator.name, line.p, line.q) for line in lines if _lags(line)]),
        "units": [],
        "changes": list(_changes(content)),
        "plan": [],
        "offices": [],
        "overdue": [],
    }


def _lags(line: StageLine) -> bool:
    return line.status.tone in SLOW_TONES


def _coverage(content: StageContent) -> Iterable[str]:
    used, skipped = ([p.name_within for p in periods] for periods in (content.frames.periods, content.frames.skipped))
    yield f"Dùng số liệu của {len(used)} kỳ: {sentences.listed(used, most=len(used))}."
    if skipped:
        yield f"{len(skipped)} kỳ không đơn vị nào báo cáo nên bỏ qua: {sentences.listed(skipped, len(skipped))}."
    if len(content.boundaries) > 1:
        yield f"Số liệu từng đơn vị được xem theo {' và '.join(content.boundaries)}; dưới đây là {_today(content)}."


def _today(content: StageContent) -> str:
    return content.boundaries[-1]


def _overview(lines: Sequence[StageLine]) -> Iterable[str]:
    yield sentences.counted([(word.word, n) for word, n in stage_tally(tuple(lines))])
    kinds = Counter(line.target.status for line in lines if line.target)
    yield sentences.untrusted(kinds[TargetStatus.PROVISIONAL], kinds[TargetStatus.STAND_IN])
    if differing := [line.indicator.code for line in lines if line.methods_disagree]:
        yield f"Hai cách tính nhịp độ cho kết quả khác nhau ở {sentences.listed(differing, what='chỉ tiêu')}."


def _stated(content: StageContent) -> Stated:
    communes = {u.code: u.name_within for u in content.declarations.units.all if u.level is Level.COMMUNE}
    rows = content.units_in(_today(content))
    found: dict[str, dict[str, Decimal]] = {}
    for unit, name, indicator, value in zip(
        rows["unit"], rows["unit_name"], rows["indicator"], rows["value"], strict=True
    ):
        if unit in communes and known(value) is not None:
            found.setdefault(indicator, {})[f"{name[:1].lower()}{name[1:]}"] = value
    return found


def common_breaks(lines: Sequence[StageLine]) -> list[str]:
    """Return the sentences about breaks that hold for more than half of `lines`: they are said once."""
    counts = Counter(text for line in lines for text in line.breaks.split("; ") if text)
    return [text for text, n in counts.items() if 2 * n > len(lines)]


def _score_set(place: int, found: ScoreSet) -> Row:
    """Return one set of criteria as a group of the table of scores."""
    return {
        "numeral": ROMAN[place],
        "name": f"Bộ tiêu chí {found.code}, bản năm {found.year} ({found.trust})",
        "lines": [
            {
                "place": row["rank"] or NOTHING,
                "name": row["unit_name"],
                "score": number(row["score"], 2),
                "grade": row["grade"] or row["status"],
                "change": signed(row["change"], 2),
            }
            for row in found.rows
        ],
    }


def _row(place: int, line: StageLine, stated: Stated, common: Sequence[str]) -> Row:
    indicator = line.indicator
    breaks = "; ".join(text for text in line.breaks.split("; ") if text and text not in common)
    differ = "hai cách tính nhịp độ khác nhau" if line.methods_disagree else ""
    return {
        "place": place,
        "code": indicator.code,
        "name": indicator.name,
        "measure": indicator.unit_of_measure,
        "target": f"{line.target_text} (năm\u00a0{line.target_year})" if line.target else NOTHING,
        "result": number(line.value, 2),
        "share": NOTHING if line.p is None else f"{number(line.p * 100, 0)} %",
        "status": f"{line.status.sign} {line.status.word}",
        "lead": indicator.lead,
        "notes": "; ".join(text for text in (indicator.code, line.not_assessed, breaks, differ) if text),
        "needed": line.needed or NOTHING,
        "told": sentences.told(figure_of(line)),
        "leaders": sentences.leaders(stated.get(indicator.code, {}), indicator),
        "without": f"Chuỗi số liệu: {breaks}." if breaks else "",
    }


def figure_of(line: StageLine) -> Figure:
    """Return `line` as sentences need it; a stage's table has no numerator and denominator of its own."""
    return Figure(
        indicator=line.indicator,
        value=line.value,
        numerator=None,
        denominator=None,
        base=line.base,
        base_date=line.base_date,
        target=line.target,
        target_year=line.target_year,
        status=line.status.word,
        needed=line.needed_pace,
        reported=line.reported,
        expected=line.expected,
    )


def _scores(content: StageContent) -> Iterable[str]:
    scored, scores = content.frames.scored, content.frames.scores
    if scored is None or scores.units.empty:
        yield "Chưa có báo cáo năm nào để chấm điểm."
        return
    for code, rows in scores.units.groupby("set", sort=False):
        points = [v for v in rows["score"] if known(v) is not None]
        yield (
            f"Bộ tiêu chí {code}, số liệu {scored.name_within}: {len(points)}/{len(rows)} đơn vị có điểm"
            + (f", từ {number(min(points), 2)} đến {number(max(points), 2)}." if points else ".")
        )
        yield from _standings(scores.standings[scores.standings["set"] == code])


def _standings(rows: pd.DataFrame) -> Iterable[str]:
    for standing, named in rows.groupby("standing", sort=False):
        units = [f"{n[:1].lower()}{n[1:]} ({number(known(s), 2)})" for n, s in zip(named["unit_name"], named["score"],
                 strict=True)]  # fmt: skip
        yield f"{str(standing)[:1].upper()}{str(standing)[1:]}: {sentences.listed(units, MOST_UNITS)}."


def _alignment(content: StageContent) -> Iterable[str]:
    table = content.frames.alignment
    if table.empty:
        yield "Chưa có kế hoạch của huyện để đối chiếu với chỉ tiêu của tỉnh."
        return
    counts = Counter(table["alignment"].tolist())
    told = ", ".join(f"{n} {word}" for word, n in counts.items())
    yield f"Kế hoạch của huyện đối chiếu với {len(table)} chỉ tiêu của tỉnh: {told}."


def _changes(content: StageContent) -> Iterable[str]:
    changes = stage_change_lines(content)
    district = [change for change in changes if change.of_district]
    yield sentences.changed(len(district), len(changes) - len(district), content.compared_with)
    for change in district[:MOST_CHANGES]:
        old, new = number(change.old.value, 2), number(change.new.value, 2)
        figure = f"{change.indicator} ({change.name}): {old} → {new} {change.unit_of_measure}"
        yield f"{figure}. Ghi nhận: {change.explanation}."
    if len(district) > MOST_CHANGES:
        yield f"{len(district) - MOST_CHANGES} con số khác của toàn huyện: xem changes.csv."


def _not_assessed(content: StageContent) -> Iterable[str]:
    rows = content.frames.not_assessed
    if rows.empty:
        yield "Mọi chỉ tiêu đều đánh giá được."
    for code, name, why in zip(rows["indicator"], rows["name"], rows["not_assessed"], strict=True):
        yield f"{code} ({name}): {why}."
