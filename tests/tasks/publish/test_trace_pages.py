"""The pages say of a figure what `cchc trace` says: formula, parts, and of each part file, cell, version and text."""

from __future__ import annotations

import re
from html import unescape

from config.load import Declarations
from config.settings import Settings
from tasks.publish.wording import number
from tasks.store.database import reading
from tasks.store.trace import Question, Trace, trace
from tests.factory import COMMUNE, NEIGHBOUR

from .test_door import PERIOD, calculation, on_day, publish, settings

__all__ = ["calculation", "settings"]  # fixtures


def asked(settings: Settings, declarations: Declarations, unit: str | None) -> Trace:
    with reading(settings.database) as connection:
        found = trace(connection, declarations, Question(PERIOD, "L01", unit, on_day(1).now))
    assert found is not None
    return found


def row(html: str, start: str) -> str:
    """Return the text of the row of `html` that begins with `start`."""
    found = re.search(rf"{start}.*?</tr>", html, re.S)
    assert found, start
    return re.sub(r"\s+", " ", unescape(re.sub(r"<[^>]+>", " ", found[0]))).strip()


def test_every_part_of_the_districts_figure_is_on_the_page_of_its_unit(
    settings: Settings, declarations: Declarations, calculation: int
) -> None:
    folder = publish(settings, declarations, calculation, on_day(0)).path
    figure = asked(settings, declarations, None)
    whole = (folder / "chi-tieu" / "L01.html").read_text(encoding="utf-8")
    formula = f"L01 = A02 : A01 = {number(figure.figure.numerator)} : {number(figure.figure.denominator)} × 100"
    assert formula in re.sub(r"\s+", " ", unescape(re.sub(r"<[^>]+>", " ", whole)))
    assert len(figure.parts) == 38
    for part in figure.parts:
        page = (folder / "don-vi" / f"{part.unit}.html").read_text(encoding="utf-8")
        cell = row(page, f'<tr role="row" id="{part.element}">')
        typed = part.text or "–"
        shown = number(part.number) if part.number is not None else "(để trống)"
        assert f"{shown} {typed} {part.sheet}!{part.cell}" in cell, (part.unit, part.element)
        assert f"Lần nộp {part.version}: tệp «{part.file_name}»" in page
        assert part.sha256 in page
        assert f'<a class="n" href="../don-vi/{part.unit}.html#{part.element}">' in whole
        listed = row(whole, f'<a href="../don-vi/{part.unit}.html#L01">')
        assert ("không tính vào toàn huyện" in listed) is not part.counted


def test_a_units_figure_says_how_it_was_made(settings: Settings, declarations: Declarations, calculation: int) -> None:
    folder = publish(settings, declarations, calculation, on_day(0)).path
    page = (folder / "don-vi" / f"{COMMUNE}.html").read_text(encoding="utf-8")
    figure = asked(settings, declarations, COMMUNE).figure
    said = row(page, '<tr role="row" id="L01">')
    assert f"A02 : A01 = {number(figure.numerator)} : {number(figure.denominator)}" in said
    assert number(figure.value, 2) in said
    assert figure.status in said


def test_a_unit_that_lacks_a_part_says_so_and_shows_no_figure(
    settings: Settings, declarations: Declarations, calculation: int
) -> None:
    folder = publish(settings, declarations, calculation, on_day(0)).path
    page = (folder / "don-vi" / f"{NEIGHBOUR}.html").read_text(encoding="utf-8")
    assert "chưa báo cáo" in row(page, '<tr role="row" id="L01">')
    assert "(để trống)" in row(page, '<tr role="row" id="A02">')
