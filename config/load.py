"""All declarations, read once and checked against each other; a fault is refused with its file and line."""

from __future__ import annotations

import hashlib
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from functools import lru_cache
from pathlib import Path
from typing import TypeVar

from config.calendar import Calendar, CalendarFile
from config.element import Element, ElementFile, Level
from config.form import FormVersion
from config.framework import Framework, Office
from config.indicator import Aggregation, Definition, Direction, Indicator
from config.period import ALL_PERIODS, FIRST_YEAR, LAST_YEAR, Period, Window
from config.strict import Document, Where, parse, read_document
from config.unit import Contact, Unit, Units
from config.validity import Dated, fault_in, in_force, the_one_in_force

FIRST_DAY = date(FIRST_YEAR, 1, 1)

D = TypeVar("D", bound=Dated)


@dataclass(frozen=True)
class Declarations:
    """Everything under `config/`, checked; the one value that every stage is given."""

    office: Office
    framework: Framework
    calendar: Calendar
    units: Units
    contacts: tuple[Contact, ...]
    elements: Mapping[str, Element]
    forms: tuple[FormVersion, ...]
    indicators: Mapping[str, Indicator]
    digest: str  # of every declaration file: names the state of the declarations in a release

    def form(self, level: Level, period: Period) -> FormVersion | None:
        """Return the form version that units of `level` fill in for `period`, or None if none is declared."""
        candidates = [f for f in self.forms if f.level is level]
        return the_one_in_force(candidates, self.calendar.cut_off(period))

    def form_by_id(self, form_version: str) -> FormVersion | None:
        """Return the form version with this id (`commune/2021`), or None."""
        return next((f for f in self.forms if f.id == form_version), None)

    def rows(self, form: FormVersion, period: Period) -> tuple[Element, ...]:
        """Return the elements of `form` that are in force on the cut-off of `period`, in order."""
        day = self.calendar.cut_off(period)
        return tuple(e for e in (self.elements[c] for c in form.codes) if in_force(e, day))

    def reporting(self, period: Period) -> dict[str, Unit]:
        """Return the units that owe a submission for `period`, by code: the district first."""
        return self.units.reporting(self.calendar.cut_off(period))

    def defined(self, period: Period) -> dict[str, tuple[Indicator, Definition]]:
        """Return the indicators defined on the cut-off of `period`, each with the definition then in force."""
        day = self.calendar.cut_off(period)
        pairs = {code: (i, i.definition(day)) for code, i in self.indicators.items()}
        return {code: (i, d) for code, (i, d) in pairs.items() if d is not None}

    def periods(self) -> tuple[Period, ...]:
        """Return the periods for which every reporting unit has a form version."""
        return tuple(p for p in ALL_PERIODS if all(self.form(u.level, p) for u in self.reporting(p).values()))

    def email(self, unit: str, day: date) -> str | None:
        """Return the address of `unit` on `day`, or None."""
        contact = the_one_in_force([c for c in self.contacts if c.unit == unit], day)
        return contact.email if contact else None


@lru_cache(maxsize=4)
def load(root: Path) -> Declarations:
    """Return the declarations under `root`; `DeclarationError` names the first file and line that cannot be used."""
    elements = _elements(root)
    units = _units(read_document(root / "units.yaml"))
    return Declarations(
        office=_office(read_document(root / "office.yaml"), units),
        framework=parse(read_document(root / "framework.yaml"), Framework),
        calendar=_calendar(read_document(root / "calendar.yaml")),
        units=units,
        contacts=_contacts(read_document(root / "contacts.yaml"), units),
        elements=elements,
        forms=_forms(root, elements),
        indicators=_indicators(root, elements),
        digest=digest_of(root),
    )


def digest_of(folder: Path) -> str:
    """Return the SHA-256 over the names and bytes of all YAML files under `folder`."""
    digest = hashlib.sha256()
    for path in sorted(folder.rglob("*.yaml")):
        digest.update(path.relative_to(folder).as_posix().encode() + b"\0" + path.read_bytes() + b"\0")
    return digest.hexdigest()


def _office(document: Document, units: Units) -> Office:
    office = parse(document, Office)
    if office.district not in units.codes():
        raise document.error(f"đơn vị {office.district} chưa có trong units.yaml", "district")
    return office


def _units(document: Document) -> Units:
    units = parse(document, tuple[Unit, ...], "units")
    _refuse_bad_validity(document, ("units",), units, lambda u: u.code)
    codes = {u.code for u in units}
    for place, unit in enumerate(units):
        for key, code in (("parent", unit.parent), ("successor", unit.successor)):
            if code is not None and code not in codes:
                raise document.error(f"«{key}» {code} không phải mã của đơn vị nào", "units", place, key)
    return Units(units)


def _contacts(document: Document, units: Units) -> tuple[Contact, ...]:
    contacts = parse(document, tuple[Contact, ...], "contacts")
    _refuse_bad_validity(document, ("contacts",), contacts, lambda c: c.unit)
    for place, contact in enumerate(contacts):
        if contact.unit not in units.codes():
            raise document.error(f"đơn vị {contact.unit} chưa có trong units.yaml", "contacts", place, "unit")
    return contacts


def _calendar(document: Document) -> Calendar:
    file = parse(document, CalendarFile)
    for window in Window:
        if window not in file.windows:
            raise document.error(f"thiếu khoảng số liệu của {window}", "windows")
        _refuse_impossible_days(document, file, window)
    if fault := fault_in(file.deadlines):
        raise document.error(fault[1], "deadlines", fault[0])
    first, last = file.deadlines[0], file.deadlines[-1]
    if first.valid_from > FIRST_DAY or last.valid_to is not None:
        raise document.error(f"thời hạn báo cáo phải có cho mọi ngày từ {FIRST_DAY:%d/%m/%Y}", "deadlines")
    for place, rule in enumerate(file.deadlines):
        for level, day in rule.day.items():
            if not 1 <= day <= 28:
                raise document.error(f"ngày {day} không có trong mọi tháng", "deadlines", place, "day", level.value)
    if not 0 < file.minimum_coverage <= 1:
        raise document.error("độ bao phủ tối thiểu phải lớn hơn 0 và không quá 1", "minimum_coverage")
    return Calendar(file)


def _refuse_impossible_days(document: Document, file: CalendarFile, window: Window) -> None:
    rule = file.windows[window]
    try:
        spans = [(rule.start.of(y), rule.end.of(y)) for y in range(FIRST_YEAR, LAST_YEAR + 1)]
    except ValueError as fault:
        raise document.error(f"ngày không có thật ({fault})", "windows", window.value) from fault
    if any(end < start for start, end in spans):
        raise document.error("khoảng số liệu kết thúc trước khi bắt đầu", "windows", window.value)


def _elements(root: Path) -> dict[str, Element]:
    elements: dict[str, Element] = {}
    for path in _files(root / "elements", "*.yaml"):
        document = read_document(path)
        file = parse(document, ElementFile)
        for place, element in enumerate(file.elements):
            where: Where = ("elements", place)
            if element.code in elements:
                raise document.error(f"mã chỉ tiêu {element.code} khai hai lần", *where, "code")
            if not element.code.startswith(file.section):
                raise document.error(f"mã {element.code} không thuộc phần {file.section}", *where, "code")
            _refuse_bad_validity(document, where, [element], lambda e: e.code)
            elements[element.code] = element
    return elements


def _forms(root: Path, elements: Mapping[str, Element]) -> tuple[FormVersion, ...]:
    read = [(d, parse(d, FormVersion)) for d in map(read_document, _files(root / "forms", "*/*.yaml"))]
    for document, form in read:
        if (form.form, form.version) != (document.file.parent.name, document.file.stem):
            raise document.error(f"tệp phải tên {form.id}.yaml", "version")
        for part, section in enumerate(form.sections):
            for place, code in enumerate(section.elements):
                where: Where = ("sections", part, "elements", place)
                if code not in elements:
                    raise document.error(f"chỉ tiêu {code} chưa khai trong config/elements", *where)
                if not _share_a_day(elements[code], form):
                    raise document.error(f"chỉ tiêu {code} không có hiệu lực ngày nào của biểu này", *where)
                if not elements[code].reported_by.includes(form.level):
                    raise document.error(f"chỉ tiêu {code} không thuộc cấp {form.level}", *where)
        if repeated := _first_repeated(form.codes):
            raise document.error(f"chỉ tiêu {repeated} đứng hai lần trong biểu", "sections")
        if repeated := _first_repeated([s.sheet.casefold() for s in form.sections]):
            raise document.error(f"hai trang cùng tên «{repeated}»", "sections")
    for level in Level:
        of_level = [(d, f) for d, f in read if f.level is level]
        if fault := fault_in([f for _, f in of_level]):
            document = of_level[fault[0]][0]
            raise document.error(fault[1], "valid_from")
    return tuple(form for _, form in read)


def _indicators(root: Path, elements: Mapping[str, Element]) -> dict[str, Indicator]:
    read = [(d, parse(d, Indicator)) for d in map(read_document, _files(root / "indicators", "*.yaml"))]
    codes = {i.code for _, i in read}
    for document, indicator in read:
        if indicator.code != document.file.stem:
            raise document.error(f"tệp phải tên {indicator.code}.yaml", "code")
        if indicator.superseded_by and indicator.superseded_by not in codes:
            raise document.error(f"không có chỉ tiêu {indicator.superseded_by}", "superseded_by")
        _refuse_bad_aggregation(document, indicator, elements)
        _refuse_bad_definitions(document, indicator, elements)
        _refuse_bad_targets(document, indicator)
    order = sorted((i for _, i in read), key=lambda i: (i.content, i.code))
    return {i.code: i for i in order}


def _refuse_bad_aggregation(document: Document, indicator: Indicator, elements: Mapping[str, Element]) -> None:
    name, _, weight = indicator.aggregation.partition(":")
    if name not in list(Aggregation) or bool(weight) != (name == Aggregation.WEIGHTED_MEAN):
        raise document.error(f"cách tổng hợp «{indicator.aggregation}» không có", "aggregation")
    if weight and weight not in elements:
        raise document.error(f"trọng số {weight} không phải mã chỉ tiêu nào", "aggregation")


def _refuse_bad_definitions(document: Document, indicator: Indicator, elements: Mapping[str, Element]) -> None:
    if not indicator.definitions:
        raise document.error("chưa có định nghĩa nào", "definitions")
    if fault := fault_in(indicator.definitions):
        raise document.error(fault[1], "definitions", fault[0])
    for place, definition in enumerate(indicator.definitions):
        for key in ("numerator", "denominator"):
            where: Where = ("definitions", place, key)
            for code in _elements_of(document, definition, where):
                _refuse_bad_element(document, definition, code, elements, where)


def _elements_of(document: Document, definition: Definition, where: Where) -> Iterable[str]:
    try:
        return sorted(definition.elements)
    except ValueError as fault:
        raise document.error(str(fault), *where) from fault


def _refuse_bad_element(
    document: Document, definition: Definition, code: str, elements: Mapping[str, Element], where: Where
) -> None:
    if code not in elements:
        raise document.error(f"công thức dùng chỉ tiêu {code} chưa khai trong config/elements", *where)
    if not _share_a_day(elements[code], definition):
        raise document.error(f"chỉ tiêu {code} không có hiệu lực ngày nào của định nghĩa này", *where)


def _refuse_bad_targets(document: Document, indicator: Indicator) -> None:
    for year, target in indicator.targets.items():
        is_range = indicator.direction is Direction.RANGE
        bounds = (target.low, target.high)
        if is_range and (target.value is not None or bounds == (None, None)):
            raise document.error("mục tiêu khoảng cần «low» hoặc «high», không có «value»", "targets", year)
        if not is_range and (target.value is None or bounds != (None, None)):
            raise document.error("mục tiêu cần «value»; «low», «high» chỉ dùng cho khoảng", "targets", year)
        if not target.document:
            raise document.error("mục tiêu phải nêu văn bản", "targets", year, "document")
        if not FIRST_YEAR <= year <= LAST_YEAR:
            raise document.error(f"năm {year} ngoài chương trình {FIRST_YEAR}–{LAST_YEAR}", "targets", year)


def _files(folder: Path, pattern: str) -> list[Path]:
    return sorted(folder.glob(pattern))


def _share_a_day(one: Dated, other: Dated) -> bool:
    last = date.max
    return one.valid_from <= (other.valid_to or last) and other.valid_from <= (one.valid_to or last)


def _first_repeated(names: Iterable[str]) -> str | None:
    seen: set[str] = set()
    for name in names:
        if name in seen:
            return name
        seen.add(name)
    return None


def _refuse_bad_validity(document: Document, where: Where, values: Sequence[D], key: Callable[[D], str]) -> None:
    groups: dict[str, list[int]] = {}
    for place, value in enumerate(values):
        groups.setdefault(key(value), []).append(place)
    for places in groups.values():
        if fault := fault_in([values[p] for p in places]):
            raise document.error(fault[1], *where, places[fault[0]])
