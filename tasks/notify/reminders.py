"""Reminders of a day: to each unit that still owes, later to its head, then a digest to the data team."""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from typing import Any

from sqlalchemy import Connection

from config.calendar import Calendar
from config.day import in_words
from config.element import Level
from config.period import ALL_PERIODS, Period
from config.reminding import Audience, Step
from tasks.notify.answers import Desk
from tasks.notify.debts import Debt, Owing, debts, known_of
from tasks.notify.letters import About, Study, addressee, common, letters_to_unit, notices
from tasks.notify.templates import render
from tasks.store.closing import closing_of
from tasks.store.outbox import Channel, Letter, add_letters, count_unsent, keys_of, written_to

BEFORE, DUE, LATE, HEAD, DIGEST = "remind-before", "remind-due", "remind-late", "remind-head", "digest"
LEVELS = {Level.COMMUNE: "cấp xã", Level.DISTRICT: "cấp huyện"}
STATES = {
    Owing.MISSING: "chưa nhận được biểu",
    Owing.REFUSED: "tệp gửi đến không dùng được",
    Owing.RETURNED: "chưa gửi bản sửa",
}
TEAM = "to-so-lieu"  # stands for the unit in the keys of letters to the data team


@dataclass(frozen=True)
class Line:
    """One unit in the digest: what it owes, how often it was reminded, whether its head was told or could be."""

    code: str
    name: str
    state: str
    days_late: int
    letters: int
    head_told: bool
    no_address: bool
    no_head: bool


@dataclass(frozen=True)
class Reminded:
    """What was written about a unit's debt before: how many reminders, and whether one went to the head."""

    letters: int
    head_told: bool


def in_season(calendar: Calendar, levels: Mapping[Period, Iterable[Level]], today: date) -> list[Period]:
    """Return the periods about which units are reminded on `today`: from the first reminder until late ones close."""
    return [p for p in ALL_PERIODS if any(_is_season(calendar, p, level, today) for level in levels.get(p, ()))]


def _is_season(calendar: Calendar, period: Period, level: Level, today: date) -> bool:
    if level is Level.PROVINCE:
        return False
    first = min(step.day for step in calendar.steps(period, level))
    return first <= today <= calendar.last_open_day(period, level)


def step_today(debt: Debt, steps: Sequence[Step], today: date) -> Step | None:
    """Return the reminder of `debt` that stands on `today`: of `steps` the last whose day has come, None before all.

    One that was missed is thereby made up for by today's alone. What was returned is reminded of only from the day
    after: the return was a letter itself.
    """
    standing = [
        step
        for step in steps
        if step.audience is not Audience.DATA_TEAM
        and step.day <= today
        and (debt.returned_on is None or step.day > debt.returned_on)
    ]
    return standing[-1] if standing else None


def reminder_key(debt: Debt, step: Step) -> str:
    """Return what a reminder is known by: unit, period, the day it was planned for, and whom it goes to."""
    return f"{debt.unit.code}:{debt.period}:remind:{step.day}:{step.audience}"


def reminders_of(connection: Connection, desk: Desk) -> list[Letter]:
    """Return the letters that today owes and that were never written: reminders, then the digest to the data team.

    A unit that was written to today already is not written to again. On a day off nobody is reminded.
    """
    calendar, today = desk.declarations.calendar, desk.study.today
    if not calendar.working_days.is_working(today):
        return []
    owed = _open_debts(connection, desk)
    midnight = datetime.combine(today, time(), calendar.zone)
    told = written_to(connection, midnight, midnight + timedelta(days=1))
    before = keys_of(connection, f"%:{desk.period}:remind:%")
    reminded = _reminded(before)
    letters: list[Letter] = []
    for debt, step in _standing(desk, owed):
        if debt.unit.code not in told and reminder_key(debt, step) not in before:
            letters += reminder(desk, debt, step, reminded[debt.unit.code].letters)
    return letters + _digest(connection, desk, owed, [*before, *(letter.key for letter in letters)])


def _open_debts(connection: Connection, desk: Desk) -> list[Debt]:
    # What is owed for a period that has closed can no longer be paid.
    now = desk.run.now
    owed = debts(desk.declarations, desk.period, known_of(connection, desk.period, now), desk.study.today)
    closing = closing_of(connection, desk.declarations, desk.period, now)
    return [debt for debt in owed if not closing.is_closed(debt.unit.code, debt.unit.level, now, now)]


def _standing(desk: Desk, owed: Sequence[Debt]) -> Iterator[tuple[Debt, Step]]:
    calendar, today = desk.declarations.calendar, desk.study.today
    season = {level for level in Level if _is_season(calendar, desk.period, level, today)}
    steps = {due: calendar.steps_from(desk.period, due) for due in {debt.due for debt in owed}}
    for debt in owed:
        if debt.unit.level in season and (step := step_today(debt, steps[debt.due], today)):
            yield debt, step


def write_reminders(connection: Connection, desk: Desk) -> int:
    """Put the letters that today owes into the outbox and return how many mails there are."""
    return sum(x.channel is Channel.MAIL for x in add_letters(connection, reminders_of(connection, desk), desk.run))


def reminder(desk: Desk, debt: Debt, step: Step, letters_before: int) -> list[Letter]:
    """Return the letter that reminds of `debt`, worded for today, and its notices.

    One to the head of the unit goes to the unit as a copy; to the unit alone where no head is declared.
    """
    study, today = desk.study, desk.study.today
    to = addressee(study, debt.unit.code, debt.period)
    facts = {**common(study, to, debt.period), **facts_of(desk, debt, today, letters_before)}
    key = reminder_key(debt, step)
    if step.audience is Audience.HEAD and to.contact and to.contact.head:
        words = render(study.folder, HEAD, facts)
        mail = Letter(
            key, debt.unit.code, to.contact.head, words.subject, words.text, facts["file"], words.html,
            (to.contact.email,),
        )  # fmt: skip
        return [mail, *notices(study, mail, (*to.contact.head_notices, *to.contact.notices), facts)]
    return letters_to_unit(study, to, About(key, debt.unit.code, facts["file"]), kind_of(debt, today), facts)


def kind_of(debt: Debt, today: date) -> str:
    """Return which words fit `debt` on `today`: before the deadline, on it, or after it."""
    if today < debt.due:
        return BEFORE
    return DUE if today == debt.deadline else LATE


def facts_of(desk: Desk, debt: Debt, today: date, letters_before: int) -> dict[str, Any]:
    """Return what a reminder can tell beyond what every letter can."""
    file = debt.returned_file
    attached = file if file and (desk.settings.home / file).is_file() else None
    return {
        "debt": debt,
        "letters": letters_before,
        "file": attached,
        "attached": attached is not None,
        "returned": in_words(debt.returned_on) if debt.returned_on else None,
        "received": in_words(debt.received_on) if debt.received_on else None,
        "cut_off_passed": today > desk.declarations.calendar.cut_off(debt.period),
    }


def _digest(connection: Connection, desk: Desk, owed: Sequence[Debt], keys: Sequence[str]) -> list[Letter]:
    day = _digest_day(desk, desk.study.today)
    key = f"{TEAM}:{desk.period}:remind:{day}:{Audience.DATA_TEAM}"
    if day is None or not owed or key in keys:
        return []
    reminded = _reminded(keys)
    lines = tuple(_line(desk.study, debt, reminded[debt.unit.code]) for debt in owed)
    return digest(desk, key, lines, count_unsent(connection))


def digest(desk: Desk, key: str, lines: Sequence[Line], stuck: int) -> list[Letter]:
    """Return the letter that tells the data team who still owes, and its notices."""
    study, team = desk.study, desk.declarations.team(desk.study.today)
    facts = {**digest_facts(desk), "lines": tuple(lines), "stuck": stuck}
    words = render(study.folder, DIGEST, facts)
    mail = Letter(key, TEAM, team.email, words.subject, words.text, html=words.html)
    return [mail, *notices(study, mail, team.notices, {**facts, "deadline": None})]


def digest_facts(desk: Desk) -> dict[str, Any]:
    """Return what a digest can tell beyond its lines."""
    calendar, reporting = desk.declarations.calendar, desk.study.reporting[desk.period]
    levels = {unit.level for unit in reporting.values()}
    return {
        "period": desk.period,
        "office": desk.declarations.office,
        "today": desk.study.day(desk.run.now),
        "cut_off": in_words(calendar.cut_off(desk.period)),
        "expected": len(reporting),
        "deadlines": tuple(
            (name, in_words(calendar.deadline(desk.period, level))) for level, name in LEVELS.items() if level in levels
        ),
    }


def _digest_day(desk: Desk, today: date) -> date | None:
    calendar = desk.declarations.calendar
    levels = {unit.level for unit in desk.study.reporting[desk.period].values()}
    days = {
        step.day
        for level in levels
        if _is_season(calendar, desk.period, level, today)
        for step in calendar.steps(desk.period, level)
        if step.audience is Audience.DATA_TEAM and step.day <= today
    }
    return max(days, default=None)


def _line(study: Study, debt: Debt, reminded: Reminded) -> Line:
    contact = addressee(study, debt.unit.code, debt.period).contact
    return Line(
        code=debt.unit.code,
        name=debt.unit.name,
        state=STATES[debt.state],
        days_late=debt.days_late,
        letters=reminded.letters,
        head_told=reminded.head_told,
        no_address=contact is None,
        no_head=contact is None or contact.head is None,
    )


def _reminded(keys: Iterable[str]) -> Mapping[str, Reminded]:
    mails = [key.split(":") for key in keys if ":notice:" not in key]
    letters = Counter(parts[0] for parts in mails)
    heads = {parts[0] for parts in mails if parts[4] == Audience.HEAD}
    known = {unit: Reminded(count, unit in heads) for unit, count in letters.items()}
    return defaultdict(lambda: Reminded(0, head_told=False), known)
