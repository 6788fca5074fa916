"""An independent read of an honest workbook: the standard library's ZIP and XML, and nothing of ours.

What it gives is what the file says by the standard, in the plainest way; guard and readers are held against it.
"""

from __future__ import annotations

import io
import posixpath
import re
import zipfile
from datetime import date, datetime, time, timedelta
from xml.etree.ElementTree import Element, fromstring

from openpyxl.utils.datetime import to_excel

MAIN = "{http://schemas.openxmlformats.org/spreadsheetml/2006/main}"
RELATION_ID = "{http://schemas.openxmlformats.org/officeDocument/2006/relationships}id"

Value = str | float | bool
Cells = dict[str, Value]


def plain_read(data: bytes) -> dict[str, Cells]:
    """Return for each sheet the cells that say something: numbers as float, the rest as text or bool."""
    with zipfile.ZipFile(io.BytesIO(data)) as archive:
        targets = {
            relation.get("Id"): relation.get("Target", "")
            for relation in fromstring(archive.read("xl/_rels/workbook.xml.rels"))
        }
        strings = _strings(archive)
        sheets = fromstring(archive.read("xl/workbook.xml")).findall(f"{MAIN}sheets/{MAIN}sheet")
        return {s.get("name", ""): _cells(archive, targets[s.get(RELATION_ID)], strings) for s in sheets}


def comparable(value: object) -> Value:
    """Return `value` of any reader so that what is the same compares equal: days as numbers, texts trimmed."""
    if isinstance(value, bool):
        return value
    if isinstance(value, int | float):
        return float(value)
    if isinstance(value, date | time | timedelta):
        return float(to_excel(value))  # type: ignore[no-untyped-call]
    return str(value).replace("\r\n", "\n").replace("\r", "\n").strip()


def unescaped(text: str) -> str:
    """Return `text` with `_x0041_` as the letter that it stands for."""
    return re.sub(r"_x([0-9A-Fa-f]{4})_", lambda match: chr(int(match[1], 16)), text)


def _strings(archive: zipfile.ZipFile) -> list[str]:
    if "xl/sharedStrings.xml" not in archive.namelist():
        return []
    return [_text(item) for item in fromstring(archive.read("xl/sharedStrings.xml")).findall(f"{MAIN}si")]


def _text(item: Element) -> str:
    pieces = [*item.findall(f"{MAIN}t"), *item.findall(f"{MAIN}r/{MAIN}t")]
    return unescaped("".join(piece.text or "" for piece in pieces))


def _cells(archive: zipfile.ZipFile, target: str, strings: list[str]) -> Cells:
    name = target[1:] if target.startswith("/") else posixpath.normpath(posixpath.join("xl", target))
    root = fromstring(archive.read(name))
    read = {cell.get("r", ""): _value(cell, strings) for cell in root.findall(f"{MAIN}sheetData/{MAIN}row/{MAIN}c")}
    return {reference: value for reference, value in read.items() if value is not None and value != ""}


def _value(cell: Element, strings: list[str]) -> Value | None:
    kind, value = cell.get("t", "n"), cell.findtext(f"{MAIN}v")
    if kind == "inlineStr":
        string = cell.find(f"{MAIN}is")
        return None if string is None else comparable(_text(string))
    if not value:
        return None
    if kind == "s":
        return comparable(strings[int(value)])
    if kind == "b":
        return value == "1"
    if kind == "d":
        return comparable(datetime.fromisoformat(value.removesuffix("Z")))
    return float(value) if kind == "n" else comparable(unescaped(value))
