"""All declarations, read once and checked against each other; a fault is refused with its file and line."""

from __future__ import annotations

import hashlib
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date
from functools import cached_property, lru_cache
from pathlib import Path

from config.agreement import (
    refuse_bad_day_changes,
    refuse_bad_deadlines,
    refuse_bad_indicator,
    refuse_bad_reminders,
    refuse_bad_sections,
    refuse_bad_sums,
    refuse_bad_validity,
    refuse_impossible_days,
    refuse_lost_contacts,
    refuse_lost_units,
    refuse_strangers,
)
from config.calendar import Calendar, CalendarFile
from config.contact import Contact, ContactsFile, TeamContact
from config.element import Element, ElementFile, Level
from config.form import FormVersion
from config.framework import Framework, Office
from config.indicator import Definition, Indicator
from config.period import ALL_PERIODS, Period, Window
from config.strict import DeclarationError, Document, Where, parse, read_document
from config.unit import Unit, Units, UnitsFile
from config.validity import fault_in, in_force, the_one_in_force

NOT_OF_FIGURES = ("contacts.yaml", "refusals.yaml", "service.yaml")  # a new address is no new state of the declarations


@dataclass(frozen=True)
class Declarations:
    """Everything under `config/`, checked; the one value that every stage is given."""

    office: Office
    framework: Framework
    calendar: Calendar
    units: Units
    contacts: tuple[Contact, ...]
    data_team: tuple[TeamContact, ...]
    elements: Mapping[str, Element]
    forms: tuple[FormVersion, ...]
    indicators: Mapping[str, Indicator]
    digest: str  # of every declaration file: names the state of the declarations in a release
    documents: Mapping[str, bytes] = field(
        default_factory=dict
    )  # templates of reports by file name; no figure's matter

    def form(self, level: Level, period: Period) -> FormVersion | None:
        """Return the form version that units of `level` fill in for `period`, or None if none is declared."""
        candidates = [f for f in self.forms if f.level is level]
        return the_one_in_force(candidates, self.calendar.cut_off(period))

    def form_by_id(self, form_version: str) -> FormVersion | None:
        """Return the form version with this id (`commune/2021`), or None."""
        return next((f for f in self.forms if f.id == form_version), None)

    def rows(self, form: FormVersion, period: Period) -> tuple[Element, ...]:
        """Return the elements of `form` that are in force on the cut-off of `period`, in order, as it names them.

        Of a form that is itself no longer in force by then: those of its last day.
        """
        day = form.judged_on(self.calendar.cut_off(period))
        return tuple(form.as_named(e) for e in (self.elements[c] for c in form.codes) if in_force(e, day))

    def outlived(self, form: FormVersion, period: Period) -> tuple[Element, ...]:
        """Return the elements that had ended before `form` was filled in for `period`: their labels are old ones."""
        day = form.judged_on(self.calendar.cut_off(period))
        return tuple(e for e in self.elements.values() if e.valid_to is not None and e.valid_to < day)

    def reporting(self, period: Period) -> Mapping[str, Unit]:
        """Return the units that owe a submission for `period`, by code: the district first."""
        return self.units.reporting(self.calendar.cut_off(period))

    def reporter(self, code: str, period: Period) -> Unit:
        """Return who `code` is that reported for `period`: as it owed, or as it was last before if it no longer does.

        A merger may be declared after the figures came. `KeyError` for a code that was never declared.
        """
        if owing := self.reporting(period).get(code):
            return owing
        day = self.calendar.cut_off(period)
        declared = [unit for unit in self.units.all if unit.code == code]
        if not declared:
            raise KeyError(code)
        # The last that began by then; of one that only began later, the first.
        return min(declared, key=lambda unit: (unit.valid_from > day, abs(unit.valid_from - day)))

    def defined(self, period: Period) -> dict[str, tuple[Indicator, Definition]]:
        """Return the indicators defined on the cut-off of `period`, each with the definition then in force."""
        day = self.calendar.cut_off(period)
        pairs = {code: (i, i.definition(day)) for code, i in self.indicators.items()}
        return {code: (i, d) for code, (i, d) in pairs.items() if d is not None}

    def periods(self) -> tuple[Period, ...]:
        """Return the periods for which every reporting unit has a form version."""
        return tuple(p for p in ALL_PERIODS if all(self.form(u.level, p) for u in self.reporting(p).values()))

    def district_name(self, period: Period) -> str:
        """Return the name of the area that is summed up: the district's, its last one after the level has ended."""
        named = [u for u in self.units.all if u.code == self.office.district]
        current = the_one_in_force(named, self.calendar.cut_off(period))
        return (current or max(named, key=lambda u: u.valid_from)).name

    def contact(self, unit: str, day: date) -> Contact | None:
        """Return where letters to `unit` go on `day`, or None."""
        return the_one_in_force(self._contacts_of.get(unit, ()), day)

    def email(self, unit: str, day: date) -> str | None:
        """Return the address of `unit` on `day`, or None."""
        contact = self.contact(unit, day)
        return contact.email if contact else None

    def team(self, day: date) -> TeamContact:
        """Return where letters to the data team go on `day`: at least to the office's own address."""
        return the_one_in_force(self.data_team, day) or TeamContact(self.office.contact, day)

    @cached_property
    def _contacts_of(self) -> Mapping[str, Sequence[Contact]]:
        found: dict[str, list[Contact]] = {}
        for contact in self.contacts:
            found.setdefault(contact.unit, []).append(contact)
        return found


@lru_cache(maxsize=4)
def load(root: Path) -> Declarations:
    """Return the declarations under `root`; `DeclarationError` names the first file and line that cannot be used."""
    elements = _elements(root)
    units = _units(read_document(root / "units.yaml"))
    framework = parse(read_document(root / "framework.yaml"), Framework)
    addresses = _contacts(read_document(root / "contacts.yaml"), units)
    return Declarations(
        office=_office(read_document(root / "office.yaml"), units),
        framework=framework,
        calendar=_calendar(read_document(root / "calendar.yaml")),
        units=units,
        contacts=addresses.contacts,
        data_team=addresses.data_team,
        elements=elements,
        forms=_forms(root, elements, units),
        indicators=_indicators(root, elements, framework),
        digest=digest_of(root),
        documents={path.name: path.read_bytes() for path in sorted((root / "documents").glob("*.docx"))},
    )


def digest_of(folder: Path) -> str:
    """Return the SHA-256 over the names and bytes of the YAML files under `folder` that figures depend on."""
    digest = hashlib.sha256()
    for path in sorted(p for p in folder.rglob("*.yaml") if p.name not in NOT_OF_FIGURES):
        digest.update(path.relative_to(folder).as_posix().encode() + b"\0" + path.read_bytes() + b"\0")
    return digest.hexdigest()


def _office(document: Document, units: Units) -> Office:
    office = parse(document, Office)
    if office.district not in units.codes():
        raise document.error(f"đơn vị {office.district} chưa có trong units.yaml", "district")
    return office


def _units(document: Document) -> Units:
    units = Units(parse(document, UnitsFile).units)
    refuse_bad_validity(document, ("units",), units.all, lambda u: u.code)
    refuse_strangers(document, units)
    refuse_lost_units(document, units)
    return units


def _contacts(document: Document, units: Units) -> ContactsFile:
    file = parse(document, ContactsFile)
    refuse_bad_validity(document, ("contacts",), file.contacts, lambda c: c.unit)
    refuse_bad_validity(document, ("data_team",), file.data_team, lambda _: "")
    refuse_lost_contacts(document, file.contacts, units)
    return file


def _calendar(document: Document) -> Calendar:
    file = parse(document, CalendarFile)
    for window in Window:
        if window not in file.windows:
            raise document.error(f"thiếu khoảng số liệu của {window}", "windows")
        refuse_impossible_days(document, file, window)
    refuse_bad_deadlines(document, file)
    refuse_bad_reminders(document, file.reminders)
    refuse_bad_day_changes(document, file.day_changes)
    return Calendar(file)


def _elements(root: Path) -> dict[str, Element]:
    elements: dict[str, Element] = {}
    places: list[tuple[Document, Where, Element]] = []
    for path in _files(root / "elements", "*.yaml"):
        document = read_document(path)
        file = parse(document, ElementFile)
        for place, element in enumerate(file.elements):
            where: Where = ("elements", place)
            if element.code in elements:
                raise document.error(f"mã chỉ tiêu {element.code} khai hai lần", *where, "code")
            if not element.code.startswith(file.section):
                raise document.error(f"mã {element.code} không thuộc phần {file.section}", *where, "code")
            refuse_bad_validity(document, where, [element], lambda e: e.code)
            elements[element.code] = element
            places.append((document, where, element))
    for document, where, element in places:
        refuse_bad_sums(document, where, element, elements)
    return elements


def _forms(root: Path, elements: Mapping[str, Element], units: Units) -> tuple[FormVersion, ...]:
    read = [(d, parse(d, FormVersion)) for d in map(read_document, _files(root / "forms", "*/*.yaml"))]
    for document, form in read:
        if (form.form, form.version) != (document.file.parent.name, document.file.stem):
            raise document.error(f"tệp phải tên {form.id}.yaml", "version")
        refuse_bad_sections(document, form, elements, units)
    for level in Level:
        of_level = [(d, f) for d, f in read if f.level is level]
        if fault := fault_in([f for _, f in of_level]):
            document = of_level[fault[0]][0]
            raise document.error(fault[1], "valid_from")
    return tuple(form for _, form in read)


def _indicators(root: Path, elements: Mapping[str, Element], framework: Framework) -> dict[str, Indicator]:
    read = [(d, parse(d, Indicator)) for d in map(read_document, _files(root / "indicators", "*.yaml"))]
    codes = {i.code for _, i in read}
    for document, indicator in read:
        if indicator.code != document.file.stem:
            raise document.error(f"tệp phải tên {indicator.code}.yaml", "code")
        if indicator.content not in framework.contents:
            raise document.error(f"không có nội dung {indicator.content} trong framework.yaml", "content")
        if indicator.superseded_by and indicator.superseded_by not in codes - {indicator.code}:
            raise document.error(f"không có chỉ tiêu {indicator.superseded_by} khác để thay", "superseded_by")
        refuse_bad_indicator(document, indicator, elements)
    _refuse_circles(read)
    order = sorted((i for _, i in read), key=lambda i: (i.content, i.code))
    return {i.code: i for i in order}


def _refuse_circles(read: Sequence[tuple[Document, Indicator]]) -> None:
    """Refuse an indicator that those replace which replaced it: none of them would ever be the newest."""
    after = {indicator.code: indicator.superseded_by for _, indicator in read}
    for document, indicator in reversed(read):
        chain, code = [indicator.code], indicator.superseded_by
        while code and code not in chain:
            chain.append(code)
            code = after[code]
        if code == indicator.code:
            circle = " → ".join([*chain, code])
            raise document.error(f"các chỉ tiêu thay nhau thành vòng ({circle}): bỏ một chỗ thay", "superseded_by")


def _files(folder: Path, pattern: str) -> list[Path]:
    files = sorted(folder.glob(pattern))
    overlooked = sorted({*folder.rglob("*.yml"), *folder.rglob("*.yaml")} - set(files))
    if overlooked:
        raise DeclarationError(overlooked[0], 1, f"tệp sẽ bị bỏ qua: đặt đúng chỗ và đúng đuôi {pattern}")
    if not files:
        raise DeclarationError(folder, 1, f"không có tệp {pattern} nào")
    return files
