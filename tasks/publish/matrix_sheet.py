"""Phụ lục II: the matrix of a period, units that were sent back told from those that sent nothing."""

from __future__ import annotations

from tasks.publish.annex import Annex
from tasks.publish.content import ReleaseContent
from tasks.publish.lines import groups, unit_figures
from tasks.publish.matrix import Figures, write_matrix
from tasks.publish.units import unit_lines
from tasks.publish.wording import SENT_BACK, STATUSES, status_word


def write_units(annex: Annex, content: ReleaseContent) -> None:
    """Write the matrix of a period: the whole district first, then each unit that reports."""
    shown, figures = groups(content), unit_figures(content)
    total = {line.indicator.code: (line.value, line.status.word) for group in shown for line in group.lines}
    rows: list[tuple[str, Figures]] = [("Toàn huyện", total)]
    for line in unit_lines(content):
        of_unit = figures.get(line.unit.code, {})
        rows.append((line.unit.name, _sent_back(of_unit) if line.is_sent_back else of_unit))
    write_matrix(annex, shown, rows, STATUSES, SENT_BACK)


def _sent_back(figures: Figures) -> Figures:
    return {code: (value, status_word(status, True).word) for code, (value, status) in figures.items()}
