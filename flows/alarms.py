"""Whether the service does what it should: each silence that lasts too long is an alarm with its remedy."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from config.load import Declarations
from config.safe_text import safe_text
from config.service import Service
from config.settings import Settings
from flows.clock import ahead
from flows.owed import Desk, periods_to_release
from tasks.store.alarms import Alarm
from tasks.store.audit import last_moment
from tasks.store.database import reading
from tasks.store.owed import filed_periods, issued_units, oldest_unsent, released_periods
from tasks.store.receipts import last_look
from tasks.store.run_record import serving_since

FOLDER, MAIL = "folder", "mail"  # the channels: into the first every collection looks, into a mailbox if there is one
DIED = {"FAILED": "hỏng", "CRASHED": "chết giữa chừng"}
RECENT = timedelta(days=1)  # a run that ended badly longer ago has been made good or seen
TOLD = timedelta(hours=2)  # so long even what was made good at once is an alarm: the hourly look must see every death


@dataclass(frozen=True)
class Watch:
    """What is known at a moment: the store's side, and the runs that the Prefect server tells of."""

    settings: Settings
    declarations: Declarations
    service: Service
    now: datetime
    runs: Sequence[Mapping[str, Any]] = ()


def alarms(watch: Watch) -> Iterator[Alarm]:
    """Give what is amiss at `watch.now`. A store that is worked by hand owes nothing by schedule: only its letters."""
    with reading(watch.settings.database) as connection:
        last = last_moment(connection)
        serving, letter = serving_since(connection), oldest_unsent(connection)
        looked, read = last_look(connection, FOLDER), last_look(connection, MAIL)
    if said := ahead(last, watch.now, watch.now.astimezone(watch.declarations.calendar.zone)):
        yield Alarm("clock", "", said)
    if serving is not None:
        collected = max(filter(None, (serving, looked)))
        yield from _collection(watch, collected)
        if watch.settings.imap_host:
            yield from _mailbox(watch, max(filter(None, (serving, read))), collected)
        yield from _forms(watch, serving)
        yield from _silence(watch, serving)
        yield from _releases(watch)
    yield from _runs(watch)
    hours = watch.service.alarm_hours.unsent_letter
    if letter is not None and _hours(watch.now - letter) >= hours:
        said = f"có thư viết từ {_clock(letter, watch)} chưa gửi được (quá {hours} giờ): xem máy chủ thư"
        yield Alarm("outbox", "", said)


def _collection(watch: Watch, last: datetime) -> Iterator[Alarm]:
    hours = watch.service.alarm_hours.no_collection
    if watch.service.in_season(watch.now) and _hours(watch.now - last) >= hours:
        said = f"từ {_clock(last, watch)} không lần thu nhận nào xong (quá {hours} giờ): xem «cchc serve» có còn chạy"
        yield Alarm("collection", "", said)


def _mailbox(watch: Watch, last: datetime, collected: datetime) -> Iterator[Alarm]:
    """Give an alarm where collections end well and none of them gets into the mailbox: the folders do not wait for it.

    Where nothing is collected at all, that is the alarm.
    """
    hours = watch.service.alarm_hours.no_collection
    if watch.service.in_season(watch.now) and _hours(collected - last) >= hours:
        said = f"từ {_clock(last, watch)} không đọc được hộp thư nhận biểu (quá {hours} giờ), biểu gửi qua thư chưa thu"
        yield Alarm("mailbox", "", f"{said}: xem CCHC_IMAP_HOST, CCHC_IMAP_USER, CCHC_IMAP_PASSWORD và máy chủ thư")


def _forms(watch: Watch, serving: datetime) -> Iterator[Alarm]:
    desk = _desk(watch)
    period = desk.open_period
    if period is None or watch.now - serving < RECENT or watch.now.date() - watch.service.opens(period) < RECENT:
        return
    with reading(watch.settings.database) as connection:
        owed = set(watch.declarations.reporting(period)) - issued_units(connection, str(period))
    if owed:
        said = f"kỳ {period} mở từ {watch.service.opens(period):%d/%m/%Y}, còn {len(owed)} biểu chưa phát"
        yield Alarm("forms", str(period), f"{said}: xem «cchc serve» có còn chạy, hoặc phát bằng «cchc forms»")


def _silence(watch: Watch, serving: datetime) -> Iterator[Alarm]:
    """Give an alarm where the deadline of the open period has passed and nobody has submitted anything usable."""
    period = _desk(watch).open_period
    if period is None or watch.now - serving < RECENT or not watch.service.is_past(period, watch.now):
        return
    with reading(watch.settings.database) as connection:
        filed = filed_periods(connection)
    if str(period) not in filed:
        due = f"{watch.service.last_deadline(period):%d/%m/%Y}"
        said = f"kỳ {period} hết hạn từ {due}, chưa đơn vị nào nộp biểu dùng được"
        yield Alarm("silence", str(period), f"{said}: hỏi đơn vị đã nhận biểu chưa, xem thư mục nộp và hộp thư")


def _releases(watch: Watch) -> Iterator[Alarm]:
    with reading(watch.settings.database) as connection:
        released = released_periods(connection)
    for period in periods_to_release(_desk(watch)):
        if str(period) not in released and watch.now.date() - watch.service.last_deadline(period) > 2 * RECENT:
            said = f"kỳ {period} hết hạn từ {watch.service.last_deadline(period):%d/%m/%Y} chưa công bố"
            yield Alarm("release", str(period), f"{said}: xem lượt công bố vì sao hỏng, hoặc chạy «cchc report»")


def _runs(watch: Watch) -> Iterator[Alarm]:
    hours = watch.service.alarm_hours.unfinished_run
    for run in watch.runs:
        began = datetime.fromisoformat(run["start_time"] or run["expected_start_time"])
        name = safe_text(run["name"])  # whoever starts a run may call it what they like
        if run["state_type"] in DIED and _is_to_tell(run, watch.now):
            said = f"lượt «{name}» {DIED[run['state_type']]}: mở trang Prefect xem lý do; lượt sau làm tiếp"
            yield Alarm("run", run["id"], said)
        elif run["state_type"] == "RUNNING" and _hours(watch.now - began) >= hours:
            said = (
                f"lượt «{name}» bắt đầu {_clock(began, watch)} chưa kết thúc (quá {hours} giờ): có thể đã chết, "
                "hủy nó trên trang Prefect"
            )
            yield Alarm("run", run["id"], said)


def _is_to_tell(run: Mapping[str, Any], now: datetime) -> bool:
    """Return whether a run that died is still an alarm: not when a later one has done its work, once it was told."""
    died = datetime.fromisoformat(run["end_time"] or run["start_time"] or run["expected_start_time"])
    return now - died <= (TOLD if run["made_good"] else RECENT)


def _desk(watch: Watch) -> Desk:
    return Desk(watch.settings, watch.declarations, watch.service, watch.now.isoformat())


def _hours(span: timedelta) -> float:
    return span / timedelta(hours=1)


def _clock(moment: datetime, watch: Watch) -> str:
    return f"{moment.astimezone(watch.declarations.calendar.zone):%H:%M %d/%m/%Y}"
