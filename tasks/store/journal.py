"""The journal beside the raw bytes: every row that those bytes do not say again, written before the database has it.

With the bytes under `raw` it is enough to make the database anew. A transaction appends, before it commits, one line
for each table that it added to and one that ends it:

    {"start": {"receipt": 4, …}}                     the highest numbers that the database had before
    {"table": "receipt", "rows": [{"id": 5, …}]}
    {"said": {"3": "0f3a…"}}                         the hash of what each new submission says
    {"end": {"receipt": 5, …}, "revision": "0004", "chain": "…"}

`chain` is the hash of these lines and of the chain before: a line that was changed, lost or put in shows. What was
appended and never committed is overtaken by the next `start`. Values, tasks and figures are not in it: they follow from
the bytes and the declarations.
"""

from __future__ import annotations

import hashlib
import json
import os
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from itertools import groupby
from pathlib import Path
from typing import Any

from sqlalchemy import Column, Connection, String, Table, func, select, type_coerce

from tasks.store.files import OWN_FILE, make_own, sync_folder
from tasks.store.lines import plain
from tasks.store.schema import HEAD, StoreError
from tasks.store.tables import metadata, plan_task, value

NAME = "journal.jsonl"
FROM_BYTES = ("value", "plan_task")
FROM_FIGURES = ("indicator_value", "evaluation", "scoring", "increment")
MADE_ANEW = (*FROM_BYTES, *FROM_FIGURES)
NUMBERED = [table for table in metadata.sorted_tables if "id" in table.c]

TAIL = 65_536  # bytes at the end of the file among which the last line that ends a transaction is looked for
_END = b'{"end"'

Marks = Mapping[str, int]  # the highest number of each numbered table
Row = Mapping[str, Any]
NOTHING: Marks = {table.name: 0 for table in NUMBERED}


@dataclass(frozen=True)
class Entry:
    """What one transaction added: rows by table, the hash of what each new submission says, under which schema.

    Rows that are made anew today and that older software still noted are left out.
    """

    start: Marks
    end: Marks
    rows: Mapping[str, Sequence[Row]]
    said: Mapping[int, str]
    revision: str


@dataclass(frozen=True)
class Journal:
    """What a journal holds, in order; `broken` are the places of transactions that are not as they were written."""

    entries: Sequence[Entry]
    broken: Sequence[int]

    @property
    def end(self) -> Marks:
        """The highest numbers that a database has which knows all of this."""
        return self.entries[-1].end if self.entries else NOTHING

    @property
    def said(self) -> Mapping[int, str]:
        """The hash of what each submission says, by its id."""
        return {key: digest for entry in self.entries for key, digest in entry.said.items()}


@dataclass(frozen=True)
class _Last:
    start: Marks
    end: Marks
    chain: str


def journal_of(home: Path) -> Path:
    """Return where the journal of the workplace `home` lies."""
    return home / "raw" / NAME


def marks(connection: Connection) -> Marks:
    """Return the highest number of each numbered table, 0 of an empty one."""
    highest = [select(func.max(table.c.id)).scalar_subquery().label(table.name) for table in NUMBERED]
    return {name: number or 0 for name, number in connection.execute(select(*highest)).one()._mapping.items()}


def start_of(path: Path) -> Marks:
    """Return the highest numbers that the database had when the journal at `path` was last written."""
    last = _last(path)
    return last.start if last else NOTHING


def is_set_back(start: Marks, there: Marks) -> bool:
    """Return whether a database at `there` lacks what it had at `start`."""
    return any(there[name] < number for name, number in start.items() if name in there)


def refuse_if_set_back(path: Path, start: Marks, there: Marks) -> None:
    """Raise `StoreError` when the database, now at `there`, lacks what it had at `start` of the last note at `path`.

    Whoever went on in an empty or older database would give new rows the numbers of those that are gone. `start` is to
    be read first: others go on writing.
    """
    if is_set_back(start, there):
        raise StoreError(
            f"cơ sở dữ liệu thiếu những gì nhật ký {path} đã ghi (bị xóa, hoặc lấy lại từ bản cũ): "
            "chạy «cchc rebuild» để dựng lại từ tệp gốc và nhật ký, hoặc phục hồi bằng «cchc restore»"
        )


@dataclass(frozen=True)
class Gap:
    """How far apart a journal and its database are: rows by table that the one has and the other has not."""

    not_in_store: Marks
    not_in_journal: Marks


def gap(end: Marks, there: Marks) -> Gap:
    """Return what a journal that goes up to `end` and a database at `there` lack of each other."""
    return Gap(
        {name: end.get(name, 0) - number for name, number in there.items() if end.get(name, 0) > number},
        {name: number - end.get(name, 0) for name, number in there.items() if number > end.get(name, 0)},
    )


def append(path: Path, connection: Connection, before: Marks) -> None:
    """Append what the transaction of `connection` added to a database that was at `before`; durable when this returns.

    What the database had already and the journal did not (software without a journal wrote it) comes along.
    """
    last = _last(path)
    known = last.end if last else NOTHING
    start = {name: min(number, known.get(name, 0)) for name, number in before.items()}
    end = marks(connection)
    if end == start:
        return
    body = "".join(_body(connection, start, end)).encode()
    closing = {"end": end, "revision": HEAD, "before": start}
    chain = _chained(last.chain if last else "", body, closing)
    _write(path, body + json.dumps({**closing, "chain": chain}).encode() + b"\n")


def end_of(path: Path) -> Marks:
    """Return the highest numbers that a database has which knows the journal at `path`; only its tail is read."""
    last = _last(path)
    return last.end if last else NOTHING


def read_journal(path: Path) -> Journal:
    """Return what the journal at `path` says has happened, an empty one when there is none.

    A transaction cut off on its way into the file is left out, and so is what was overtaken: it was never committed.
    """
    entries: list[Entry] = []
    body, chain, count, broken = b"", "", 0, list[int]()
    for line in _lines(path):
        if line.startswith(b'{"start"'):
            body = b""  # what came before it was cut off
        if not line.startswith(_END):
            body += line
            continue
        closing = _closing(line)
        if closing is None:
            continue
        count, before, chain = count + 1, chain, closing.pop("chain")
        sound = _chained(before, body, closing) == chain
        entry = _entry(body, closing)
        if not sound or entry is None:
            broken.append(count)
        if entry:
            entries = [*_standing(entries, entry.start), entry]
    return Journal(entries, broken)


def said_by(connection: Connection, above: int) -> dict[int, str]:
    """Return the hash of values and tasks of each submission numbered higher than `above`."""
    digests = {
        table: {
            key: hashlib.sha256(repr([tuple(row)[1:] for row in rows]).encode()).hexdigest()
            for key, rows in groupby(connection.execute(_all_of(table, above)), key=lambda row: int(row[0]))
        }
        for table in (value, plan_task)
    }
    values, tasks = digests[value], digests[plan_task]
    return {key: hashlib.sha256(f"{values[key]}{tasks.get(key, '')}".encode()).hexdigest() for key in values}


def _all_of(table: Table, above: int) -> Any:
    columns = [type_coerce(c, String) if c.name == "number" else c for c in table.columns]
    return select(*columns).where(table.c.submission_id > above).order_by(*table.primary_key)


def _body(connection: Connection, start: Marks, end: Marks) -> Iterator[str]:
    yield json.dumps({"start": start}) + "\n"
    for table in metadata.sorted_tables:
        key, counted = numbering(table)
        if table.name not in MADE_ANEW and end[counted] > start[counted]:
            query = select(table).where(key > start[counted]).order_by(*table.primary_key)
            rows = [plain(row) for row in connection.execute(query).mappings()]
            yield json.dumps({"table": table.name, "rows": rows}, ensure_ascii=False) + "\n"
    if end["submission"] > start["submission"]:
        yield json.dumps({"said": said_by(connection, start["submission"])}) + "\n"


def numbering(table: Table) -> tuple[Column[Any], str]:
    """Return the column that numbers the rows of `table`, and the table whose number it is: its own or its parent's."""
    if "id" in table.c:
        return table.c.id, table.name
    key = next(iter(table.primary_key))
    return key, next(iter(key.foreign_keys)).column.table.name


def _chained(before: str, body: bytes, closing: Mapping[str, Any]) -> str:
    return hashlib.sha256(before.encode() + body + json.dumps(closing).encode()).hexdigest()


def _write(path: Path, data: bytes) -> None:
    new = not path.exists()
    make_own(path.parent)
    descriptor = os.open(path, os.O_RDWR | os.O_CREAT | os.O_APPEND | os.O_CLOEXEC, OWN_FILE)
    try:
        left = memoryview(data if _ends_a_line(descriptor) else b"\n" + data)
        while left:
            left = left[os.write(descriptor, left) :]
        os.fsync(descriptor)
    finally:
        os.close(descriptor)
    if new:
        sync_folder(path.parent)


def _ends_a_line(descriptor: int) -> bool:
    size = os.fstat(descriptor).st_size
    return size == 0 or os.pread(descriptor, 1, size - 1) == b"\n"


def _last(path: Path) -> _Last | None:
    """Return the last line that ends a transaction; a piece after it was cut off on its way into the file."""
    try:
        with path.open("rb") as file:
            size = file.seek(0, os.SEEK_END)
            file.seek(max(0, size - TAIL))
            lines = file.read().split(b"\n")
    except FileNotFoundError:
        return None
    found = _last_of(lines)
    return _last_of(list(_lines(path))) if found is None and size > TAIL else found  # behind a long piece


def _last_of(lines: Sequence[bytes]) -> _Last | None:
    found = (_closing(line) for line in reversed(lines) if line.startswith(_END))
    said = next((closing for closing in found if closing), None)
    return _Last(said["before"], said["end"], said["chain"]) if said else None


def _closing(line: bytes) -> dict[str, Any] | None:
    """Return what the last line of a transaction says, None of one that was cut off on its way into the file."""
    try:
        return dict(json.loads(line))
    except ValueError:
        return None


def _lines(path: Path) -> Iterator[bytes]:
    try:
        with path.open("rb") as file:
            yield from file
    except FileNotFoundError:
        return


def _entry(body: bytes, closing: Mapping[str, Any]) -> Entry | None:
    """Return what one transaction added; None when it cannot be read any more."""
    try:
        parts = [json.loads(part) for part in body.splitlines()]
        rows = {part["table"]: part["rows"] for part in parts if part.get("table", MADE_ANEW[0]) not in MADE_ANEW}
        said = {int(key): digest for part in parts for key, digest in part.get("said", {}).items()}
        return Entry(closing["before"], closing["end"], rows, said, closing["revision"])
    except (ValueError, KeyError, TypeError, AttributeError):
        return None


def _standing(entries: Sequence[Entry], start: Marks) -> list[Entry]:
    """Return `entries` without the rows that a database at `start` does not have: they were rolled back."""
    standing = list(entries)
    for place in reversed(range(len(standing))):
        entry = standing[place]
        if all(number <= start.get(name, 0) for name, number in entry.end.items()):
            break
        rows = {name: [row for row in rows if _is_up_to(name, row, start)] for name, rows in entry.rows.items()}
        said = {key: digest for key, digest in entry.said.items() if key <= start.get("submission", 0)}
        end = {name: min(number, start.get(name, 0)) for name, number in entry.end.items()}
        standing[place] = replace(entry, rows=rows, said=said, end=end)
    return standing


def _is_up_to(name: str, row: Row, start: Marks) -> bool:
    key, counted = numbering(metadata.tables[name])
    return int(row[key.name]) <= start.get(counted, 0)
