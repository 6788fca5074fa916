"""The moment of a run: never before what has been done already, and never one of a clock that ran ahead."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

from config.load import Declarations
from config.period import Period
from config.settings import Settings
from config.strict import UnusableError
from tasks.store.audit import last_moment
from tasks.store.database import reading, writing
from tasks.store.setting_back import Lateness, last_before, received_after, set_back
from tasks.store.values import Run

SLACK = timedelta(hours=1)  # by which two clocks may differ without a deadline being judged wrongly
WHO = "cchc clock"


class ClockAheadError(UnusableError):
    """Something was done at a moment that has not come yet; `str()` says in one sentence what to do."""


def machine_now() -> datetime:
    """Return what the clock of this machine shows, whatever moment a run works as of."""
    return datetime.now(UTC)


def moment_after_all(settings: Settings, moment: datetime) -> datetime:
    """Return `moment`, or the last moment at which anything was done when that is later.

    `ClockAheadError` when that has not come yet: one clock was wrong, and deadlines must not be judged by it.
    """
    with reading(settings.database) as connection:
        last = last_moment(connection)
    if last is None or last <= moment:
        return moment
    if told := ahead(last, machine_now(), moment):
        raise ClockAheadError(told)
    return last.astimezone(moment.tzinfo)


def ahead(last: datetime | None, now: datetime, shown: datetime) -> str:
    """Return the sentence on a store in which something was done at `last`, which `now` has not come to; or nothing.

    The clock is told in the zone of `shown`.
    """
    if last is None or last <= now + SLACK:
        return ""
    then, there = (f"{moment.astimezone(shown.tzinfo):%H:%M %d/%m/%Y}" for moment in (last, now))
    return (
        f"đồng hồ: có việc ghi lúc {then}, mà đồng hồ máy mới là {there}; chưa làm gì thêm để hạn gửi không bị tính "
        "sai. Đồng hồ máy chậm thì chỉnh lại (timedatectl); lần trước nó chạy nhanh thì chạy «cchc clock»"
    )


def back_to(settings: Settings, now: datetime) -> datetime | None:
    """Return the moment at which what is dated after `now` would be dated: the last one that is not."""
    with reading(settings.database) as connection:
        return last_before(connection, now)


def undo_ahead(settings: Settings, declarations: Declarations, now: datetime, to: datetime, reason: str) -> None:
    """Date everything that is dated after `now` at `to`, in one transaction that the audit tells of."""
    calendar = declarations.calendar
    with writing(settings.database) as connection:
        lateness = {}
        for key, unit, code in received_after(connection, now):
            period = Period.parse(code)
            level = declarations.reporter(unit, period).level
            lateness[key] = Lateness(calendar.days_late(period, level, to), calendar.is_premature(period, to))
        set_back(connection, to, lateness, reason, Run(WHO, now))
