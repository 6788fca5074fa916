"""What a scoring set may not be: points that do not add up, kinds out of place, figures that nobody reports."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from datetime import date
from decimal import Decimal

from config.criterion import ADJUSTING, Count, Criterion, Group, Kind, ScoringSet
from config.element import Element
from config.indicator import Indicator
from config.load import Declarations
from config.number import NumberType, format_number
from config.period import FIRST_YEAR, LAST_YEAR, Period, Window
from config.steps import fault_in_steps
from config.strict import Where
from config.validity import in_force

Faults = Iterator[tuple[Where, str]]
FLAG_VALUES = {Decimal(0), Decimal(1)}


def faults_of(scoring: ScoringSet, declarations: Declarations, last_year: int) -> Faults:
    """Yield (where in the file, sentence) of every fault of `scoring`, which stands until `last_year`."""
    if not FIRST_YEAR <= scoring.year <= LAST_YEAR:
        yield ("year",), f"năm {scoring.year} ngoài chương trình {FIRST_YEAR}–{LAST_YEAR}"
        return
    yield from _repeated(scoring)
    yield from _sums(scoring)
    for where, criterion in _places(scoring):
        for inside, sentence in _of_criterion(criterion, adjusting=where[0] == "adjustments"):
            yield (*where, *inside), sentence
        for inside, sentence in _of_source(criterion, scoring, declarations, last_year):
            yield (*where, *inside), sentence
    yield from _of_grades(scoring)


def _places(scoring: ScoringSet) -> Iterator[tuple[Where, Criterion]]:
    for g, group in enumerate(scoring.groups):
        yield from ((("groups", g, "criteria", c), criterion) for c, criterion in enumerate(group.criteria))
    yield from ((("adjustments", a), criterion) for a, criterion in enumerate(scoring.adjustments))


def _repeated(scoring: ScoringSet) -> Faults:
    seen: set[str] = set()
    groups: list[tuple[Where, Group | Criterion]] = [(("groups", g), group) for g, group in enumerate(scoring.groups)]
    for where, part in [*groups, *_places(scoring)]:
        if part.code in seen:
            yield (*where, "code"), f"mã {part.code} ghi hai lần"
        seen.add(part.code)


def _sums(scoring: ScoringSet) -> Faults:
    weights = sum((group.weight for group in scoring.groups), Decimal(0))
    if weights != scoring.total or scoring.total <= 0:
        yield (
            ("total",),
            f"điểm các nhóm cộng lại là {format_number(weights)}, «total» ghi {format_number(scoring.total)}",
        )
    for g, group in enumerate(scoring.groups):
        points = sum((criterion.maximum for criterion in group.criteria), Decimal(0))
        if points != group.weight:
            stated = f"«weight» ghi {format_number(group.weight)}"
            yield ("groups", g, "weight"), f"điểm các tiêu chí cộng lại là {format_number(points)}, {stated}"


def _of_criterion(criterion: Criterion, adjusting: bool) -> Faults:
    allowed = [kind for kind in Kind if (kind in ADJUSTING) == adjusting]
    for kind in criterion.kinds:
        if kind not in allowed:
            yield (kind,), f"«{kind}» không dùng ở đây: dùng một trong {', '.join(allowed)}"
    if len(criterion.kinds) != 1:
        yield (), f"tiêu chí {criterion.code} cần đúng một trong {', '.join(allowed)}"
        return
    if criterion.maximum <= 0:
        yield ("maximum",), "điểm tối đa phải lớn hơn 0"
    if (criterion.not_applicable is None) != adjusting:
        yield from _of_nothing(criterion)
    for inside, sentence in _of_kind(criterion):
        yield (criterion.kind, *inside), sentence


def _of_nothing(criterion: Criterion) -> Faults:
    if criterion.not_applicable is None:
        yield (), f"tiêu chí {criterion.code} thiếu «not_applicable»: lowers_maximum hoặc full_points"
    else:
        yield ("not_applicable",), "điểm thưởng, điểm phạt không có «not_applicable»: không phát sinh là 0 điểm"


def _of_kind(criterion: Criterion) -> Faults:
    counts = (criterion.step_count, criterion.deduction, criterion.bonus, criterion.penalty)
    if criterion.choice is not None:
        values = [option.value for option in criterion.choice]
        yield from (((i, "value"), "giá trị này đã có") for i, value in enumerate(values) if value in values[:i])
        yield from _of_points([option.points for option in criterion.choice], criterion.maximum)
    elif criterion.step is not None:
        if fault := fault_in_steps(criterion.step):
            yield (fault[0],), fault[1]
        yield from _of_points([step.points for step in criterion.step], criterion.maximum)
    elif criterion.proportional is not None:
        if criterion.proportional.zero == criterion.proportional.full:
            yield (), "«zero» và «full» phải khác nhau"
    else:
        yield from (fault for count in counts if count is not None for fault in _of_count(count))


def _of_points(points: Sequence[Decimal], maximum: Decimal) -> Faults:
    for place, figure in enumerate(points):
        if not 0 <= figure <= maximum:
            yield (place, "points"), f"điểm phải từ 0 đến điểm tối đa {format_number(maximum)}"
    if max(points, default=Decimal(0)) != maximum:
        yield (), f"không mức nào được trọn điểm tối đa {format_number(maximum)}"


def _of_count(count: Count) -> Faults:
    for key, figure in (("each", count.each), ("per", count.per)):
        if figure <= 0:
            yield (key,), f"«{key}» phải lớn hơn 0"


def _of_source(criterion: Criterion, scoring: ScoringSet, declarations: Declarations, last_year: int) -> Faults:
    if (criterion.indicator is None) == (criterion.element is None):
        yield (), f"tiêu chí {criterion.code} cần đúng một trong indicator, element"
        return
    key = "indicator" if criterion.indicator else "element"
    found = (declarations.indicators if criterion.indicator else declarations.elements).get(criterion.source)
    if found is None:
        yield (key,), f"không có chỉ tiêu {criterion.source} trong config/{key}s"
        return
    if not found.reported_by.includes(scoring.level):
        yield (key,), f"chỉ tiêu {criterion.source} không thuộc cấp {scoring.level}"
    for year in range(scoring.year, last_year + 1):
        if not _is_in_force(found, declarations.calendar.cut_off(Period(year, Window.YEAR))):
            yield (key,), f"chỉ tiêu {criterion.source} không có hiệu lực năm {year}: năm ấy cần một tệp khác"
            return
    options = {option.value for option in criterion.choice or ()}
    if isinstance(found, Element) and found.type is NumberType.FLAG and options not in (set(), FLAG_VALUES):
        yield ("choice",), f"chỉ tiêu {criterion.source} chỉ có 1 hoặc 0: ghi đúng hai mức ấy"


def _is_in_force(found: Element | Indicator, day: date) -> bool:
    return in_force(found, day) if isinstance(found, Element) else found.definition(day) is not None


def _of_grades(scoring: ScoringSet) -> Faults:
    seen: set[Decimal | str] = set()
    for place, grade in enumerate(scoring.grades):
        if grade.at_least in seen or grade.name in seen:
            yield ("grades", place), f"xếp loại «{grade.name}» trùng tên hoặc trùng mức với loại khác"
        seen |= {grade.at_least, grade.name}
        if not 0 <= grade.at_least <= scoring.total:
            yield ("grades", place, "at_least"), f"mức phải từ 0 đến {format_number(scoring.total)}"
    if 0 not in seen:
        yield ("grades",), "phải có một loại bắt đầu từ 0 điểm"
