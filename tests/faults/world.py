"""A small district to break: files in drop folders, the stages that work on them, and a picture of what became of it.

The stages are called as their flows call them, but without Prefect and in one thread, so that a run can be cut off at
any line by forking. Files are read in the same process: how readers are kept apart is tested beside them.
"""

from __future__ import annotations

import os
import shutil
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from email import message_from_bytes
from functools import lru_cache
from pathlib import Path
from typing import Any

from sqlalchemy import select

from config.load import Declarations, load
from config.period import Period
from config.settings import PROJECT, Settings
from expectations.finding import Finding, Severity
from tasks.aggregate.door import aggregate_period
from tasks.collect import folder, intake, suspects
from tasks.collect.grid import Grid
from tasks.collect.guard import Refusal
from tasks.collect.job import Intake
from tasks.collect.reading import read_workbook
from tasks.evaluate.door import evaluate_period
from tasks.forms import returns
from tasks.forms.returns import to_annotate, write_annotated
from tasks.notify.answers import Desk, write_letters
from tasks.notify.send import send_all
from tasks.publish import release as publishing
from tasks.publish.door import publish_period
from tasks.store import database, tables
from tasks.store.database import open_engine, reading, writing
from tasks.store.journal import MADE_ANEW, journal_of, read_journal
from tasks.store.lines import plain
from tasks.store.outbox import SENT
from tasks.store.raw import damaged, kept_files, missing, sha256_of
from tasks.store.receipts import kept_hashes, note_look
from tasks.store.submissions import add_judgement, submissions
from tasks.store.values import Run, State
from tests.factory import COMMUNE, END_OF_TIME, NEIGHBOUR, NOW, RECEIVED, make_finding
from tests.tasks.collect.conftest import workbook
from tests.tasks.publish.desk import with_few_indicators

PERIOD = Period.parse("2022-H1")
PDF = b"%PDF-1.7\n" + b"0" * 200
RUN = Run("run", NOW)
VERSIONS = 3  # that come of what is laid out

Stage = Callable[[Settings], None]


@dataclass(frozen=True)
class ReadHere:
    """Workbooks that are read in this very process."""

    files: Sequence[bytes]

    def grids(self) -> Iterator[Grid | Refusal]:
        """Give the cells of each file, read when it is asked for."""
        return (_read_once(data) for data in self.files)


_read_once = lru_cache(read_workbook)  # what only reads or draws touches nothing: it is done before the forking


def in_one_thread() -> None:
    """Let this process read files itself, and let what is written be durable at once: no power is cut here."""
    suspects.read = _read_once
    returns.annotate = _annotated_once(returns.annotate)
    folder.SETTLING = 0.0
    os.fsync = lambda _: None  # type: ignore[assignment]
    database.SQLITE_PRAGMAS = (*database.SQLITE_PRAGMAS, "synchronous=OFF")  # type: ignore[assignment]
    publishing._files = _drawn_once(publishing._files)
    declarations()  # read here, not in every child


def _annotated_once(annotate: Callable[..., bytes]) -> Callable[..., bytes]:
    known: dict[str, bytes] = {}

    def annotated(data: bytes, findings: Sequence[Finding]) -> bytes:
        key = sha256_of(data + repr(findings).encode())
        if key not in known:
            known[key] = annotate(data, findings)
        return known[key]

    return annotated


def _drawn_once(draw: Callable[..., Mapping[str, bytes]]) -> Callable[..., Mapping[str, bytes]]:
    known: dict[tuple[str, str], Mapping[str, bytes]] = {}

    def drawn(content: Any, data: Mapping[str, bytes], digest: str) -> Mapping[str, bytes]:
        key = content.facts.name, digest
        if key not in known:
            known[key] = draw(content, data, digest)
        return known[key]

    return drawn


@lru_cache
def declared() -> Declarations:
    """Return the declarations of this repository."""
    return load(PROJECT / "config")


@lru_cache
def declarations() -> Declarations:
    """Return the declarations of this repository, with few indicators."""
    return with_few_indicators(declared())


def lay_out(settings: Settings) -> None:
    """Put into the drop folders what a day may bring: a version, its correction, a repeat, what is no form."""
    first, second = workbook(), workbook({"A02": 7})
    for minute, (unit, name, data) in enumerate(
        (
            (COMMUNE, "a.xlsx", first),
            (COMMUNE, "b.xlsx", second),
            (COMMUNE, "c.xlsx", second),
            (COMMUNE, "~$c.xlsx", b""),
            (NEIGHBOUR, "d.xlsx", workbook(unit=NEIGHBOUR)),
            (NEIGHBOUR, "e.xlsx", PDF),
            (NEIGHBOUR, "g.xlsx", b""),
        )
    ):
        path = settings.home / "inbox" / unit / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(data)
        moment = RECEIVED.timestamp() + 60 * minute
        os.utime(path, (moment, moment))
    open_engine(settings.database)


def collect(settings: Settings) -> None:
    """Take in what lies in the drop folders."""
    asked = Intake(settings, declared(), PERIOD, RUN, ReadHere)
    intake.take_in(asked, folder.settled(settings.home / "inbox"), lambda _: None)
    with writing(settings.database) as connection:
        note_look(connection, folder.CHANNEL, RUN)


def judge(settings: Settings) -> None:
    """Return the versions of the one unit, accept those of the other."""
    with writing(settings.database) as connection:
        for version in submissions(connection, str(PERIOD), NOW):
            if version.unit == COMMUNE:
                add_judgement(connection, version, State.RETURNED, [make_finding(severity=Severity.CRITICAL)], RUN)
            else:
                add_judgement(connection, version, State.ACCEPTED, [], RUN)


def notify(settings: Settings) -> None:
    """Annotate, write and send what is owed."""
    with reading(settings.database) as connection:
        owed = to_annotate(connection, PERIOD, NOW)
    write_annotated(settings.home, owed, lambda _: None)
    with writing(settings.database) as connection:
        write_letters(connection, Desk(settings, declared(), PERIOD, RUN))
    send_all(settings, RUN)


def publish(settings: Settings) -> None:
    """Calculate, evaluate, publish."""
    key = aggregate_period(settings.database, declarations(), PERIOD, RUN)
    evaluate_period(settings.database, declarations(), PERIOD, key)
    publish_period(settings, declarations(), PERIOD, key, RUN)


STAGES: Mapping[str, Stage] = {"collect": collect, "judge": judge, "notify": notify, "publish": publish}

# What a run may well say twice: that it looked, that it began to read; and what only a rebuilding says.
_SAID_AGAIN = ("collect.looked", "reading.begun", "reading.ended", "store.rebuilt")
_REFERRED = {
    "submission_id": "submission",
    "judgement_id": "judgement",
    "calculation_id": "calculation",
    "base_id": "calculation",
    "approval_id": "approval",
    "stretch_id": "stretch",
}


def picture(settings: Settings) -> dict[str, object]:
    """Return everything that must be the same however often runs were cut off on the way."""
    raw, home = settings.home / "raw", settings.home
    with reading(settings.database) as connection:
        versions = submissions(connection, str(PERIOD), END_OF_TIME)
        lost = missing(raw, kept_hashes(connection))
        rows = {
            name: list(connection.execute(select(table)).mappings()) for name, table in tables.metadata.tables.items()
        }
    return {
        "versions": [(v.unit, v.version, v.state.value, v.sha256) for v in versions],
        "rows": _comparable(rows),
        "inbox": _tree(home / "inbox"),
        "raw": [path.name for path in kept_files(raw)],
        "torn": [*damaged(raw), *lost],
        "unlike their journal": _unlike_journal(rows, settings),
        "returned": _tree(home / "returned"),
        "outbox": {path.name: _letter(path) for path in sorted((home / "outbox").glob("*.eml"))},
        "published": _tree(home / "published"),
    }


def faults_of(whole: Mapping[str, object]) -> list[str]:
    """Return what is wrong with the picture of a run that nobody cut off: a comparison with nothing proves nothing."""
    versions = whole["versions"]
    assert isinstance(versions, list)
    torn = [
        f"the run that nobody cut off left {kind}: {name}"
        for kind in ("torn", "unlike their journal")
        for name in whole[kind]  # type: ignore[attr-defined]
    ]
    return torn if len(versions) == VERSIONS else [*torn, f"the run that nobody cut off made {len(versions)} versions"]


def _unlike_journal(rows: Mapping[str, Sequence[Mapping[str, Any]]], settings: Settings) -> list[str]:
    """Return the tables of which the journal would make other rows than there are."""
    entries = read_journal(journal_of(settings.home)).entries
    noted = {name: [row for entry in entries for row in entry.rows.get(name, ())] for name in rows}
    sent = {row["subject"]: row["at"] for row in noted["audit"] if row["action"] == SENT}
    noted["outbox"] = [{**row, "sent_at": row["sent_at"] or sent.get(row["key"])} for row in noted["outbox"]]
    kept = {name: [plain(row) for row in table] for name, table in rows.items() if name not in MADE_ANEW}
    return [name for name, table in kept.items() if sorted(map(repr, table)) != sorted(map(repr, noted[name]))]


def _comparable(rows: Mapping[str, Sequence[Mapping[str, Any]]]) -> dict[str, list[str]]:
    """Return the rows of each table as text, without what differs between two copies of one folder.

    Numbers become places in their order: a transaction that is rolled back leaves a gap in PostgreSQL's.
    """
    places = {
        name: {number: place for place, number in enumerate(sorted(row["id"] for row in table))}
        for name, table in rows.items()
        if table and "id" in table[0]
    }

    def plain(column: str, value: Any, row: Mapping[str, Any]) -> Any:
        if column == "subject" and "action" in row:
            told = row["action"].partition(".")[0]
            return places[told][int(value)] if told in ("submission", "calculation") else value
        table = _REFERRED.get(column)
        return places[table][value] if table and value is not None else value

    return {
        name: sorted(
            repr([plain(column, value, row) for column, value in row.items() if column not in ("id", "message")])
            for row in table
            if row.get("action") not in _SAID_AGAIN
        )
        for name, table in rows.items()
    }


def _tree(folder: Path) -> dict[str, str]:
    return {
        path.relative_to(folder).as_posix(): str(path.readlink()) if path.is_symlink() else sha256_of(path.read_bytes())
        for path in sorted(folder.rglob("*"))
        if (path.is_symlink() or path.is_file()) and not path.name.startswith(".new-")  # a dead run's, read by nobody
    }


def _letter(path: Path) -> list[object]:
    """Return what a letter says, without the boundaries that every writing of it invents."""
    message = message_from_bytes(path.read_bytes())
    parts = [sha256_of(bytes(part.get_payload(decode=True) or b"")) for part in message.walk()]
    return [[(k, v) for k, v in message.items() if k != "Content-Type"], parts]


def copy_home(source: Path, target: Path) -> None:
    """Copy a workplace, links and times as they are."""
    shutil.copytree(source, target, symlinks=True)
