"""Where a figure of a stretch that nobody reports comes from: the windows it is made of, and each of their cells."""

from __future__ import annotations

from dataclasses import dataclass, fields, replace
from decimal import Decimal

from sqlalchemy import Connection

from config.formula import elements_of
from config.indicator import Definition, Indicator
from config.load import Declarations
from config.period import RECIPES, Period, stretch_ending
from config.unit import Unit
from tasks.store.plan_figures import figured_values
from tasks.store.stretches import increments_frame, made_at, stretch_figures
from tasks.store.submissions import counted, submissions
from tasks.store.trace import Formula, Part, Question, formula_of, is_answered, part_of, units_of
from tasks.store.values import DISTRICT_LEVEL, UNIT_LEVEL

ADDED, TAKEN_AWAY = "+", "-"


@dataclass(frozen=True)
class Derived:
    """What one element came to over the stretch; `value` is None where it cannot be told, and `status` says why."""

    element: str
    name: str
    value: Decimal | None
    unit_of_measure: str
    status: str
    reported_units: int
    expected_units: int


@dataclass(frozen=True)
class WindowParts:
    """The cells of one window; `sign` says whether the window is added (`+`) or taken away (`-`)."""

    period: str
    sign: str
    parts: tuple[Part, ...]


@dataclass(frozen=True)
class StretchTrace:
    """The elements of an indicator over a stretch, and every cell that they were made from."""

    stretch: str
    stretch_name: str
    made_of: str
    level: str
    unit: str
    indicator: str
    formula: Formula
    figures: tuple[Derived, ...]
    windows: tuple[WindowParts, ...]


def stretch_trace(connection: Connection, declarations: Declarations, asked: Question) -> StretchTrace | None:
    """Return how the stretch that ends with `asked.period` was made; None when it is not known, or none ends there."""
    period, defined = asked.period, declarations.defined(asked.period).get(asked.indicator)
    stretch, made = stretch_ending(period.window), made_at(connection, asked.period, asked.as_of)
    if stretch is None or made is None or defined is None:
        return None
    level, code = (UNIT_LEVEL, asked.unit) if asked.unit else (DISTRICT_LEVEL, declarations.office.district)
    elements = _elements(*defined)
    frame = increments_frame(stretch_figures(connection, period, made), declarations, period)
    rows = frame[(frame["level"] == level) & (frame["unit"] == code) & frame["element"].isin(elements)]
    if rows.empty:
        return None
    known = frame[(frame["level"] == UNIT_LEVEL) & (frame["reported_units"] > 0)]
    answered = frozenset(zip(known["unit"], known["element"], strict=True))
    recipe, teller = RECIPES[stretch], _Teller(connection, declarations, replace(asked, as_of=made), elements, answered)
    windows = [*((ADDED, window) for window in recipe.plus), *((TAKEN_AWAY, window) for window in recipe.minus)]
    return StretchTrace(
        stretch=f"{period.year}-{stretch}",
        stretch_name=recipe.name.format(year=period.year),
        made_of=str(rows["made_of"].iloc[0]),
        level=level,
        unit=code,
        indicator=asked.indicator,
        formula=formula_of(*defined),
        figures=tuple(Derived(*row) for row in rows[[f.name for f in fields(Derived)]].itertuples(index=False)),
        windows=tuple(teller.window(Period(period.year, window), sign) for sign, window in windows),
    )


@dataclass(frozen=True)
class _Teller:
    """Of whom the cells are told, and which."""

    connection: Connection
    declarations: Declarations
    asked: Question
    elements: frozenset[str]
    answered: frozenset[tuple[str, str]]  # (unit, element) of which the stretch is known

    def window(self, period: Period, sign: str) -> WindowParts:
        """Return the cells of `period`, those of the units whose area the asked one took over as well."""
        units = self.declarations.reporting(period)
        versions = counted(submissions(self.connection, str(period), self.asked.as_of))
        told = [s for s in versions if s.unit in units and self._is_asked(units[s.unit], period)]
        values, read = figured_values(self.connection, self.declarations, told), self._read()
        parts = (
            part_of(s, value, units[s.unit].name, is_answered(value) and self._went_in(s.unit, value.element, period))
            for s in told
            for value in values[s.id]
            if value.element in read
        )
        return WindowParts(str(period), sign, tuple(parts))

    def _went_in(self, unit: str, element: str, period: Period) -> bool:
        """Return whether a figure that reads `element` is known of the unit that stands for `unit`.

        A unit that lacks one of the windows has none, and its cells of the other windows went into nothing.
        """
        heir = self._heir(unit, period)
        return any((heir, code) in self.answered for code in self.elements if element in self._cells_of(code))

    def _heir(self, unit: str, period: Period) -> str:
        calendar = self.declarations.calendar
        return self.declarations.units.heir(unit, calendar.cut_off(period), calendar.cut_off(self.asked.period)) or unit

    def _cells_of(self, code: str) -> frozenset[str]:
        element = self.declarations.elements[code]
        return frozenset({code, *element.parts, *([element.continues] if element.continues else [])})

    def _is_asked(self, unit: Unit, period: Period) -> bool:
        if self.asked.unit is None:
            return unit.code in units_of(self.declarations.indicators[self.asked.indicator], self.declarations, period)
        return self._heir(unit.code, period) == self.asked.unit

    def _read(self) -> frozenset[str]:
        """Return the elements whose cells were read: a total is summed anew, a balance goes on from another."""
        return frozenset().union(*(self._cells_of(code) for code in self.elements))


def _elements(indicator: Indicator, definition: Definition) -> frozenset[str]:
    weight = elements_of(indicator.weight) if indicator.weight else frozenset[str]()
    return definition.elements | weight
