"""Making `sample/`: the inbox of the half-year 2022, drawn from a seed around the figures really published.

Run `python -m flows.make_sample` after a change of the form; the result is committed.
"""

from __future__ import annotations

import csv
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path

from config.load import Declarations, load
from config.number import format_number
from config.period import Period
from config.settings import PROJECT, Settings
from config.unit import Unit
from expectations.suite import load_rules
from tasks.forms.fill import ErrorCell, fill
from tasks.forms.issue import issue, template
from tasks.illustrate.figures import Entry, illustrate

PERIOD = Period.parse("2022-H1")
SEED = "Chợ Mới 2022-H1"
SAMPLE = PROJECT / "sample"

# What was published on 30/06/2022; the report says "over" and "nearly" where a form takes whole numbers.
PUBLISHED: Mapping[str, Entry] = {
    "A01": 65, "A02": 13, "C06": 1, "C07": 1, "C11": 34600, "C40": 14000, "C41": 4700, "C42": 13000,
}  # fmt: skip
# What has to fit around those figures so that nothing but the published fault is wrong.
AROUND: Mapping[str, Entry] = {
    "A03": 47, "A04": 5, "C10": 612, "C12": 9480, "C13": 133, "C14": 44825, "C20": 30104, "C21": 12618, "C22": 597,
    "C23": 43319, "C30": 1297, "C31": 61, "C32": 1358, "C33": 148, "C50": 655, "C62": 15310, "C63": 3907,
    "C70": 28940, "C71": 19475,
}  # fmt: skip


@dataclass(frozen=True)
class Arrival:
    """One file of the sample: when it came, and how it differs from a clean submission of its unit."""

    arrived_at: str
    attempt: int = 1
    entries: Mapping[str, object] = field(default_factory=dict)
    notes: Mapping[str, str] = field(default_factory=dict)
    form_of: str | None = None
    bytes_instead: bytes | None = None


CLEAN = "2022-06-15T09:{minute:02}:00+07:00"
PDF = b"%PDF-1.4\n1 0 obj\n<< /Type /Catalog >>\nendobj\ntrailer\n<< /Root 1 0 R >>\n%%EOF\n"

# What really happens, unit by unit; the others send one clean workbook each, and 30679 sends nothing.
HAPPENINGS: Mapping[str, tuple[Arrival, ...]] = {
    "893": (Arrival("2022-06-17T16:42:00+07:00", entries={**PUBLISHED, **AROUND}),),
}
