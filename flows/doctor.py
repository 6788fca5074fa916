"""Examining the workplace: what is declared, what is kept, what waits, what was published."""

from __future__ import annotations

import os
from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from pathlib import Path
from typing import Any

from config.element import Level
from config.environment import no_room
from config.load import Declarations
from config.refusal import load_refusals
from config.service import load_service
from config.settings import Settings
from config.strict import DeclarationError, UnusableError
from expectations.suite import build_suite, load_rules, rules_for
from flows.alarms import Watch, alarms
from flows.recalculated import recalculated
from flows.server import answers, runs_at
from tasks.events import started
from tasks.notify.channels import environment, trouble_of
from tasks.notify.samples import refuse_bad_letters
from tasks.publish.manifest import difference, is_whole
from tasks.publish.release import is_astray
from tasks.publish.templates_known import refuse_bad_templates
from tasks.store.database import reading, trouble_with
from tasks.store.files import scraps
from tasks.store.journal import journal_of, read_journal, said_by
from tasks.store.outbox import Waiting, waiting
from tasks.store.raw import damaged, kept_files, missing
from tasks.store.receipts import kept_hashes, named_hashes
from tasks.store.run_record import serving_since
from tasks.store.soundness import (
    BACKED_UP,
    RESTORED,
    Behind,
    behind,
    broken_pages,
    changed_rows,
    deleted_rows,
    last_collected,
    last_done,
    unsound,
)

REBUILD = "dựng lại bằng «cchc rebuild»"
RAW_AGAIN = "chép đè tệp cùng tên từ home/raw/ của bản sao lưu"
JOURNAL_AGAIN = (
    "cơ sở dữ liệu còn nguyên thì đổi tên raw/journal.jsonl thành raw/journal-hong.jsonl rồi chạy «cchc collect»: "
    "nhật ký được chép lại từ cơ sở dữ liệu"
)
RELEASE_AGAIN = (
    "chép đè cả thư mục ấy từ home/published/ của bản sao lưu; không có bản sao lưu thì «cchc report» làm một bản mới, "
    "bản này vẫn bị kể ở đây; tệp bị bỏ thêm vào thì xóa đi, «cchc doctor --release» kể tên"
)
POINTER_AGAIN = "chạy lại «cchc report -p KỲ» (giai đoạn: «cchc stage») cho những kỳ ấy, con trỏ được đặt lại"
TRIES = 2  # a server that is busy may miss a probe


@dataclass(frozen=True)
class Examined:
    """One thing looked at: whether it is well, and the sentence that says so or says what to do."""

    well: bool
    sentence: str


class Depth(StrEnum):
    """How deep a look goes.

    A quick one reads no received file and no page of the database again; a deep one calculates again, besides, what
    the store keeps as calculated.
    """

    QUICK = "quick"
    USUAL = "usual"
    DEEP = "deep"


def examine(
    settings: Settings, declarations: Declarations, now: datetime, depth: Depth = Depth.USUAL
) -> Iterator[Examined]:
    """Give what was looked at, one by one, as it is found; `now` is the moment of the look."""
    yield Examined(
        True, f"Khai báo đọc được: {len(declarations.indicators)} chỉ tiêu, {len(declarations.forms)} mẫu biểu."
    )
    yield _rules(settings, declarations)
    yield _templates(settings, declarations)
    yield _disk(settings)
    found = []
    for one in _store(settings, depth is Depth.QUICK):
        found.append(one)
        yield one
    if depth is Depth.DEEP:
        yield from _figures(settings, declarations, all(one.well for one in found))
    yield from _post(settings, now)
    yield from _lately(settings, now)
    yield from _releases(settings)
    yield _mail(settings)
    yield from _addresses(declarations)
    yield _server()
    yield from _service(settings, declarations, now)


def examine_release(folder: Path) -> Iterator[Examined]:
    """Give what is wrong with the release in `folder`, file by file; `NoReleaseError` when it is none."""
    found = difference(folder)
    for names, what in (
        (found.missing, "thiếu tệp này"),
        (found.extra, "tệp không có trong manifest.json"),
        (found.changed, "nội dung khác manifest.json"),
    ):
        yield from (Examined(False, f"{name}: {what}.") for name in names)
    if found.is_none:
        yield Examined(True, f"{folder.name}: mọi tệp đúng như manifest.json.")


def _rules(settings: Settings, declarations: Declarations) -> Examined:
    try:
        rules = load_rules(settings.expectations_dir, declarations)
        build_suite(rules_for(rules, declarations.elements.values()))
        load_refusals(settings.config_dir)
    except DeclarationError as fault:
        return Examined(False, str(fault))
    return Examined(True, f"{len(rules)} quy tắc, Great Expectations nhận cả.")


def _templates(settings: Settings, declarations: Declarations) -> Examined:
    try:
        refuse_bad_letters(settings, declarations)
        refuse_bad_templates(declarations)
    except UnusableError as fault:
        return Examined(False, str(fault))
    return Examined(True, "Mẫu thư và mẫu văn bản chỉ dùng những tên đã biết.")


def _disk(settings: Settings) -> Examined:
    """Give whether the disk has room for another run."""
    if trouble := no_room(settings.home):
        return Examined(False, f"{trouble[0].upper()}{trouble[1:]}.")
    return Examined(True, "Ổ đĩa còn chỗ trống cho lượt chạy sau.")


def _store(settings: Settings, quick: bool) -> Iterator[Examined]:
    if fault := trouble_with(settings.database):
        yield Examined(False, f"{fault[:1].upper()}{fault[1:]}.")
        return
    raw = settings.home / "raw"
    with reading(settings.database) as connection:
        hashes, named = kept_hashes(connection), named_hashes(connection)
        found = unsound(connection, settings.home / "published")
        broken = [] if quick else broken_pages(connection)
    if quick:
        yield Examined(True, "Xem nhanh: không đọc lại từng tệp gốc và tệp cơ sở dữ liệu.")
    else:
        files = kept_files(raw)
        with started("Đối chiếu tệp gốc", len(files), "tệp") as progress:
            harmed = damaged(raw, progress)
        yield _none("tệp gốc bị hỏng (nội dung không khớp mã băm)", harmed, RAW_AGAIN)
        yield _none("chỗ hỏng trong tệp cơ sở dữ liệu", broken, REBUILD)
    yield _none("tệp gốc bị thiếu", missing(raw, hashes), RAW_AGAIN)
    yield Examined(True, f"{len(hashes)} tệp gốc đã ghi nhận.")
    yield from _unnamed([path.name for path in kept_files(raw) if path.name not in named])
    if left := scraps(settings.home):
        names = ", ".join(path.name for path in left[:5])
        yield Examined(True, f"{len(left)} mẩu tệp của lượt chạy bị ngắt ({names}): lượt thu nhận kế tiếp sẽ dọn.")
    yield from _journal(settings, quick)
    yield _none("bản nộp không có lần nhận tệp nào", list(found.unreceived), REBUILD)
    yield _none("bản nộp không có số liệu", list(found.valueless), REBUILD)
    yield _none("bản công bố đã ghi nhận mà không còn thư mục", list(found.lost_releases), RELEASE_AGAIN)
    yield _none("bản công bố có manifest.json khác lúc công bố", list(found.changed_releases), RELEASE_AGAIN)


def _unnamed(found: list[str]) -> Iterator[Examined]:
    """Give the raw files that no arrival names: a run died before it wrote them down, so nothing is amiss by itself."""
    if found:
        said = "lượt bị ngắt; tệp còn trong thư mục nộp hay hộp thư thì lượt thu nhận kế tiếp ghi nhận"
        yield Examined(True, f"{len(found)} tệp gốc chưa lần nhận nào nhắc đến: {', '.join(found[:5])} ({said}).")


def _journal(settings: Settings, quick: bool) -> Iterator[Examined]:
    """Give whether the journal beside the raw files and the database know the same."""
    path = journal_of(settings.home)
    if not path.exists():
        yield Examined(True, "Chưa có nhật ký bên tệp gốc: lượt chạy kế tiếp sẽ chép mọi điều đã biết vào đó.")
        return
    journal = None if quick else read_journal(path)
    with reading(settings.database) as connection:
        said = {} if quick else said_by(connection, 0)
        deleted = deleted_rows(connection, journal) if journal else {}
        altered = changed_rows(connection, journal) if journal else []
    yield _lacking(behind(settings.database))
    if journal:
        if not journal.broken:  # what a harmed journal says is nothing to hold a database against
            yield _none("dòng trong cơ sở dữ liệu khác lúc ghi vào nhật ký", altered, REBUILD)
        missing_rows = [f"{name} {number}" for name, number in deleted.items()]
        yield _none("dòng nhật ký có ghi mà cơ sở dữ liệu đã mất", missing_rows, REBUILD)
        changed = [f"bản nộp {key}" for key, digest in journal.said.items() if said.get(key, digest) != digest]
        yield _none("bản nộp có số liệu trong cơ sở dữ liệu khác lúc nhận", changed, REBUILD)
        broken = [str(number) for number in journal.broken]
        yield _none("lần ghi trong nhật ký không còn như lúc ghi", broken, JOURNAL_AGAIN)


def _lacking(found: Behind) -> Examined:
    rows = [f"{name} {number}" for name, number in found.rows.items()]
    if found.is_cut_off:
        said = "lượt ấy bị ngắt ngay trước đó, lượt chạy kế tiếp làm lại"
        return Examined(True, f"Lần ghi cuối trong nhật ký chưa vào cơ sở dữ liệu ({', '.join(rows[:5])}): {said}.")
    return _none("chỗ cơ sở dữ liệu thiếu so với nhật ký", rows, REBUILD)


def _figures(settings: Settings, declarations: Declarations, is_sound: bool) -> Iterator[Examined]:
    """Give whether the calculated figures are what follows from what is kept, where that itself `is_sound`."""
    if not is_sound:
        yield Examined(True, "Chưa tính lại con số nào: sửa những chỗ trên trước rồi khám lại với «--deep».")
        return
    found = recalculated(settings, declarations)
    yield Examined(True, f"Đã tính lại {found.compared} phép tính đã ghi từ số liệu đã nhận.")
    yield _none("con số trong cơ sở dữ liệu khác điều vừa tính lại", list(found.otherwise), REBUILD)
    if found.unjudged:
        said = "theo những con số ấy chưa đối chiếu: dựng lại thì tính lại cả"
        yield Examined(True, f"Mức đánh giá, chấm điểm của {found.unjudged} phép tính {said}.")
    if found.outdated:
        said = "theo khai báo hay phần mềm khi trước: không tính lại, chỉ đối chiếu với tệp đã công bố"
        yield Examined(True, f"{found.outdated} phép tính {said}.")
        differing = [f"{release} ({count})" for release, count in found.differing.items()]
        yield _none("bản công bố có con số khác trong cơ sở dữ liệu", differing, REBUILD)


def _lately(settings: Settings, now: datetime) -> Iterator[Examined]:
    """Give when files were last collected and when the workplace was last backed up."""
    if trouble_with(settings.database):
        return  # said already
    with reading(settings.database) as connection:
        collected = last_collected(connection)
        backed_up, restored = last_done(connection, BACKED_UP), last_done(connection, RESTORED)
    yield Examined(True, f"Lần thu nhận gần nhất: {_clock(collected, now)}.")
    if restored and (not backed_up or backed_up < restored):  # a copy cannot tell of its own making
        yield Examined(True, f"Đã phục hồi từ bản sao lưu lúc {_clock(restored, now)}; từ đó chưa sao lưu lần nào.")
    else:
        yield Examined(True, f"Lần sao lưu gần nhất: {_clock(backed_up, now)}.")


def _clock(moment: datetime | None, now: datetime) -> str:
    return f"{moment.astimezone(now.tzinfo):%H:%M %d/%m/%Y}" if moment else "chưa có"


def _releases(settings: Settings) -> Iterator[Examined]:
    folders = sorted(p for p in (settings.home / "published").glob("*/r*") if p.is_dir())
    broken = [f"{p.parent.name}/{p.name}" for p in folders if not is_whole(p)]
    yield _none("bản công bố không khớp manifest.json", broken, RELEASE_AGAIN)
    yield Examined(True, f"{len(folders) - len(broken)} bản công bố khớp manifest.json.")
    astray = sorted(p.name for p in (settings.home / "published").glob("*") if p.is_dir() and is_astray(p))
    yield _none("con trỏ current không chỉ vào bản công bố mới nhất", astray, POINTER_AGAIN)


def _none(what: str, found: list[str], remedy: str) -> Examined:
    if not found:
        return Examined(True, f"Không có {what}.")
    return Examined(False, f"Có {len(found)} {what}: {', '.join(found[:5])}; {remedy}.")


def _post(settings: Settings, now: datetime) -> Iterator[Examined]:
    """Give whether letters wait, and why."""
    if trouble_with(settings.database):
        return  # said already
    with reading(settings.database) as connection:
        yield _waiting(waiting(connection), now)


def _waiting(letters: Sequence[Waiting], now: datetime) -> Examined:
    if not letters:
        return Examined(True, "Không có thư viết rồi mà chưa gửi được.")
    known = Counter(item.trouble for item in letters if item.trouble)
    why = "; ".join(f"{count} thư vì {trouble}" for trouble, count in known.most_common(3))
    tried = max((item.tried_at for item in letters if item.tried_at), default=None)
    last = f" (thử lần cuối {_clock(tried, now)})" if tried else ""
    said = f"Có {len(letters)} thư viết rồi mà chưa gửi được{last}{': ' + why if why else ''}; xem «cchc letters»."
    return Examined(False, said)


def _addresses(declarations: Declarations) -> Iterator[Examined]:
    """Give what is amiss with whom letters go to: units without an address today, channels that cannot be used."""
    newest = [c for c in declarations.contacts if c.valid_to is None]
    reporting = {u.code for u in declarations.units.all if u.valid_to is None and u.level is not Level.PROVINCE}
    yield _none("đơn vị chưa khai địa chỉ thư", sorted(reporting - {c.unit for c in newest}), "khai ở contacts.yaml")
    yield _none(
        "đơn vị chưa khai địa chỉ thủ trưởng",
        sorted(c.unit for c in newest if c.head is None),
        "khai «head» ở contacts.yaml",
    )
    channels = [
        *(n for c in newest for n in (*c.notices, *c.head_notices)),
        *(n for t in declarations.data_team for n in t.notices),
    ]
    known = environment()
    for channel in sorted(set(channels)):
        trouble = trouble_of(channel, known)
        yield Examined(not trouble, f"Kênh {channel}: {trouble or 'dùng được'}.")


def _mail(settings: Settings) -> Examined:
    if not settings.smtp_host:
        return Examined(True, "Chưa đặt CCHC_SMTP_HOST: thư được ghi thành tệp .eml trong outbox.")
    return Examined(True, f"Thư đi qua {settings.smtp_host}:{settings.smtp_port}.")


def _server() -> Examined:
    address = os.environ.get("PREFECT_API_URL")
    if not address:
        return Examined(True, "Không đặt PREFECT_API_URL: mỗi lần chạy dùng máy chủ Prefect tạm.")
    if _reached(address):
        return Examined(True, f"Máy chủ Prefect trả lời tại {address}.")
    return Examined(False, f"Máy chủ Prefect không trả lời tại {address}: khởi động nó, hoặc bỏ biến PREFECT_API_URL.")


def _service(settings: Settings, declarations: Declarations, now: datetime) -> Iterator[Examined]:
    if trouble_with(settings.database):
        return  # said already
    service = load_service(settings.config_dir, declarations.calendar)
    with reading(settings.database) as connection:
        serving = serving_since(connection)
    found = list(alarms(Watch(settings, declarations, service, now, _runs())))
    yield from (Examined(False, f"Báo động: {alarm.sentence}.") for alarm in found)
    if serving is None:
        yield Examined(True, "Nơi này chạy bằng tay; muốn tự chạy theo lịch thì dùng «cchc serve».")
    elif not found:
        yield Examined(True, "Chạy theo lịch: không có gì quá hạn, không lượt nào treo, thư gửi hết.")


def _runs() -> list[dict[str, Any]]:
    address = os.environ.get("PREFECT_API_URL")
    try:
        return runs_at(address) if address and _reached(address) else []
    except OSError:
        return []  # it answered a moment ago: what it says of the server itself stands above


def _reached(address: str) -> bool:
    return any(answers(address) for _ in range(TRIES))
