"""Facts about taking in: nothing lost, nothing twice, and no file ever a trouble to another unit's."""

from __future__ import annotations

import errno
import os
import random
import re
import shutil
import socket
import sys
import threading
import zipfile
from collections import Counter
from collections.abc import Callable, Iterator, Sequence
from dataclasses import replace
from datetime import timedelta
from decimal import Decimal
from io import BytesIO
from pathlib import Path
from types import FrameType
from typing import Any

import pytest
from openpyxl import load_workbook
from python_calamine import CalamineWorkbook
from sqlalchemy import select

from config.load import Declarations
from config.period import Period
from config.settings import Settings
from tasks.collect import folder, sandbox
from tasks.collect import intake as intake_module
from tasks.collect import reading as reading_module
from tasks.collect.draft import draft_of
from tasks.collect.folder import settled
from tasks.collect.grid import Grid, read_grid
from tasks.collect.guard import Inspection, Refusal, inspect
from tasks.collect.intake import Intake, take_in
from tasks.collect.reading import read_workbook
from tasks.collect.writing_down import Taken, write_down
from tasks.forms.package import read_parts, write_parts
from tasks.store import database, files, raw, tables
from tasks.store.backup import make_backup, restore_files, restore_rows
from tasks.store.database import filling, reading, writing
from tasks.store.raw import fetch, kept_files, sha256_of
from tasks.store.readings import note_begun, unfinished
from tasks.store.receipts import Receipt, kept_hashes, note_look, receipts
from tasks.store.submissions import NewSubmission, newest, submissions, values_of
from tasks.store.values import Outcome, Scope, Submission
from tests.factory import COMMUNE, DISTRICT, END_OF_TIME, NEIGHBOUR, NOW, PERIOD, RECEIVED, at, make_arrival, run_at
from tests.tasks.collect.conftest import Drop, with_cell, within, workbook

PDF = b"%PDF-1.4\n1 0 obj\n<< /Type /Catalog >>\nendobj\n%%EOF\n"


def collect(intake: Intake) -> list[Receipt]:
    """Take in what lies in the drop folders."""
    return take_in(intake, settled(intake.settings.home / "inbox"), lambda _: None)


def outcomes(found: list[Receipt]) -> list[str]:
    """Return what became of each arrival: its outcome, or the code by which it was refused."""
    return [receipt.code or str(receipt.outcome) for receipt in found]


def kept(intake: Intake) -> list[Submission]:
    """Return the versions in the store."""
    with reading(intake.settings.database) as connection:
        return submissions(connection, PERIOD, END_OF_TIME)


def receipts_in(intake: Intake) -> list[Receipt]:
    """Return the receipts in the store."""
    with reading(intake.settings.database) as connection:
        return receipts(connection, PERIOD, END_OF_TIME)


def left(intake: Intake) -> list[str]:
    """Return what still lies in the drop folders."""
    return sorted(path.name for path in (intake.settings.home / "inbox").glob("*/*"))


def test_a_good_workbook_becomes_a_version_and_leaves_the_folder(intake: Intake, drop: Drop) -> None:
    data = workbook({"C51": "không phát sinh"}, {"C51": "Không có phản ánh"})
    drop(data, name="Biểu xã.xlsx")
    [receipt] = collect(intake)
    [submission] = kept(intake)
    assert receipt.outcome is Outcome.SUBMITTED
    assert receipt.submission_id == submission.id
    assert (submission.unit, submission.version, submission.file_name) == (COMMUNE, 1, "Biểu xã.xlsx")
    assert (submission.form_version, submission.scope, submission.received_at) == ("commune/2021", Scope.OWN, RECEIVED)
    assert fetch(intake.raw, submission.sha256) == data
    assert left(intake) == []


def test_the_values_in_the_store_are_those_in_the_cells(intake: Intake, drop: Drop) -> None:
    drop(workbook({"C14": " 34.600 ", "C80": "12,5", "C51": "KPS", "C52": "trên 5"}))
    collect(intake)
    [submission] = kept(intake)
    with reading(intake.settings.database) as connection:
        found = {v.element: v for v in values_of(connection, [submission.id])[submission.id]}
    assert (found["C14"].number, found["C14"].text, found["C14"].cell) == (Decimal(34600), " 34.600 ", "D17")
    assert [str(found[c].number) for c in ("C14", "C80")] == ["34600", "12.5"]
    assert [str(found[c].status) for c in ("C51", "C52")] == ["not_applicable", "unreadable"]
    form = intake.declarations.form_by_id("commune/2021")
    assert form is not None
    assert set(found) == {e.code for e in intake.declarations.rows(form, intake.period)}


def test_what_the_store_cannot_hold_is_refused_alone(intake: Intake, drop: Drop) -> None:
    """No reader gives half a surrogate pair; should one ever, its file alone must suffer."""
    taken = []
    for dropped in (drop(workbook(unit=unit), unit) for unit in (COMMUNE, NEIGHBOUR)):
        arrival = make_arrival(unit=dropped.parent.name, sha256=sha256_of(dropped.read_bytes()))
        draft = draft_of(read_workbook(dropped.read_bytes()), arrival, intake.period, intake.declarations)
        assert isinstance(draft, NewSubmission)
        name = "nửa \ud800.xlsx" if arrival.unit == NEIGHBOUR else "bieu.xlsx"
        [incoming] = [one for one in settled(intake.settings.home / "inbox") if one.path == dropped]
        taken.append(Taken(incoming, arrival, Outcome.SUBMITTED, True, replace(draft, file_name=name)))
    assert outcomes(write_down(intake, taken)) == ["submitted", "not_storable"]
    assert [s.unit for s in kept(intake)] == [COMMUNE]


def test_the_same_bytes_again_are_a_duplicate(intake: Intake, drop: Drop) -> None:
    drop(workbook())
    collect(intake)
    drop(workbook(), name="lần nữa.xlsx", moment=RECEIVED + timedelta(hours=1))
    assert outcomes(collect(intake)) == ["duplicate"]
    assert len(kept(intake)) == 1
    assert left(intake) == []


def test_the_same_bytes_twice_in_one_look_are_one_version(intake: Intake, drop: Drop) -> None:
    drop(workbook(), name="a.xlsx")
    drop(workbook(), name="b.xlsx")
    assert outcomes(collect(intake)) == ["submitted", "duplicate"]


def test_what_was_sent_before_a_correction_counts_again_when_it_is_sent_again(intake: Intake, drop: Drop) -> None:
    first, correction = workbook(), workbook({"C51": 77})
    for hours, data in enumerate((first, correction, first)):
        drop(data, moment=RECEIVED + timedelta(hours=hours))
        assert outcomes(collect(intake)) == ["submitted"]
    [last] = newest(kept(intake))
    assert (last.version, last.sha256) == (3, sha256_of(first))


def test_it_counts_again_even_with_the_time_that_it_had_the_first_time(intake: Intake, drop: Drop) -> None:
    first, correction = workbook(), workbook({"C51": 77})
    for data in (first, correction, first):
        drop(data)
        assert outcomes(collect(intake)) == ["submitted"]
    assert newest(kept(intake))[0].sha256 == sha256_of(first)


def test_a_file_collected_for_the_wrong_period_and_put_back_counts_for_the_right_one(
    intake: Intake, drop: Drop
) -> None:
    drop(workbook())
    assert outcomes(collect(replace(intake, period=Period.parse("2022-Q1")))) == ["wrong_period"]
    drop(workbook())
    assert outcomes(collect(intake)) == ["submitted"]
    assert left(intake) == []


def test_what_stays_in_the_folder_is_told_of_in_one_period_only(intake: Intake, drop: Drop) -> None:
    drop(b"litter", name="~$bieu.xlsx")
    quarter = replace(intake, period=Period.parse("2022-Q1"))
    assert [outcomes(collect(each)) for each in (quarter, intake, intake)] == [["ignored"], [], []]


def test_versions_follow_the_time_at_which_files_came(intake: Intake, drop: Drop) -> None:
    drop(workbook({"C51": 78}), name="a.xlsx", moment=RECEIVED + timedelta(hours=1))
    drop(workbook({"C51": 79}), name="b.xlsx", moment=RECEIVED)
    collect(intake)
    assert [s.file_name for s in kept(intake)] == ["b.xlsx", "a.xlsx"]


def test_a_correction_of_one_look_is_a_version_of_its_own_for_each_unit(intake: Intake, drop: Drop) -> None:
    for unit in (COMMUNE, NEIGHBOUR, DISTRICT):
        drop(workbook(unit=unit), unit=unit)
    drop(workbook({"C51": 77}), name="sửa.xlsx", moment=RECEIVED + timedelta(minutes=1))
    collect(intake)
    assert [(s.unit, s.version) for s in kept(intake)] == [(COMMUNE, 1), (COMMUNE, 2), (NEIGHBOUR, 1), (DISTRICT, 1)]


def cut(data: bytes) -> bytes:
    """Return the first half of a file."""
    return data[: len(data) // 2]


def zipped(name: str, data: bytes) -> bytes:
    """Return an archive of one file."""
    buffer = BytesIO()
    with zipfile.ZipFile(buffer, "w") as archive:
        archive.writestr(name, data)
    return buffer.getvalue()


GARBAGE: dict[str, Callable[[], bytes]] = {
    "pdf": lambda: PDF,
    "empty": lambda: b"",
    "half": lambda: cut(workbook()),
    "noise": lambda: random.Random(1).randbytes(5000),
    "zip": lambda: zipped("bieu.txt", b"bieu"),
    "csv": lambda: "A01;20\nA02;10\n".encode("utf-16"),
    "html": lambda: b"<html><table><tr><td>1</td></tr></table></html>",
    "xml": lambda: b'<?xml version="1.0"?><!DOCTYPE x [<!ENTITY a "b">]><x>&a;</x>',
    "appended": lambda: workbook() + b"PK\x05\x06",
    "nul": lambda: b"\0" * 100,
}


def test_garbage_from_some_never_stops_the_others(intake: Intake, drop: Drop, declarations: Declarations) -> None:
    units = list(declarations.reporting(intake.period))
    bad = dict(zip(units[1:], GARBAGE, strict=False))
    for unit in units:
        drop(GARBAGE[bad[unit]]() if unit in bad else workbook(unit=unit), unit=unit)
    with within(20):
        found = collect(intake)
    assert len(found) == 19
    assert {s.unit for s in kept(intake)} == set(units) - set(bad)
    assert {r.arrival.unit for r in found if r.outcome is Outcome.QUARANTINED} == set(bad)
    assert all(r.code for r in found if r.outcome is Outcome.QUARANTINED)
    assert left(intake) == []


@pytest.mark.parametrize("kind", GARBAGE)
def test_refused_bytes_are_kept_as_they_came(intake: Intake, drop: Drop, kind: str) -> None:
    data = GARBAGE[kind]()
    drop(data)
    [receipt] = collect(intake)
    assert receipt.outcome is Outcome.QUARANTINED
    assert receipt.arrival.sha256 == sha256_of(data)
    assert fetch(intake.raw, receipt.arrival.sha256) == data


@pytest.mark.parametrize(
    ("data", "unit", "code"),
    [
        (lambda: workbook(unit=NEIGHBOUR), COMMUNE, "wrong_unit"),
        (lambda: workbook(unit=DISTRICT), COMMUNE, "wrong_unit"),
        (lambda: workbook(period="2022-Q1"), COMMUNE, "wrong_period"),
        (workbook, "xa-la", "unknown_unit"),
    ],
    ids=["another unit's", "the district's", "another period's", "nobody's folder"],
)
def test_a_form_in_the_wrong_place_is_refused_with_its_code(
    intake: Intake, drop: Drop, data: Callable[[], bytes], unit: str, code: str
) -> None:
    drop(data(), unit=unit)
    assert outcomes(collect(intake)) == [code]
    assert kept(intake) == []


def test_a_workbook_without_our_stamp_is_refused(intake: Intake, drop: Drop) -> None:
    book, buffer = load_workbook(BytesIO(workbook())), BytesIO()
    book.remove(book["_cchc"])
    book.save(buffer)
    drop(buffer.getvalue())
    assert outcomes(collect(intake)) == ["no_stamp"]


def test_a_reader_that_fails_refuses_that_file_alone(monkeypatch: pytest.MonkeyPatch) -> None:
    class Broken:
        """A library that fails on one file as no documentation says."""

        @staticmethod
        def from_filelike(_: object) -> object:
            """Fail."""
            raise ZeroDivisionError("float division by zero")

    monkeypatch.setattr("tasks.collect.grid.CalamineWorkbook", Broken)
    found = read_workbook(workbook())
    assert isinstance(found, Refusal)
    assert (found.code, found.detail) == ("reader_failed", "ZeroDivisionError('float division by zero')")
    careful = with_cell(workbook(unit=NEIGHBOUR), "C14", 't="e"><v>#REF!</v>')  # read by the other library
    assert not isinstance(read_workbook(careful), Refusal)


@pytest.mark.parametrize(
    "changed",
    [
        lambda grid: {**grid, "TTHC": [*grid["TTHC"], ["one cell more"]]},
        lambda grid: {**grid, "TTHC": grid["TTHC"][:-1]},
        lambda grid: {name: rows for name, rows in grid.items() if name != "TTHC"},
        lambda grid: dict(reversed(grid.items())),
    ],
    ids=["a cell more", "a row less", "a sheet less", "another order"],
)
def test_a_reader_that_sees_anything_else_than_the_guard_refuses_that_file(
    monkeypatch: pytest.MonkeyPatch, changed: Callable[[Any], Any]
) -> None:
    monkeypatch.setattr(reading_module, "read_grid", lambda data, care: changed(read_grid(data, care)))
    found = read_workbook(workbook())
    assert isinstance(found, Refusal)
    assert found.code == "reader_disagrees"


def test_errors_and_formulas_never_computed_reach_the_store_as_what_they_are(intake: Intake, drop: Drop) -> None:
    data = with_cell(workbook({"C13": "1.204"}), "C14", "><f>SUM(D13:D16)</f>")
    drop(with_cell(data, "C23", 't="e"><v>#REF!</v>'))
    collect(intake)
    with reading(intake.settings.database) as connection:
        [found] = values_of(connection, [s.id for s in kept(intake)]).values()
    values = {v.element: v for v in found}
    assert [(values[c].fault, values[c].text) for c in ("C14", "C23")] == [
        ("formula_uncached", "=SUM(D13:D16)"),
        ("formula_error", "#REF!"),
    ]
    assert (values["C13"].number, values["C13"].text) == (Decimal(1204), "1.204")


def test_a_row_inserted_in_excel_does_no_harm(intake: Intake) -> None:
    book, buffer = load_workbook(BytesIO(workbook())), BytesIO()
    book["TTHC"].insert_rows(13)
    book["TTHC"]["B13"] = "dòng xã tự chèn"
    book.save(buffer)
    before, after = (
        draft_of(read_workbook(d), make_arrival(), intake.period, intake.declarations)
        for d in (workbook(), buffer.getvalue())
    )
    assert isinstance(before, NewSubmission)
    assert isinstance(after, NewSubmission)
    assert [v.number for v in after.values] == [v.number for v in before.values]
    assert [v.cell for v in after.values if v.element == "C10"] == ["D14"]


def test_what_a_unit_states_on_the_cover_is_kept(intake: Intake, drop: Drop) -> None:
    drop(workbook({"TT01": "Gồm cả cấp dưới", "TT02": "01/12/2021", "TT03": "07/06/2022"}))
    collect(intake)
    [submission] = kept(intake)
    assert submission.scope is Scope.CONSOLIDATED
    assert (str(submission.window_from), str(submission.window_to)) == ("2021-12-01", "2022-06-07")


@pytest.mark.parametrize(
    ("came", "days_late", "premature"),
    [
        ("2022-06-14T23:59", 0, True),
        ("2022-06-15T00:00", 0, False),
        ("2022-06-16T23:59", 0, False),
        ("2022-06-17T00:00", 1, False),
        ("2022-06-20T09:30", 4, False),
    ],
)
def test_midnight_in_viet_nam_decides_what_is_early_and_late(
    intake: Intake, drop: Drop, came: str, days_late: int, premature: bool
) -> None:
    drop(workbook(), moment=at(came))
    collect(intake)
    [submission] = kept(intake)
    assert (submission.days_late, submission.premature) == (days_late, premature)


def test_a_file_dated_before_the_last_look_came_after_it(intake: Intake, drop: Drop) -> None:
    with writing(intake.settings.database) as connection:
        note_look(connection, "folder", run_at(at("2022-06-18T08:00")))
    drop(workbook(), moment=at("2022-06-15T08:00"))
    [receipt] = collect(intake)
    assert receipt.arrival.received_at == at("2022-06-18T08:00")
    assert kept(intake)[0].days_late == 2


@pytest.fixture
def pipe(inbox: Path) -> Iterator[Path]:
    """Return a folder with a pipe, a link, a link to nowhere, a folder and a socket in it."""
    own = inbox / COMMUNE
    own.mkdir()
    os.mkfifo(own / "ong.xlsx")
    (own / "lien-ket.xlsx").symlink_to("/etc/hostname")
    (own / "vo-tan.xlsx").symlink_to("/dev/zero")
    (own / "thu-muc.xlsx").mkdir()
    before = Path.cwd()
    with socket.socket(socket.AF_UNIX) as listener:
        os.chdir(own)  # the path of a socket may be no longer than a hundred letters
        listener.bind("o-cam.xlsx")
        os.chdir(before)
        yield own


def test_what_is_no_file_is_refused_at_once_and_left_alone(intake: Intake, drop: Drop, pipe: Path) -> None:
    drop(workbook(unit=NEIGHBOUR), unit=NEIGHBOUR)
    there = left(intake)
    with within(5):
        found = collect(intake)
    assert Counter(outcomes(found)) == {"not_regular_file": 4, "folder_inside": 1, "submitted": 1}
    assert set(there) - set(left(intake)) == {"bieu.xlsx"}
    assert [p.name for p in kept_files(intake.raw)] == [sha256_of(workbook(unit=NEIGHBOUR))]


def test_what_is_no_file_is_told_of_once(intake: Intake, pipe: Path) -> None:
    assert len(collect(intake)) == 5
    assert collect(intake) == []
    assert len(receipts_in(intake)) == 5


def test_what_is_no_file_is_told_of_again_only_when_it_was_put_there_again(intake: Intake, pipe: Path) -> None:
    assert len(collect(intake)) == 5
    later = replace(intake, period=Period.parse("2022-Q3"))
    assert collect(later) == []
    os.utime(pipe / "lien-ket.xlsx", (9, 9), follow_symlinks=False)
    assert outcomes(collect(later)) == ["not_regular_file"]


def test_a_folder_within_is_told_of_once_whatever_is_put_into_it(intake: Intake, inbox: Path) -> None:
    within = inbox / COMMUNE / "bieu quy 2"
    within.mkdir(parents=True)
    assert outcomes(collect(intake)) == ["folder_inside"]
    (within / "bieu.xlsx").write_bytes(workbook())
    assert collect(intake) == []
    assert (within / "bieu.xlsx").is_file()


@pytest.mark.parametrize("name", ["~$bieu.xlsx", "bieu.xlsx.part", "Thumbs.db", ".DS_Store"])
def test_litter_is_ignored_once_and_left_alone(intake: Intake, drop: Drop, name: str) -> None:
    drop(b"litter", name=name)
    assert outcomes(collect(intake)) == ["ignored"]
    assert collect(intake) == []
    assert left(intake) == [name]


def test_an_empty_file_leaves_the_folder(intake: Intake, drop: Drop) -> None:
    drop(b"")
    assert outcomes(collect(intake)) == ["empty_file"]
    assert left(intake) == []


def test_a_file_too_big_to_keep_is_not_thrown_away(intake: Intake, drop: Drop, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("tasks.collect.guard.limits.FILE", 1000)
    drop(workbook())
    [receipt] = collect(intake)
    assert (receipt.code, receipt.arrival.size) == ("too_big", len(workbook()))
    assert (receipt.arrival.sha256, receipt.kept) == (sha256_of(workbook()), False)
    assert left(intake) == ["bieu.xlsx"]
    assert collect(intake) == []
    with reading(intake.settings.database) as connection:
        assert kept_hashes(connection) == []


def failing_to_open(monkeypatch: pytest.MonkeyPatch, path: Path, number: int) -> None:
    """Let the system refuse to open `path` with the error `number`."""
    really = os.open

    def closed(name: Any, *rest: Any, **more: Any) -> int:
        if name == path:
            raise OSError(number, os.strerror(number))
        return really(name, *rest, **more)

    monkeypatch.setattr(os, "open", closed)


@pytest.mark.parametrize("number", [errno.EACCES, errno.EIO, errno.ESTALE])
def test_a_file_that_cannot_be_read_is_not_thrown_away(
    intake: Intake, drop: Drop, monkeypatch: pytest.MonkeyPatch, number: int
) -> None:
    path = drop(workbook())
    drop(workbook(unit=NEIGHBOUR), unit=NEIGHBOUR)
    with monkeypatch.context() as patch:
        failing_to_open(patch, path, number)
        assert sorted(outcomes(collect(intake))) == ["not_readable", "submitted"]
    assert left(intake) == ["bieu.xlsx"]
    assert outcomes(collect(intake)) == ["submitted"]  # once it can be read


def test_a_disk_that_fails_in_the_middle_of_a_file_stops_nobody(
    intake: Intake, drop: Drop, monkeypatch: pytest.MonkeyPatch
) -> None:
    drop(workbook())
    drop(workbook(unit=NEIGHBOUR), unit=NEIGHBOUR)
    really, faults = os.read, [OSError(errno.EIO, "Input/output error")]

    def read(descriptor: int, most: int) -> bytes:
        if faults:
            raise faults.pop()
        return really(descriptor, most)

    monkeypatch.setattr(os, "read", read)
    assert sorted(outcomes(collect(intake))) == ["not_readable", "submitted"]
    assert left(intake) == ["bieu.xlsx"]


def test_what_this_machine_lacks_is_no_fault_of_a_file(
    intake: Intake, drop: Drop, monkeypatch: pytest.MonkeyPatch
) -> None:
    failing_to_open(monkeypatch, drop(workbook()), errno.EMFILE)
    with pytest.raises(OSError, match="Too many open files"):
        collect(intake)
    assert receipts_in(intake) == []


def test_a_file_that_grows_while_it_is_read_waits_for_the_next_look(
    intake: Intake, drop: Drop, monkeypatch: pytest.MonkeyPatch
) -> None:
    path, really = drop(cut(workbook())), os.read
    grown: list[int] = []

    def read(descriptor: int, most: int) -> bytes:
        if not grown:
            grown.append(path.write_bytes(workbook()))
        return really(descriptor, most)

    monkeypatch.setattr(os, "read", read)
    assert collect(intake) == []
    assert left(intake) == ["bieu.xlsx"]
    assert outcomes(collect(intake)) == ["submitted"]


def test_a_file_that_is_gone_when_its_turn_comes_stops_nobody(intake: Intake, drop: Drop) -> None:
    going = drop(workbook())
    drop(workbook(unit=NEIGHBOUR), unit=NEIGHBOUR)
    seen = settled(intake.settings.home / "inbox")
    going.unlink()
    assert outcomes(take_in(intake, seen, lambda _: None)) == ["submitted"]


@pytest.mark.parametrize("there", [0, 1, 15_000])
def test_a_copy_that_pauses_is_waited_for(intake: Intake, drop: Drop, there: int) -> None:
    whole, begun = workbook(), intake.run.now - timedelta(seconds=10)
    path = drop(whole[:there], moment=begun)
    assert collect(intake) == []
    path.write_bytes(whole)
    os.utime(path, (begun.timestamp(), begun.timestamp()))
    assert outcomes(collect(intake)) == ["submitted"]


@pytest.mark.parametrize(("there", "code"), [(0, "empty_file"), (15_000, "damaged_archive")])
def test_a_copy_that_never_ends_is_answered_after_a_minute(intake: Intake, drop: Drop, there: int, code: str) -> None:
    drop(workbook()[:there], moment=intake.run.now - timedelta(seconds=61))
    assert outcomes(collect(intake)) == [code]


def panicking() -> bytes:
    """Return a form that the guard lets in and on which calamine panics: a day 27 million million years ago."""
    parts = read_parts(workbook(unit=NEIGHBOUR))
    style = re.search(r"(<cellXfs.*?</cellXfs>)", parts["xl/styles.xml"].decode(), re.DOTALL)
    assert style is not None
    days = re.sub(r'numFmtId="\d+"', 'numFmtId="14"', style[1])
    parts["xl/styles.xml"] = parts["xl/styles.xml"].decode().replace(style[1], days).encode()
    name = next(n for n, part in parts.items() if n.startswith("xl/worksheets/") and b'r="D8" s=' in part)
    cell = re.compile(r'<c r="D8"( s="\d+")[^>]*?(?:/>|>.*?</c>)')
    parts[name] = cell.sub(r'<c r="D8"\1><v>-9.9e15</v></c>', parts[name].decode(), count=1).encode()
    return write_parts(parts)


def test_the_library_panics_on_this_file_and_that_is_no_usual_exception() -> None:
    assert isinstance(inspect(panicking()), Inspection)
    book = CalamineWorkbook.from_filelike(BytesIO(panicking()))
    with pytest.raises(BaseException, match="out of bounds") as caught:
        [book.get_sheet_by_name(name).to_python() for name in book.sheet_names]
    assert not isinstance(caught.value, Exception)


def test_a_file_on_which_the_library_panics_is_refused_alone(intake: Intake, drop: Drop) -> None:
    drop(panicking(), unit=NEIGHBOUR)
    drop(workbook())
    found = {receipt.arrival.unit: receipt for receipt in collect(intake)}
    assert (found[NEIGHBOUR].outcome, found[NEIGHBOUR].code) == (Outcome.QUARANTINED, "reader_failed")
    assert found[COMMUNE].outcome is Outcome.SUBMITTED


def test_what_is_no_workbook_is_not_waited_for(intake: Intake, drop: Drop) -> None:
    drop(b"%PDF-1.7\n", moment=intake.run.now)
    assert outcomes(collect(intake)) == ["not_a_workbook"]


def test_a_correction_put_in_place_of_a_file_being_taken_in_is_not_thrown_away(
    intake: Intake, drop: Drop, monkeypatch: pytest.MonkeyPatch
) -> None:
    drop(workbook())

    def keep(folder: Path, data: bytes) -> str:
        drop(workbook({"C51": 77}), moment=RECEIVED + timedelta(minutes=1))
        monkeypatch.setattr(intake_module, "keep", raw.keep)
        return raw.keep(folder, data)

    monkeypatch.setattr(intake_module, "keep", keep)
    assert outcomes(collect(intake)) == ["submitted"]
    assert outcomes(collect(intake)) == ["submitted"]
    assert newest(kept(intake))[0].sha256 == sha256_of(workbook({"C51": 77}))


def test_a_name_that_is_no_text_stops_nobody(intake: Intake, drop: Drop) -> None:
    drop(workbook(unit=NEIGHBOUR), unit=NEIGHBOUR)
    for folder_name in (COMMUNE, os.fsdecode(b"\xff")):
        drop(workbook(), unit=folder_name, name=os.fsdecode(b"\xe9\n.xlsx"))
    found = collect(intake)
    assert Counter(outcomes(found)) == {"submitted": 2, "unknown_unit": 1}
    assert [r.arrival.file_name for r in found if r.arrival.unit == COMMUNE] == ["\ufffd\n.xlsx"]


def test_a_name_as_long_as_names_get_is_taken(intake: Intake, drop: Drop) -> None:
    drop(workbook(), name="đ" * 125 + ".xlsx")
    assert outcomes(collect(intake)) == ["submitted"]


def test_receipts_come_back_in_order_and_progress_is_told_by_chunk(intake: Intake, drop: Drop) -> None:
    intake = replace(intake, settings=intake.settings.model_copy(update={"chunk": 2}))
    for minute in range(5):
        drop(PDF + bytes([minute]), name=f"{minute}.xlsx", moment=RECEIVED + timedelta(minutes=minute))
    told: list[int] = []
    found = take_in(intake, settled(intake.settings.home / "inbox"), told.append)
    assert [r.arrival.file_name for r in found] == [f"{minute}.xlsx" for minute in range(5)]
    assert told == [2, 2, 1]


def test_every_arrival_ends_in_exactly_one_receipt(intake: Intake, drop: Drop, pipe: Path) -> None:
    drop(workbook())
    drop(workbook(), name="lại.xlsx", moment=RECEIVED + timedelta(minutes=1))
    drop(PDF, name="quét.xlsx")
    drop(b"", name="~$bieu.xlsx")
    found = collect(intake)
    assert len(found) == len(receipts_in(intake)) == 9
    assert [r.arrival.message for r in found] == [r.arrival.message for r in receipts_in(intake)]


# --- a run that dies -------------------------------------------------------------------------------------------------


class KilledError(BaseException):
    """The end of a run, at a place of our choosing."""


def scene(drop: Drop) -> None:
    """Put two workbooks of one unit, the same again, and one file that is none into the drop folders."""
    drop(workbook(), name="a.xlsx")
    drop(workbook({"C51": 77}), name="b.xlsx", moment=RECEIVED + timedelta(minutes=1))
    drop(workbook({"C51": 77}), name="c.xlsx", moment=RECEIVED + timedelta(minutes=2))
    drop(PDF, unit=NEIGHBOUR)


def picture(intake: Intake) -> dict[str, object]:
    """Return all that is known after taking in, without the ids that the store gave."""
    with reading(intake.settings.database) as connection:
        audit = tables.audit.c.action.not_like("reading.%")  # how often it was read is no part of what is known
        count = {
            "value": len(connection.execute(select(tables.value)).all()),
            "audit": len(connection.execute(select(tables.audit).where(audit)).all()),
        }
    return {
        "receipts": [(replace(r.arrival, message=""), r.outcome, r.code, r.kept) for r in receipts_in(intake)],
        "versions": [(s.unit, s.version, s.sha256, s.file_name, s.received_at) for s in kept(intake)],
        "rows": count,
        "raw": [p.name for p in kept_files(intake.raw)],  # a scrap of the dead is no loss
        "left": left(intake),
    }


def test_a_run_that_dies_between_commit_and_removal_leaves_nothing_to_do_but_remove(
    intake: Intake, drop: Drop, monkeypatch: pytest.MonkeyPatch
) -> None:
    scene(drop)

    def die(_: Path, missing_ok: bool = False) -> None:
        raise KilledError

    with monkeypatch.context() as patch:
        patch.setattr(Path, "unlink", die)
        with pytest.raises(KilledError):
            collect(intake)
    assert len(left(intake)) == 4
    written = picture(intake)
    assert collect(intake) == []
    assert picture(intake) == {**written, "left": []}


def test_a_store_that_fails_leaves_every_file_for_the_next_run(intake: Intake, drop: Drop, settings: Settings) -> None:
    scene(drop)
    with writing(settings.database) as connection:
        connection.exec_driver_sql(
            "CREATE TRIGGER full BEFORE INSERT ON receipt WHEN NEW.outcome = 'quarantined' "
            "BEGIN SELECT RAISE(ABORT, 'database or disk is full'); END"
        )
    with pytest.raises(Exception, match="disk is full"):
        collect(intake)
    assert len(left(intake)) == 4
    assert (kept(intake), receipts_in(intake)) == ([], [])
    with writing(settings.database) as connection:
        connection.exec_driver_sql("DROP TRIGGER full")
    assert Counter(outcomes(collect(intake))) == {"submitted": 2, "duplicate": 1, "not_a_workbook": 1}


MORTAL = {module.__file__ for module in (intake_module, folder, raw, files)}


class Reaper:
    """Notes each line that a run executes in the modules that must not lose anything, or ends it at one of them."""

    def __init__(self, end_at: tuple[str, int] | None = None) -> None:
        self.end_at = end_at
        self.lines: dict[tuple[str, int], None] = {}

    def __call__(self, frame: FrameType, event: str, _argument: object) -> Any:
        """Follow frames of the mortal modules only."""
        if frame.f_code.co_filename not in MORTAL:
            return None
        if event == "line":
            place = (frame.f_code.co_filename, frame.f_lineno)
            self.lines[place] = None
            if place == self.end_at:
                self.end_at = None  # once: what cleans up behind the end must not die again
                raise KilledError
        return self

    def watch(self, work: Callable[[], object]) -> bool:
        """Run `work` and return whether it lived to its end."""
        before = sys.gettrace()
        sys.settrace(self)
        try:
            work()
        except KilledError:
            return False
        finally:
            sys.settrace(before)
        return True


@pytest.mark.slow
def test_a_run_killed_at_any_line_loses_nothing_and_the_next_run_doubles_nothing(
    tmp_path: Path, declarations: Declarations, intake: Intake, monkeypatch: pytest.MonkeyPatch, stride: int
) -> None:
    # No power is cut here: what takes its time to be durable may be quick.
    monkeypatch.setattr(os, "fsync", lambda _: None)
    monkeypatch.setattr(database, "SQLITE_PRAGMAS", ("journal_mode=MEMORY", "synchronous=OFF", "foreign_keys=ON"))
    with reading(f"sqlite:///{tmp_path / 'empty.db'}"):
        pass

    def fresh(name: str) -> Intake:
        home = tmp_path / name
        for unit, file, data in (
            (COMMUNE, "a.xlsx", workbook()),
            (NEIGHBOUR, "b.xlsx", PDF),
            (NEIGHBOUR, "c.xlsx", b""),
            (NEIGHBOUR, "~$d.xlsx", b""),
        ):
            path = home / "inbox" / unit / file
            path.parent.mkdir(parents=True, exist_ok=True)
            path.write_bytes(data)
            os.utime(path, (RECEIVED.timestamp(), RECEIVED.timestamp()))
        shutil.copyfile(tmp_path / "empty.db", home / "cchc.db")
        return Intake(Settings(home=home), declarations, intake.period, intake.run)

    whole, undisturbed = Reaper(), fresh("whole")
    assert whole.watch(lambda: collect(undisturbed))
    expected = picture(undisturbed)
    assert len(whole.lines) > 80
    for number, place in enumerate(list(whole.lines)[::stride]):
        mortal = fresh(str(number))
        Reaper(end_at=place).watch(lambda mortal=mortal: collect(mortal))  # type: ignore[misc]
        collect(mortal)
        assert picture(mortal) == expected, place


def dead_while_reading(intake: Intake, *files: bytes, times: int, alone: bool) -> None:
    """Leave in the store what runs leave that died while they read `files`."""
    for time in range(times):
        with writing(intake.settings.database) as connection:
            hashes = [sha256_of(data) for data in files]
            note_begun(connection, run_at(NOW), f"dead run {time}", hashes, alone)


def test_a_file_that_ended_two_runs_is_never_opened_again(intake: Intake, drop: Drop) -> None:
    dead_while_reading(intake, workbook(), times=2, alone=True)
    for moment in (RECEIVED, RECEIVED + timedelta(hours=1)):
        drop(workbook(), moment=moment)
        drop(workbook(unit=NEIGHBOUR), unit=NEIGHBOUR, moment=moment)
        found = {r.arrival.unit: r for r in collect(intake)}
        assert (found[COMMUNE].code, found[COMMUNE].detail) == ("reader_crashed", "2 runs ended while they read it")
        assert found[NEIGHBOUR].code is None


def test_a_file_that_ended_one_run_is_read_alone_and_cleared(intake: Intake, drop: Drop) -> None:
    dead_while_reading(intake, workbook(), times=1, alone=True)
    drop(workbook())
    assert outcomes(collect(intake)) == ["submitted"]
    with reading(intake.settings.database) as connection:
        lines = connection.execute(select(tables.audit).where(tables.audit.c.action.like("reading.%"))).all()
    assert [(line.action, line.detail.split()[:1]) for line in lines[1:]] == [
        ("reading.begun", ["alone"]),
        ("reading.ended", []),
    ]


def test_a_first_reading_is_committed_before_anything_is_opened(intake: Intake, drop: Drop) -> None:
    seen: list[bool] = []

    def look_and_begin(files: Sequence[bytes]) -> sandbox.Pending:
        with reading(intake.settings.database) as connection:
            seen.append(unfinished(connection).suspects == {sha256_of(data) for data in files})
        return sandbox.begin(files)

    drop(workbook())
    assert outcomes(collect(replace(intake, begin=look_and_begin))) == ["submitted"]
    assert seen == [True]


def test_an_attempt_is_committed_before_the_file_is_opened(intake: Intake, drop: Drop) -> None:
    dead_while_reading(intake, workbook(), times=1, alone=True)
    seen: list[int] = []

    def look_and_read(data: bytes) -> Grid | Refusal:
        with reading(intake.settings.database) as connection:
            seen.append(unfinished(connection).deaths[sha256_of(data)])
        return sandbox.read(data)

    drop(workbook())
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr("tasks.collect.suspects.read", look_and_read)
        assert outcomes(collect(intake)) == ["submitted"]
    assert seen == [2]


def test_files_that_were_read_together_when_runs_died_are_none_of_them_to_blame(intake: Intake, drop: Drop) -> None:
    dead_while_reading(intake, workbook(), workbook(unit=NEIGHBOUR), times=5, alone=False)
    drop(workbook())
    drop(workbook(unit=NEIGHBOUR), unit=NEIGHBOUR)
    assert outcomes(collect(intake)) == ["submitted", "submitted"]


def test_runs_at_once_over_one_inbox_make_one_version_of_each_content(intake: Intake, drop: Drop) -> None:
    for unit in (COMMUNE, NEIGHBOUR, DISTRICT):
        drop(workbook(unit=unit), unit=unit)
    drop(PDF, name="quét.xlsx")
    with reading(intake.settings.database):
        pass  # the tables are there before the race
    seen = settled(intake.settings.home / "inbox")
    start, found, faults = threading.Barrier(4), [], []

    def take() -> None:
        start.wait()
        try:
            found.extend(take_in(intake, seen, lambda _: None))
        except Exception as fault:  # noqa: BLE001  whatever it is: the test shows it
            faults.append(fault)

    runs = [threading.Thread(target=take) for _ in range(4)]
    for one in runs:
        one.start()
    for one in runs:
        one.join()
    assert faults == []
    assert Counter(outcomes(found)) == {"submitted": 3, "not_a_workbook": 1}
    assert [s.version for s in kept(intake)] == [1, 1, 1]
    assert left(intake) == []


# --- checking without taking in --------------------------------------------------------------------------------------


def test_parsing_keeps_and_removes_nothing(intake: Intake, drop: Drop) -> None:
    path = drop(workbook())
    assert isinstance(
        draft_of(read_workbook(workbook()), make_arrival(), intake.period, intake.declarations), NewSubmission
    )
    assert isinstance(draft_of(read_workbook(PDF), make_arrival(), intake.period, intake.declarations), Refusal)
    assert path.exists()
    assert not intake.raw.exists()


def restored(intake: Intake, copy: Path) -> Intake:
    """Copy the workplace of `intake`, restore the copy beside it, and return what taking in needs there."""
    other = Settings(home=copy.with_suffix(".home"))
    with reading(intake.settings.database) as connection:
        made = make_backup(connection, intake.settings, copy, NOW)
    with filling(other.database, made.revision) as connection:
        restore_rows(connection, copy, made)
    restore_files(copy, made, other.home)
    return replace(intake, settings=other)


def test_what_a_killed_run_had_written_down_is_not_taken_in_again_after_a_restore(
    intake: Intake, drop: Drop, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    first, second = workbook({"A01": 1}), workbook({"A01": 2})
    with monkeypatch.context() as killed:
        killed.setattr(folder.Dropped, "remove", lambda *_: None)
        drop(first, name="a.xlsx")
        drop(second, name="b.xlsx", moment=RECEIVED + timedelta(hours=1))
        collect(intake)
    there = restored(intake, tmp_path / "copy")
    assert left(there) == ["a.xlsx", "b.xlsx"]
    assert collect(there) == []
    assert [s.sha256 for s in kept(there)] == [sha256_of(first), sha256_of(second)]
    assert left(there) == []
    (there.settings.home / "inbox" / COMMUNE / "a.xlsx").write_bytes(first)
    assert outcomes(collect(there)) == ["submitted"]  # put there again by the unit: it means the first one


def test_what_is_never_taken_is_told_once_however_often_it_is_copied_and_restored(
    intake: Intake, drop: Drop, tmp_path: Path
) -> None:
    drop(b"x", name="Thumbs.db")
    inner = intake.settings.home / "inbox" / COMMUNE / "trong"
    inner.mkdir()
    (inner / "bieu.xlsx").write_bytes(b"x")
    assert len(collect(intake)) == 2
    there = restored(intake, tmp_path / "copy")
    assert collect(there) == []
    again = restored(there, tmp_path / "again")
    assert left(again) == ["Thumbs.db", "trong"]
    assert collect(again) == []
