"""Answers to units: what to mend, what could not be read, what has been mended; one letter for each."""

from __future__ import annotations

import hashlib
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from functools import cached_property
from pathlib import Path
from typing import Any

from config.contact import Contact
from config.day import in_words
from config.load import Declarations
from config.period import Period
from config.refusal import RefusalText
from config.unit import Unit
from expectations.finding import SEVERITY_NAMES, Finding, Severity
from tasks.notify.repeated import Repeated
from tasks.notify.templates import Words, render
from tasks.store.alerts import Alert
from tasks.store.outbox import Channel, Letter
from tasks.store.receipts import Receipt
from tasks.store.reopenings import Reopening
from tasks.store.values import Outcome, State, Submission

# The kinds of letters; each has a template for its text and one for its HTML under `config/letters/`.
RETURNED, WARNED, MENDED = "returned", "warned", "mended"
REFUSED, CLOSED, REOPENED = "refused", "closed", "reopened"
NOTICE = "notice"  # has no HTML: a chat shows it as it is
MAIL = ".eml"  # how the name of a mail ends that was refused as a whole
NO_FILES = ("folder_inside", "not_regular_file")
LONGEST_KEY = 200  # of the store; a folder and a file may have names as long as the system allows


@dataclass(frozen=True)
class Told:
    """A finding as a letter tells it: the sentence, and how often this happened, counting this time."""

    message: str
    times: int
    before: str


@dataclass(frozen=True)
class Group:
    """The findings of one severity, under its Vietnamese name."""

    name: str
    findings: tuple[Told, ...]


class Reporting(dict[Period, Mapping[str, Unit]]):
    """The units that owe a report, by period and code; asked for once for each period."""

    def __init__(self, declarations: Declarations) -> None:
        self.declarations = declarations

    def __missing__(self, period: Period) -> Mapping[str, Unit]:
        return self.setdefault(period, self.declarations.reporting(period))


@dataclass(frozen=True)
class Study:
    """Where letters are written: what is declared, where the templates lie, which moment it is."""

    declarations: Declarations
    folder: Path
    now: datetime

    @cached_property
    def today(self) -> date:
        """The day it is in Viet Nam."""
        return self.now.astimezone(self.declarations.calendar.zone).date()

    @cached_property
    def units_today(self) -> Mapping[str, Unit]:
        """The units in force today, by code."""
        return self.declarations.units.on(self.today)

    @cached_property
    def reporting(self) -> Reporting:
        """The units that owe a report, by period and code."""
        return Reporting(self.declarations)

    def clock(self, moment: datetime) -> str:
        """Return the hour and day of `moment` in Viet Nam."""
        return f"{moment.astimezone(self.declarations.calendar.zone):%H:%M %d/%m/%Y}"

    def day(self, moment: datetime) -> str:
        """Return the day of `moment` in Viet Nam, with its weekday."""
        return in_words(moment.astimezone(self.declarations.calendar.zone).date())


@dataclass(frozen=True)
class About:
    """What a letter is known by, which unit it is about, and the file that goes along (a path under `CCHC_HOME`)."""

    key: str
    unit: str
    attachment: str | None = None


@dataclass(frozen=True)
class Addressee:
    """Who is written to about `unit`: the unit itself, or who has taken it over since; nobody for an unknown folder."""

    unit: Unit | None
    heir: Unit | None
    contact: Contact | None

    @property
    def office(self) -> Unit | None:
        """The unit whose office opens the letter."""
        return self.heir or self.unit


def addressee(study: Study, code: str, period: Period) -> Addressee:
    """Return who answers now for the unit that `code` was when the figures of `period` closed."""
    unit = study.reporting[period].get(code)
    if unit is None:
        return Addressee(None, None, None)
    cut_off = study.declarations.calendar.cut_off(period)
    if study.today <= (unit.valid_to or date.max):
        return Addressee(unit, None, study.declarations.contact(code, max(study.today, cut_off)))
    heir = study.declarations.units.heir(code, cut_off, study.today)
    if heir is None:
        return Addressee(unit, None, None)
    return Addressee(unit, study.units_today[heir], study.declarations.contact(heir, study.today))


def answer(
    study: Study, submission: Submission, findings: Sequence[Finding], repeated: Repeated, attachment: str | None
) -> list[Letter]:
    """Return the letter on `submission`: which cells to mend, its annotated workbook attached; and its notices."""
    period = Period.parse(submission.period)
    to = addressee(study, submission.unit, period)
    kind = RETURNED if submission.state is State.RETURNED else WARNED
    facts = {
        **common(study, to, period),
        "submission": submission,
        "groups": groups_of(findings, repeated),
        "critical": sum(f.severity is Severity.CRITICAL for f in findings),
        "found": len(findings),
        "counted": repeated.counted,
        "attached": attachment is not None,
        "in_cells": any(f.cell for f in findings),
    }
    return letters_to_unit(study, to, About(submission.answer_key, submission.unit, attachment), kind, facts)


def closing(study: Study, submission: Submission, alert: Alert) -> list[Letter]:
    """Return the letter that closes `alert`: what was asked for has come and is in order."""
    period = Period.parse(submission.period)
    to = addressee(study, submission.unit, period)
    facts = {**common(study, to, period), "submission": submission, "since": study.day(alert.since)}
    # One version may close more than one alert: it may be sent again after a file that could not be used.
    asked = hashlib.sha256(alert.letter_key.encode()).hexdigest()[:8]
    version = f"v{submission.version}:{submission.verdict[:16]}:{asked}"
    key = f"{submission.unit}:{period}:{submission.sha256}:mended:{version}"
    return letters_to_unit(study, to, About(key, submission.unit), MENDED, facts)


def refusal(  # noqa: PLR0913, PLR0917  what was refused, why, and what else of the unit has come
    study: Study,
    receipt: Receipt,
    text: RefusalText,
    period: Period,
    later: Submission | None = None,
    before: Submission | None = None,
) -> list[Letter]:
    """Return the letter on a file that could not be taken in: why, and what to do.

    `later` is the version of the unit that has been received since: there is nothing left to do. `before` is the one
    that counts, whenever it came, or else the one that was returned: then the unit has sent its report, whatever this
    file was.
    """
    code = receipt.arrival.unit
    to = addressee(study, code, period)
    facts = {
        **common(study, to, period),
        "receipt": receipt,
        **_called(receipt),
        "sentence": text.sentence(receipt.place, receipt.found),
        "received": study.day(receipt.arrival.received_at),
        "later": later,
        "before": None if later else before,
    }
    # A folder and a file may have names as long as the system allows: they go in shortened, yet told apart.
    message = hashlib.sha256(receipt.arrival.message.encode()).hexdigest()[:16]
    key = f"{code[:40]}:{period}:{receipt.arrival.sha256}:refused:{message}"
    return letters_to_unit(study, to, About(key, code), CLOSED if receipt.outcome is Outcome.CLOSED else REFUSED, facts)


def _called(receipt: Receipt) -> dict[str, str]:
    """Return what came, as whoever sent it would call it: a mail by its subject, a file or a folder by its name."""
    name = receipt.arrival.file_name
    if receipt.arrival.channel == "mail" and name.endswith(MAIL):
        return {"thing": "thư", "name": name.removesuffix(MAIL)}
    return {"thing": "mục" if receipt.code in NO_FILES else "tệp", "name": name}


def reopened(study: Study, reopening: Reopening) -> list[Letter]:
    """Return the letter that tells a unit that a closed period takes its figures again, why and until when."""
    period = Period.parse(reopening.period)
    to = addressee(study, reopening.unit, period)
    facts = {**common(study, to, period), "reason": reopening.reason, "until": study.day(reopening.until)}
    key = f"{reopening.unit}:{period}:reopened:{reopening.opened_at.isoformat()}"
    return letters_to_unit(study, to, About(key, reopening.unit), REOPENED, facts)


def common(study: Study, to: Addressee, period: Period) -> dict[str, Any]:
    """Return what every letter about a unit's report can tell; days come in words, with their weekday."""
    calendar = study.declarations.calendar
    return {
        "unit": to.unit,
        "heir": to.heir,
        "addressee": to.office,
        "period": period,
        "office": study.declarations.office,
        "deadline": in_words(calendar.deadline(period, to.unit.level)) if to.unit else None,
        "cut_off": in_words(calendar.cut_off(period)),
        "today": study.day(study.now),
    }


def groups_of(findings: Sequence[Finding], repeated: Repeated) -> tuple[Group, ...]:
    """Return `findings` by severity, the gravest first, each with how often it happened; no empty group."""
    groups = [
        Group(SEVERITY_NAMES[s], tuple(Told(f.message, *repeated.of(f)) for f in findings if f.severity is s))
        for s in Severity
    ]
    return tuple(group for group in groups if group.findings)


def letters_to_unit(study: Study, to: Addressee, about: About, kind: str, facts: Mapping[str, Any]) -> list[Letter]:
    """Return the mail of `kind` to the unit's address, or else to the data team, and a notice for each channel."""
    recipient = to.contact.email if to.contact else _team_address(study)
    words = render(study.folder, kind, facts)
    mail = Letter(about.key, about.unit, recipient, words.subject, words.text, about.attachment, words.html)
    return [mail, *notices(study, mail, to.contact.notices if to.contact else (), facts)]


def notices(study: Study, mail: Letter, channels: Sequence[str], facts: Mapping[str, Any]) -> list[Letter]:
    """Return the short notice of `mail` for each of `channels`."""
    if not channels:
        return []
    words: Words = render(study.folder, NOTICE, {**facts, "subject": mail.subject, "recipient": mail.recipient})
    return [
        Letter(notice_key(mail.key, channel), mail.unit, channel, words.subject, words.text, channel=Channel.NOTICE)
        for channel in channels
    ]


def notice_key(key: str, channel: str) -> str:
    """Return the key of the notice that goes by `channel` beside the mail with `key`."""
    mark = f":notice:{hashlib.sha256(channel.encode()).hexdigest()[:8]}"
    return key[: LONGEST_KEY - len(mark)] + mark


def _team_address(study: Study) -> str:
    # A folder that belongs to no unit, or a unit that nobody took over, is the data team's to clear up.
    return study.declarations.team(study.today).email
