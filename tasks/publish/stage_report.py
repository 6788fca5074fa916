"""`bao-cao.docx` of a stage: the closing report, its tables, charts and sentences made from the figures."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import replace
from decimal import Decimal
from typing import Any

import pandas as pd

from config.element import Level
from tasks.publish import report, sentences
from tasks.publish.change_lines import stage_change_lines
from tasks.publish.judged_line import ROMAN, known
from tasks.publish.report import FILE_NAME, Row, changed_figures, figure_of, head_of, overview, tables_of
from tasks.publish.score_lists import ScoreSet, score_sets
from tasks.publish.stage_content import StageContent
from tasks.publish.stage_lines import StageLine, stage_groups
from tasks.publish.stage_wording import STAGE_STATUSES
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
    return {
        **head_of(content),
        "title": f"Kết quả thực hiện cải cách hành chính {name}",
        "scope": f"Số liệu đến hết ngày {day(max(content.frames.table['figures_to']))}",
        "foot": " – ".join([f"Bản công bố {content.facts.name}, {name}", *marks(content)]),
        "coverage": [*_coverage(content), *(f"Với phần lớn chỉ tiêu, {text}." for text in common)],
        "overview": [text for text in overview(lines, STAGE_STATUSES) if text],
        **tables_of(shown, lambda line: _notes_on(line, stated, common)),
        "scores": list(_scores(content)),
        "score_sets": [_score_set(n, found) for n, found in enumerate(score_sets(content.frames.scores))],
        "alignment": list(_alignment(content)),
        "not_assessed": list(_not_assessed(content)),
        "units": [],
        "changes": list(_changes(content)),
        "plan": [],
        "offices": [],
        "overdue": [],
    }


def _coverage(content: StageContent) -> Iterable[str]:
    used, skipped = ([p.name_within for p in periods] for periods in (content.frames.periods, content.frames.skipped))
    yield f"Dùng số liệu của {len(used)} kỳ: {sentences.listed(used, most=len(used))}."
    if skipped:
        yield f"{len(skipped)} kỳ không đơn vị nào báo cáo nên bỏ qua: {sentences.listed(skipped, len(skipped))}."
    if len(content.boundaries) > 1:
        yield f"Số liệu từng đơn vị được xem theo {' và '.join(content.boundaries)}; dưới đây là {_today(content)}."


def _today(content: StageContent) -> str:
    return content.boundaries[-1]


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


def _notes_on(line: StageLine, stated: Stated, common: Sequence[str]) -> Row:
    breaks = "; ".join(text for text in line.breaks.split("; ") if text and text not in common)
    differ = "hai cách tính nhịp độ khác nhau" if line.methods_disagree else ""
    # A stage's table has no numerator and denominator of its own: they are those of its last period.
    figure = replace(figure_of(line), numerator=None, denominator=None)
    return {
        "notes": "; ".join(text for text in (line.indicator.code, line.not_assessed, breaks, differ) if text),
        "told": sentences.told(figure),
        "leaders": sentences.leaders(stated.get(line.indicator.code, {}), line.indicator),
        "without": f"Chuỗi số liệu: {breaks}." if breaks else "",
    }


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
    told = [(c.indicator, c.name, c.old.value, c.new.value, c.unit_of_measure, c.explanation) for c in district]
    return changed_figures(told, len(changes) - len(district), content.compared_with, "changes.csv")


def _not_assessed(content: StageContent) -> Iterable[str]:
    rows = content.frames.not_assessed
    if rows.empty:
        yield "Mọi chỉ tiêu đều đánh giá được."
    for code, name, why in zip(rows["indicator"], rows["name"], rows["not_assessed"], strict=True):
        yield f"{code} ({name}): {why}."
