"""When units are reminded of a report that they owe, and when that goes to their head and to the data team."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass as plain_dataclass
from datetime import date
from enum import StrEnum
from typing import Annotated

from pydantic import Field
from pydantic.dataclasses import dataclass

from config.strict import STRICT
from config.working_days import WorkingDays

# Counted in working days from the deadline: a month either way is a season, more is a slip of the hand.
Offset = Annotated[int, Field(ge=-20, le=30)]


class Audience(StrEnum):
    """Whom a reminder goes to."""

    UNIT = "unit"
    HEAD = "head"
    DATA_TEAM = "data_team"


@dataclass(frozen=True, config=STRICT)
class ReminderRule:
    """The days of reminding, in working days from the deadline: negative before it, 0 on it, positive after it.

    During the first `grace` working days after the deadline nothing goes to the head of a unit.
    """

    valid_from: date
    document: str
    unit: tuple[Offset, ...]
    head: tuple[Offset, ...]
    data_team: tuple[Offset, ...]
    grace: Annotated[int, Field(ge=0, le=20)]
    valid_to: date | None = None


@plain_dataclass(frozen=True)
class Step:
    """One day of reminding: to whom, how many working days from the deadline, which day that is."""

    audience: Audience
    offset: int
    day: date


def steps_of(rule: ReminderRule, working_days: WorkingDays, deadline: date) -> tuple[Step, ...]:
    """Return every step of `rule` for a report due on `deadline`, in order of day."""
    steps = [
        Step(audience, offset, working_days.count_from(deadline, offset))
        for audience in Audience
        for offset in getattr(rule, audience)
    ]
    return tuple(sorted(steps, key=lambda step: step.day))


def faults_of(rule: ReminderRule) -> Iterator[tuple[str, str]]:
    """Give (key, sentence) of reminders out of order, twice on a day, or after they went to the head already."""
    for audience in Audience:
        if list(days := getattr(rule, audience)) != sorted(set(days)):
            yield audience, f"«{audience}» phải ghi ngày tăng dần, mỗi ngày một lần"
    if not rule.unit:
        yield "unit", "«unit» không được để trống: đơn vị phải được nhắc ít nhất một lần"
        return
    yield from _faults_of_escalation(rule)


def _faults_of_escalation(rule: ReminderRule) -> Iterator[tuple[str, str]]:
    first = _first(rule.head)
    if first is not None and first <= rule.grace:
        yield "head", f"báo thủ trưởng từ ngày {first} khi còn trong {rule.grace} ngày gia hạn: phải sau ngày gia hạn"
    if first is not None and max(rule.unit) >= first:
        yield "unit", f"còn nhắc đơn vị ngày {max(rule.unit)} khi đã báo thủ trưởng từ ngày {first}"
    told = _first(rule.data_team)
    if told is not None and told < (1 if first is None else first):
        yield "data_team", f"báo bộ phận tổng hợp ngày {told}, trước khi báo thủ trưởng"


def _first(days: Sequence[int]) -> int | None:
    return days[0] if days else None
