"""A workbook as the zip package it is: parts in, the same bytes out every time."""

from __future__ import annotations

import io
import re
import zipfile
from collections.abc import Mapping
from datetime import date, datetime, time, timedelta

from openpyxl.utils.datetime import to_excel

# The earliest moment that a zip can hold: when a part was written says nothing, and would change the bytes.
NO_TIME = (1980, 1, 1, 0, 0, 0)
FIRST_PART = "[Content_Types].xml"  # programs that look at the first bytes know a workbook by it
CORE_PART = "docProps/core.xml"


def read_parts(data: bytes) -> dict[str, bytes]:
    """Return the parts of the package `data` by name, in order; `zipfile.BadZipFile` when it is none."""
    with zipfile.ZipFile(io.BytesIO(data)) as package:
        return {name: package.read(name) for name in package.namelist()}


def write_parts(parts: Mapping[str, bytes], onto: bytes = b"") -> bytes:
    """Return a package of `parts`, added to the package `onto` when given; the same parts give the same bytes."""
    buffer = io.BytesIO(onto)
    with zipfile.ZipFile(buffer, "a" if onto else "w", zipfile.ZIP_DEFLATED) as package:
        for name, part in parts.items():
            entry = zipfile.ZipInfo(name, NO_TIME)
            entry.compress_type = zipfile.ZIP_DEFLATED
            package.writestr(entry, part)
    return buffer.getvalue()


def settled(parts: Mapping[str, bytes], moment: datetime) -> dict[str, bytes]:
    """Return the parts that openpyxl saved with two things put right: the time of change becomes `moment`, where
    openpyxl asks the clock, and row heights are no longer fixed, so that a row grows with the note typed into it.
    """
    flexible = {name: part.replace(b' customHeight="1"', b"") for name, part in parts.items()}
    stamp = f"{moment:%Y-%m-%dT%H:%M:%SZ}".encode()
    core = re.sub(rb"(<dcterms:modified[^>]*>)[^<]*", rb"\g<1>" + stamp, parts[CORE_PART])
    return {FIRST_PART: parts[FIRST_PART], **flexible, CORE_PART: core}


def serial(moment: date | time | timedelta) -> float:
    """Return `moment` as a spreadsheet stores it: days since 30/12/1899."""
    return float(to_excel(moment))  # type: ignore[no-untyped-call]
