"""Runs that are cut off at any line while they fetch mails from a real server: no mail is lost, none counts twice."""

from __future__ import annotations

import shutil
from dataclasses import dataclass
from functools import lru_cache

from config.settings import Settings
from tasks.collect import intake, mailbox
from tasks.collect.job import Intake
from tasks.collect.mailbox import open_mailbox
from tasks.store.database import close_engines, trouble_with, writing
from tasks.store.receipts import note_look
from tests.factory import NEIGHBOUR
from tests.faults import world
from tests.faults.forked import done, killed_at, places_of
from tests.faults.killing import Ground, Tally, differences, said, spread
from tests.tasks.collect.conftest import workbook
from tests.tasks.collect.mail.conftest import PASSWORD, Folder, MailServer, new_folder, running_server, settings_for
from tests.tasks.collect.mail.factory import make_mail

FILES = ("/tasks/collect/", "/tasks/store/")
VERSIONS = 2  # that come of what is delivered: the second mail brings a correction, the third brings it again


@dataclass(frozen=True)
class Post:
    """A workplace whose mailbox is a folder of its own."""

    settings: Settings
    box: Folder

    def collect(self) -> None:
        """Take in what waits in the mailbox."""
        asked = Intake(self.settings, world.declared(), world.PERIOD, world.RUN, world.ReadHere)
        with open_mailbox(self.settings, asked.declarations, world.RUN.now) as box:
            intake.take_in(asked, box.arrivals(), lambda _: None)
        with writing(self.settings.database) as connection:
            note_look(connection, mailbox.CHANNEL, world.RUN)

    def picture(self) -> dict[str, object]:
        """Return what became of it, and which mails are still to be taken in."""
        return {**world.picture(self.settings), "unseen": self.box.uids("UNSEEN")}


def cut_off(ground: Ground, most: int | None) -> Tally:
    """Cut the taking in of mails off at each of its lines, or at `most` of them, and let it run again each time."""
    before = ground.new("before-mails")
    done(lambda: trouble_with(before.database))  # makes its tables
    with running_server(PASSWORD) as server:
        _post(ground, before, "warm-mails", server).collect()
        close_engines()
        whole = _post(ground, before, "whole-mails", server)
        places = places_of(whole.collect, FILES)
        expected = done(whole.picture)
        tally = Tally(of=len(places), wrong=_faults_of(expected))
        for number in spread(len(places), most):
            mortal = _post(ground, before, f"mails-{number}", server)
            killed_at(mortal.collect, FILES, number)
            found = done(lambda m=mortal: (m.collect(), m.picture())[1])  # type: ignore[misc]
            tally.tried([f"{said(places[number - 1])}: {what}" for what in differences(expected, found)])
            shutil.rmtree(mortal.settings.home)
    return tally


def _faults_of(whole: dict[str, object]) -> list[str]:
    """Return what is wrong with the picture of a run that nobody cut off."""
    versions = whole["versions"]
    assert isinstance(versions, list)
    left = [] if whole["unseen"] == [] else ["the run that nobody cut off left mails unseen"]
    return left if len(versions) == VERSIONS else [*left, f"it made {len(versions)} versions"]


def _post(ground: Ground, before: Settings, name: str, server: MailServer) -> Post:
    """Return a workplace in whose mailbox a version, its correction, the same again and what is no form wait."""
    box = new_folder(server)
    box.deliver(*_mails())
    return Post(settings_for(ground.copy(before, name), box), box)


@lru_cache
def _mails() -> tuple[bytes, ...]:
    """Return the mails, the same bytes each time: what parts them in two is made up anew by every writing."""
    first, second = ("a.xlsx", workbook()), workbook({"A02": 7})
    theirs = ("d.xlsx", workbook(unit=NEIGHBOUR))
    brought = ([first], [("b.xlsx", second), ("b.pdf", world.PDF)], [("c.xlsx", second)], [], [theirs])
    return tuple(make_mail(files, message_id=f"<{place}@example.vn>") for place, files in enumerate(brought))
