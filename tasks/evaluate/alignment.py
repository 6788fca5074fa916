"""Alignment: how a district's plan stands beside the province's targets of the same stage."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from enum import StrEnum

import pandas as pd

from config.alignment import Plan, PlannedIndicator, PlannedTarget
from config.calendar import Span
from config.framework import Stage
from config.indicator import Direction, Indicator, Target
from config.load import Declarations
from config.number import format_number
from tasks.evaluate.stages import span_of, stage_of

Aim = Target | PlannedTarget
COLUMNS = [
    "plan", "plan_status", "stage", "content", "indicator", "name", "unit_of_measure", "province_target",
    "province_year", "province_status", "province_document", "district_target", "district_year", "alignment", "remark",
]  # fmt: skip


class Alignment(StrEnum):
    """How a plan carries one of the province's indicators, in the words that people read."""

    LACKING = "thiếu"
    LOWER = "đặt thấp hơn"
    LATER = "đặt muộn hơn"
    OTHERWISE = "đo cách khác"
    EQUAL = "khớp"
    HIGHER = "đặt cao hơn"
    NO_TARGET = "tỉnh chưa đặt mục tiêu"


@dataclass(frozen=True)
class _Pair:
    """One indicator of the province and what a plan makes of it; targets with the year by whose end they are due."""

    indicator: Indicator
    province: tuple[int, Target] | None
    planned: PlannedIndicator | None
    district: tuple[int, PlannedTarget] | None
    old_name: str | None  # the code of a replaced indicator that the plan still has in this one's place


def align(plan: Plan, declarations: Declarations) -> pd.DataFrame:
    """Return a row with `COLUMNS` for each indicator that the province measures in the stage of `plan`.

    Held against each other are the province's last target within the stage and what the plan wants by then; of a range
    the upper bound is shown, or the lower one when it has no upper. An indicator that another replaced within the stage
    has no row of its own: a plan that still has it measures its successor otherwise.
    """
    stage = stage_of(declarations, plan.stage)
    pairs = (_pair(indicator, plan, stage, declarations) for indicator in _measured(declarations, stage))
    return pd.DataFrame([_row(pair, plan) for pair in pairs], columns=COLUMNS, dtype=object)


def _measured(declarations: Declarations, stage: Stage) -> list[Indicator]:
    span = span_of(declarations, stage)
    return [i for i in declarations.indicators.values() if _is_defined(i, span) and not _is_replaced(i, span)]


def _is_defined(indicator: Indicator, span: Span) -> bool:
    return any(d.valid_from <= span.end and span.start <= (d.valid_to or date.max) for d in indicator.definitions)


def _is_replaced(indicator: Indicator, span: Span) -> bool:
    return indicator.superseded_by is not None and indicator.definition(span.end) is None


def _pair(indicator: Indicator, plan: Plan, stage: Stage, declarations: Declarations) -> _Pair:
    planned = plan.indicators.get(indicator.code)
    within = {year: t for year, t in indicator.targets.items() if stage.first_year <= year <= stage.last_year}
    province = max(within.items(), default=None, key=lambda pair: pair[0])
    due = province[0] if province else stage.last_year
    old = (c for c in plan.indicators if declarations.indicators[c].superseded_by == indicator.code)
    old_name = next(old, None) if planned is None else None
    return _Pair(indicator, province, planned, _wanted(planned.targets, due) if planned else None, old_name)


def _wanted(targets: Mapping[int, PlannedTarget], due: int) -> tuple[int, PlannedTarget]:
    """Return what a plan wants by the end of `due`: its last target not after that year, or else its first one."""
    year = max((y for y in targets if y <= due), default=min(targets))
    return year, targets[year]


def _alignment(pair: _Pair) -> Alignment:
    if pair.planned is None:
        return Alignment.OTHERWISE if pair.old_name else Alignment.LACKING
    if pair.planned.measured is not None:
        return Alignment.OTHERWISE
    if pair.province is None or pair.district is None:
        return Alignment.NO_TARGET
    if pair.district[0] > pair.province[0]:
        return Alignment.LATER
    return _compared(pair.district[1], pair.province[1], pair.indicator.direction)


def _compared(district: PlannedTarget, province: Target, direction: Direction) -> Alignment:
    if direction is Direction.RANGE:
        return _compared_ranges(district, province)
    ours, theirs = _value(district), _value(province)
    if ours == theirs:
        return Alignment.EQUAL
    return Alignment.HIGHER if (ours > theirs) == (direction is Direction.UP) else Alignment.LOWER


def _compared_ranges(district: PlannedTarget, province: Target) -> Alignment:
    ours, theirs = _bounds(district), _bounds(province)
    if ours == theirs:
        return Alignment.EQUAL
    inside = theirs[0] <= ours[0] and ours[1] <= theirs[1]
    return Alignment.HIGHER if inside else Alignment.LOWER


def _bounds(aim: Aim) -> tuple[Decimal, Decimal]:
    low, high = aim.low, aim.high
    return (Decimal("-Infinity") if low is None else low, Decimal("Infinity") if high is None else high)


def _value(aim: Aim) -> Decimal:
    if aim.value is None:
        raise ValueError("a target of one direction has a value: loading refuses any other")
    return aim.value


def _row(pair: _Pair, plan: Plan) -> dict[str, object]:
    indicator, alignment = pair.indicator, _alignment(pair)
    province_year, province = pair.province or (None, None)
    district_year, district = pair.district or (None, None)
    return {
        "plan": plan.id,
        "plan_status": plan.status.value,
        "stage": plan.stage,
        "content": indicator.content,
        "indicator": indicator.code,
        "name": indicator.name,
        "unit_of_measure": indicator.unit_of_measure,
        "province_target": _figure(province),
        "province_year": province_year,
        "province_status": province.status.value if province else None,
        "province_document": province.document if province else None,
        "district_target": _figure(district),
        "district_year": district_year,
        "alignment": alignment.value,
        "remark": _remark(pair, alignment),
    }


def _figure(aim: Aim | None) -> Decimal | None:
    """Return a target as one number: for a range its upper bound, or the lower when it has no upper one."""
    bounds = (aim.value, aim.high, aim.low) if aim else ()
    return next((bound for bound in bounds if bound is not None), None)


def _remark(pair: _Pair, alignment: Alignment) -> str:
    """Return what the difference is, in a sentence; nothing where there is none."""
    match alignment:
        case Alignment.LACKING if pair.province is None:
            return "kế hoạch chưa có chỉ tiêu này; tỉnh cũng chưa đặt mục tiêu"
        case Alignment.LACKING:
            return "kế hoạch chưa có chỉ tiêu này"
        case Alignment.OTHERWISE if pair.planned and pair.planned.measured:
            return f"kế hoạch đo: {pair.planned.measured.words}"
        case Alignment.OTHERWISE:
            return f"kế hoạch còn theo {pair.old_name}, đã được thay bằng {pair.indicator.code}"
        case Alignment.LATER if pair.province and pair.district:
            return f"kế hoạch đặt đến hết năm {pair.district[0]}, tỉnh đặt đến hết năm {pair.province[0]}"
        case Alignment.LOWER | Alignment.HIGHER:
            return _difference(pair, alignment)
    return ""


def _difference(pair: _Pair, alignment: Alignment) -> str:
    if pair.indicator.direction is Direction.RANGE or not pair.province or not pair.district:
        return (
            "khoảng phải giữ rộng hơn của tỉnh" if alignment is Alignment.LOWER else "khoảng phải giữ hẹp hơn của tỉnh"
        )
    apart = format_number(abs(_value(pair.district[1]) - _value(pair.province[1])))
    unit = "điểm phần trăm" if pair.indicator.factor == 100 else pair.indicator.unit_of_measure
    if pair.indicator.direction is Direction.UP:
        return f"{'thấp' if alignment is Alignment.LOWER else 'cao'} hơn tỉnh {apart} {unit}"
    return f"cho phép {'nhiều' if alignment is Alignment.LOWER else 'ít'} hơn tỉnh {apart} {unit}"
