"""Whose submission a workbook is: what the channel says, the stamp must confirm."""

from __future__ import annotations

from dataclasses import dataclass

from config.form import FormVersion
from config.load import Declarations
from config.period import Period
from config.stamp import Stamp
from config.unit import Unit
from tasks.collect.grid import Grid
from tasks.collect.guard import Refusal
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
        return Refusal("unknown_unit", f"«{unit}» không phải mã của đơn vị nào phải báo cáo {period.name}.")
    stamp = Stamp.read(read_stamp_rows(grid))
    if stamp is None:
        return Refusal("no_stamp", "Tệp không có dấu nhận dạng của biểu do huyện phát hành.")
    if stamp.unit != unit:
        issued_to = _named(stamp.unit, period, declarations)
        return Refusal(
            "wrong_unit", f"Biểu phát hành cho {issued_to}, nhưng nộp vào hộp thư của {owing.name} ({unit})."
        )
    if stamp.period != str(period):
        return Refusal("wrong_period", f"Biểu của kỳ {_period_named(stamp.period)}, đang thu kỳ {period.name}.")
    form = declarations.form(owing.level, period)
    if form is None or stamp.form_version != form.id:
        in_force = form.id if form else "chưa khai"
        return Refusal("wrong_form_version", f"Biểu theo mẫu {stamp.form_version}; mẫu của kỳ này là {in_force}.")
    return Identity(owing, form)


def _named(code: str, period: Period, declarations: Declarations) -> str:
    unit = declarations.reporting(period).get(code)
    return f"{unit.name} ({code})" if unit else f"mã «{code}»"


def _period_named(text: str) -> str:
    try:
        return Period.parse(text).name
    except ValueError:
        return f"«{text}»"
