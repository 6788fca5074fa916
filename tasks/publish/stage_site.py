"""The pages beside a stage's `index.html`: one for each indicator and unit, the heat table, the list to search.

They are made like those of a period (`site.py`): whole without script, links relative.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from decimal import Decimal
from typing import Any

from markupsafe import Markup

from config.element import Element
from config.formula import elements_of
from config.indicator import AGGREGATION_NAMES, Definition
from tasks.publish import rows, stage_rows
from tasks.publish.change_lines import stage_change_lines
from tasks.publish.change_tables import change_lists
from tasks.publish.content import Facts, approved_on
from tasks.publish.line_chart import Chart, described, line_chart
from tasks.publish.page import TEMPLATES, TONES, environment, in_order, policy, segments, target_meanings
from tasks.publish.sheaf import Figure
from tasks.publish.site import CHANGES, HEAT, MOST_CHANGES, SCRIPT, SEARCH, script
from tasks.publish.stage_content import StageContent
from tasks.publish.stage_lines import StageLine
from tasks.publish.stage_sheaf import Row, StageSheaf, StageUnit
from tasks.publish.stage_ways import anchor, heir_body
from tasks.publish.stage_wording import STAGE_STATUSES
from tasks.publish.wording import TARGET_MARKS, formula, target_text
from tasks.publish.workbook import issuer

PAGES = {"index.html": "Tổng quan", HEAT: "Bảng màu", CHANGES: "Số liệu thay đổi", SEARCH: "Tìm"}


@dataclass(frozen=True)
class Subject:
    """What a page is about, named as a period is: alone, within a sentence, and by its code."""

    code: str
    name: str

    @property
    def name_within(self) -> str:
        """The name as it stands within a sentence."""
        return f"{self.name[:1].lower()}{self.name[1:]}"

    def __str__(self) -> str:
        """Return the code."""
        return self.code


def shared_of(content: StageContent) -> dict[str, Any]:
    """Return what every page of a stage is told, `index.html` among them."""
    style = (TEMPLATES / "page.css").read_text(encoding="utf-8")
    facts: Facts = content.facts
    return {
        "style": Markup(style),  # noqa: S704
        "policy": f"{policy(style)}; script-src 'self'",
        "root": "",
        "pages": PAGES,
        "period": Subject(content.code, content.name),
        "office": content.declarations.office,
        "issuer": issuer(content),
        "facts": facts,
        "created_at": facts.created_at.astimezone(content.zone),
        "approved_on": approved_on(content),
        "segments": segments,
        "in_order": in_order,
        "tones": TONES,
        "statuses": STAGE_STATUSES,
        "marks": TARGET_MARKS,
        "target_text": target_text,
    }


def stage_site(content: StageContent) -> dict[str, bytes]:
    """Return every page of `content` beside `index.html`, and their script, by path in the folder."""
    return StagePages(StageSheaf(content)).files()


@dataclass(frozen=True, eq=False)
class StagePages:
    """The pages of one release of a stage."""

    sheaf: StageSheaf

    @property
    def content(self) -> StageContent:
        """What the release shows."""
        return self.sheaf.content

    def files(self) -> dict[str, bytes]:
        """Return every page by its path, and the script."""
        shared = shared_of(self.content)
        made = {SCRIPT: script(), HEAT: self._heat(shared), SEARCH: self._search(shared)}
        made[CHANGES] = self._changes(shared)
        below = shared | {"root": "../", "here": ""}
        for n, line in enumerate(self.sheaf.lines):
            made[f"chi-tieu/{line.indicator.code}.html"] = self._indicator(n, line, below)
        for n, unit in enumerate(self.sheaf.units):
            made[f"don-vi/{unit.code}.html"] = self._unit(n, unit, below)
        return made

    def _heat(self, shared: Mapping[str, Any]) -> bytes:
        of_units, units = self.sheaf.figures.get(self.sheaf.today, {}), self.sheaf.units
        figures = {u.code: _figures(u.code, of_units.get(u.code, {})) for u in units}
        names = [(u.code, u.name) for u in units]
        codes = ([line.indicator.code for line in group.lines] for group in self.sheaf.groups)
        bodies = [rows.heat_body(names, of_group, figures) for of_group in codes]
        return _rendered("heat.html.j2", shared, {
            "groups": self.sheaf.groups,
            "bodies": bodies,
            "words": STAGE_STATUSES.values(),
            "view": self.sheaf.today,
            "here": HEAT,
        })  # fmt: skip

    def _changes(self, shared: Mapping[str, Any]) -> bytes:
        listed = change_lists(stage_change_lines(self.content), self._places(""), MOST_CHANGES)
        context = {**listed, "compared_with": self.content.compared_with, "here": CHANGES}
        note = f"Đơn vị theo {self.sheaf.today}; theo địa giới khác: changes.csv." if self.sheaf.today else ""
        return _rendered("all_changes.html.j2", shared, context | {"note": note})

    def _places(self, root: str) -> rows.Places:
        codes = frozenset(line.indicator.code for line in self.sheaf.lines)
        return rows.Places(root, codes, frozenset(u.code for u in self.sheaf.units))

    def _search(self, shared: Mapping[str, Any]) -> bytes:
        units = [(u.code, u.name, f"{len(self.sheaf.figures[self.sheaf.today][u.code])} chỉ tiêu") for u in self._shown]
        context = {"lines": self.sheaf.lines, "units": units, "elements": (), "here": SEARCH}
        return _rendered("search.html.j2", shared, context)

    @property
    def _shown(self) -> list[StageUnit]:
        return [u for u in self.sheaf.units if u.code in self.sheaf.figures.get(self.sheaf.today, {})]

    def _indicator(self, n: int, line: StageLine, shared: Mapping[str, Any]) -> bytes:
        declarations, sheaf = self.content.declarations, self.sheaf
        code, lines = line.indicator.code, sheaf.lines
        chart = Chart(line, sheaf.series(line), declarations, sheaf.figures_to)
        return _rendered("stage_indicator.html.j2", shared, {
            "line": line,
            "content_name": declarations.framework.contents[line.indicator.content],
            "chart": line_chart(chart),
            "described": described(chart),
            "has_breaks": bool(chart.breaks),
            "has_aside": chart.has_aside,
            "years": sheaf.years.get(code, ()),
            "aggregation": AGGREGATION_NAMES[line.indicator.rule],
            "elements": self._elements(line),
            "rankings": [
                (boundaries, self._ranking(boundaries, line))
                for boundaries in reversed(self.content.boundaries)
                if (boundaries, code) in sheaf.ranked
            ],
            "links": sheaf.links,
            "ways": [
                (way, anchor(way.period), rows.joined(heir_body(way, heir, self.content) for heir in way.heirs))
                for way in sheaf.ways.get(code, ())
            ],
            "written": lambda definition: _written(line, definition),
            "shown": {other.indicator.code for other in lines},
            "target_meanings": target_meanings([line]),
            "before": lines[n - 1].indicator if n else None,
            "after": lines[n + 1].indicator if n + 1 < len(lines) else None,
        })  # fmt: skip

    def _elements(self, line: StageLine) -> list[Element]:
        weight = elements_of(line.indicator.weight) if line.indicator.weight else frozenset()
        return [self.content.declarations.elements[code] for code in sorted(line.definition.elements | weight)]

    def _ranking(self, boundaries: str, line: StageLine) -> Markup:
        ranked = self.sheaf.ranked[boundaries, line.indicator.code]
        top = max((r.line.value for r in ranked if r.line.value is not None), default=Decimal(0))
        top = max(top, Decimal(100)) if line.is_percentage else top
        return rows.joined(stage_rows.ranked_row(r, top, self.sheaf.links) for r in ranked)

    def _unit(self, n: int, unit: StageUnit, shared: Mapping[str, Any]) -> bytes:
        sheaf, units = self.sheaf, self.sheaf.units
        now = sheaf.figures.get(sheaf.today, {}).get(unit.code, {})
        changes = sheaf.changes_of.get(unit.code, ())
        return _rendered("stage_unit.html.j2", shared, {
            "unit": unit,
            "figures_to": sheaf.figures_to,
            "counts": in_order(_tones(now)),
            "tables": [
                (boundaries, self._table(boundaries, unit))
                for boundaries in reversed(self.content.boundaries)
                if unit.code in sheaf.figures[boundaries]
            ],
            "scores": [(s, row) for s in sheaf.score_sets for row in s.rows if row["unit"] == unit.code],
            "standings": [row for s in sheaf.score_sets for row in s.standings if row["unit"] == unit.code],
            "scored": self.content.frames.scored,
            "compared_with": self.content.compared_with,
            "changes": rows.joined(rows.change_row(c, self._places("../"), names_unit=False) for c in changes),
            "change_count": len(changes),
            "sources": self._sources(unit),
            "before": units[n - 1] if n else None,
            "after": units[n + 1] if n + 1 < len(units) else None,
        })  # fmt: skip

    def _table(self, boundaries: str, unit: StageUnit) -> Markup:
        sheaf = self.sheaf
        district = {line.indicator.code: line for line in sheaf.lines}
        prefix = "" if boundaries == sheaf.today else "truoc-"
        return rows.joined(
            stage_rows.figure_row(
                line,
                stage_rows.Compared(
                    unit.code, district.get(code), sheaf.ranks[boundaries, unit.code, code], sheaf.links
                ),
                f"{prefix}{code}",
            )
            for code, line in sheaf.figures[boundaries][unit.code].items()
        )

    def _sources(self, unit: StageUnit) -> list[Row]:
        zone = self.content.zone
        return [{"sent": sent, "received": sent.received_at.astimezone(zone)} for sent in self.sheaf.sources[unit.code]]


def _figures(unit: str, lines: Mapping[str, StageLine]) -> dict[str, Figure]:
    return {
        code: Figure(unit, code, line.numerator, line.denominator, line.value, line.value is not None, line.status)
        for code, line in lines.items()
    }


def _tones(lines: Mapping[str, StageLine]) -> dict[Any, int]:
    found: dict[Any, int] = {}
    for line in lines.values():
        found[line.status.tone] = found.get(line.status.tone, 0) + 1
    return found


def _written(line: StageLine, definition: Definition) -> str:
    return formula(line.indicator, definition)


def _rendered(template: str, shared: Mapping[str, Any], context: Mapping[str, Any]) -> bytes:
    return environment().get_template(template).render({**shared, **context}).encode()
