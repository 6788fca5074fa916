"""What declarations owe each other: the refusals that no single value can make, each with its file and line."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from datetime import date, timedelta
from typing import TypeVar

from config import reminding, working_days
from config.calendar import CalendarFile
from config.contact import Contact
from config.element import Element, Kind, Level
from config.form import FormVersion
from config.formula import UNITS, elements_of, is_comparison
from config.indicator import Aggregation, Definition, Direction, Indicator, Target
from config.period import FIRST_YEAR, LAST_YEAR, Window
from config.strict import Document, Where
from config.unit import Unit, Units
from config.validity import Dated, fault_in, in_force

FIRST_DAY = date(FIRST_YEAR, 1, 1)

D = TypeVar("D", bound=Dated)


def refuse_bad_validity(document: Document, where: Where, values: Sequence[D], key: Callable[[D], str]) -> None:
    """Refuse values of one key whose validity is reversed, overlaps or is interrupted."""
    groups: dict[str, list[int]] = {}
    for place, value in enumerate(values):
        groups.setdefault(key(value), []).append(place)
    for places in groups.values():
        if fault := fault_in([values[p] for p in places]):
            raise document.error(fault[1], *where, places[fault[0]])


def refuse_strangers(document: Document, units: Units) -> None:
    """Refuse a parent that is not there on the unit's first day, a successor that is not there after its last."""
    for place, unit in enumerate(units.all):
        if unit.parent and unit.parent not in units.on(unit.valid_from):
            sentence = f"không có đơn vị cấp trên {unit.parent} vào ngày {unit.valid_from:%d/%m/%Y}"
            raise document.error(sentence, "units", place, "parent")
        if unit.successor and unit.successor not in _units_after(unit, units):
            sentence = f"không có đơn vị kế thừa {unit.successor} ngay sau ngày cuối của {unit.code}"
            raise document.error(sentence, "units", place, "successor")


def _units_after(unit: Unit, units: Units) -> Mapping[str, Unit]:
    if unit.valid_to is None or unit.valid_to == date.max:
        return {}
    return units.on(unit.valid_to + timedelta(days=1))


def refuse_lost_units(document: Document, units: Units) -> None:
    """Refuse a unit that ends and neither names who takes it over nor says that nobody does; and one that says both.

    Refuse too a level taken over while it still reports: its figures would be asked for twice.
    """
    for place, unit in enumerate(units.all):
        if unit.valid_to is not None and unit.successor is None and not unit.abolished:
            sentence = (
                f"{unit.code} kết thúc ngày {unit.valid_to:%d/%m/%Y} mà không có đơn vị kế thừa: ghi «successor», "
                "hoặc «abolished: true» nếu không đơn vị nào kế thừa"
            )
            raise document.error(sentence, "units", place, "valid_to")
        if unit.abolished and (unit.successor is not None or unit.valid_to is None):
            sentence = f"{unit.code} ghi «abolished» thì phải có ngày cuối và không có đơn vị kế thừa"
            raise document.error(sentence, "units", place, "abolished")
        if unit.takes_over and (still := _of_level(unit.takes_over, unit, units)):
            sentence = f"{unit.code} nhận phần của cấp {unit.takes_over} khi {still.code} của cấp ấy vẫn còn báo cáo"
            raise document.error(sentence, "units", place, "takes_over")


def _of_level(level: Level, unit: Unit, units: Units) -> Unit | None:
    return next((u for u in units.all if u.level is level and _share_a_day(u, unit)), None)


def refuse_lost_contacts(document: Document, contacts: Sequence[Contact], units: Units) -> None:
    """Refuse a contact of a unit that is unknown, or that is not there on every day for which it is given."""
    for place, contact in enumerate(contacts):
        of_unit = [unit for unit in units.all if unit.code == contact.unit]
        if not of_unit:
            raise document.error(f"đơn vị {contact.unit} chưa có trong units.yaml", "contacts", place, "unit")
        first, last = min(u.valid_from for u in of_unit), max(u.valid_to or date.max for u in of_unit)
        if contact.valid_from < first:
            sentence = f"đơn vị {contact.unit} chỉ có từ {first:%d/%m/%Y}"
            raise document.error(sentence, "contacts", place, "valid_from")
        if (contact.valid_to or date.max) > last:
            sentence = f"đơn vị {contact.unit} kết thúc ngày {last:%d/%m/%Y}: địa chỉ cũng phải có ngày cuối"
            raise document.error(sentence, "contacts", place, "valid_to")


def refuse_bad_sums(document: Document, where: Where, element: Element, elements: Mapping[str, Element]) -> None:
    """Refuse a derived sum without parts, parts of anything else, and parts or a closing balance that do not exist."""
    if bool(element.parts) != (element.kind is Kind.DERIVED_SUM):
        raise document.error(f"«parts» đi cùng và chỉ đi cùng «kind: {Kind.DERIVED_SUM}»", *where, "parts")
    if element.continues is not None and element.kind is not Kind.OPENING_BALANCE:
        raise document.error(f"«continues» chỉ đi cùng «kind: {Kind.OPENING_BALANCE}»", *where, "continues")
    for key, codes in (("parts", element.parts), ("continues", (element.continues,))):
        for code in filter(None, codes):
            if code not in elements or code == element.code:
                raise document.error(f"không có chỉ tiêu {code} khác trong config/elements", *where, key)


def refuse_impossible_days(document: Document, file: CalendarFile, window: Window) -> None:
    """Refuse a window with a day that some year does not have, or one that ends before it begins."""
    rule = file.windows[window]
    try:
        spans = [(rule.start.of(y), rule.end.of(y)) for y in range(FIRST_YEAR, LAST_YEAR + 1)]
    except (ValueError, OverflowError) as fault:
        raise document.error("khoảng số liệu có ngày không có thật", "windows", window) from fault
    if any(end < start for start, end in spans):
        raise document.error("khoảng số liệu kết thúc trước khi bắt đầu", "windows", window)


def refuse_bad_deadlines(document: Document, file: CalendarFile) -> None:
    """Refuse deadlines that leave a day or a level out, that some month does not have, or that the figures outlast."""
    _refuse_gaps(document, file.deadlines, "deadlines", "hạn gửi")
    last = max(rule.end.day for rule in file.windows.values())
    for place, rule in enumerate(file.deadlines):
        if missing := {Level.DISTRICT, Level.COMMUNE} - rule.day.keys():
            raise document.error(f"thiếu thời hạn của cấp {min(missing)}", "deadlines", place, "day")
        for level, day in rule.day.items():
            where: Where = ("deadlines", place, "day", level)
            if not 1 <= day <= 28:
                raise document.error(f"ngày {day} không có trong mọi tháng", *where)
            if day <= last:
                sentence = f"hạn gửi báo cáo ngày {day} không sau ngày chốt số liệu {last}"
                raise document.error(f"{sentence}: chưa hết ngày chốt thì chưa có số để gửi", *where)
        if rule.day[Level.COMMUNE] > rule.day[Level.DISTRICT]:
            sentence = f"hạn của cấp xã (ngày {rule.day[Level.COMMUNE]}) sau hạn của cấp huyện"
            where = ("deadlines", place, "day", Level.COMMUNE)
            raise document.error(f"{sentence} (ngày {rule.day[Level.DISTRICT]}): huyện gửi khi xã chưa đến hạn", *where)


def refuse_bad_reminders(document: Document, rules: Sequence[reminding.ReminderRule]) -> None:
    """Refuse reminders that leave a day out, come twice, or come after the matter went to the head."""
    _refuse_gaps(document, rules, "reminders", "lịch nhắc")
    for place, rule in enumerate(rules):
        for key, sentence in reminding.faults_of(rule):
            raise document.error(sentence, "reminders", place, key)


def refuse_bad_day_changes(document: Document, changes: working_days.DayChanges) -> None:
    """Refuse a changed day that stands under another year, stands twice, or is no holiday to begin with."""
    for where, sentence in working_days.faults_of(changes):
        raise document.error(sentence, "day_changes", *where)


def _refuse_gaps(document: Document, rules: Sequence[Dated], key: str, name: str) -> None:
    if fault := fault_in(rules):
        raise document.error(fault[1], key, fault[0])
    if not any(in_force(rule, FIRST_DAY) for rule in rules) or all(rule.valid_to for rule in rules):
        raise document.error(f"{name} phải có cho mọi ngày từ {FIRST_DAY:%d/%m/%Y}", key)


def refuse_bad_sections(document: Document, form: FormVersion, elements: Mapping[str, Element], units: Units) -> None:
    """Refuse two sheets of one name, two parts in one column, names of rows that are not there, and bad rows.

    Bad are rows that are unknown, repeated, out of date, or of a level that the form's units do not report for.
    """
    _refuse_bad_columns(document, vars(form.columns), "columns")
    if form.tasks is not None:
        _refuse_bad_columns(document, vars(form.tasks.columns), "tasks", "columns")
        if form.tasks.sheet.casefold() in {s.sheet.casefold() for s in form.sections}:
            raise document.error(f"hai trang cùng tên «{form.tasks.sheet}»", "tasks", "sheet")
    levels = _levels_of(form, units)
    seen: set[str] = set()
    for part, section in enumerate(form.sections):
        if section.sheet.casefold() in {s.sheet.casefold() for s in form.sections[:part]}:
            raise document.error(f"hai trang cùng tên «{section.sheet}»", "sections", part, "sheet")
        for place, code in enumerate(section.elements):
            if sentence := _fault_of_row(form, code, elements, seen, levels):
                raise document.error(sentence, "sections", part, "elements", place)
            seen.add(code)
    for code in form.names:
        if code not in seen:
            raise document.error(f"«names» đặt tên cho {code}, biểu không có dòng này", "names", code)


def _refuse_bad_columns(document: Document, columns: Mapping[str, str], *where: str) -> None:
    letters: set[str] = set()
    for part, letter in columns.items():
        if not (len(letter) == 1 and "A" <= letter <= "Z"):
            raise document.error(f"cột «{letter}» phải là một chữ từ A đến Z", *where, part)
        if letter in letters:
            raise document.error(f"hai phần của dòng cùng ở cột {letter}", *where, part)
        letters.add(letter)


def _levels_of(form: FormVersion, units: Units) -> frozenset[Level]:
    """Return the levels whose elements the form may ask for: its own, and what all its units have taken over."""
    filling = [u.levels for u in units.all if u.level is form.level and _share_a_day(u, form)]
    return frozenset.intersection(*filling) if filling else frozenset({form.level})


def _fault_of_row(
    form: FormVersion, code: str, elements: Mapping[str, Element], seen: set[str], levels: frozenset[Level]
) -> str | None:
    if code not in elements:
        return f"chỉ tiêu {code} chưa khai trong config/elements"
    if code in seen:
        return f"chỉ tiêu {code} đứng hai lần trong biểu"
    if not _share_a_day(elements[code], form):
        return f"chỉ tiêu {code} không có hiệu lực ngày nào của biểu này"
    if not any(elements[code].reported_by.includes(level) for level in levels):
        return f"chỉ tiêu {code} không thuộc cấp {form.level}"
    return None


def refuse_bad_indicator(document: Document, indicator: Indicator, elements: Mapping[str, Element]) -> None:
    """Refuse an aggregation that does not exist, formulas over elements not in force, targets out of place."""
    _refuse_bad_aggregation(document, indicator)
    _refuse_bad_definitions(document, indicator, elements)
    for year, target in indicator.targets.items():
        if sentence := _fault_of_target(indicator.direction, year, target):
            raise document.error(sentence, "targets", year)


def _refuse_bad_aggregation(document: Document, indicator: Indicator) -> None:
    name, colon, weight = indicator.aggregation.partition(":")
    if name not in list(Aggregation) or bool(colon) != (name == Aggregation.WEIGHTED_MEAN):
        raise document.error(f"cách tổng hợp «{indicator.aggregation}» không có", "aggregation")
    if colon and not weight.isidentifier():
        raise document.error(f"trọng số «{weight}» phải là mã của một chỉ tiêu biểu", "aggregation")


def _refuse_bad_definitions(document: Document, indicator: Indicator, elements: Mapping[str, Element]) -> None:
    if not indicator.definitions:
        raise document.error("chưa có định nghĩa nào", "definitions")
    if fault := fault_in(indicator.definitions):
        raise document.error(fault[1], "definitions", fault[0])
    for place, definition in enumerate(indicator.definitions):
        inside: Where = ("definitions", place)
        _refuse_bad_formula(document, definition, definition.numerator, elements, (*inside, "numerator"))
        _refuse_bad_formula(document, definition, definition.denominator, elements, (*inside, "denominator"))
        _refuse_bad_formula(document, definition, indicator.weight or UNITS, elements, ("aggregation",))
        if not elements_of(definition.numerator):
            sentence = "tử số phải dùng ít nhất một chỉ tiêu biểu: không thì đơn vị chưa nộp cũng như đã nộp"
            raise document.error(sentence, *inside, "numerator")
        if is_comparison(definition.denominator):
            raise document.error("mẫu số không được là một so sánh", *inside, "denominator")
        if (definition.denominator == UNITS) != (indicator.rule is Aggregation.SHARE_OF_UNITS_MEETING):
            sentence = f"mẫu số «{UNITS}» chỉ đi cùng cách tổng hợp {Aggregation.SHARE_OF_UNITS_MEETING}"
            raise document.error(sentence, *inside, "denominator")


def _refuse_bad_formula(
    document: Document, definition: Definition, formula: str, elements: Mapping[str, Element], where: Where
) -> None:
    try:
        codes = sorted(elements_of(formula))
    except ValueError as fault:
        raise document.error(str(fault), *where) from fault
    for code in codes:
        if code not in elements:
            raise document.error(f"công thức dùng chỉ tiêu {code} chưa khai trong config/elements", *where)
        if not _covers(elements[code], definition):
            raise document.error(f"chỉ tiêu {code} không có hiệu lực trong mọi ngày của định nghĩa này", *where)


def _fault_of_target(direction: Direction, year: int, target: Target) -> str | None:
    bounds = [bound for bound in (target.low, target.high) if bound is not None]
    if direction is Direction.RANGE and (target.value is not None or not bounds):
        return "mục tiêu khoảng cần «low» hoặc «high», không có «value»"
    if direction is not Direction.RANGE and (target.value is None or bounds):
        return "mục tiêu cần «value»; «low», «high» chỉ dùng cho khoảng"
    if bounds != sorted(bounds):
        return "«low» phải không quá «high»"
    if not FIRST_YEAR <= year <= LAST_YEAR:
        return f"năm {year} ngoài chương trình {FIRST_YEAR}–{LAST_YEAR}"
    return None


def _share_a_day(one: Dated, other: Dated) -> bool:
    last = date.max
    return one.valid_from <= (other.valid_to or last) and other.valid_from <= (one.valid_to or last)


def _covers(one: Dated, other: Dated) -> bool:
    last = date.max
    return one.valid_from <= other.valid_from and (other.valid_to or last) <= (one.valid_to or last)
