"""Runs whose database is held by somebody else, or goes in the middle: one sentence, and the next run makes it good."""

from __future__ import annotations

import shutil
import sqlite3
from collections.abc import Callable, Iterator
from contextlib import closing
from functools import partial

import psycopg
from sqlalchemy import Connection, Engine, event
from sqlalchemy.exc import OperationalError

from config.settings import Settings
from config.strict import UnusableError
from flows.rebuild import rebuild
from tasks.store import database
from tasks.store.database import close, open_engine
from tasks.store.journal import journal_of, read_journal
from tasks.store.trouble import CUT_OFF, LOCKED, gone, store_trouble
from tests.faults import world
from tests.faults.forked import ChildError, done
from tests.faults.killing import Ground, Tally, differences, prepared, spread, uninterrupted

Trouble = Callable[[Settings, int], None]  # makes it at the n-th transaction that writes
WAIT = "50ms"  # a lock is waited for, and then given up
GOES = {
    "sqlite": ("moved away at the beginning", "moved away before the end", "lost for good"),
    "postgresql": ("cut off at the beginning", "cut off before the end"),
}
AWAY = "cchc-dời.db"


def locked(ground: Ground, stage: str, most: int | None) -> Tally:
    """Let somebody else hold the write lock from each transaction of `stage` on, to its end; then run it again."""
    return _troubled(ground, stage, most, "locked", partial(_at_writing, _hold), _let_go)


def vanished(ground: Ground, stage: str, most: int | None) -> Tally:
    """Let the database go at each transaction of `stage`, in each way in which it can; then run it again."""
    tally = Tally()
    for way in GOES["postgresql" if ground.server else "sqlite"]:
        if way == "lost for good" and stage == "publish":
            continue  # a rebuilding makes figures anew, which this small world does in its own way
        moment = _before_commit if way.endswith("end") else _at_writing
        goes = _terminate if ground.server else _move_away
        one = _troubled(ground, stage, most, way, partial(moment, goes), _made_anew if "lost" in way else _back)
        tally = Tally(tally.points + one.points, tally.of + one.of, tally.wrong + one.wrong)
    return tally


def _troubled(
    ground: Ground, stage: str, most: int | None, way: str, trouble: Trouble, over: Callable[[Settings], None]
) -> Tally:
    slug = f"{stage}-{way.replace(' ', '-')}"
    work, before, expected = world.STAGES[stage], prepared(ground, stage), uninterrupted(ground, stage)
    writes = _writes_of(ground, stage)
    tally = Tally(of=writes, wrong=[] if writes else [f"{stage} writes nothing"])
    for number in spread(writes, most):
        settings = ground.copy(before, f"{slug}-{number}")
        said, again = f"{way}, transaction {number}: ", _Again(work, settings, over)
        try:
            told = done(lambda s=settings, n=number: _told(work, s, partial(trouble, s, n)))  # type: ignore[misc]
            found = done(again)
        except ChildError as fault:
            tally.wrong.append(f"{said}{fault}")
            continue
        tally.tried([f"{said}{what}" for what in (*_amiss(told, way, settings), *differences(expected, found))])
        shutil.rmtree(settings.home)
    return tally


class _Again:
    """The next run, and what it leaves."""

    def __init__(self, work: world.Stage, settings: Settings, over: Callable[[Settings], None]) -> None:
        self.work, self.settings, self.over = work, settings, over

    def __call__(self) -> dict[str, object]:
        self.over(self.settings)
        self.work(self.settings)
        return world.picture(self.settings)


def _writes_of(ground: Ground, stage: str) -> int:
    """Return how many transactions of `stage` write."""
    name = f"transactions of {stage}"
    if name not in ground.known:
        settings = ground.copy(prepared(ground, stage), f"counted-{stage}")
        ground.known[name] = done(lambda: _counted(world.STAGES[stage], settings))
    return ground.known[name]  # type: ignore[no-any-return]


def _counted(work: world.Stage, settings: Settings) -> int:
    open_engine(settings.database)  # what it looks after in doing so is no part of the stage
    count: list[int] = []
    _at_each(lambda number, _: count.append(number))
    work(settings)
    return len(count)


def _told(work: world.Stage, settings: Settings, trouble: Callable[[], None]) -> str | None:
    """Return what a person is told of the trouble with which `work` ended; None when it came to its end."""
    database.SQLITE_PRAGMAS = ("journal_mode=WAL", "synchronous=OFF", "busy_timeout=50", "foreign_keys=ON")
    database.POSTGRES_WAIT = WAIT
    open_engine(settings.database)
    trouble()
    try:
        work(settings)
    except UnusableError as fault:
        return str(fault)
    except OperationalError as fault:
        return store_trouble(fault) or f"no words for {fault}"
    return None


def _amiss(told: str | None, way: str, settings: Settings) -> Iterator[str]:
    expected = {LOCKED} if way == "locked" else {CUT_OFF, gone(settings.home / "cchc.db")}
    # What went before its end had been written already, or was the last that was to be written.
    if told not in expected and not (told is None and way == "moved away before the end"):
        yield f"it said {told!r}"


def _at_each(do: Callable[[int, Connection], None]) -> None:
    numbers = iter(range(1, 10_000))

    @event.listens_for(Engine, "begin")
    def _(connection: Connection) -> None:
        if connection.get_execution_options().get("write", False):
            do(next(numbers), connection)


def _at_writing(goes: Callable[[Settings, Connection], None], settings: Settings, number: int) -> None:
    _at_each(lambda n, connection: goes(settings, connection) if n == number else None)


def _before_commit(goes: Callable[[Settings, Connection], None], settings: Settings, number: int) -> None:
    numbers = iter(range(1, 10_000))

    @event.listens_for(Engine, "commit")
    def _(connection: Connection) -> None:
        if connection.get_execution_options().get("write", False) and next(numbers) == number:
            goes(settings, connection)


_HELD: list[object] = []  # connections that live as long as the process


def _hold(settings: Settings, _: Connection) -> None:
    if settings.database_url is None:
        other = sqlite3.connect(settings.home / "cchc.db", isolation_level=None)
        other.execute("BEGIN IMMEDIATE")
        _HELD.append(other)
    else:
        server = psycopg.connect(settings.database_url)
        server.execute(f"SELECT pg_advisory_xact_lock({database.WRITER_LOCK})".encode())
        _HELD.append(server)


def _terminate(settings: Settings, connection: Connection) -> None:
    own = connection.connection.driver_connection
    assert isinstance(own, psycopg.Connection)
    with closing(psycopg.connect(settings.database_url or "", autocommit=True)) as other:
        other.execute("SELECT pg_terminate_backend(%s, 5000)", [own.info.backend_pid])


def _move_away(settings: Settings, _: Connection) -> None:
    (settings.home / "cchc.db").rename(settings.home / AWAY)


def _let_go(_: Settings) -> None:
    """The process that held the lock has ended."""


def _back(settings: Settings) -> None:
    away = settings.home / AWAY
    if away.exists():
        away.rename(settings.home / "cchc.db")


def _made_anew(settings: Settings) -> None:
    for path in settings.home.glob("cchc*.db*"):
        path.unlink()
    if read_journal(journal_of(settings.home)).entries:  # otherwise nothing had been written
        rebuild(settings, world.declared(), world.RUN.now, force=False)
    close(settings.database)
