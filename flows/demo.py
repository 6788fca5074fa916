"""Laying out the sample: the inbox of the half-year 2022 as it filled up in June 2022."""

from __future__ import annotations

import csv
import os
import shutil
from pathlib import Path

from config.load import Declarations
from config.period import Period
from config.settings import PROJECT, Settings
from tasks.store.database import reading
from tasks.store.receipts import receipts

PERIOD = "2022-H1"
SAMPLE = PROJECT / "sample"


def lay_out_sample(settings: Settings, declarations: Declarations) -> None:
    """Copy the sample inbox under `CCHC_HOME`, each file with the time at which it is said to have come.

    `ValueError` when the store already holds other arrivals of that period: a sample must not mix with real figures.
    """
    arrivals = _arrivals(declarations)
    _refuse_real_figures(settings, declarations, {path.name for path in arrivals})
    for path, moment in arrivals.items():
        target = settings.home / "inbox" / path.relative_to(SAMPLE / "inbox")
        target.parent.mkdir(parents=True, exist_ok=True)
        shutil.copyfile(path, target)
        os.utime(target, (moment, moment))


def _arrivals(declarations: Declarations) -> dict[Path, float]:
    with (SAMPLE / "arrivals.csv").open(encoding="utf-8") as file:
        rows = list(csv.DictReader(file))
    return {SAMPLE / "inbox" / r["path"]: declarations.calendar.moment(r["arrived_at"]).timestamp() for r in rows}


def _refuse_real_figures(settings: Settings, declarations: Declarations, sample_names: set[str]) -> None:
    end_of_time = declarations.calendar.moment("2100-01-01")
    with reading(settings.database) as connection:
        kept = receipts(connection, str(Period.parse(PERIOD)), end_of_time)
    if any(receipt.arrival.file_name not in sample_names for receipt in kept):
        raise ValueError(
            f"{settings.home} đã có số liệu thật của kỳ {PERIOD}; đặt CCHC_HOME sang thư mục khác rồi chạy lại demo"
        )
