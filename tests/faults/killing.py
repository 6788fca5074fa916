"""Runs that are cut off at any line, and runs at once: the next run makes good what the first could not."""

from __future__ import annotations

import resource
import shutil
import sys
from collections.abc import Callable, Iterator, Sequence
from contextlib import suppress
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from config.settings import PROJECT, Settings
from tasks.store.database import close_engines, open_engine
from tests.faults import world
from tests.faults.forked import ChildError, Place, at_once, done, killed_at, places_of

MORTAL = {
    "collect": ("/tasks/collect/", "/tasks/store/"),
    "notify": ("/tasks/notify/", "/tasks/store/", "/tasks/forms/returns.py"),
    "publish": ("/tasks/publish/door.py", "/tasks/publish/release", "/tasks/publish/manifest.py", "/tasks/store/"),
}
SIZES = (0, 1_000, 20_000, 40_000, 100_000, 200_000, 400_000)  # bytes beyond which a full disk lets no file grow
STEP = 100  # points from one line of progress to the next
Database = Callable[..., str]  # makes an empty database, or a copy of the one named, and returns its address


@dataclass(frozen=True)
class Ground:
    """Where workplaces are made: a folder, and the database server when it is not SQLite."""

    folder: Path
    server: Database | None = None
    known: dict[str, Any] = field(default_factory=dict, compare=False)  # what many looks begin with

    def copy(self, source: Settings, name: str) -> Settings:
        """Return a workplace that is like `source`."""
        home = self.folder / name
        world.copy_home(source.home, home)
        if self.server is None:
            return Settings(home=home)
        template = (source.database_url or "").partition("?")[0].rpartition("/")[2]
        return Settings(home=home, database_url=self.server(template))

    def new(self, name: str) -> Settings:
        """Return an empty workplace."""
        home = self.folder / name
        home.mkdir()
        return Settings(home=home, database_url=self.server() if self.server else None)


@dataclass
class Tally:
    """How many points were tried of how many, and at which of them the next run did not come to the same end."""

    points: int = 0
    of: int = 0
    wrong: list[str] = field(default_factory=list)

    def tried(self, wrong: Sequence[str]) -> None:
        """Count one point more, and what was `wrong` after it; now and then a line says how far this is."""
        self.points += 1
        self.wrong += wrong
        if self.points % STEP == 0:
            sys.stderr.write(f"  {self.points} of {self.of} points, {len(self.wrong)} wrong …\n")


def prepared(ground: Ground, stage: str) -> Settings:
    """Return the workplace in which everything before `stage` has been done; it is for copying only."""
    if stage not in ground.known:
        earlier = list(world.STAGES)[: list(world.STAGES).index(stage)]
        if earlier:
            settings = ground.copy(prepared(ground, earlier[-1]), f"before-{stage}")
            done(lambda: world.STAGES[earlier[-1]](settings))
        else:
            settings = ground.new(f"before-{stage}")
            done(lambda: world.lay_out(settings))
        ground.known[stage] = settings
    return ground.known[stage]  # type: ignore[no-any-return]


def uninterrupted(ground: Ground, stage: str) -> dict[str, object]:
    """Return the picture that `stage` leaves when nothing disturbs it."""
    name = f"picture of {stage}"
    if name not in ground.known:
        whole = ground.copy(prepared(ground, stage), f"undisturbed-{stage}")
        ground.known[name] = done(lambda: (world.STAGES[stage](whole), world.picture(whole))[1])  # type: ignore[func-returns-value]
    return ground.known[name]  # type: ignore[no-any-return]


def kill_everywhere(ground: Ground, stage: str, most: int | None) -> Tally:
    """Cut `stage` off at each of its lines, or at `most` of them evenly spread, and let it run again each time."""
    work, before = world.STAGES[stage], prepared(ground, stage)
    whole = ground.copy(before, f"whole-{stage}")
    warm(work, ground.copy(before, f"warm-{stage}"))
    places = places_of(lambda: work(whole), MORTAL[stage])
    expected = done(lambda: world.picture(whole))
    tally = Tally(of=len(places), wrong=world.faults_of(expected))
    for number in spread(len(places), most):
        mortal = ground.copy(before, f"{stage}-{number}")
        killed_at(lambda m=mortal: work(m), MORTAL[stage], number)  # type: ignore[misc]
        found = done(lambda m=mortal: (work(m), world.picture(m))[1])  # type: ignore[misc]
        tally.tried([f"{said(places[number - 1])}: {what}" for what in differences(expected, found)])
        shutil.rmtree(mortal.home)
    return tally


def warm(work: world.Stage, settings: Settings) -> None:
    """Do `work` once in this very process, so that children find read and drawn what only has to be read and drawn."""
    work(settings)
    open_engine(settings.database).dispose()
    close_engines()


def all_at_once(ground: Ground, runs: int) -> Tally:
    """Let `runs` runs collect from one inbox at the same time, each distinct content becoming one version."""
    before = prepared(ground, "collect")
    crowded, expected = ground.copy(before, f"crowded-{runs}"), uninterrupted(ground, "collect")
    at_once([lambda: world.collect(crowded)] * runs)
    return Tally(runs, runs, differences(expected, done(lambda: world.picture(crowded))))


def disk_full(ground: Ground, stage: str, sizes: Sequence[int]) -> Tally:
    """Let no file grow beyond each of `sizes` while `stage` runs, then run it again with room."""
    work, before = world.STAGES[stage], prepared(ground, stage)
    expected, tally = uninterrupted(ground, stage), Tally(of=len(sizes))
    for size in sizes:
        cramped = ground.copy(before, f"cramped-{stage}-{size}")
        with suppress(ChildError):  # whatever it raises: what counts is what the next run finds
            done(lambda s=size, c=cramped: (_cramp(s), work(c)))  # type: ignore[misc]
        found = done(lambda c=cramped: (work(c), world.picture(c))[1])  # type: ignore[misc]
        tally.tried([f"files of {size} bytes at most: {what}" for what in differences(expected, found)])
    return tally


def _cramp(size: int) -> None:
    resource.setrlimit(resource.RLIMIT_FSIZE, (size, size))


def differences(expected: dict[str, object], found: dict[str, object]) -> list[str]:
    """Return the parts in which two pictures differ, table by table."""
    named = [name for name in expected if name != "rows" and expected[name] != found[name]]
    rows, there = expected["rows"], found["rows"]
    assert isinstance(rows, dict)
    assert isinstance(there, dict)
    strange = [name for name in rows if rows[name] != there[name]]
    return named + [f"table {name}: {len(there[name])} rows, expected {len(rows[name])}" for name in strange]


def spread(places: int, most: int | None) -> Iterator[int]:
    """Give the numbers of all `places`, or of `most` of them, evenly spread."""
    if most is None or most >= places:
        yield from range(1, places + 1)
        return
    yield from sorted({1 + (number * places) // most for number in range(most)})


def said(place: Place) -> str:
    """Return `place` in words."""
    name, line, turn = place
    return f"{Path(name).relative_to(PROJECT)}:{line} (turn {turn})"
