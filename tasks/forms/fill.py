"""Writing figures into an issued workbook as a unit would: for the sample, the tests and the bench.

The cells are patched in the XML of the sheets, a few milliseconds a workbook where openpyxl takes fifty.
"""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from functools import partial
from html import unescape
from xml.sax.saxutils import escape

from config.form import HEADS, FormVersion
from config.plan_task import TASK_HEADS
from tasks.forms.look import WIDTHS, text_height
from tasks.forms.package import read_parts, serial, write_parts


@dataclass(frozen=True)
class Formula:
    """A formula as typed, `=D7+D8`; without a `result` it is saved as by a program that never computed it."""

    text: str
    result: int | float | str | None = None


@dataclass(frozen=True)
class ErrorCell:
    """A cell that shows an error such as `#REF!`."""

    text: str


_SHEET = re.compile(r"xl/worksheets/[^/]+\.xml")
_ROW = re.compile(r"<row [^>]*>.*?</row>", re.DOTALL)
_CELL = re.compile(r'<c r="([A-Z]+)([0-9]+)"((?: s="[0-9]+")?)[^>]*?(?:/>|>(.*?)</c>)', re.DOTALL)
_HEIGHT = re.compile(r' ht="([0-9.]+)"')
_TABLE_HEAD = f">{HEADS.value}<".encode()
_TASK_HEAD = f">{TASK_HEADS.done}<".encode()
_TEXT = re.compile(r"<t[^>]*>(.*?)</t>", re.DOTALL)


def fill(workbook: bytes, entries: Mapping[str, object], notes: Mapping[str, str] | None = None) -> bytes:
    """Return `workbook`, as issued, with `entries` and `notes` written at their element codes or cover codes.

    Text stays text, numbers and dates become numbers, `Formula` and `ErrorCell` what they say; None leaves the cell
    as it is. `KeyError` names codes that the workbook does not have, `TypeError` an entry that no cell can hold.
    """
    notes = notes or {}
    wanted = {code for code, entry in entries.items() if entry is not None} | set(notes)
    parts = read_parts(workbook)
    for name in [n for n, part in parts.items() if _SHEET.fullmatch(n) and _TABLE_HEAD in part]:
        filler = _Filler(entries, notes, wanted)
        parts[name] = _ROW.sub(filler.row, parts[name].decode()).encode()
    if wanted:
        raise KeyError(f"no row in the workbook: {', '.join(sorted(wanted))}")
    return write_parts(parts)


def fill_tasks(workbook: bytes, form: FormVersion, tasks: Sequence[Mapping[str, object]]) -> bytes:
    """Return `workbook`, as issued on `form`, with a row for each of `tasks`: entries by part of `TaskColumns`.

    `ValueError` when the form has no list, or too few rows.
    """
    if form.tasks is None or len(tasks) > form.tasks.rows:
        raise ValueError(f"{form.id} has no room for {len(tasks)} tasks")
    columns = vars(form.tasks.columns)
    new = {
        f"{columns[part]}{row}": entry
        for row, task in enumerate(tasks, start=form.first_row)
        for part, entry in task.items()
    }
    parts = read_parts(workbook)
    (name,) = (n for n, part in parts.items() if _SHEET.fullmatch(n) and _TASK_HEAD in part)
    parts[name] = _CELL.sub(lambda m: _rewritten({m[1]: new.get(f"{m[1]}{m[2]}")}, m), parts[name].decode()).encode()
    return write_parts(parts)


@dataclass
class _Filler:
    """Walks down one sheet: past its head row it knows the columns, from the codes it knows the rows."""

    entries: Mapping[str, object]
    notes: Mapping[str, str]
    wanted: set[str]  # codes not met yet, over all sheets
    columns: Mapping[str, str] | None = None  # head texts by column letter

    def row(self, match: re.Match[str]) -> str:
        row = match[0]
        texts = {cell[1]: _text(cell[4]) for cell in _CELL.finditer(row)}
        if HEADS.code in texts.values() and HEADS.value in texts.values():
            self.columns = {text: letter for letter, text in texts.items() if text}
            return row
        code = texts.get(self.columns[HEADS.code], "") if self.columns else ""
        if not self.columns or code not in self.wanted:
            return row
        self.wanted.discard(code)
        new = {
            self.columns[HEADS.value]: self.entries.get(code),
            self.columns[HEADS.note]: self.notes.get(code),
        }
        return _grown(_CELL.sub(partial(_rewritten, new), row), self.notes.get(code, ""))


def _grown(row: str, note: str) -> str:
    # A spreadsheet makes the row higher while the note is being typed; nobody types here.
    needed = text_height(note, WIDTHS["note"])
    return _HEIGHT.sub(lambda m: f' ht="{max(float(m[1]), needed):g}"', row, count=1)


def _rewritten(new: Mapping[str, object], match: re.Match[str]) -> str:
    entry = new.get(match[1])
    if entry is None:
        return match[0]
    kind, content = _content(entry)
    return f'<c r="{match[1]}{match[2]}"{match[3]}{kind}>{content}</c>'


def _content(entry: object) -> tuple[str, str]:
    match entry:
        case Formula(text, None):
            return "", f"<f>{escape(text.removeprefix('='))}</f>"
        case Formula(text, str() as result):
            kind = ' t="e"' if result.startswith("#") else ' t="str"'
            return kind, f"<f>{escape(text.removeprefix('='))}</f><v>{escape(result)}</v>"
        case Formula(text, result):
            return "", f"<f>{escape(text.removeprefix('='))}</f><v>{result}</v>"
        case ErrorCell(text):
            return ' t="e"', f"<v>{escape(text)}</v>"
        case bool():
            return ' t="b"', f"<v>{entry:d}</v>"
        case int() | float() | Decimal():
            return "", f"<v>{entry}</v>"
        case date():
            return "", f"<v>{serial(entry):.0f}</v>"
        case str():
            return ' t="inlineStr"', f'<is><t xml:space="preserve">{escape(entry)}</t></is>'
        case _:
            raise TypeError(f"no cell can hold {entry!r}")


def _text(content: str | None) -> str:
    text = _TEXT.search(content or "")
    return unescape(text[1]) if text else ""
