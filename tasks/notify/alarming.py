"""Letters to the data team about the service itself: one when something is amiss, one when it is over."""

from __future__ import annotations

import hashlib
from collections.abc import Iterable, Mapping, Sequence
from typing import Any

from sqlalchemy import Connection

from tasks.notify.letters import Study, notices
from tasks.notify.reminders import TEAM
from tasks.notify.templates import render
from tasks.store.alarms import Alarm, Standing, note_closed, note_raised, standing_alarms, times_raised
from tasks.store.outbox import Channel, Letter, add_letters
from tasks.store.values import Run

ALARM, OVER = "alarm", "alarm-over"


def write_alarms(connection: Connection, study: Study, found: Sequence[Alarm], run: Run) -> int:
    """Put the letters that `found` asks for into the outbox and return how many mails there are.

    An alarm is told once, however often it is found; what was told and is found no longer is told to be over. Of two
    runs that find the same at once, one writes.
    """
    before, raised = standing_alarms(connection), times_raised(connection)
    new = [alarm for alarm in found if alarm.key not in before]
    keys = {alarm.key for alarm in found}
    over = [known for known in before.values() if known.key not in keys]
    still = [known for known in before.values() if known.key in keys]
    written = list[Letter]()
    if new:
        mark = _mark((alarm.key, raised.get(alarm.key, 0) + 1) for alarm in new)
        if letters := add_letters(connection, alarm_letters(study, mark, new, still), run):
            note_raised(connection, new, run)
            written += letters
    if over:
        mark = _mark((alarm.key, alarm.times) for alarm in over)
        if letters := add_letters(connection, over_letters(study, mark, over, [*still, *_standing(new, run)]), run):
            note_closed(connection, over, run)
            written += letters
    return sum(letter.channel is Channel.MAIL for letter in written)


def alarm_letters(study: Study, mark: str, new: Sequence[Alarm], still: Sequence[Standing]) -> list[Letter]:
    """Return the letter that tells the data team what is amiss, and its notices."""
    return _to_team(study, ALARM, mark, {"raised": tuple(new), "standing": _told(study, still)})


def over_letters(study: Study, mark: str, over: Sequence[Standing], still: Sequence[Standing]) -> list[Letter]:
    """Return the letter that tells the data team what is over, and its notices."""
    return _to_team(study, OVER, mark, {"over": _told(study, over), "standing": _told(study, still)})


def _to_team(study: Study, kind: str, mark: str, more: Mapping[str, Any]) -> list[Letter]:
    team = study.declarations.team(study.today)
    facts = {"office": study.declarations.office, "moment": study.clock(study.now), **more}
    words = render(study.folder, kind, facts)
    mail = Letter(f"{TEAM}:{kind}:{mark}", TEAM, team.email, words.subject, words.text, html=words.html)
    return [mail, *notices(study, mail, team.notices, {**facts, "deadline": None, "cut_off": None})]


def _told(study: Study, alarms: Iterable[Standing]) -> tuple[tuple[str, str], ...]:
    """Return the sentence of each of `alarms`, and since when it stands."""
    return tuple((alarm.sentence, study.clock(alarm.since)) for alarm in alarms)


def _standing(new: Iterable[Alarm], run: Run) -> list[Standing]:
    return [Standing(alarm.key, alarm.sentence, run.now, 1) for alarm in new]


def _mark(told: Iterable[tuple[str, int]]) -> str:
    """Return what a letter is known by: the alarms of which it tells, each for which time."""
    return hashlib.sha256(repr(sorted(told)).encode()).hexdigest()[:16]
