"""Rows of the long tables of a stage's pages, written directly, as `rows.py` writes those of a period."""

from __future__ import annotations

from dataclasses import dataclass
from decimal import Decimal

from markupsafe import Markup

from tasks.publish.rows import bar, labelled, safe, shown, word
from tasks.publish.stage_lines import StageLine
from tasks.publish.stage_sheaf import Ranked
from tasks.publish.stage_ways import Links, linked
from tasks.publish.wording import NOTHING, day


def ranked_row(ranked: Ranked, top: Decimal, links: Links) -> Markup:
    """Return one unit under an indicator: rank, base, figure with its bar, parts, pace, status; bars end at `top`."""
    unit, line = ranked.unit, ranked.line
    code = line.indicator.code
    name = f'<a href="../don-vi/{unit.code}.html#{code}">{safe(unit.name)}</a>'
    return Markup(  # noqa: S704  # every part is escaped where it is made
        f'<tr role="row">{labelled("Hạng", _rank(ranked.rank))}<th role="rowheader" scope="row">{name}</th>'
        f"{labelled('Gốc', _base(line, links, unit.code))}"
        f"{labelled('Hiện nay', _now(line, links, unit.code) + _bar(line, top))}"
        f"{labelled('Tử số : mẫu số', _parts(line))}{labelled('Nhịp độ', _pace(line))}"
        f"{labelled('Đánh giá', word(line.status))}</tr>\n"
    )


@dataclass(frozen=True)
class Compared:
    """What a figure of `unit` is held against: the whole district's line, the others by rank; where each was made."""

    unit: str
    district: StageLine | None
    rank: int | None
    links: Links


def figure_row(line: StageLine, compared: Compared, anchor: str) -> Markup:
    """Return one indicator of a unit beside the whole district's figure and the target; `anchor` is its id."""
    indicator, district, links = line.indicator, compared.district, compared.links
    name = safe(indicator.name)
    titled = f'<a href="../chi-tieu/{indicator.code}.html">{name}</a>' if district else name
    aim = linked(links.target(line) if district else "", safe(line.target_text), "../")
    goal = f'{aim} <span class="small">năm {line.target_year}</span>' if line.target else NOTHING
    notes = "".join(f' <span class="small">{safe(note)}</span>' for note in (line.breaks, line.not_assessed) if note)
    return Markup(  # noqa: S704
        f'<tr role="row" id="{anchor}"><th role="rowheader" scope="row">{titled} '
        f'<span class="small">{indicator.code}, {safe(indicator.unit_of_measure)}</span></th>'
        f"{labelled('Gốc', _base(line, links, compared.unit))}"
        f"{labelled('Hiện nay', _now(line, links, compared.unit) + _small(_parts(line)))}"
        f"{labelled('Toàn huyện', _whole(district, links))}"
        f"{labelled('Mục tiêu', goal)}{labelled('Hạng', _rank(compared.rank))}{labelled('Nhịp độ', _pace(line))}"
        f"{labelled('Đánh giá', word(line.status) + Markup(notes))}</tr>\n"  # noqa: S704
    )


def _number(value: Decimal | None) -> str:
    return f'<span class="n">{shown(value, 2)}</span>'


def _small(text: str) -> str:
    return f' <span class="small">{text}</span>' if text != NOTHING else ""


def _rank(rank: int | None) -> str:
    return NOTHING if rank is None else str(rank)


def _whole(district: StageLine | None, links: Links) -> str:
    return linked(links.current(district), _number(district.value), "../") if district else NOTHING


def _base(line: StageLine, links: Links, unit: str) -> str:
    since = _small(f"ngày {day(line.base_date)}") if line.base_date else ""
    return linked(links.base(line, unit), _number(line.base), "../") + since


def _now(line: StageLine, links: Links, unit: str) -> str:
    period = _small(safe(line.period.name)) if line.period else ""
    value = f'<span class="value n">{shown(line.value, 2)}</span>'
    return f"{linked(links.current(line, unit), value, '../')}{period}"


def _bar(line: StageLine, top: Decimal) -> str:
    if line.value is None or top <= 0:
        return ""
    return bar(max(0.0, min(100.0, float(100 * line.value / top))), line.status)


def _parts(line: StageLine) -> str:
    if line.numerator is None or line.denominator is None:
        return NOTHING
    return f'<span class="n">{shown(line.numerator)} : {shown(line.denominator)}</span>'


def _pace(line: StageLine) -> str:
    needed = _small(f"cần từ nay {safe(line.needed)}") if line.needed else ""
    if line.r is None:
        return f"{NOTHING}{needed}"
    crossed = f", CAGR {shown(line.cagr_ratio, 2)}" if line.cagr_ratio is not None else ""
    parts = f"p {shown(line.p, 2)}, q {shown(line.q, 2)}{crossed}"
    return f'<span class="n">r = {shown(line.r, 2)}</span>{_small(parts)}{needed}'
