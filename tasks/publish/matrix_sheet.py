"""Phụ lục II: the matrix of a period, units that were sent back told from those that sent nothing."""

from __future__ import annotations

from tasks.publish.annex import Annex
from tasks.publish.content import ReleaseContent
from tasks.publish.lines import groups, unit_figures
from tasks.publish.matrix import Figures, write_matrix
from tasks.publish.units import unit_lines
from tasks.publish.wording import STATUSES, Tone, Word
from tasks.store.values import State

NOT_REPORTED = "chưa báo cáo"
RETURNED = Word("▼", "biểu đang trả lại để sửa", Tone.BAD, short="TL")


def write_units(annex: Annex, content: ReleaseContent) -> None:
    """Write the matrix of a period: the whole district first, then each unit that reports."""
    shown, figures, returned = groups(content), unit_figures(content), _returned(content)
    total = {line.indicator.code: (line.value, line.status.word) for group in shown for line in group.lines}
    rows: list[tuple[str, Figures]] = [("Toàn huyện", total)]
    for unit in content.declarations.reporting(content.period).values():
        of_unit = figures.get(unit.code, {})
        rows.append((unit.name, _sent_back(of_unit) if unit.code in returned else of_unit))
    write_matrix(annex, shown, rows, STATUSES, RETURNED)


def _returned(content: ReleaseContent) -> frozenset[str]:
    """Return the units of which nothing counts because what they sent was returned: they did report."""
    waiting = (u for u in unit_lines(content) if u.counted is None and u.newest is not None)
    return frozenset(u.unit.code for u in waiting if u.newest is not None and u.newest.state == State.RETURNED)


def _sent_back(figures: Figures) -> Figures:
    return {
        code: (value, RETURNED.word if status == NOT_REPORTED else status) for code, (value, status) in figures.items()
    }
