"""Reporting units: who exists on which day. A unit is (code, valid_from), never a code, never a name."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass as plain_dataclass
from datetime import date, timedelta
from enum import StrEnum
from functools import cached_property

from pydantic.dataclasses import dataclass

from config.element import Level, ReportedBy
from config.strict import STRICT, Code
from config.validity import in_force


class UnitKind(StrEnum):
    """The administrative kinds of Viet Nam's 2021–2030 levels."""

    TINH = "tỉnh"
    THANH_PHO = "thành phố"
    HUYEN = "huyện"
    QUAN = "quận"
    THI_XA = "thị xã"
    XA = "xã"
    PHUONG = "phường"
    THI_TRAN = "thị trấn"
    DAC_KHU = "đặc khu"


LEVELS = {
    UnitKind.TINH: Level.PROVINCE,
    UnitKind.HUYEN: Level.DISTRICT,
    UnitKind.QUAN: Level.DISTRICT,
    UnitKind.THI_XA: Level.DISTRICT,
}


@dataclass(frozen=True, config=STRICT)
class Unit:
    """One administrative unit from one day to another, with the code of the unit that took it over.

    `takes_over` names a level that has ended and whose figures the unit reports beside its own; `abolished` says that
    nobody took the unit itself over.
    """

    code: Code
    valid_from: date
    name: str
    kind: UnitKind
    source: str
    valid_to: date | None = None
    parent: str | None = None
    successor: str | None = None
    takes_over: Level | None = None
    abolished: bool = False

    @property
    def name_within(self) -> str:
        """The name as it stands within a sentence: «xã Kiến An»."""
        return self.name[:1].lower() + self.name[1:]

    @property
    def level(self) -> Level:
        """The level that decides which form the unit fills in; a city within a province is a district of it."""
        if self.kind is UnitKind.THANH_PHO:
            return Level.PROVINCE if self.parent is None else Level.DISTRICT
        return LEVELS.get(self.kind, Level.COMMUNE)

    @property
    def levels(self) -> frozenset[Level]:
        """The levels whose figures the unit reports: its own, and the one it took over."""
        return frozenset({self.level} if self.takes_over is None else {self.level, self.takes_over})

    def reports(self, reported_by: ReportedBy) -> bool:
        """Return whether the unit reports what is asked of `reported_by`."""
        return any(reported_by.includes(level) for level in self.levels)


@dataclass(frozen=True, config=STRICT)
class UnitsFile:
    """`config/units.yaml` as written."""

    units: tuple[Unit, ...]


@plain_dataclass(frozen=True)
class Units:
    """All declared units, and who is who on a day."""

    all: tuple[Unit, ...]

    def on(self, day: date) -> Mapping[str, Unit]:
        """Return the units in force on `day` by code, in order of code."""
        if day not in self._on:
            in_order = sorted((u for u in self.all if in_force(u, day)), key=lambda u: u.code)
            self._on[day] = {u.code: u for u in in_order}
        return self._on[day]

    def reporting(self, day: date) -> Mapping[str, Unit]:
        """Return the units that owe a submission for figures cut off on `day`: districts first, then communes."""
        if day not in self._reporting:
            owing = [u for u in self.on(day).values() if u.level is not Level.PROVINCE]
            in_order = sorted(owing, key=lambda u: u.level is Level.COMMUNE)
            self._reporting[day] = {u.code: u for u in in_order}
        return self._reporting[day]

    def heir(self, code: str, day: date, later: date) -> str | None:
        """Return who stands on `later` for the unit that `code` was on `day`: itself, its successor, or nobody (None).

        `KeyError` when there was no such unit on `day`.
        """
        unit = self.on(day)[code]
        while unit.valid_to is not None and unit.valid_to < later:
            if unit.successor is None:
                return None
            unit = self.on(unit.valid_to + timedelta(days=1))[unit.successor]
        return unit.code

    def heirs(self, day: date, later: date) -> dict[str, str | None]:
        """Return the heir on `later` of each unit that reported on `day`, in the order of reporting."""
        return {code: self.heir(code, day, later) for code in self.reporting(day)}

    def codes(self) -> list[str]:
        """Return every code ever declared, sorted."""
        return sorted({u.code for u in self.all})

    # Asked for every submission, every letter and every figure: sought once for each day, whatever the units count.
    @cached_property
    def _on(self) -> dict[date, Mapping[str, Unit]]:
        return {}

    @cached_property
    def _reporting(self) -> dict[date, Mapping[str, Unit]]:
        return {}
