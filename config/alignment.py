"""District plans: which of the province's indicators a plan carries, at which target, measured how."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path

from pydantic.dataclasses import dataclass

from config.formula import elements_of
from config.indicator import Definition, Direction, Indicator
from config.load import Declarations
from config.strict import STRICT, DeclarationError, Document, Figure, Where, parse, read_document
from config.trust import Trust


@dataclass(frozen=True, config=STRICT)
class PlannedTarget:
    """What a plan wants reached by the end of a year: a value, or for a range its lower and upper bound."""

    value: Figure | None = None
    low: Figure | None = None
    high: Figure | None = None


@dataclass(frozen=True, config=STRICT)
class Measure:
    """How a plan measures an indicator in its own way; the formulas, where it gives any, are over our elements."""

    words: str
    numerator: str | None = None
    denominator: str | None = None


@dataclass(frozen=True, config=STRICT)
class PlannedIndicator:
    """One indicator of the province as a plan has it."""

    targets: Mapping[int, PlannedTarget]
    measured: Measure | None = None


@dataclass(frozen=True, config=STRICT)
class Plan:
    """The plan of one unit for one stage; `status` says whether its content is known or only illustrative."""

    unit: str
    stage: str
    name: str
    status: Trust
    document: str
    indicators: Mapping[str, PlannedIndicator]

    @property
    def id(self) -> str:
        """The name of the plan and of its file, as `893-GD1`."""
        return f"{self.unit}-{self.stage}"


def load_plans(folder: Path, declarations: Declarations) -> tuple[Plan, ...]:
    """Return the plans under `folder`, by file name, none when there is no such folder; `DeclarationError` as ever."""
    return tuple(_plan(read_document(path), declarations) for path in _files(folder))


def _files(folder: Path) -> list[Path]:
    files = sorted(folder.glob("*.yaml"))
    overlooked = sorted({*folder.rglob("*.yml"), *folder.rglob("*.yaml")} - set(files))
    if overlooked:
        raise DeclarationError(overlooked[0], 1, "tệp sẽ bị bỏ qua: đặt đúng chỗ và đúng đuôi *.yaml")
    return files


def _plan(document: Document, declarations: Declarations) -> Plan:
    plan = parse(document, Plan)
    if plan.unit not in declarations.units.codes():
        raise document.error(f"đơn vị {plan.unit} chưa có trong units.yaml", "unit")
    if plan.stage not in declarations.framework.stages:
        raise document.error(f"không có giai đoạn {plan.stage} trong framework.yaml", "stage")
    if plan.id != document.file.stem:
        raise document.error(f"tệp phải tên {plan.id}.yaml", "unit")
    if not plan.indicators:
        raise document.error("kế hoạch chưa có chỉ tiêu nào", "indicators")
    for code, planned in plan.indicators.items():
        where: Where = ("indicators", code)
        if code not in declarations.indicators:
            raise document.error(f"không có chỉ tiêu {code} trong config/indicators", *where)
        _refuse_bad_targets(document, where, declarations.indicators[code], planned, declarations)
        _refuse_bad_measure(document, where, declarations.indicators[code], planned.measured, declarations)
    return plan


def _refuse_bad_targets(
    document: Document, where: Where, indicator: Indicator, planned: PlannedIndicator, declarations: Declarations
) -> None:
    years = {y for s in declarations.framework.stages.values() for y in range(s.first_year, s.last_year + 1)}
    if not planned.targets:
        raise document.error(f"chưa có mục tiêu nào cho {indicator.code}: ghi mục tiêu hoặc xóa chỉ tiêu", *where)
    for year, target in planned.targets.items():
        if year not in years:
            raise document.error(f"năm {year} ngoài chương trình {min(years)}–{max(years)}", *where, "targets", year)
        if sentence := _fault_of(target, indicator.direction):
            raise document.error(sentence, *where, "targets", year)


def _fault_of(target: PlannedTarget, direction: Direction) -> str | None:
    bounds = [bound for bound in (target.low, target.high) if bound is not None]
    if direction is Direction.RANGE and (target.value is not None or not bounds):
        return "mục tiêu khoảng cần «low» hoặc «high», không có «value»"
    if direction is not Direction.RANGE and (target.value is None or bounds):
        return "mục tiêu cần «value»; «low», «high» chỉ dùng cho khoảng"
    return "«low» phải không quá «high»" if bounds != sorted(bounds) else None


def _refuse_bad_measure(
    document: Document, where: Where, indicator: Indicator, measure: Measure | None, declarations: Declarations
) -> None:
    if measure is None:
        return
    inside: Where = (*where, "measured")
    if (measure.numerator is None) != (measure.denominator is None):
        raise document.error("ghi cả «numerator» và «denominator», hoặc không ghi cái nào", *inside)
    for key, formula in (("numerator", measure.numerator), ("denominator", measure.denominator)):
        if formula is not None and (sentence := _fault_of_formula(formula, declarations)):
            raise document.error(sentence, *inside, key)
    if any(_is_that(measure, definition) for definition in indicator.definitions):
        raise document.error(f"cách đo này chính là định nghĩa của {indicator.code}: xóa «measured»", *inside)


def _fault_of_formula(formula: str, declarations: Declarations) -> str | None:
    try:
        unknown = sorted(elements_of(formula) - declarations.elements.keys())
    except ValueError as fault:
        return str(fault)
    return f"công thức dùng chỉ tiêu {unknown[0]} chưa khai trong config/elements" if unknown else None


def _is_that(measure: Measure, definition: Definition) -> bool:
    return (measure.numerator, measure.denominator) == (definition.numerator, definition.denominator)
