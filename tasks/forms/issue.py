"""Forms for all units: one template a form version and period, built slowly once; each unit's copy patched from it.

Building a workbook takes openpyxl some hundred milliseconds; replacing three words in a finished package takes two.
"""

from __future__ import annotations

import io
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, time
from functools import lru_cache
from xml.sax.saxutils import escape

from openpyxl import Workbook
from openpyxl.workbook.protection import WorkbookProtection
from openpyxl.worksheet.worksheet import Worksheet
from python_calamine import CalamineWorkbook

from config.form import FormVersion
from config.load import Declarations
from config.period import Period
from config.safe_text import safe_text
from config.stamp import COVER_SHEET, GUIDE_SHEET, STAMP_SHEET, Stamp, unit_line
from config.unit import Unit
from tasks.forms.cover import write_cover
from tasks.forms.edition import Edition
from tasks.forms.guide import GuideRule, write_guide
from tasks.forms.look import lock, put
from tasks.forms.package import read_parts, settled, write_parts
from tasks.forms.section import write_section
from tasks.forms.task_sheet import write_task_sheet

UNIT_NAME, UNIT_CODE, SEAL = "@@unit_name@@", "@@unit_code@@", "@@seal@@"


def template(declarations: Declarations, form: FormVersion, period: Period, rules: Sequence[GuideRule]) -> bytes:
    """Return the workbook of `form` for `period` with placeholders where the unit goes; `rules` fill the guide."""
    edition = Edition.of(declarations, form, period)
    workbook = _new_workbook(edition)
    write_cover(_add(workbook, COVER_SHEET), edition, UNIT_NAME, UNIT_CODE)
    write_guide(_add(workbook, GUIDE_SHEET), edition, rules)
    whose = unit_line(UNIT_NAME, UNIT_CODE)
    for section in form.sections:
        write_section(_add(workbook, section.sheet), section, edition, whose)
    if form.tasks is not None:
        write_task_sheet(_add(workbook, form.tasks.sheet), form.tasks, edition, whose)
    _write_stamp(_add(workbook, STAMP_SHEET), edition)
    workbook.active = 0
    return _saved(workbook, edition)


def issue(template: bytes, unit: Unit) -> bytes:
    """Return the copy of `template` for `unit`: the same unit and template give the same bytes."""
    parts = _taken_apart(template)
    seal = Stamp(unit.code, parts.period, parts.form_version).seal
    words = {UNIT_NAME: escape(safe_text(unit.name)), UNIT_CODE: escape(safe_text(unit.code)), SEAL: seal}
    return write_parts({name: _replaced(part, words) for name, part in parts.to_patch.items()}, onto=parts.ready)


@dataclass(frozen=True)
class _TakenApart:
    """A template in two: the package of what is the same for all units, and the parts that name the unit."""

    ready: bytes
    to_patch: dict[str, str]
    period: str
    form_version: str


@lru_cache(maxsize=8)
def _taken_apart(template: bytes) -> _TakenApart:
    parts = read_parts(template)
    to_patch = {name: part.decode() for name, part in parts.items() if b"@@" in part}
    stamp_sheet = CalamineWorkbook.from_filelike(io.BytesIO(template)).get_sheet_by_name(STAMP_SHEET)
    stamp = {str(key): str(value) for key, value in stamp_sheet.to_python()}
    return _TakenApart(
        ready=write_parts({name: part for name, part in parts.items() if name not in to_patch}),
        to_patch=to_patch,
        period=stamp["period"],
        form_version=stamp["form_version"],
    )


def _replaced(part: str, words: dict[str, str]) -> bytes:
    for placeholder, word in words.items():
        part = part.replace(placeholder, word)
    return part.encode()


def _new_workbook(edition: Edition) -> Workbook:
    workbook = Workbook()
    for sheet in workbook.worksheets:
        workbook.remove(sheet)
    workbook.security = WorkbookProtection(lockStructure=True)
    workbook.properties.creator = edition.office.issuer
    workbook.properties.title = edition.label
    workbook.properties.created = _moment(edition)
    return workbook


def _add(workbook: Workbook, name: str) -> Worksheet:
    sheet: Worksheet = workbook.create_sheet(name)
    return sheet


def _write_stamp(sheet: Worksheet, edition: Edition) -> None:
    stamp = {**Stamp(UNIT_CODE, str(edition.period), edition.form.id).rows(), "seal": SEAL}
    for row, (key, value) in enumerate(stamp.items(), start=1):
        put(sheet[f"A{row}"], key)
        put(sheet[f"B{row}"], value)
    sheet.sheet_state = Worksheet.SHEETSTATE_VERYHIDDEN
    lock(sheet)


def _saved(workbook: Workbook, edition: Edition) -> bytes:
    buffer = io.BytesIO()
    workbook.save(buffer)
    return write_parts(settled(read_parts(buffer.getvalue()), _moment(edition)))


def _moment(edition: Edition) -> datetime:
    return datetime.combine(edition.span.end, time())
