"""Whose submission a workbook is: what the channel says, the stamp must confirm."""

from __future__ import annotations

from dataclasses import dataclass

from config.form import FormVersion
from config.load import Declarations
from config.period import Period
from config.stamp import Stamp
from config.unit import Unit
from tasks.collect.grid import Grid
from tasks.collect.guard import Code, Refusal
from tasks.collect.mapping import read_stamp_rows


@dataclass(frozen=True)
class Identity:
    """A reporting unit and the form version that it filled in."""

    unit: Unit
    form: FormVersion


def identify(grid: Grid, unit: str, period: Period, declarations: Declarations) -> Identity | Refusal:
    """Return whose `grid` is when its stamp agrees with the channel's `unit` and the `period` being collected."""
    owing = declarations.reporting(period).get(unit)
    if owing is None:
        return Refusal(Code.UNKNOWN_UNIT, f"«{unit}» không phải mã của đơn vị nào phải báo cáo {period.name}.")
    stamp = Stamp.read(read_stamp_rows(grid))
    if stamp is None:
        return Refusal(Code.NO_STAMP, "Tệp không có dấu nhận dạng của biểu do huyện phát hành.")
    if stamp.unit != unit:
        issued_to = _named(stamp.unit, period, declarations)
        return Refusal(
            Code.WRONG_UNIT, f"Biểu phát hành cho {issued_to}, nhưng nộp vào hộp thư của {owing.name} ({unit})."
        )
    if stamp.period != str(period):
        return Refusal(Code.WRONG_PERIOD, f"Biểu của kỳ {_period_named(stamp.period)}, đang thu kỳ {period.name}.")
    form = declarations.form(owing.level, period)
    if form is None or stamp.form_version != form.id:
        in_force = form.id if form else "chưa khai"
        return Refusal(Code.WRONG_FORM_VERSION, f"Biểu theo mẫu {stamp.form_version}; mẫu của kỳ này là {in_force}.")
    return Identity(owing, form)


def stamped(grid: Grid, declarations: Declarations) -> tuple[str, Period] | Refusal:
    """Return the unit and period that the stamp of `grid` names, to be believed only where nobody submits anything."""
    stamp = Stamp.read(read_stamp_rows(grid))
    try:
        if stamp is not None and stamp.unit in declarations.units.codes():
            return stamp.unit, Period.parse(stamp.period)
    except ValueError:
        pass
    return Refusal(Code.NO_STAMP, "Tệp không có dấu nhận dạng của biểu do huyện phát hành.")


def _named(code: str, period: Period, declarations: Declarations) -> str:
    unit = declarations.reporting(period).get(code)
    return f"{unit.name} ({code})" if unit else f"mã «{code}»"


def _period_named(text: str) -> str:
    try:
        return Period.parse(text).name
    except ValueError:
        return f"«{text}»"
