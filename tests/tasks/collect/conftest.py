"""Workbooks as units send them, drop folders to put them in, and a clock that stops what hangs."""

from __future__ import annotations

import os
import re
import signal
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from datetime import datetime
from functools import lru_cache
from pathlib import Path

import pytest

from config.load import Declarations, load
from config.period import Period
from config.settings import PROJECT, Settings
from tasks.collect.intake import Intake
from tasks.forms.fill import fill
from tasks.forms.issue import issue, template
from tasks.forms.package import read_parts, write_parts
from tasks.illustrate.figures import illustrate
from tasks.store.values import Run
from tests.factory import COMMUNE, PERIOD, RECEIVED

Drop = Callable[..., Path]


@lru_cache
def _template(form_version: str, period: str) -> bytes:
    declarations = load(PROJECT / "config")
    form = declarations.form_by_id(form_version)
    assert form is not None
    return template(declarations, form, Period.parse(period), [])


@lru_cache
def _clean(unit: str, period: str, form_version: str | None) -> bytes:
    declarations = load(PROJECT / "config")
    asked, owing = Period.parse(period), declarations.reporting(Period.parse(period))[unit]
    form = declarations.form_by_id(form_version) if form_version else declarations.form(owing.level, asked)
    assert form is not None
    rows = {e.code for e in declarations.rows(form, asked)}
    figures = {code: entry for code, entry in illustrate(owing.level, unit).items() if code in rows}
    return fill(issue(_template(form.id, period), owing), figures)


def workbook(
    entries: Mapping[str, object] | None = None,
    notes: Mapping[str, str] | None = None,
    unit: str = COMMUNE,
    period: str = PERIOD,
    form: str | None = None,
) -> bytes:
    """Return the form of `unit` as issued, filled in without a fault, then changed by `entries`.

    The form is the one in force for `period`, or `form`.
    """
    clean = _clean(unit, period, form)
    return fill(clean, entries or {}, notes) if entries or notes else clean


def with_cell(data: bytes, code: str, xml: str) -> bytes:
    """Return the workbook with the value cell of `code` replaced by raw XML: what stands behind its address.

    `t="e"><v>#REF!</v>` makes it an error; the cell's end is added.
    """
    parts = read_parts(data)
    at = re.compile(
        rf'(<row [^>]*>(?:(?!</row>).)*?>{code}<.*?)<c r="(D\d+)"( s="\d+")?[^>]*?(?:/>|>.*?</c>)', re.DOTALL
    )
    sheets = [n for n, part in parts.items() if n.startswith("xl/worksheets/") and at.search(part.decode())]
    name = sheets[-1]  # the guide may name the code, too; sections come after it
    parts[name] = at.sub(rf'\1<c r="\2"\3 {xml}</c>', parts[name].decode(), count=1).encode()
    return write_parts(parts)


@contextmanager
def within(seconds: float) -> Iterator[None]:
    """Let the block take so long and no longer: what waits for a pipe waits for ever."""

    def too_long(*_: object) -> None:
        raise TimeoutError(f"still not done after {seconds} s")

    before = signal.signal(signal.SIGALRM, too_long)
    signal.setitimer(signal.ITIMER_REAL, seconds)
    try:
        yield
    finally:
        signal.setitimer(signal.ITIMER_REAL, 0)
        signal.signal(signal.SIGALRM, before)


@pytest.fixture(autouse=True)
def _impatient(monkeypatch: pytest.MonkeyPatch) -> None:
    """Make the two looks at a folder follow at once."""
    monkeypatch.setattr("tasks.collect.folder.SETTLING", 0.0)


@pytest.fixture
def inbox(home: Path) -> Path:
    """Return the folder of drop folders."""
    folder = home / "inbox"
    folder.mkdir()
    return folder


@pytest.fixture
def drop(inbox: Path) -> Drop:
    """Return a function that puts a file into the drop folder of a unit, with the time at which it came."""

    def put(data: bytes, unit: str = COMMUNE, name: str = "bieu.xlsx", moment: datetime = RECEIVED) -> Path:
        path = inbox / unit / name
        path.parent.mkdir(exist_ok=True)
        path.write_bytes(data)
        os.utime(path, (moment.timestamp(), moment.timestamp()))
        return path

    return put


@pytest.fixture
def intake(settings: Settings, declarations: Declarations, period: Period, run: Run) -> Intake:
    """Return what taking in 2022-H1 needs."""
    return Intake(settings, declarations, period, run)
