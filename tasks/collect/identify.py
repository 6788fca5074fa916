"""Whose submission a workbook is: what the channel says, the stamp must confirm."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

from config.form import FormVersion
from config.load import Declarations
from config.period import Period
from config.safe_text import safe_text
from config.stamp import Stamp
from config.unit import Unit
from tasks.collect.grid import Grid
from tasks.collect.guard import Code, Refusal
from tasks.collect.mapping import misplaced_head, named_units, read_stamp_rows


@dataclass(frozen=True)
class Identity:
    """A reporting unit and the form version that it filled in, which may be older than the one in force."""

    unit: Unit
    form: FormVersion


def identify(grid: Grid, unit: str, period: Period, declarations: Declarations) -> Identity | Refusal:
    """Return whose `grid` is when its stamp agrees with the channel's `unit` and the `period` being collected."""
    owing = declarations.reporting(period).get(unit)
    if owing is None:
        return Refusal(Code.UNKNOWN_UNIT, f"{unit!a} owes nothing for {period}")
    stamp = Stamp.read(read_stamp_rows(grid))
    if stamp is None:
        return Refusal(Code.NO_STAMP, "no stamp sheet, or its seal does not fit")
    if stamp.unit != unit:
        return _not_wanted(Code.WRONG_UNIT, f"biểu cấp cho {_unit_named(stamp.unit, period, declarations)}", stamp)
    if stamp.period != str(period):
        found = f"biểu của kỳ {_period_named(stamp.period)}, kỳ đang thu là {period.name_within}"
        return _not_wanted(Code.WRONG_PERIOD, found, stamp)
    form, used = declarations.form(owing.level, period), declarations.form_by_id(stamp.form_version)
    if form is None or used is None or not _may_be_used(used, form, period, declarations):
        return _not_wanted(Code.WRONG_FORM_VERSION, f"biểu theo mẫu {safe_text(stamp.form_version)}", stamp)
    if head := misplaced_head(grid, used):
        return Refusal(Code.MOVED_COLUMNS, f"«{head.wanted}» is not there alone", head.sheet, head.cell, head.found)
    return _of_another_unit(grid, unit, used, period, declarations) or Identity(owing, used)


def _of_another_unit(
    grid: Grid, unit: str, form: FormVersion, period: Period, declarations: Declarations
) -> Refusal | None:
    """Return why a workbook with the stamp of `unit` is not its own: a sheet in it says that it is another's.

    Sheets of a neighbour's form that were copied into one's own would else count as one's own figures.
    """
    others = set(declarations.units.codes()) - {unit}
    sheet, code = next(((s, c) for s, c in named_units(grid, form) if c in others), (None, ""))
    if sheet is None:
        return None
    found = f"biểu có trang của {_unit_named(code, period, declarations)}"
    return Refusal(Code.WRONG_UNIT, f"stamped {unit!a}, but a sheet names {code!a}", sheet, found=found)


def period_meant(grid: Grid, unit: str, collected: Period, takes: Callable[[Period], bool]) -> Period:
    """Return the period for which `grid`, sent by `unit`, is to be judged: the one of its stamp when `takes` it.

    Otherwise the one that is `collected`, of which `identify` then says that it is another.
    """
    stamp = Stamp.read(read_stamp_rows(grid))
    if stamp is None or stamp.unit != unit:
        return collected
    try:
        named = Period.parse(stamp.period)
    except ValueError:
        return collected
    return named if named != collected and takes(named) else collected


def _may_be_used(used: FormVersion, in_force: FormVersion, period: Period, declarations: Declarations) -> bool:
    """Return whether a unit may still report on `used`: the form in force, or an older version of it.

    An old version is judged by itself and flagged (rule PB01). It must ask for at least half of what is asked now:
    less would be returned as a form half empty.
    """
    if used.form != in_force.form or used.valid_from > in_force.valid_from:
        return False
    wanted = {e.code for e in declarations.rows(in_force, period) if e.required}
    asked = {e.code for e in declarations.rows(used, period)}
    return 2 * len(wanted & asked) >= len(wanted)


def _not_wanted(code: Code, found: str, stamp: Stamp) -> Refusal:
    return Refusal(code, f"stamped {(stamp.unit, stamp.period, stamp.form_version)!a}", found=found)


def stamped(grid: Grid, declarations: Declarations) -> tuple[str, Period] | Refusal:
    """Return the unit and period that the stamp of `grid` names, to be believed only where nobody submits anything."""
    stamp = Stamp.read(read_stamp_rows(grid))
    try:
        if stamp is not None and stamp.unit in declarations.units.codes():
            return stamp.unit, Period.parse(stamp.period)
    except ValueError:
        pass
    return Refusal(Code.NO_STAMP, "no stamp sheet, its seal does not fit, or it names no unit or period")


def _unit_named(code: str, period: Period, declarations: Declarations) -> str:
    unit = declarations.reporting(period).get(code)
    return f"{unit.name_within} ({code})" if unit else f"mã «{safe_text(code)}»"


def _period_named(text: str) -> str:
    try:
        return Period.parse(text).name
    except ValueError:
        return f"«{safe_text(text)}»"
