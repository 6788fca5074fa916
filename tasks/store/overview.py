"""How a period stands, in counts: who sent, who was late, what was returned."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass
from datetime import datetime

import pandas as pd
from sqlalchemy import Connection

from config.load import Declarations
from config.period import Period
from tasks.store.frames import MENDED, submissions_frame
from tasks.store.values import COUNTED, Outcome, State


@dataclass(frozen=True)
class Overview:
    """A period in counts of units, and of files that could not be used and that nothing usable has followed.

    Of these, `refused_files` are of units of which nothing counts: they must send again. The others change nothing.
    """

    expected: int
    received: int
    late: int
    counted: int
    warned: int
    returned: int
    missing: int
    refused_files: int
    too_late_files: int = 0
    beside_counted_files: int = 0
    stray_files: int = 0

    @property
    def named(self) -> dict[str, int]:
        """The counts by their Vietnamese names, in the order in which they are shown; the last ones only if any."""
        rare = {
            "Tệp không dùng được, biểu trước vẫn được tính": self.beside_counted_files,
            "Tệp không dùng được, không của đơn vị nào": self.stray_files,
            "Biểu gửi khi kỳ đã đóng": self.too_late_files,
        }
        return {
            "Đơn vị phải báo cáo": self.expected,
            "Đã nộp": self.received,
            "Nộp muộn": self.late,
            "Được tổng hợp": self.counted,
            "Có cảnh báo": self.warned,
            "Đang trả lại để sửa": self.returned,
            "Chưa nộp": self.missing,
            "Tệp không dùng được, chưa nộp lại": self.refused_files,
            **{name: count for name, count in rare.items() if count},
        }


def overview(connection: Connection, declarations: Declarations, period: Period, as_of: datetime) -> dict[str, int]:
    """Return the counts of a period by their Vietnamese names, in the order in which they are shown."""
    frame = submissions_frame(connection, declarations, period, as_of)
    return overview_of(frame, declarations.reporting(period)).named


def overview_of(frame: pd.DataFrame, expected: Collection[str]) -> Overview:
    """Return the rows of `submissions_frame` counted, `expected` being the units that owe.

    A unit is late when the first version that could be taken in came late: what it sends after that is a correction.
    """
    versions = frame[frame["version"].notna()].sort_values(["unit", "version"])
    by_unit = versions.groupby("unit")
    first, newest = by_unit.head(1), by_unit.tail(1)
    counted = versions[versions["state"].isin(COUNTED)]
    refused = frame[(frame["state"] == Outcome.QUARANTINED) & ~frame[MENDED].astype(bool)]["unit"]
    owing, has_counted = refused.isin(list(expected)), refused.isin(counted["unit"])
    return Overview(
        expected=len(expected),
        received=len(newest),
        late=int((first["days_late"] > 0).sum()),
        counted=len(counted),
        warned=_in_state(counted, State.ACCEPTED_WITH_WARNINGS),
        returned=_in_state(newest, State.RETURNED),
        missing=len(expected) - len(newest),
        refused_files=int((owing & ~has_counted).sum()),
        too_late_files=_in_state(frame, Outcome.CLOSED),
        beside_counted_files=int((owing & has_counted).sum()),
        stray_files=int((~owing).sum()),
    )


def _in_state(rows: pd.DataFrame, state: State | Outcome) -> int:
    return int((rows["state"] == state).sum())
