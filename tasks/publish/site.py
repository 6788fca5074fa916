"""The pages beside `index.html`: one for each indicator and unit, the heat table, the findings, the list to search.

Each is whole by itself but for `trang.js`, which only adds sorting and a search field. Links are relative: the folder
may lie on a file share, in a mail or behind a web server.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from decimal import Decimal
from functools import cached_property, lru_cache
from typing import Any

from markupsafe import Markup

from config.element import Element
from config.indicator import AGGREGATION_NAMES, Definition
from config.period import Period
from tasks.publish import rows
from tasks.publish.change_tables import change_lists
from tasks.publish.content import ReleaseContent, approved_on
from tasks.publish.line_chart import Chart, described, line_chart, sparkline
from tasks.publish.lines import Line, groups
from tasks.publish.page import TEMPLATES, TONES, environment, in_order, policy, segments, target_meanings
from tasks.publish.plan_tasks import whole
from tasks.publish.quarters import Quarters
from tasks.publish.series import on_road
from tasks.publish.sheaf import Cell, Sheaf
from tasks.publish.units import UnitLine
from tasks.publish.wording import (
    NOTHING,
    SENT_BACK,
    SEVERITIES,
    STATUSES,
    TARGET_MARKS,
    Tone,
    Word,
    formula,
    target_text,
)
from tasks.publish.workbook import issuer
from tasks.store.values import DISTRICT_LEVEL, UNIT_LEVEL

SCRIPT = "trang.js"
HEAT, FINDINGS, CHANGES, SEARCH = "bang-mau.html", "loi.html", "changes.html", "tim.html"
PAGES = {
    "index.html": "Tổng quan",
    HEAT: "Bảng màu",
    FINDINGS: "Lỗi cần sửa",
    CHANGES: "Số liệu thay đổi",
    SEARCH: "Tìm",
}
MOST_CHANGES = 3_000  # rows on one page; beyond, each unit's stand on its own page alone
PERIODS_OF_SENDING = 12


def site(content: ReleaseContent) -> dict[str, bytes]:
    """Return every page of `content` beside `index.html`, and their script, by path in the folder."""
    return Pages(Sheaf(content)).files()


@lru_cache
def script() -> bytes:
    """Return the script of the pages."""
    return (TEMPLATES / SCRIPT).read_bytes()


@dataclass(frozen=True)
class Sending:
    """When a unit sent for one period, and how that was: in time, late, or not at all."""

    period: Period
    received: datetime | None
    word: Word
    versions: int


@dataclass(frozen=True, eq=False)
class Pages:
    """The pages of one release."""

    sheaf: Sheaf

    @property
    def content(self) -> ReleaseContent:
        """What the release shows."""
        return self.sheaf.content

    def files(self) -> dict[str, bytes]:
        """Return every page by its path, and the script."""
        shared = self._shared()
        made = {SCRIPT: script(), HEAT: self._heat(shared), FINDINGS: self._findings(shared)}
        made[CHANGES] = self._changes(shared)
        made[SEARCH] = self._search(shared)
        below = shared | {"root": "../", "here": ""}
        for n, line in enumerate(self.sheaf.lines):
            made[f"chi-tieu/{line.indicator.code}.html"] = self._indicator(n, line, below)
        for n, unit in enumerate(self.sheaf.units):
            made[f"don-vi/{unit.unit.code}.html"] = self._unit(n, unit, below)
        return made

    def _shared(self) -> dict[str, Any]:
        content, style = self.content, (TEMPLATES / "page.css").read_text(encoding="utf-8")
        facts, declarations = content.facts, content.declarations
        return {
            "style": Markup(style),  # noqa: S704
            "policy": f"{policy(style)}; script-src 'self'",
            "root": "",
            "pages": PAGES,
            "period": content.period,
            "span": declarations.calendar.span(content.period),
            "office": declarations.office,
            "issuer": issuer(content),
            "facts": facts,
            "approved_on": approved_on(content),
            "created_at": facts.created_at.astimezone(content.zone),
            "segments": segments,
            "in_order": in_order,
            "tones": TONES,
            "statuses": STATUSES,
            "severities": SEVERITIES,
        }

    def _heat(self, shared: Mapping[str, Any]) -> bytes:
        found, figures = groups(self.content), self.sheaf.figures
        units = [(u.unit.code, u.unit.name) for u in self.sheaf.units]
        codes = ([line.indicator.code for line in group.lines] for group in found)
        bodies = [rows.heat_body(units, of_group, figures) for of_group in codes]
        context = {"groups": found, "bodies": bodies, "words": (*STATUSES.values(), SENT_BACK)}
        return _rendered("heat.html.j2", shared, context | {"here": HEAT})

    def _findings(self, shared: Mapping[str, Any]) -> bytes:
        names = {u.unit.code: u.unit.name for u in self.sheaf.units}
        found = [(unit, names.get(unit, unit), listed) for unit, listed in self.sheaf.findings.items()]
        return _rendered("all_findings.html.j2", shared, {"findings": found, "known_units": names, "here": FINDINGS})

    def _changes(self, shared: Mapping[str, Any]) -> bytes:
        listed = change_lists(self.sheaf.changes, self._places(""), MOST_CHANGES)
        context = {**listed, "compared_with": self.content.compared_with, "note": "", "here": CHANGES}
        return _rendered("all_changes.html.j2", shared, context)

    def _places(self, root: str) -> rows.Places:
        units = frozenset(u.unit.code for u in self.sheaf.units)
        return rows.Places(root, frozenset(line.indicator.code for line in self.sheaf.lines), units)

    def _search(self, shared: Mapping[str, Any]) -> bytes:
        used: dict[str, list[str]] = {}
        for line in self.sheaf.lines:
            for code in rows.codes_of(line):
                used.setdefault(code, []).append(line.indicator.code)
        asked = {code for cells in self.sheaf.cells.values() for code in cells} | used.keys()
        elements = [(e, used.get(e.code, [])) for e in self.content.declarations.elements.values() if e.code in asked]
        units = [(u.unit.code, u.unit.name, u.word.word.lower()) for u in self.sheaf.units]
        context = {"lines": self.sheaf.lines, "units": units, "elements": elements, "here": SEARCH}
        return _rendered("search.html.j2", shared, context)

    def _indicator(self, n: int, line: Line, shared: Mapping[str, Any]) -> bytes:
        declarations, sheaf = self.content.declarations, self.sheaf
        indicator, lines = line.indicator, sheaf.lines
        series = sheaf.series.get((DISTRICT_LEVEL, declarations.office.district, indicator.code), ())
        chart = Chart(line, series, declarations, declarations.calendar.cut_off(self.content.period))
        elements = [declarations.elements[code] for code in rows.codes_of(line)]
        return _rendered("indicator.html.j2", shared, {
            "line": line,
            "content_name": declarations.framework.contents[indicator.content],
            "chart": line_chart(chart),
            "described": described(chart),
            "has_breaks": bool(chart.breaks),
            "has_aside": chart.has_aside,
            "history": [(spot, on_road(chart.road, spot.day)) for spot in series],
            "formula": line.formula,
            "aggregation": AGGREGATION_NAMES[indicator.rule],
            "elements": elements,
            "columns": ["Hạng", "Đơn vị", "Kết quả", *(e.code for e in elements), "Tử số : mẫu số", "Đánh giá"],
            "ranked": any(f.value is not None for f in sheaf.ranked[indicator.code]),
            "rows": self._ranked(line, elements),
            "quarters": _quarters(sheaf.quarters_of_district(elements), names_coverage=True),
            "totals": {e.code: self._total(line, e) for e in elements},
            "written": lambda definition: _written(line, definition),
            "shown": {other.indicator.code for other in lines},
            "target_text": target_text,
            "marks": TARGET_MARKS,
            "target_meanings": target_meanings([line]),
            "before": lines[n - 1].indicator if n else None,
            "after": lines[n + 1].indicator if n + 1 < len(lines) else None,
        })  # fmt: skip

    def _ranked(self, line: Line, elements: list[Element]) -> Markup:
        code, sheaf = line.indicator.code, self.sheaf
        names = {u.unit.code: u.unit.name for u in sheaf.units}
        figures = sheaf.ranked[code]
        top = max((f.value for f in figures if f.value is not None), default=Decimal(0))
        if line.is_percentage:
            top = max(top, Decimal(100))
        ranking = rows.Ranking(names, elements, top)
        return rows.joined(
            rows.ranked_row(ranking, f, _text(sheaf.ranks.get((f.unit, code))), sheaf.cells.get(f.unit, {}))
            for f in figures
        )

    def _total(self, line: Line, element: Element) -> Decimal | None:
        """Return the sum of `element` over the units that went into the district's figure; None for an average."""
        if not element.additive:
            return None
        counted = (f.unit for f in self.sheaf.ranked[line.indicator.code] if f.counted)
        cells = (self.sheaf.cells.get(unit, {}).get(element.code) for unit in counted)
        numbers = [cell.number for cell in cells if cell is not None and cell.number is not None]
        return sum(numbers, Decimal(0)) if numbers else None

    def _unit(self, n: int, unit: UnitLine, shared: Mapping[str, Any]) -> bytes:
        sheaf, code, units = self.sheaf, unit.unit.code, self.sheaf.units
        cells = sheaf.cells.get(code, {})
        elements = self.content.declarations.elements
        used = {cell.submission for cell in cells.values()}
        changes = sheaf.changes_of.get(code, ())
        return _rendered("unit.html.j2", shared, {
            "unit": unit,
            "rows": self._figures(code, cells),
            "findings": sheaf.findings.get(code, ()),
            "offices": sheaf.tasks.get(code, ()),
            "plan": whole(sheaf.tasks.get(code, ())),
            "compared_with": self.content.compared_with,
            "changes": rows.joined(rows.change_row(c, self._places("../"), names_unit=False) for c in changes),
            "change_count": len(changes),
            "sendings": self._sendings(unit),
            "cells": rows.joined(rows.cell_row(cell, elements[cell.element]) for cell in cells.values()),
            "cell_count": len(cells),
            "quarters": _quarters(sheaf.quarters_of(code), names_coverage=False),
            "sources": [source for name, source in sheaf.sources.items() if name in used],
            "before": units[n - 1].unit if n else None,
            "after": units[n + 1].unit if n + 1 < len(units) else None,
        })  # fmt: skip

    @cached_property
    def _ways(self) -> Mapping[str, rows.Way]:
        return {line.indicator.code: rows.Way.of(line) for line in self.sheaf.lines}

    def _figures(self, unit: str, cells: Mapping[str, Cell]) -> Markup:
        figures, ranks = self.sheaf.figures.get(unit, {}), self.sheaf.ranks
        return rows.joined(
            rows.figure_row(way, figures[code], _text(ranks.get((unit, code))), self._trend(unit, way.line), cells)
            for code, way in self._ways.items()
            if code in figures
        )

    def _trend(self, unit: str, line: Line) -> Markup:
        series = self.sheaf.series.get((UNIT_LEVEL, unit, line.indicator.code), ())
        return sparkline(series, line.indicator, self.content.declarations) if len(series) > 1 else Markup()

    def _sendings(self, unit: UnitLine) -> list[Sending]:
        """Return how the unit sent, this period first, then the earlier ones in which anybody sent."""
        first = unit.first
        received, late = (first.received, first.days_late) if first else (None, None)
        versions = unit.newest.version if unit.newest else None
        how = _punctuality(late) if first else NOT_YET
        now = Sending(self.content.period, received, how, versions or 0)
        return [now, *self._earlier(unit.unit.code)]

    def _earlier(self, unit: str) -> list[Sending]:
        frame, zone, found = self.content.past.arrivals, self.content.zone, []
        known = {
            (period, code): (received, late, versions)
            for period, code, versions, received, late in zip(*(frame[c].tolist() for c in frame.columns), strict=True)
        }
        for name in reversed(dict.fromkeys(frame["period"].tolist())):
            period = Period.parse(name)
            if unit not in self.content.declarations.reporting(period):
                continue
            received, late, versions = known.get((name, unit), (None, None, 0))
            moment = received.astimezone(zone) if received is not None else None
            found.append(Sending(period, moment, _punctuality(late), int(versions)))
        return found[: PERIODS_OF_SENDING - 1]


def _rendered(template: str, shared: Mapping[str, Any], context: Mapping[str, Any]) -> bytes:
    return environment().get_template(template).render({**shared, **context}).encode()


def _quarters(found: Quarters | None, *, names_coverage: bool) -> dict[str, Any] | None:
    """Return what the template of a table of quarters asks for."""
    if found is None:
        return None
    heads = [rows.column_name(column) for column in found.columns]
    covered = [f"{row.reported}/{row.expected}" if names_coverage else "" for row in found.rows]
    written = (rows.quarter_row(row, found.columns, text) for row, text in zip(found.rows, covered, strict=True))
    return {
        "name": found.name,
        "made_of": found.made_of,
        "heads": ["Nội dung", *heads, *(["Đơn vị có số"] if names_coverage else [])],
        "count": len(found.rows),
        "rows": rows.joined(written),
    }


def _written(line: Line, definition: Definition) -> str:
    return formula(line.indicator, definition)


def _text(rank: int | None) -> str:
    return NOTHING if rank is None else str(rank)


NOT_YET = Word("–", "chưa nộp", Tone.NONE)  # of the period shown, which a unit may still send


def _punctuality(days_late: int | None) -> Word:
    if days_late is None:
        return Word("–", "không nộp", Tone.BAD)
    return Word("▼", f"muộn {days_late} ngày", Tone.SLOW) if days_late > 0 else Word("●", "đúng hạn", Tone.GOOD)
