"""Letters sent by runs that are cut off at any line, or over a server that refuses, hangs or closes: none is lost.

A letter goes once more for each time that its sender died, or its server closed or hung, between taking it and saying
so; its number tells its receiver that it is the same.
"""

from __future__ import annotations

import asyncio
import shutil
import socket
import subprocess
import sys
import time
from collections import Counter
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from email import message_from_bytes
from pathlib import Path

from aiosmtpd.controller import Controller
from aiosmtpd.smtp import SMTP, Envelope, Session
from sqlalchemy import select

from config.settings import PROJECT, Settings
from tasks.notify.trouble import mail_trouble
from tasks.store import tables
from tasks.store.database import reading
from tasks.store.outbox import SENT
from tests.faults import world
from tests.faults.forked import ChildError, done, killed_at, places_of
from tests.faults.killing import MORTAL, Ground, Tally, prepared, said, spread, warm
from tests.ports import free_port

# Seconds that a run waits for the answer of a server that hangs, and of any other: a busy machine answers late.
PATIENCE, LONG_PATIENCE = 2.0, 60.0
LETTERS = 3  # at which the server may misbehave; there are more
WELL = "well"
# What a server may do from its n-th letter on, and whether it has taken the letter at which it does it.
WAYS = {
    "refuses-sender": False,
    "refuses-recipient": False,
    "refuses-content": False,
    "asks-later": False,
    "hangs-at-content": False,
    "hangs-when-taken": True,
    "closes-at-content": False,
    "closes-when-taken": True,
    "says-421": False,
}


@dataclass
class Office:
    """A mail server that behaves as the sender's address asks, `way-number@…`, and keeps what it took in a folder."""

    folder: Path
    taken: int = 0

    def _way(self, envelope: Envelope) -> str:
        """Return how to behave at this letter."""
        way, _, rest = str(envelope.mail_from).partition("+")
        number, _, place = rest.partition("@")[0].partition("+")
        there = len(list((self.folder / place).glob("*"))) if way != WELL else 0
        return way if there + 1 >= int(number) else WELL

    async def handle_RCPT(  # noqa: N802  aiosmtpd's name
        self, _server: SMTP, _session: Session, envelope: Envelope, address: str, _options: list[str]
    ) -> str:
        """Take a recipient, or refuse it."""
        way = self._way(envelope)
        if way == "refuses-recipient":
            return "550 no such box"
        envelope.rcpt_tos.append(address)
        return "250 OK"

    async def handle_MAIL(  # noqa: N802
        self, _server: SMTP, _session: Session, envelope: Envelope, address: str, options: list[str]
    ) -> str:
        """Take a sender, or refuse it."""
        envelope.mail_from = address
        envelope.mail_options.extend(options)
        way = self._way(envelope)
        if way in ("refuses-sender", "says-421"):
            envelope.mail_from = None
            return "550 not from here" if way == "refuses-sender" else "421 4.7.0 closing"
        return "250 OK"

    async def handle_DATA(self, server: SMTP, _session: Session, envelope: Envelope) -> str:  # noqa: N802
        """Take a letter, or behave otherwise, before or after taking it."""
        way = self._way(envelope)
        if way == "refuses-content":
            return "554 not this"
        if way == "asks-later":
            return "451 later"
        if way == WELL or WAYS[way]:
            self._take(envelope, way)
        if way.startswith("hangs"):
            await asyncio.sleep(PATIENCE * 4)
        if way.startswith("closes"):
            assert isinstance(server.transport, asyncio.Transport)
            server.transport.abort()
        return "250 OK"

    def _take(self, envelope: Envelope, way: str) -> None:
        place = self.folder / str(envelope.mail_from).partition("@")[0].rpartition("+")[2]
        place.mkdir(exist_ok=True)
        self.taken += 1
        (place / f"{way}-{self.taken}.eml").write_bytes(envelope.original_content or b"")


@dataclass(frozen=True)
class Post:
    """A workplace whose letters go to the office, and where the office keeps what it took of them."""

    settings: Settings
    folder: Path

    def misbehaving(self, way: str, number: int) -> Settings:
        """Return the settings with which the office behaves in this `way` from the `number`-th letter on."""
        sender = f"{way}+{number}+{self.folder.name}@example.vn"
        patience = PATIENCE if way.startswith("hangs") else LONG_PATIENCE
        return self.settings.model_copy(update={"mail_from": sender, "smtp_timeout": patience})

    @property
    def well(self) -> Settings:
        """The settings with which the office takes everything."""
        return self.misbehaving(WELL, 1)

    def taken(self) -> Counter[str]:
        """Return how often each letter was taken, by its Message-ID."""
        letters = self.folder.glob("*.eml")
        return Counter(str(message_from_bytes(path.read_bytes())["Message-ID"]) for path in letters)

    def blows(self, way: str) -> int:
        """Return how often the office took a letter in this `way`, of which its sender was not told."""
        return len(list(self.folder.glob(f"{way}-*.eml")))

    def sent(self) -> Counter[str]:
        """Return how often the audit says of each letter that it went out, and of each that waits that it did not."""
        a, o = tables.audit.c, tables.outbox.c
        with reading(self.settings.database) as connection:
            told = Counter(connection.execute(select(a.subject).where(a.action == SENT)).scalars())
            there = {row.key: row.sent_at is not None for row in connection.execute(select(o.key, o.sent_at))}
        assert set(told) == {key for key, gone in there.items() if gone}
        return Counter({key: told[key] for key in there})


def cut_off(ground: Ground, most: int | None) -> Tally:
    """Cut the sending off at each of its lines, or at `most` of them, and let it run again each time."""
    before = prepared(ground, "notify")
    with running_office(ground.folder) as office:
        whole = office(ground, before, "whole-post")
        warm(world.notify, office(ground, before, "warm-post").well)
        places = places_of(lambda: world.notify(whole.well), MORTAL["notify"])
        expected = whole.taken()
        tally = Tally(of=len(places), wrong=_of_one_that_went_well(done(whole.sent), expected))
        for number in spread(len(places), most):
            mortal = office(ground, before, f"post-{number}")
            killed_at(lambda m=mortal: world.notify(m.well), MORTAL["notify"], number)  # type: ignore[misc]
            done(lambda m=mortal: world.notify(m.well))  # type: ignore[misc]
            wrong = _lost_or_double(mortal, expected, again=1)
            tally.tried([f"{said(places[number - 1])}: {what}" for what in wrong])
            shutil.rmtree(mortal.settings.home)
    return tally


def over_bad_servers(ground: Ground, most: int | None) -> Tally:
    """Send over servers that misbehave in every way from the n-th letter on, then over one that does not."""
    before = prepared(ground, "notify")
    tally = Tally(of=len(WAYS) * LETTERS)
    with running_office(ground.folder) as office:
        whole = office(ground, before, "whole-servers")
        done(lambda: world.notify(whole.well))
        expected = whole.taken()
        tally.wrong += _of_one_that_went_well(done(whole.sent), expected)
        warm(world.notify, office(ground, before, "warm-servers").well)
        cases = [(way, number) for way in WAYS for number in range(1, LETTERS + 1)]
        for way, number in cases if most is None else cases[:: LETTERS + 1]:
            post = office(ground, before, f"{way}-{number}")
            wrong = []
            try:
                told = done(lambda p=post, w=way, n=number: _told(p.misbehaving(w, n)))  # type: ignore[misc]
                wrong += [] if "\n" not in told else [f"it said {told!r}"]
                done(lambda p=post: world.notify(p.well))  # type: ignore[misc]
                wrong += _lost_or_double(post, expected, again=post.blows(way))
            except ChildError as fault:
                wrong.append(str(fault))
            tally.tried([f"{way} from letter {number} on: {what}" for what in wrong])
            shutil.rmtree(post.settings.home)
    return tally


def _told(settings: Settings) -> str:
    """Return what a person is told when the server cannot be used, nothing when it can."""
    try:
        world.notify(settings)
    except OSError as fault:
        return mail_trouble(fault, settings)
    return ""


def _of_one_that_went_well(sent: Counter[str], taken: Counter[str]) -> list[str]:
    well = len(sent) >= LETTERS and set(sent.values()) == {1} and len(taken) == len(sent) == taken.total()
    return [] if well else [f"the run that nobody cut off said {sent} and sent {taken}"]


def _lost_or_double(post: Post, expected: Counter[str], again: int) -> Iterator[str]:
    """Give what is wrong with the letters of `post`, which may have gone once more after each of `again` blows."""
    taken, sent = post.taken(), done(post.sent)
    if set(taken) != set(expected):
        yield f"{len(expected.keys() - taken.keys())} letters lost, {len(taken.keys() - expected.keys())} strange"
    if taken.total() > len(taken) + again:
        yield f"sent more often than allowed: {sorted(taken.values())}"
    if set(sent.values()) != {1}:
        yield f"the audit tells of sending {sorted(sent.values())} times"


class Offices:
    """Makes workplaces that send to one mail server."""

    def __init__(self, port: int, folder: Path) -> None:
        self.port, self.folder = port, folder

    def __call__(self, ground: Ground, before: Settings, name: str) -> Post:
        """Return a workplace that is like `before`."""
        change = {"smtp_host": "127.0.0.1", "smtp_port": self.port}
        return Post(ground.copy(before, name).model_copy(update=change), self.folder / name)


@contextmanager
def running_office(folder: Path) -> Iterator[Offices]:
    """Give a mail server in a process of its own: whoever forks must have no thread."""
    kept = folder / "office"
    kept.mkdir(exist_ok=True)
    port = free_port()
    process = subprocess.Popen(
        [sys.executable, "-W", "ignore", "-m", "tests.faults.post", str(port), str(kept)], cwd=PROJECT
    )
    try:
        _wait_for(port)
        yield Offices(port, kept)
    finally:
        process.kill()
        process.wait()


def _wait_for(port: int) -> None:
    until = time.monotonic() + 120
    while time.monotonic() < until:
        with suppress(OSError), socket.create_connection(("127.0.0.1", port), timeout=5) as link:
            if link.recv(3) == b"220":
                return
        time.sleep(0.05)
    raise TimeoutError("the mail server did not come up")


if __name__ == "__main__":
    Controller(Office(Path(sys.argv[2])), hostname="127.0.0.1", port=int(sys.argv[1]), ready_timeout=120).start()
    time.sleep(24 * 3600)
