"""Sentences made from figures: facts in correct Vietnamese, never a cause, and open about what is missing.

Nothing here looks anything up: figures, names and words come in, a sentence or nothing comes out.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from decimal import Decimal

from config.indicator import Direction, Indicator, Target, TargetStatus
from config.number import round_half_up
from tasks.publish.plan_tasks import NO_PLAN
from tasks.publish.wording import day, number, target_text

MOST_NAMED = 5  # names in one list; further ones are counted
FEW_NAMED = 3
TRUST = {
    TargetStatus.SOURCED: "",
    TargetStatus.PROVISIONAL: "mục tiêu tạm tính",
    TargetStatus.STAND_IN: "mục tiêu tham khảo",
}
WITHOUT_FIGURE = {
    "chưa báo cáo": "chưa có đơn vị nào báo cáo",
    "chưa đủ số liệu": "chưa đủ số liệu để công bố",
    "không phát sinh": "không phát sinh",
    "chuỗi đã dừng": "chuỗi số liệu đã dừng",
}


@dataclass(frozen=True)
class Figure:
    """One indicator of the whole area as sentences need it; all figures exact, None where there is none."""

    indicator: Indicator
    value: Decimal | None
    numerator: Decimal | None
    denominator: Decimal | None
    base: Decimal | None
    base_date: date | None
    target: Target | None
    target_year: int | None
    status: str
    needed: Decimal | None  # the pace needed from now on, a year
    reported: int
    expected: int


def listed(names: Sequence[str], most: int = MOST_NAMED, what: str = "đơn vị") -> str:
    """Return `names` as one enumeration, those beyond `most` only counted.

    >>> listed(["xã A"]), listed(["xã A", "xã B", "xã C"]), listed(["A", "B", "C", "D"], most=2)
    ('xã A', 'xã A, xã B và xã C', 'A, B và 2 đơn vị khác')
    """
    if len(names) > most:
        return f"{', '.join(names[:most])} và {len(names) - most} {what} khác"
    return " và ".join(part for part in (", ".join(names[:-1]), *names[-1:]) if part)


def share_of(count: int, whole: int, what: str) -> str:
    """Return how many of `whole` it is: none, all, or the number.

    >>> share_of(0, 19, "đơn vị"), share_of(19, 19, "đơn vị"), share_of(1, 1, "đơn vị"), share_of(3, 19, "đơn vị")
    ('Không đơn vị nào', 'Cả 19 đơn vị', 'Đơn vị duy nhất', '3/19 đơn vị')
    """
    if count == 0:
        return f"Không {what} nào"
    if count == whole:
        return f"Cả {whole} {what}" if whole > 1 else f"{what[:1].upper()}{what[1:]} duy nhất"
    return f"{count}/{whole} {what}"


def submitted(whole: int, silent: Sequence[str]) -> str:
    """Return how many of `whole` units sent a form, and who did not."""
    told = f"{share_of(whole - len(silent), whole, 'đơn vị')} đã nộp biểu số liệu"
    if len(silent) == whole:
        return "Chưa đơn vị nào nộp biểu số liệu."
    return f"{told}; còn {listed(silent)} chưa nộp." if silent else f"{told}."


def late(delays: Mapping[str, int]) -> str:
    """Return who was late by how many days; `delays` has only those that were."""
    if not delays:
        return "Không đơn vị nào nộp muộn."
    named = [f"{name} ({days} ngày)" for name, days in delays.items()]
    return f"{len(delays)} đơn vị nộp muộn: {listed(named)}."


def standing(waiting: Sequence[str], warned: Sequence[str]) -> str:
    """Return whose form is returned or unusable and waits for a better one, and whose counts with warnings."""
    told = []
    if waiting:
        told.append(f"{len(waiting)} đơn vị có biểu phải sửa, số liệu chưa được tính: {listed(waiting)}")
    if warned:
        told.append(f"{len(warned)} đơn vị có số liệu được tính kèm cảnh báo: {listed(warned)}")
    return "; ".join(told) + "." if told else ""


def counted(tally: Sequence[tuple[str, int]]) -> str:
    """Return how many indicators came out how: «Trong 42 chỉ tiêu: 10 đạt, 3 chậm.»"""
    whole = sum(n for _, n in tally)
    if not whole:
        return "Không có chỉ tiêu nào được định nghĩa trong kỳ."
    return f"Trong {whole} chỉ tiêu: {', '.join(f'{n} {word}' for word, n in tally if n)}."


def untrusted(provisional: int, stand_in: int) -> str:
    """Return how many targets no document of the province gives, or nothing."""
    kinds = ((provisional, "mục tiêu tạm tính (*)"), (stand_in, "mục tiêu tham khảo (**)"))
    parts = [f"{n} {kind}" for n, kind in kinds if n]
    if not parts:
        return ""
    return f"Có {' và '.join(parts)}: đánh giá theo những mục tiêu này chỉ để tham khảo."


def told(figure: Figure) -> str:
    """Return level, change, distance to the target and status of one indicator as one sentence."""
    name = figure.indicator.name
    if figure.value is None:
        without = WITHOUT_FIGURE.get(figure.status, figure.status)
        return f"{name}: {without}{_coverage(figure)}."
    parts = [_level(figure), change(figure), distance(figure)]
    shown = "; ".join(part for part in parts if part)
    return f"{name}: {shown}. Đánh giá: {figure.status}."


def _level(figure: Figure) -> str:
    return f"{measured(figure.value, figure.indicator)}{_parts(figure)}{_coverage(figure)}"


def _parts(figure: Figure) -> str:
    if figure.indicator.factor != 100 or figure.numerator is None or figure.denominator is None:
        return ""
    return f" ({number(figure.numerator)}/{number(figure.denominator)})"


def _coverage(figure: Figure) -> str:
    if not 0 < figure.reported < figure.expected:
        return ""
    return f", mới {figure.reported}/{figure.expected} đơn vị có số liệu"


def measured(value: Decimal | None, indicator: Indicator) -> str:
    """Return a figure with its unit of measure: «98,50 %», «12,00 ngày»."""
    return f"{number(value, 2)}\u00a0{indicator.unit_of_measure}"


def _gap(value: Decimal, indicator: Indicator) -> str:
    """Return a difference of two figures: of percentages it is in points."""
    measure = "điểm\u00a0%" if indicator.factor == 100 else indicator.unit_of_measure
    return f"{number(abs(value), 2)}\u00a0{measure}"


def change(figure: Figure) -> str:
    """Return how the figure moved from its base, as printed; nothing where a year's count starts from zero."""
    if figure.value is None or figure.base is None or figure.base_date is None:
        return ""
    if figure.base == 0 and figure.indicator.pace == "from_zero":
        return ""
    moved = round_half_up(figure.value) - round_half_up(figure.base)
    base = f"gốc {measured(figure.base, figure.indicator)} ngày {day(figure.base_date)}"
    if moved == 0:
        return f"bằng {base}"
    return f"{'tăng' if moved > 0 else 'giảm'} {_gap(moved, figure.indicator)} so với {base}"


def distance(figure: Figure) -> str:
    """Return how far the figure is from its target, and how far that target can be trusted."""
    value, target, indicator = figure.value, figure.target, figure.indicator
    if value is None or target is None:
        return "chưa có mục tiêu" if target is None else ""
    goal = _goal(figure, target)
    if target.value is None:
        low, high = target.low, target.high
        inside = (low is None or value >= low) and (high is None or value <= high)
        return f"{'trong' if inside else 'ngoài'} khoảng của {goal}"
    missing = value - target.value if indicator.direction is Direction.DOWN else target.value - value
    if missing <= 0:
        return f"đã đạt {goal}"
    short = "cao hơn" if indicator.direction is Direction.DOWN else "thấp hơn"
    return f"{short} {goal} {_gap(missing, indicator)}{_needed(figure)}"


def _needed(figure: Figure) -> str:
    if not figure.needed:
        return ""
    return f", từ nay cần {'tăng' if figure.needed > 0 else 'giảm'} {_gap(figure.needed, figure.indicator)} mỗi năm"


def _goal(figure: Figure, target: Target) -> str:
    trust = f", {TRUST[target.status]}" if TRUST[target.status] else ""
    measure = figure.indicator.unit_of_measure
    return f"mục tiêu năm {figure.target_year} ({target_text(figure.indicator, target)}\u00a0{measure}{trust})"


def leaders(figures: Mapping[str, Decimal], indicator: Indicator) -> str:
    """Return which units lead and which lag, units of one printed figure named together; nothing for fewer than two."""
    if len(figures) < 2:
        return ""
    printed = {name: round_half_up(value) for name, value in figures.items()}
    low, high = min(printed.values()), max(printed.values())
    if low == high:
        return (
            f"{share_of(len(printed), len(printed), 'đơn vị cấp xã có số liệu')} cùng mức {measured(low, indicator)}."
        )
    is_down = indicator.direction is Direction.DOWN
    best, worst = (low, high) if is_down else (high, low)
    words = ("Cao nhất", "thấp nhất") if indicator.direction is Direction.RANGE else ("Tốt nhất", "kém nhất")
    return f"{words[0]}: {_sharing(printed, best, indicator)}; {words[1]}: {_sharing(printed, worst, indicator)}."


def _sharing(printed: Mapping[str, Decimal], value: Decimal, indicator: Indicator) -> str:
    names = [name for name, figure in printed.items() if figure == value]
    if len(names) > FEW_NAMED:
        return f"{len(names)} đơn vị cùng mức {measured(value, indicator)}"
    return f"{listed(names)} ({measured(value, indicator)})"


def missing(units: Sequence[str], whole: int) -> str:
    """Return of whom there is no figure, nothing when all have one."""
    if not units or len(units) == whole:
        return ""
    return f"Chưa có số liệu của {listed(units)}."


def plan(done: int, total: int, overdue: int, until: date) -> str:
    """Return how far the year's plan is done, and how much of it was overdue on the day `until`."""
    if not total:
        return NO_PLAN
    share = f"{number(Decimal(100 * done) / total, 2)}\u00a0%"
    behind = share_of(overdue, total, "nhiệm vụ")
    behind = f"{behind[:1].lower()}{behind[1:]} quá hạn tính đến ngày {day(until)}"
    return f"Hoàn thành {done}/{total} nhiệm vụ ({share}); {behind}."


def changed(district: int, units: int, since: str) -> str:
    """Return how many figures an earlier release said otherwise."""
    if not since:
        return "Không ghi nhận con số nào khác bản công bố trước."
    parts = [f"{n} con số của {whose}" for n, whose in ((district, "toàn huyện"), (units, "từng đơn vị")) if n]
    return f"So với bản {since}, {' và '.join(parts)} thay đổi."
