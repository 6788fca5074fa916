"""Clocks that are set between two runs, machines of other time zones, runs that midnight cuts in two."""

from __future__ import annotations

import os
import shutil
import time
from collections import Counter
from collections.abc import Mapping
from datetime import datetime, timedelta

from sqlalchemy import select

from config.settings import Settings
from flows.clock import moment_after_all
from tasks.collect import folder, intake
from tasks.collect.job import Intake
from tasks.store import tables
from tasks.store.database import reading, writing
from tasks.store.outbox import SENT
from tasks.store.receipts import note_look
from tasks.store.submissions import submissions
from tasks.store.values import Run
from tests.factory import COMMUNE, END_OF_TIME, NEIGHBOUR, NOW, at
from tests.faults import world
from tests.faults.forked import done, killed_at, places_of
from tests.faults.killing import MORTAL, Ground, Tally, said, spread, warm
from tests.tasks.collect.conftest import workbook

STEPS = tuple(timedelta(seconds=n) for n in (-365 * 86400, -86400, -3600, -1, 1, 3600, 86400))
ZONES = ("Asia/Ho_Chi_Minh", "UTC", "America/Los_Angeles", "Pacific/Kiritimati", "Pacific/Pago_Pago")
LAST, FIRST = at("2022-06-16T23:59:59"), at("2022-06-17T00:00:00")  # of the last day in time, and of the day after


def set_between_runs(ground: Ground, most: int | None) -> Tally:
    """Let the clock be set between two runs, of which each finds a part of the files."""
    before = ground.new("before-clock")
    done(lambda: world.lay_out(before))
    steps = STEPS if most is None else STEPS[::2]
    expected = _after_step(ground, before, timedelta())
    tally = Tally(of=len(STEPS), wrong=[] if expected["letters"] else ["the run of a good clock sent no letter"])
    for step in steps:
        found = _after_step(ground, before, step)
        tally.tried([f"set by {step}: {name} differ" for name in expected if expected[name] != found[name]])
    return tally


def _after_step(ground: Ground, before: Settings, step: timedelta) -> Mapping[str, object]:
    settings = ground.copy(before, f"clock-{step.total_seconds():.0f}")
    later = settings.home / "inbox" / COMMUNE / "b.xlsx"
    aside = later.rename(settings.home / "b.xlsx")
    done(lambda: _collect(settings, NOW))
    aside.rename(later)
    for step_by in (step, timedelta(hours=2)):  # the clock is set, and set right again
        done(lambda by=step_by: _work(settings, NOW + by))  # type: ignore[misc]
    return done(lambda: _outcome(settings))  # type: ignore[no-any-return]


def _work(settings: Settings, now: datetime) -> None:
    _collect(settings, now)
    world.judge(settings)
    world.notify(settings)


def _collect(settings: Settings, now: datetime) -> None:
    run = Run("run", moment_after_all(settings, now))
    asked = Intake(settings, world.declared(), world.PERIOD, run, world.ReadHere)
    intake.take_in(asked, folder.settled(settings.home / "inbox"), lambda _: None)
    with writing(settings.database) as connection:
        note_look(connection, folder.CHANNEL, run)


def _outcome(settings: Settings) -> dict[str, object]:
    """Return what must be the same whatever the clock did."""
    picture, a = world.picture(settings), tables.audit.c
    with reading(settings.database) as connection:
        sent = Counter(connection.execute(select(a.subject).where(a.action == SENT)).scalars())
        kept = submissions(connection, str(world.PERIOD), END_OF_TIME)
        receipts = Counter(connection.execute(select(tables.receipt.c.outcome)).scalars())
    return {
        "letters": sorted(key.rpartition(":")[0] for key in sent.elements()),
        "late": [(one.unit, one.version, one.days_late, one.premature) for one in kept],
        "receipts": receipts,
        **{name: picture[name] for name in ("versions", "inbox", "raw", "torn", "unlike their journal")},
    }


def in_other_zones(ground: Ground) -> Tally:
    """Let machines of all zones take in what came just before and just after the deadline's midnight in Viet Nam."""
    before = ground.new("before-zones")
    done(lambda: _lay_out(before, {COMMUNE: LAST, NEIGHBOUR: FIRST}))
    tally = Tally(of=len(ZONES))
    for zone in ZONES:
        settings = ground.copy(before, zone.replace("/", "-"))
        late = done(lambda s=settings, z=zone: _late_in(s, z))  # type: ignore[misc]
        tally.tried([] if late == {COMMUNE: [0], NEIGHBOUR: [1]} else [f"in {zone} days late are {late}"])
    return tally


def over_midnight(ground: Ground, most: int | None) -> Tally:
    """Cut off, at each line, a run that takes in a file seconds before midnight; the next one runs after it."""
    before = ground.new("before-midnight")
    done(lambda: _lay_out(before, {COMMUNE: LAST - timedelta(seconds=30)}))
    warm(lambda settings: _collect(settings, LAST), ground.copy(before, "warm-midnight"))
    whole = ground.copy(before, "whole-midnight")
    places = places_of(lambda: _collect(whole, LAST), MORTAL["collect"])
    tally = Tally(of=len(places))
    for number in spread(len(places), most):
        mortal = ground.copy(before, f"midnight-{number}")
        killed_at(lambda m=mortal: _collect(m, LAST), MORTAL["collect"], number)  # type: ignore[misc]
        late = done(lambda m=mortal: (_collect(m, FIRST + timedelta(seconds=10)), _late(m))[1])  # type: ignore[misc, func-returns-value]
        tally.tried([] if late == {COMMUNE: [0]} else [f"{said(places[number - 1])}: days late are {late}"])
        shutil.rmtree(mortal.home)
    return tally


def _lay_out(settings: Settings, came: Mapping[str, datetime]) -> None:
    for unit, moment in came.items():
        path = settings.home / "inbox" / unit / "a.xlsx"
        path.parent.mkdir(parents=True)
        path.write_bytes(workbook(unit=unit))
        os.utime(path, (moment.timestamp(), moment.timestamp()))
    with writing(settings.database):
        pass


def _late_in(settings: Settings, zone: str) -> dict[str, list[int]]:
    os.environ["TZ"] = zone
    time.tzset()
    _collect(settings, FIRST + timedelta(minutes=5))
    return _late(settings)


def _late(settings: Settings) -> dict[str, list[int]]:
    """Return by unit how many days late each of its versions came."""
    found: dict[str, list[int]] = {}
    with reading(settings.database) as connection:
        for one in submissions(connection, str(world.PERIOD), END_OF_TIME):
            found.setdefault(one.unit, []).append(one.days_late)
    return found
