"""`bao-cao.docx`: the report of a period, its tables, charts and sentences made from the figures of its release."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterable, Mapping, Sequence
from datetime import date
from decimal import Decimal
from typing import Any

from config.element import Level
from config.indicator import TargetStatus
from tasks.publish import sentences
from tasks.publish.content import Made, ReleaseContent
from tasks.publish.evaluation_sheet import rounded
from tasks.publish.judged_line import AnyLine, Group, JudgedLine, known, tally
from tasks.publish.lines import Line, groups, unit_figures
from tasks.publish.plan_tasks import office_lines
from tasks.publish.sentences import Figure
from tasks.publish.units import UnitLine, unit_lines
from tasks.publish.word_chart import BarChart, Series
from tasks.publish.word_document import Template, filled
from tasks.publish.wording import NOTHING, STATUSES, TARGET_MEANINGS, Tone, Word, day, long_day, number
from tasks.publish.workbook import issuer, marks
from tasks.store.values import DISTRICT_LEVEL

FILE_NAME = "bao-cao.docx"
TEMPLATE = "bao-cao.docx"
MOST_CHANGES = 20
MOST_ON_CHART = 14

Row = dict[str, Any]
# A figure that changed: code and name of the indicator, what it was and is, its unit of measure, and why.
Changed = tuple[str, str, Decimal | None, Decimal | None, str, str]
Figures = Mapping[str, Mapping[str, tuple[Decimal | None, str]]]  # by unit and indicator

WHOLE = ("superior", "issuer", "place_and_day", "title", "marks", "scope", "attached", "signs_for", "signs_as", "foot")
OF_GROUP = ("numeral", "name", "lines")
OF_LINE = (
    "place", "code", "name", "measure", "target", "result", "share", "status", "lead", "notes", "told", "leaders",
    "without", "needed",
)  # fmt: skip
OF_CONTENT = ("name", "total", "good", "slow", "none")
OF_TASK = ("responsible", "done", "total", "share", "overdue", "content", "post", "due", "days")
OF_UNIT = ("place", "name", "state", "version", "received", "late", "critical", "warnings")
VOCABULARY = frozenset(
    (
        *WHOLE, *OF_GROUP, *OF_LINE, *OF_CONTENT, *OF_UNIT, *OF_TASK, "plan", "offices", "coverage", "overview",
        "groups", "contents", "lagging", "units", "changes", "legend", "status_chart", "road_chart",
    )
)  # fmt: skip

GOOD_TONES, SLOW_TONES = (Tone.GOOD, Tone.FAIR), (Tone.SLOW, Tone.BAD)
SERIES = (
    ("Đạt hoặc đúng tiến độ", "1F6F54", "FFFFFF"),
    ("Chậm, xấu đi hoặc ngoài ngưỡng", "E0A030", "000000"),
    ("Không đánh giá được", "C8CDD3", "000000"),
)
LEGEND = (
    *TARGET_MEANINGS.values(),
    "Phần đường đã đi p = (kết quả − gốc) : (mục tiêu − gốc); đúng tiến độ khi p từ 0,95 lần phần thời gian đã qua.",
    "Đơn vị chủ trì do bộ phận tổng hợp đề xuất, chưa có văn bản giao.",
)


def report(content: ReleaseContent) -> bytes:
    """Return the report of `content` by the office's template; `TemplateFaultError` when that cannot be filled in."""
    template = Template(TEMPLATE, content.declarations.documents.get(TEMPLATE))
    return filled(template, values_of(content), content.facts.created_at)


def values_of(content: ReleaseContent) -> dict[str, Any]:
    """Return what a template of the period's report may name: see `docs/van-ban.md`."""
    shown = groups(content)
    lines = [line for group in shown for line in group.lines]
    figures, units, communes = unit_figures(content), unit_lines(content), communes_of(content)
    span = content.declarations.calendar.span(content.period)
    return {
        **head_of(content),
        "title": f"Kết quả cải cách hành chính {content.period.name}",
        "scope": f"Số liệu từ ngày {day(span.start)} đến hết ngày {day(span.end)}",
        "foot": " – ".join([f"Bản công bố {content.facts.name}, kỳ {content.period}", *marks(content)]),
        "coverage": [text for text in _coverage(units) if text],
        "overview": [text for text in (*overview(lines, STATUSES), *_thin(lines)) if text],
        **tables_of(shown, lambda line: _notes_on(line, figures, communes)),
        "units": [_unit(n, unit) for n, unit in enumerate(units, start=1)],
        **_plan(content),
        "changes": list(_changes(content)),
    }


def tables_of(shown: Sequence[Group[AnyLine]], notes_on: Callable[[AnyLine], Row]) -> Row:
    """Return the tables, charts and legend about the indicators of any report.

    `notes_on` returns what a report of its own kind says of each line: `notes`, `told`, `leaders` and `without`.
    """
    lines = [line for group in shown for line in group.lines]
    by_content = [(g.name, [line.status.tone for line in g.lines]) for g in shown]
    lagging = [line for line in lines if line.status.tone in SLOW_TONES]
    return {
        "groups": [{"numeral": g.numeral, "name": g.name, "lines": _rows(g.lines, notes_on)} for g in shown],
        "contents": [content_row(name, tones) for name, tones in by_content],
        "lagging": _rows(lagging, notes_on),
        "legend": list(LEGEND),
        "status_chart": status_chart(by_content),
        "road_chart": road_chart([(line.indicator.name, line.p, line.q) for line in lagging]),
    }


def _rows(lines: Iterable[AnyLine], notes_on: Callable[[AnyLine], Row]) -> list[Row]:
    return [
        {
            "place": place,
            "code": line.indicator.code,
            "name": line.indicator.name,
            "measure": line.indicator.unit_of_measure,
            "target": f"{line.target_text} (năm\u00a0{line.target_year})" if line.target else NOTHING,
            "result": number(line.value, 2),
            "share": NOTHING if line.p is None else f"{number(line.p * 100, 0)} %",
            "status": f"{line.status.sign} {line.status.word}",
            "lead": line.indicator.lead,
            "needed": line.needed or NOTHING,
            **notes_on(line),
        }
        for place, line in enumerate(lines, start=1)
    ]


def _parted(issuer: str) -> str:
    """Return a people's committee so that a line too short for it ends before the name of its place."""
    body, committee, place = issuer.partition("NHÂN DÂN ")
    return body + committee + place.replace(" ", "\u00a0")


def head_of(content: Made) -> dict[str, str]:
    """Return what stands at the head and foot of any report."""
    office, made_on = content.declarations.office, content.facts.created_at.astimezone(content.zone).date()
    return {
        "superior": office.superior,
        "issuer": _parted(office.issuer),
        "place_and_day": f"{office.place}, {long_day(made_on)}",
        "marks": " – ".join(marks(content)),
        "attached": attached(content, made_on),
        "signs_for": office.signs_for,
        "signs_as": office.signs_as,
    }


def attached(content: Made, made_on: date) -> str:
    """Return the line under the title of an annex."""
    return f"(Kèm theo Báo cáo số ……/BC-UBND ngày …… tháng …… năm {made_on.year} của {issuer(content)})"


def status_chart(by_content: Sequence[tuple[str, Sequence[Tone]]]) -> BarChart:
    """Return how many indicators of each content came out how."""
    rows = [content_row(name, tones) for name, tones in by_content]
    counts = [tuple(float(row[key]) for row in rows) for key in ("good", "slow", "none")]
    words = ("đạt hoặc đúng tiến độ", "chậm, xấu đi hoặc ngoài ngưỡng", "không đánh giá được")
    told = "; ".join(
        f"{r['name']}: {r['good']} {words[0]}, {r['slow']} {words[1]}, {r['none']} {words[2]}" for r in rows
    )
    return BarChart(
        f"Số chỉ tiêu theo nội dung và đánh giá. {told}.",
        tuple(name for name, _ in by_content),
        tuple(Series(name, colour, values, ink) for (name, colour, ink), values in zip(SERIES, counts, strict=True)),
        stacked=True,
    )


def road_chart(lagging: Sequence[tuple[str, Decimal | None, Decimal | None]]) -> BarChart | str:
    """Return how far each lagging indicator went beside the time that passed; a word when none has a road to go."""
    roads = [(name, p, q) for name, p, q in lagging if p is not None and q is not None][:MOST_ON_CHART]
    if not roads:
        return "Không có chỉ tiêu chậm nào có số gốc để vẽ."
    told = "; ".join(
        f"{name}: {number(p * 100, 0)} % quãng đường, {number(q * 100, 0)} % thời gian" for name, p, q in roads
    )
    return BarChart(
        f"Phần đường đã đi và phần thời gian đã qua của các chỉ tiêu chậm, phần trăm. {told}.",
        tuple(name for name, _, _ in roads),
        (
            Series("Phần đường đã đi (%)", "E0A030", tuple(_percent(p) for _, p, _ in roads)),
            Series("Phần thời gian đã qua (%)", "44546A", tuple(_percent(q) for _, _, q in roads)),
        ),
        stacked=False,
    )


def _percent(share: Decimal) -> float:
    return float(round(share * 100, 1))


def _coverage(units: Sequence[UnitLine]) -> Iterable[str]:
    silent = [u.unit.name_within for u in units if u.newest is None]
    yield sentences.submitted(len(units), silent)
    delays = {u.unit.name_within: u.first.days_late for u in units if u.first and u.first.days_late}
    if any(u.newest for u in units):
        yield sentences.late(delays)
    yield sentences.standing(
        [u.unit.name_within for u in units if u.newest and u.counted is None],
        [u.unit.name_within for u in units if u.counted and u.counted.state == "accepted_with_warnings"],
    )
    counting = sum(u.counted is not None for u in units)
    yield f"Các con số dưới đây dựa trên biểu được tính của {counting}/{len(units)} đơn vị."


def overview(lines: Sequence[JudgedLine], words: Mapping[str, Word]) -> Iterable[str]:
    """Give sentences about how `lines` came out, in the order of `words`, and how far their targets can be trusted."""
    yield sentences.counted([(word.word, n) for word, n in tally(lines, words)])
    kinds = Counter(line.target.status for line in lines if line.target)
    yield sentences.untrusted(kinds[TargetStatus.PROVISIONAL], kinds[TargetStatus.STAND_IN])
    if differing := [line.indicator.code for line in lines if line.methods_disagree]:
        yield f"Hai cách tính nhịp độ cho kết quả khác nhau ở {sentences.listed(differing, what='chỉ tiêu')}."


def _thin(lines: Sequence[Line]) -> Iterable[str]:
    if thin := [line.indicator.code for line in lines if line.reported < line.expected]:
        most = sentences.MOST_NAMED
        yield f"{len(thin)} chỉ tiêu chưa có số liệu của đủ các đơn vị: {sentences.listed(thin, most, 'chỉ tiêu')}."


def content_row(name: str, tones: Sequence[Tone]) -> Row:
    """Return how many indicators of one content came out how."""
    good, slow = (sum(tone in group for tone in tones) for group in (GOOD_TONES, SLOW_TONES))
    return {"name": name, "total": len(tones), "good": good, "slow": slow, "none": len(tones) - good - slow}


def _notes_on(line: Line, figures: Figures, communes: Mapping[str, str]) -> Row:
    code = line.indicator.code
    owing = communes if line.indicator.reported_by.includes(Level.COMMUNE) else {}
    have = {unit: figures[unit][code][0] for unit in owing if code in figures.get(unit, {})}
    stated = {owing[unit]: value for unit, value in have.items() if value is not None}
    return {
        "notes": _notes(line),
        "told": sentences.told(figure_of(line)),
        "leaders": sentences.leaders(stated, line.indicator),
        "without": sentences.missing(_without(code, owing, figures), len(owing)),
    }


def _without(code: str, owing: Mapping[str, str], figures: Figures) -> list[str]:
    """Return the units that lack this figure although others of theirs count: of who sent nothing it is said once."""
    have = {unit: figures.get(unit, {}) for unit in owing}
    counting = [unit for unit, known_of in have.items() if any(value is not None for value, _ in known_of.values())]
    return [owing[unit] for unit in counting if have[unit].get(code, (None, ""))[0] is None]


def communes_of(content: ReleaseContent) -> dict[str, str]:
    """Return the communes that report, by code, as they are named within a sentence."""
    units = content.declarations.reporting(content.period).values()
    return {u.code: u.name_within for u in units if u.level is Level.COMMUNE}


def figure_of(line: JudgedLine) -> Figure:
    """Return `line` as sentences need it."""
    return Figure(
        indicator=line.indicator,
        value=line.value,
        numerator=line.numerator,
        denominator=line.denominator,
        base=line.base,
        base_date=line.base_date,
        target=line.target,
        target_year=line.target_year,
        status=line.status.word,
        needed=line.needed_pace,
        reported=line.reported,
        expected=line.expected,
    )


def _notes(line: Line) -> str:
    parts = [line.indicator.code]
    if line.reported < line.expected:
        parts.append(f"{line.coverage} đơn vị có số liệu")
    if line.methods_disagree:
        parts.append("hai cách tính nhịp độ khác nhau")
    return "; ".join(parts)


def _unit(place: int, unit: UnitLine) -> Row:
    newest = unit.newest
    return {
        "place": place,
        "name": unit.unit.name,
        "state": f"{unit.word.sign} {unit.word.word}",
        "version": newest.version if newest else NOTHING,
        "received": day(newest.received) if newest else NOTHING,
        "late": unit.first.days_late if unit.first and unit.first.days_late else NOTHING,
        "critical": newest.findings.get("critical", 0) if newest else NOTHING,
        "warnings": newest.findings.get("warning", 0) if newest else NOTHING,
    }


def _plan(content: ReleaseContent) -> dict[str, Any]:
    """Return the sentences and tables about the tasks of the year's plan, who lags most first."""
    lines = office_lines(content.tasks)
    tasks = [(line.responsible or NOTHING, task) for line in lines for task in line.lagging]
    until = content.declarations.calendar.cut_off(content.period)
    done, total = sum(line.done for line in lines), sum(line.total for line in lines)
    return {
        "plan": [sentences.plan(done, total, len(tasks), until)],
        "offices": [
            {
                "place": n,
                "responsible": line.responsible or NOTHING,
                "done": line.done,
                "total": line.total,
                "share": number(line.share, 2),
                "overdue": len(line.lagging),
            }
            for n, line in enumerate(lines, start=1)
        ],
        "overdue": [
            {
                "place": n,
                "responsible": responsible,
                "code": task.code,
                "content": task.content,
                "post": task.post or NOTHING,
                "due": day(task.due),
                "days": task.days,
            }
            for n, (responsible, task) in enumerate(tasks, start=1)
        ],
    }


def _changes(content: ReleaseContent) -> Iterable[str]:
    rows = content.changes.to_dict("records")
    district = [r for r in rows if r["level"] == DISTRICT_LEVEL]
    told: list[Changed] = [
        (
            r["indicator"],
            r["name"],
            _exact(r["old_value"]),
            _exact(r["new_value"]),
            r["unit_of_measure"],
            r["explanation"],
        )
        for r in district
    ]
    return changed_figures(told, len(rows) - len(district), content.compared_with, "Phụ lục V của bảng đánh giá")


def _exact(value: object) -> Decimal | None:
    return rounded(known(value))


def changed_figures(district: Sequence[Changed], of_units: int, compared_with: str, rest: str) -> Iterable[str]:
    """Give sentences about figures that changed: how many, the district's first ones and why; `rest` has them all."""
    yield sentences.changed(len(district), of_units, compared_with)
    for code, name, old, new, measure, explanation in district[:MOST_CHANGES]:
        yield f"{code} ({name}): {number(old, 2)} → {number(new, 2)} {measure}. Ghi nhận: {explanation}."
    if len(district) > MOST_CHANGES:
        yield f"{len(district) - MOST_CHANGES} con số khác của toàn huyện: xem {rest}."
