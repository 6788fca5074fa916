"""The database is made anew from the raw bytes and the journal: everything as it was, and nobody written to twice."""

from __future__ import annotations

import io
import os
import shutil
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from datetime import date, datetime, timedelta
from heapq import merge
from pathlib import Path
from typing import Any

import pytest
from openpyxl import load_workbook
from sqlalchemy import select, text

from config.load import Declarations
from config.settings import Settings
from flows.doctor import examine
from flows.rebuild import RebuildError, plan, rebuild
from flows.reopening import reopen_units
from tasks.collect import folder, sandbox
from tasks.collect.again import said_again
from tasks.collect.grid import Grid, read_grid
from tasks.collect.intake import take_in
from tasks.collect.job import Intake
from tasks.collect.mailbox import open_mailbox
from tasks.collect.mapping import typed_text
from tasks.notify.answers import Desk, write_letters
from tasks.notify.send import send_all
from tasks.publish.contents import Job
from tasks.publish.door import approve_period
from tasks.store import journal as journals
from tasks.store.database import close_engines, reading, trouble_with, writing
from tasks.store.journal import Journal, journal_of, read_journal, said_by
from tasks.store.raw import raw_path
from tasks.store.rebuilding import fill_store
from tasks.store.receipts import note_look
from tasks.store.reopenings import Reopening
from tasks.store.schema import StoreError
from tasks.store.submissions import add_judgement, add_submissions, submissions
from tasks.store.tables import metadata
from tasks.store.values import Run, State
from tests.factory import COMMUNE, NEIGHBOUR, NOW, RECEIVED, make_finding, make_new_submission, make_value, run_at
from tests.postgres import Cluster
from tests.tasks.collect.conftest import workbook
from tests.tasks.collect.mail.conftest import PASSWORD, new_folder, running_server, settings_for
from tests.tasks.collect.mail.factory import make_mail
from tests.tasks.publish import desk
from tests.tasks.publish.desk import PERIOD, calculate, publish

DAY = timedelta(days=1)
REBUILT = NOW + 30 * DAY
Rows = dict[str, list[Any]]


@dataclass(frozen=True)
class Workplace:
    """A home, its declarations, and what its database held in each table before it was lost."""

    settings: Settings
    declarations: Declarations
    held: Rows


def rows(url: str) -> Rows:
    """Return all rows of the store, table by table, but for the line that says it was made anew."""
    with reading(url) as connection:
        found = {
            table.name: [tuple(row) for row in connection.execute(select(table).order_by(*table.primary_key))]
            for table in metadata.sorted_tables
        }
    return found | {"audit": [row for row in found["audit"] if "store.rebuilt" not in row]}


def drop(settings: Settings, name: str, data: bytes, moment: datetime, unit: str = COMMUNE) -> None:
    path = settings.home / "inbox" / unit / name
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_bytes(data)
    os.utime(path, (moment.timestamp(), moment.timestamp()))


def work_through(settings: Settings, declarations: Declarations, run: Run) -> None:
    """Take in what lies in folders and mailbox, judge it, answer, calculate, publish."""
    intake = Intake(settings, declarations, PERIOD, run)
    with open_mailbox(settings, declarations, run.now, sandbox.parse) as box:
        dropped = folder.settled(settings.home / "inbox")
        take_in(intake, merge(dropped, box.arrivals(), key=lambda one: one.received_at(None, run.now)), lambda _: None)
    with writing(settings.database) as connection:
        note_look(connection, folder.CHANNEL, run)
        for version in submissions(connection, str(PERIOD), run.now):
            if version.state is State.RECEIVED:
                state = State.RETURNED if version.version == 1 and version.unit == COMMUNE else State.ACCEPTED
                add_judgement(connection, version, state, [make_finding()] if state is State.RETURNED else [], run)
        write_letters(connection, Desk(settings, declarations, PERIOD, run))
    send_all(settings, run)
    publish(settings, declarations, calculate(settings, declarations, run), run)


@pytest.fixture(scope="module")
def lived(tmp_path_factory: pytest.TempPathFactory, declarations: Declarations) -> Workplace:
    """Return a workplace with all that may happen to a period: repeats, corrections, refusals, mails, reopenings."""
    few = desk.with_few_indicators(declarations)
    plain = Settings(home=tmp_path_factory.mktemp("lived"), database_url=None)
    with running_server(PASSWORD) as server, pytest.MonkeyPatch.context() as patch:
        patch.setattr("tasks.collect.folder.SETTLING", 0.0)
        box = new_folder(server)
        settings = settings_for(plain, box)
        first, second = workbook(), workbook({"A02": 7, "C80": 12.5})
        drop(settings, "a.xlsx", first, RECEIVED)
        drop(settings, "a2.xlsx", first, RECEIVED + timedelta(minutes=1))
        drop(settings, "~$a.xlsx", b"", RECEIVED)
        drop(settings, "bao-cao.pdf", b"%PDF-1.7\n" + b"0" * 99, RECEIVED, NEIGHBOUR)
        work_through(settings, few, run_at(NOW, "run-1"))
        box.deliver(make_mail([("b.xlsx", second)]), at=NOW + DAY)
        late = [unit for unit in few.reporting(PERIOD) if unit not in (COMMUNE, NEIGHBOUR)][1]
        drop(settings, "muon.xlsx", workbook(unit=late), NOW + DAY, late)
        work_through(settings, few, run_at(NOW + 2 * DAY, "run-2"))
        made = calculate(settings, few, run_at(NOW + 3 * DAY, "run-3"))
        approve_period(Job(settings, few, PERIOD, run_at(NOW + 3 * DAY, "run-3")), made, "chanh-van-phong")
        drop(settings, "c.xlsx", workbook({"A02": 9}), NOW + 4 * DAY)
        work_through(settings, few, run_at(NOW + 5 * DAY, "run-4"))  # closed: not counted
        reopen_units(settings, few, [Reopening(COMMUNE, str(PERIOD), "Nhầm cột", NOW + 6 * DAY, NOW + 9 * DAY)])
        drop(settings, "d.xlsx", first, NOW + 7 * DAY)
        work_through(settings, few, run_at(NOW + 8 * DAY, "run-5"))
    held = rows(settings.database)
    close_engines()
    return Workplace(plain, few, held)


@pytest.fixture
def workplace(lived: Workplace, tmp_path: Path) -> Workplace:
    """Return a copy of the workplace in which everything happened."""
    shutil.copytree(lived.settings.home, tmp_path / "copy", symlinks=True)
    return Workplace(Settings(home=tmp_path / "copy", database_url=None), lived.declarations, lived.held)


def lose_database(workplace: Workplace) -> None:
    close_engines()
    for path in workplace.settings.home.glob("cchc.db*"):
        path.unlink()


def letters(workplace: Workplace) -> list[tuple[str, int]]:
    return sorted((path.name, path.stat().st_mtime_ns) for path in (workplace.settings.home / "outbox").iterdir())


def test_the_story_has_all_that_a_database_may_hold(lived: Workplace) -> None:
    with reading(lived.settings.database) as connection:
        asked = connection.execute(text("SELECT channel || ' ' || outcome FROM receipt")).scalars()
        assert set(asked) == {
            "folder submitted", "folder duplicate", "folder ignored", "folder quarantined", "folder closed",
            "mail submitted",
        }  # fmt: skip
        assert connection.execute(text("SELECT max(days_late) FROM submission")).scalar_one() > 0
    empty = [name for name, found in lived.held.items() if not found]
    assert empty == ["plan_task", "scoring"]  # the one of districts, the other of full years


def test_a_lost_database_comes_back_row_by_row(workplace: Workplace) -> None:
    lose_database(workplace)
    made = rebuild(workplace.settings, workplace.declarations, REBUILT, force=False)
    assert (made.lost, made.outdated, made.differing, made.aside) == ([], 0, {}, None)
    assert rows(workplace.settings.database) == workplace.held


def test_a_fraction_is_kept_as_older_software_kept_it(lived: Workplace) -> None:
    columns = metadata.tables["value"].c.keys()
    values = [dict(zip(columns, row, strict=True)) for row in lived.held["value"]]
    assert "12.5" in [value["text"] for value in values if value["element"] == "C80"]


def test_what_older_software_noted_of_a_submission_is_recognised(settings: Settings) -> None:
    cells = (20, 98.5, 0.001, 1e-7, 34600.0, "98.5", "34.600", "98,60%", True, date(2022, 6, 14))
    values = [make_value(f"C{n}", n, text=typed_text(c), note=typed_text(c)) for n, c in enumerate(cells, start=10)]
    with writing(settings.database) as connection:
        key = add_submissions(connection, [make_new_submission(values=tuple(values))], run_at(NOW))[0]
        assert said_by(connection, 0) == {key: "110e485176fa64eb2fe32a90286bef60d880cb0fb3dccadffa4fb21daf171f8e"}


def test_rows_that_older_software_noted_and_that_are_made_anew_today_are_passed_over(
    workplace: Workplace, monkeypatch: pytest.MonkeyPatch
) -> None:
    path = journal_of(workplace.settings.home)
    path.unlink()
    with monkeypatch.context() as older:
        older.setattr(journals, "MADE_ANEW", tuple(name for name in journals.MADE_ANEW if name != "increment"))
        with writing(workplace.settings.database) as connection:
            note_look(connection, folder.CHANNEL, run_at(REBUILT, "run-6"))
    assert '{"table": "increment", "rows": [{' in path.read_text("utf-8")
    held = rows(workplace.settings.database)
    lose_database(workplace)
    assert "increment" not in plan(workplace.settings).rows
    made = rebuild(workplace.settings, workplace.declarations, REBUILT, force=False)
    assert (made.lost, rows(workplace.settings.database)) == ([], held)


@dataclass(frozen=True)
class ReadAsBefore:
    """Workbooks read as by software that looked at no formats."""

    files: Sequence[bytes]

    def grids(self) -> Iterator[Grid]:
        return (read_grid(data, needs_care=False) for data in self.files)


def shown_by(shape: str, data: bytes, code: str) -> bytes:
    """Return the workbook in which the figure of `code` is shown by the number format `shape`."""
    book, saved = load_workbook(io.BytesIO(data)), io.BytesIO()
    for row in (row for sheet in book.worksheets for row in sheet.iter_rows() if code in [c.value for c in row]):
        row[3].number_format = shape
    book.save(saved)
    return saved.getvalue()


@pytest.mark.parametrize(
    ("shape", "fault", "seen"), [("0%", "percent_in_cell", "700%"), ("#,##0,", "shown_otherwise", "7")]
)
def test_a_figure_that_was_taken_from_what_shows_another_is_kept_as_it_was_taken(
    settings: Settings, declarations: Declarations, monkeypatch: pytest.MonkeyPatch, shape: str, fault: str, seen: str
) -> None:
    monkeypatch.setattr("tasks.collect.folder.SETTLING", 0.0)
    drop(settings, "a.xlsx", shown_by(shape, workbook({"A02": 7}), "A02"), RECEIVED)
    drop(settings, "b.xlsx", workbook(unit=NEIGHBOUR), RECEIVED, NEIGHBOUR)
    intake = Intake(settings, declarations, PERIOD, run_at(NOW), ReadAsBefore)
    take_in(intake, folder.settled(settings.home / "inbox"), lambda _: None)
    held = rows(settings.database)
    with reading(settings.database) as connection:
        versions = submissions(connection, str(PERIOD), REBUILT)
    read = {version.unit: said for version, said in said_again(versions, settings.home / "raw", declarations)}
    assert [v.text for v in read[COMMUNE][0] if v.fault == fault] == [seen]  # as it is read today
    lose_database(Workplace(settings, declarations, held))
    made = rebuild(settings, declarations, REBUILT, force=False)
    assert (made.lost, made.as_then) == ([], [f"{COMMUNE} 2022-H1 lần 1"])
    assert rows(settings.database) == held


def published(workplace: Workplace) -> dict[str, bytes]:
    root = workplace.settings.home / "published"
    return {str(path.relative_to(root)): path.read_bytes() for path in root.rglob("*") if path.is_file()}


def test_what_is_calculated_otherwise_today_is_said_and_what_was_published_stays(workplace: Workplace) -> None:
    lose_database(workplace)
    before = published(workplace)
    indicator = workplace.declarations.indicators["L01"]
    definitions = tuple(replace(one, numerator=one.denominator) for one in indicator.definitions)
    indicators = workplace.declarations.indicators | {"L01": replace(indicator, definitions=definitions)}
    today = replace(workplace.declarations, indicators=indicators, digest="of today")
    made = rebuild(workplace.settings, today, REBUILT, force=False)
    assert made.outdated == len(workplace.held["calculation"]) + len(workplace.held["stretch"])
    assert list(made.differing) == ["2022-H1/r002", "2022-H1/r003", "2022-H1/r004"]  # of r001 nothing had come yet
    assert all(count > 0 for count in made.differing.values())
    assert published(workplace) == before
    with reading(workplace.settings.database) as connection:
        noted = connection.execute(text("SELECT detail FROM audit WHERE action = 'store.rebuilt'")).scalar_one()
    assert noted.startswith(f"nothing lost; {made.outdated} calculations as of today; 2022-H1/r002: ")


@pytest.mark.parametrize("damage", [b"\xff\xfe", b"", b"a,b\r\n1,2\r\n"])
def test_a_published_file_that_cannot_be_read_does_not_stop_a_rebuilding(workplace: Workplace, damage: bytes) -> None:
    lose_database(workplace)
    damaged = workplace.settings.home / "published" / "2022-H1" / "r002" / "evaluation.csv"
    damaged.write_bytes(damage)
    today = replace(workplace.declarations, digest="of today")
    assert rebuild(workplace.settings, today, REBUILT, force=False).lost == []
    assert damaged.read_bytes() == damage


def test_new_software_that_calculates_the_same_changes_no_published_figure(workplace: Workplace) -> None:
    lose_database(workplace)
    today = replace(workplace.declarations, digest="of today")
    made = rebuild(workplace.settings, today, REBUILT, force=False)
    assert made.outdated == len(workplace.held["calculation"]) + len(workplace.held["stretch"])
    assert made.differing == {}
    assert rows(workplace.settings.database) == workplace.held


def test_after_a_rebuilding_nobody_is_written_to_again_and_all_is_well(workplace: Workplace) -> None:
    lose_database(workplace)
    before = letters(workplace)
    rebuild(workplace.settings, workplace.declarations, REBUILT, force=False)
    run = run_at(REBUILT + DAY, "run-6")
    with writing(workplace.settings.database) as connection:
        assert write_letters(connection, Desk(workplace.settings, workplace.declarations, PERIOD, run)) == 0
    assert send_all(workplace.settings, run) == 0
    assert letters(workplace) == before
    key = calculate(workplace.settings, workplace.declarations, run)
    assert not publish(workplace.settings, workplace.declarations, key, run).is_new
    told = [line.sentence for line in examine(workplace.settings, workplace.declarations, run.now) if not line.well]
    assert [sentence for sentence in told if "Báo động" not in sentence] == []


def test_a_lost_database_comes_back_in_postgresql(workplace: Workplace, cluster: Cluster) -> None:
    lose_database(workplace)
    elsewhere = workplace.settings.model_copy(update={"database_url": cluster()})
    rebuild(elsewhere, workplace.declarations, REBUILT, force=False)
    assert rows(elsewhere.database) == workplace.held
    with writing(elsewhere.database) as connection:
        note_look(connection, folder.CHANNEL, run_at(REBUILT, "run-6"))  # numbers go on
    with pytest.raises(RebuildError, match="cơ sở dữ liệu trống"):
        rebuild(elsewhere, workplace.declarations, REBUILT, force=True)


def test_the_database_of_before_is_kept_and_can_be_put_back(workplace: Workplace) -> None:
    with writing(str(workplace.settings.database)) as connection:  # as somebody with a database tool would
        connection.execute(text("UPDATE value SET number = '999' WHERE element = 'A02'"))
    changed = rows(workplace.settings.database)
    made = rebuild(workplace.settings, workplace.declarations, REBUILT, force=False)
    assert rows(workplace.settings.database) == workplace.held
    assert made.aside is not None
    assert rows(f"sqlite:///{made.aside}") == changed


def test_a_database_that_is_no_database_any_more_is_replaced(workplace: Workplace) -> None:
    lose_database(workplace)
    (workplace.settings.home / "cchc.db").write_bytes(b"\0" * 8192)
    made = rebuild(workplace.settings, workplace.declarations, REBUILT, force=False)
    assert rows(workplace.settings.database) == workplace.held
    assert made.aside is not None
    assert made.aside.read_bytes() == b"\0" * 8192


def test_nothing_goes_on_in_an_empty_database_that_took_the_place_of_a_lost_one(workplace: Workplace) -> None:
    lose_database(workplace)
    with pytest.raises(StoreError, match="cchc rebuild"), writing(workplace.settings.database) as connection:
        note_look(connection, folder.CHANNEL, run_at(REBUILT))
    assert "cchc rebuild" in (trouble_with(workplace.settings.database) or "")
    assert any("cchc rebuild" in line.sentence for line in examine(workplace.settings, workplace.declarations, REBUILT))


def test_a_plan_says_what_there_is_and_changes_nothing(workplace: Workplace) -> None:
    lose_database(workplace)
    found = plan(workplace.settings)
    assert (found.rows["receipt"], found.rows["submission"], found.lost) == (8, 4, [])
    assert [p.name for p in workplace.settings.home.glob("cchc.db*") if p.stat().st_size > 0] == []


def test_a_version_whose_bytes_are_gone_is_named_and_left_out_only_when_told_to(workplace: Workplace) -> None:
    with reading(workplace.settings.database) as connection:
        last = submissions(connection, str(PERIOD), REBUILT)[-1]
    raw_path(workplace.settings.home / "raw", last.sha256).unlink()
    assert plan(workplace.settings).lost == [f"{last.unit} 2022-H1 lần 1: tệp gốc {last.sha256[:16]}… không còn"]
    lose_database(workplace)
    with pytest.raises(RebuildError, match=f"{last.unit} 2022-H1 lần 1: tệp gốc"):
        rebuild(workplace.settings, workplace.declarations, REBUILT, force=False)
    made = rebuild(workplace.settings, workplace.declarations, REBUILT, force=True)
    assert len(made.lost) == 1
    assert rows(workplace.settings.database)["submission"] == workplace.held["submission"]


def test_a_plan_names_a_version_of_whose_bytes_one_has_changed(workplace: Workplace) -> None:
    with reading(workplace.settings.database) as connection:
        last = submissions(connection, str(PERIOD), REBUILT)[-1]
    path = raw_path(workplace.settings.home / "raw", last.sha256)
    path.write_bytes(path.read_bytes()[:-1] + b"x")
    (lost,) = plan(workplace.settings).lost
    assert lost.endswith(f"tệp gốc {last.sha256[:16]}… bị hỏng")


def test_a_line_of_the_journal_that_was_changed_is_seen(workplace: Workplace) -> None:
    path = journal_of(workplace.settings.home)
    path.write_text(path.read_text("utf-8").replace("Nhầm cột", "Nhầm dòng"), encoding="utf-8")
    lose_database(workplace)
    with pytest.raises(RebuildError, match="1 lần ghi trong nhật ký không còn như lúc ghi"):
        rebuild(workplace.settings, workplace.declarations, REBUILT, force=False)


def test_what_was_noted_under_an_older_schema_becomes_todays(workplace: Workplace, tmp_path: Path) -> None:
    journal, url = read_journal(journal_of(workplace.settings.home)), f"sqlite:///{tmp_path / 'old.db'}"
    first = journal.entries[0]
    old = replace(first, revision="0002", rows={"audit": first.rows["audit"]}, said={})
    fill_store(
        url, Journal([old, *(replace(e, rows={"audit": e.rows.get("audit", ())}) for e in journal.entries[1:])], [])
    )
    assert rows(url)["audit"] == workplace.held["audit"]


def test_a_workplace_from_before_there_was_a_journal_says_so(workplace: Workplace) -> None:
    journal_of(workplace.settings.home).unlink()
    with pytest.raises(RebuildError, match="từ trước khi có nhật ký"):
        rebuild(workplace.settings, workplace.declarations, REBUILT, force=True)
    lose_database(workplace)
    with pytest.raises(RebuildError, match=r"tệp gốc không cho biết của ai.*cchc restore"):
        plan(workplace.settings)


def test_the_first_writing_after_that_brings_everything_into_the_journal(workplace: Workplace) -> None:
    journal_of(workplace.settings.home).unlink()
    with writing(workplace.settings.database) as connection:
        note_look(connection, folder.CHANNEL, run_at(REBUILT, "run-6"))
    held = rows(workplace.settings.database)
    lose_database(workplace)
    rebuild(workplace.settings, workplace.declarations, REBUILT, force=False)
    assert rows(workplace.settings.database) == held
