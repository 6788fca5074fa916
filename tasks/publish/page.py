"""`index.html`: the release on one page, in one file: no script, no other host, the same bytes for the same content."""

from __future__ import annotations

import base64
import hashlib
from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path
from typing import Any

from jinja2 import Environment, FileSystemLoader, StrictUndefined
from markupsafe import Markup

from config.formula import elements_of
from config.indicator import TargetStatus
from config.safe_text import safe_text
from tasks.publish import rows, wording
from tasks.publish.change_lines import by_causes_together, change_lines
from tasks.publish.content import ReleaseContent, approved_on
from tasks.publish.decisions import decisions, thinnest
from tasks.publish.judged_line import Group, JudgedLine, tally
from tasks.publish.line_chart import sparkline
from tasks.publish.lines import Line, district_lines, groups
from tasks.publish.moves import moves, on_pace
from tasks.publish.open_data import score_tables
from tasks.publish.plan_tasks import office_lines, whole
from tasks.publish.report import FILE_NAME as REPORT
from tasks.publish.rows import word
from tasks.publish.score_lists import score_sets
from tasks.publish.series import Key, Series, district_series
from tasks.publish.stage_data import FILES as SCORE_FILES
from tasks.publish.units import UnitLine, standing_findings, unit_lines
from tasks.publish.wording import SEVERITIES, STATUSES, TARGET_MEANINGS, Tone, Word
from tasks.publish.workbook import FILE_NAME as WORKBOOK
from tasks.publish.workbook import issuer
from tasks.store.overview import overview_of
from tasks.store.values import DISTRICT_LEVEL

FILE_NAME = "index.html"
TEMPLATES = Path(__file__).parent / "templates"
DOWNLOADS = {
    WORKBOOK: "Bảng đánh giá: các phụ lục để in và trình ký",
    REPORT: "Báo cáo bằng lời, theo thể thức văn bản hành chính, sửa được bằng Word",
    "evaluation.csv": "Chỉ tiêu của toàn huyện và của từng đơn vị, có tử số, mẫu số, bao phủ, mục tiêu, đánh giá",
    "values.csv": "Số liệu từng ô của các biểu được tổng hợp, có trang và ô",
    "increments.csv": "Quý II, 9 tháng, quý IV: khoảng không có báo cáo riêng, suy ra từ các kỳ đã báo cáo",
    "findings.csv": "Mọi lỗi và điểm cần kiểm tra, kể cả của các lần nộp đã được thay thế",
    "submissions.csv": "Mọi lần nộp, có thời điểm nhận và mã băm SHA-256 của tệp",
    "tasks.csv": "Nhiệm vụ trong kế hoạch của năm: đơn vị chủ trì, hạn, tình trạng, số ngày quá hạn",
    "changes.csv": "Mọi con số khác bản công bố trước: số cũ, số mới, nguyên nhân",
    "datapackage.json": "Mô tả mọi tệp số liệu: nghĩa, đơn vị tính từng cột, giấy phép, nguồn; mỗi CSV có bản Parquet",
    "manifest.json": "Danh sách tệp với mã băm, đầu vào, phiên bản phần mềm và khai báo",
}


@dataclass(frozen=True)
class Segment:
    """A part of a bar, in hundredths of its width."""

    tone: Tone
    x: float
    width: float


def downloads(content: ReleaseContent) -> dict[str, str]:
    """Return what can be downloaded beside the page, each file with what it holds."""
    return DOWNLOADS | {name: SCORE_FILES[name] for name, _ in score_tables(content.scores)}


def page(content: ReleaseContent) -> bytes:
    """Return the page of `content`: UTF-8, complete without any other file."""
    style = (TEMPLATES / "page.css").read_text(encoding="utf-8")
    template = environment().get_template("index.html.j2")
    return template.render(style=Markup(style), policy=policy(style), **_context(content)).encode()  # noqa: S704


def policy(style: str) -> str:
    """Return the content security policy that allows this one style sheet and nothing else."""
    digest = base64.b64encode(hashlib.sha256(style.encode()).digest()).decode()
    return f"default-src 'none'; style-src 'sha256-{digest}'; img-src data:; base-uri 'none'; form-action 'none'"


@lru_cache
def environment() -> Environment:
    """Return the template engine: everything escaped and cleaned, an unknown name is an error."""
    made = Environment(
        loader=FileSystemLoader(TEMPLATES),
        autoescape=True,
        undefined=StrictUndefined,
        finalize=_clean,
        trim_blocks=True,
        lstrip_blocks=True,
        keep_trailing_newline=True,
    )
    made.filters |= {
        "number": wording.number,
        "signed": wording.signed,
        "day": wording.day,
        "moment": wording.moment,
        "form_name": wording.form_name,
        "word": word,
    }
    return made


def _clean(value: Any) -> Any:
    # What is markup already came from a macro, whose own values passed here.
    return safe_text(value) if type(value) is str else value


def _context(content: ReleaseContent) -> Mapping[str, Any]:
    """Return what the template names."""
    lines, units = district_lines(content), unit_lines(content)
    return {
        **_release(content),
        **_words(lines),
        **_judged(content, lines),
        **_findings(content),
        **_changed(content, units),
        **_planned(content, lines, units),
        "units": units,
        "unit_pages": frozenset(u.unit.code for u in units),
    }


def _release(content: ReleaseContent) -> Mapping[str, Any]:
    """Return what the release is of, from when and by whom, and what lies beside the page."""
    facts, zone, declarations = content.facts, content.zone, content.declarations
    return {
        "period": content.period,
        "span": declarations.calendar.span(content.period),
        "office": declarations.office,
        "framework": declarations.framework,
        "declarations_digest": declarations.digest,
        "issuer": issuer(content),
        "facts": facts,
        "created_at": facts.created_at.astimezone(zone),
        "as_of": facts.as_of.astimezone(zone),
        "approved_on": approved_on(content),
        "minimum_coverage": declarations.calendar.minimum_coverage * 100,
        "overview": overview_of(content.submissions, declarations.reporting(content.period)),
        "downloads": downloads(content),
        "score_sets": score_sets(content.scores),
    }


def _words(lines: Sequence[Line]) -> Mapping[str, Any]:
    """Return the words and bars that the parts of the page share."""
    return {
        "segments": segments,
        "counts_by_tone": counts_by_tone,
        "in_order": in_order,
        "tones": TONES,
        "severities": SEVERITIES,
        "statuses": STATUSES.values(),
        "target_meanings": target_meanings(lines),
    }


def _judged(content: ReleaseContent, lines: tuple[Line, ...]) -> Mapping[str, Any]:
    """Return the district's indicators, how they stand and where they moved."""
    series, shown = district_series(content), groups(content)
    moved = moves(content, lines, series)
    return {
        "lines": lines,
        "groups": shown,
        "on_pace": on_pace(lines),
        "on_pace_of": lambda group: on_pace(group.lines),
        "moved": moved,
        "better": [move for move in moved if move.better],
        "worse": [move for move in moved if move.better is False],
        "trends": _trends(content, lines, series),
        "tally": tally(lines, STATUSES),
        "tally_of": lambda group: tally(group.lines, STATUSES),
        "thinnest": lambda group: thinnest(group.lines),
        "elements": _elements(content, shown),
    }


def _findings(content: ReleaseContent) -> Mapping[str, Any]:
    return {
        "finding_units": standing_findings(content)["unit"].nunique(),
        "finding_counts": _finding_counts(content),
    }


def _changed(content: ReleaseContent, units: Sequence[UnitLine]) -> Mapping[str, Any]:
    """Return what the earlier release said otherwise, of the whole district line by line."""
    changes = change_lines(content)
    district = [change for change in changes if change.of_district]
    codes = frozenset(line.indicator.code for line in district_lines(content))
    places = rows.Places("", codes, frozenset(u.unit.code for u in units))
    return {
        "district_changes": rows.joined(rows.change_row(c, places, names_unit=False) for c in district),
        "district_change_count": len(district),
        "change_count": len(changes),
        "causes_together": by_causes_together(changes),
        "compared_with": content.compared_with,
    }


def _planned(content: ReleaseContent, lines: Sequence[Line], units: Sequence[UnitLine]) -> Mapping[str, Any]:
    """Return the tasks of the year's plan, and what needs a decision."""
    offices = office_lines(content.tasks)
    return {"offices": offices, "plan": whole(offices), "decisions": decisions(lines, units, offices)}


# The indicators of one unit, by tone: the words that its bar stands for.
TONES = {
    Tone.GOOD: "đạt",
    Tone.FAIR: "đúng tiến độ",
    Tone.SLOW: "chậm",
    Tone.BAD: "chậm nhiều, xấu đi hoặc ngoài ngưỡng",
    Tone.NONE: "chưa đánh giá được",
}


def counts_by_tone(lines: Sequence[JudgedLine]) -> list[tuple[Tone, int]]:
    """Return how many of `lines` have each tone, from good to none."""
    return in_order(Counter(line.status.tone for line in lines))


def in_order(tones: Mapping[Tone, int]) -> list[tuple[Tone, int]]:
    """Return the counts from good to none."""
    return [(tone, tones.get(tone, 0)) for tone in TONES]


def segments(counts: Sequence[tuple[Tone, int]]) -> tuple[Segment, ...]:
    """Return the bar that shows `counts` side by side over its whole width."""
    total = sum(n for _, n in counts)
    made: list[Segment] = []
    before = 0
    for tone, n in counts:
        if n:
            made.append(Segment(tone, round(100 * before / total, 2), round(100 * n / total, 2)))
        before += n
    return tuple(made)


def _trends(content: ReleaseContent, lines: Sequence[Line], series: Mapping[Key, Series]) -> dict[str, Markup]:
    """Return the small drawing of each indicator of the whole district; none where there is no past."""
    district, declarations = content.declarations.office.district, content.declarations
    return {
        line.indicator.code: sparkline(
            series.get((DISTRICT_LEVEL, district, line.indicator.code), ()), line.indicator, declarations
        )
        for line in lines
    }


def _finding_counts(content: ReleaseContent) -> list[tuple[Word, int]]:
    counts = Counter(standing_findings(content)["severity"].tolist())
    return [(word, counts[severity]) for severity, word in SEVERITIES.items() if counts[severity]]


def _elements(content: ReleaseContent, shown: Sequence[Group[Line]]) -> list[Any]:
    """Return the elements that the formulas on the page name, in order of code."""
    used: set[str] = set()
    for line in (line for group in shown for line in group.lines):
        if line.definition:
            used |= line.definition.elements
        if line.indicator.weight:
            used |= elements_of(line.indicator.weight)
    return [element for code, element in content.declarations.elements.items() if code in used]


def target_meanings(lines: Sequence[JudgedLine]) -> list[str]:
    """Return what the marks of the targets of `lines` mean."""
    statuses: set[TargetStatus] = {line.target.status for line in lines if line.target}
    return [text for status, text in TARGET_MEANINGS.items() if status in statuses]
