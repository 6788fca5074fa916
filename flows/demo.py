"""Laying out the sample: the inbox of the half-year 2022 as it filled up in June 2022."""

from __future__ import annotations

import csv
import os
import shutil
from pathlib import Path

from config.load import Declarations
from config.settings import ILLUSTRATIVE, PROJECT, Settings
from tasks.store.database import reading
from tasks.store.raw import sha256_of
from tasks.store.receipts import has_receipts, received_files

PERIOD = "2022-H1"
SAMPLE = PROJECT / "sample"
NOTE = "Thư mục này do lệnh «cchc demo» dựng: số liệu trong đó là minh hoạ. Xóa cả thư mục khi không cần nữa.\n"


def lay_out_sample(settings: Settings, declarations: Declarations) -> None:
    """Copy the sample inbox under `CCHC_HOME`, each file with the time at which it is said to have come.

    What an earlier demo received there is not sent again: a refused file would be answered a second time.
    `ValueError` when the workplace holds anything but a demo: illustrative figures must not mix with real ones.
    """
    if not settings.illustrative and _holds_figures(settings):
        raise ValueError(f"{settings.home} đã có số liệu thật: đặt CCHC_HOME sang thư mục khác rồi chạy lại demo")
    settings.home.mkdir(parents=True, exist_ok=True)
    (settings.home / ILLUSTRATIVE).write_text(NOTE, encoding="utf-8")
    with reading(settings.database) as connection:
        received = received_files(connection, PERIOD)
    for path, moment in _arrivals(declarations).items():
        if (path.parent.name, path.name, sha256_of(path.read_bytes())) in received:
            continue
        target = settings.home / "inbox" / path.relative_to(SAMPLE / "inbox")
        target.parent.mkdir(parents=True, exist_ok=True)
        shutil.copyfile(path, target)
        os.utime(target, (moment, moment))


def lay_out_years(settings: Settings) -> None:
    """Mark the workplace as one of illustrative figures; `ValueError` unless it is empty: years begin at the start."""
    if _holds_figures(settings):
        raise ValueError(
            f"{settings.home} đã có số liệu, các năm mẫu cần một nơi làm việc trống: "
            "đặt CCHC_HOME sang thư mục mới rồi chạy lại"
        )
    settings.home.mkdir(parents=True, exist_ok=True)
    (settings.home / ILLUSTRATIVE).write_text(NOTE, encoding="utf-8")


def _arrivals(declarations: Declarations) -> dict[Path, float]:
    with (SAMPLE / "arrivals.csv").open(encoding="utf-8") as file:
        rows = list(csv.DictReader(file))
    return {SAMPLE / "inbox" / r["path"]: declarations.calendar.moment(r["arrived_at"]).timestamp() for r in rows}


def _holds_figures(settings: Settings) -> bool:
    folders = [settings.home / name for name in ("inbox", "forms", "published", "returned")]
    if any(path.is_file() for folder in folders for path in folder.rglob("*")):
        return True
    with reading(settings.database) as connection:
        return has_receipts(connection)
