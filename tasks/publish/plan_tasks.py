"""The year's plan as a release shows it: done of total and what is overdue, by the office in charge."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from decimal import Decimal

import pandas as pd

from config.number import round_half_up
from tasks.publish.judged_line import known

NO_PLAN = "Chưa có danh mục nhiệm vụ nào trong các biểu được tổng hợp: L01 tính theo A01, A02 như đơn vị ghi."


@dataclass(frozen=True)
class Lagging:
    """One task that was overdue on the cut-off day."""

    code: str
    content: str
    post: str
    due: date | None
    days: int


@dataclass(frozen=True)
class OfficeLine:
    """One office in charge of one unit's plan: how many tasks it has, how many are done, which are overdue."""

    unit_name: str
    responsible: str
    total: int
    done: int
    lagging: tuple[Lagging, ...]

    @property
    def share(self) -> Decimal:
        """The share done, in per cent with two decimals."""
        return round_half_up(Decimal(100 * self.done) / self.total)


def office_lines(tasks: pd.DataFrame) -> tuple[OfficeLine, ...]:
    """Return a line for each office of each unit in `tasks` (columns of `tasks.csv`), who lags most first.

    The tasks of a line come with the longest overdue first.
    """
    lines = [
        _line(str(unit), str(office), rows)
        for (unit, office), rows in tasks.groupby(["unit_name", "responsible"], sort=False)
    ]
    return tuple(sorted(lines, key=lambda line: (-len(line.lagging), -sum(t.days for t in line.lagging))))


def whole(lines: Sequence[OfficeLine]) -> OfficeLine | None:
    """Return all `lines` as one; None when there is no task."""
    if not lines:
        return None
    lagging = tuple(task for line in lines for task in line.lagging)
    return OfficeLine("", "", sum(line.total for line in lines), sum(line.done for line in lines), lagging)


def _line(unit: str, office: str, rows: pd.DataFrame) -> OfficeLine:
    overdue = rows[rows["days_overdue"].astype(int) > 0].sort_values("days_overdue", ascending=False, kind="stable")
    lagging = [
        Lagging(r["task"], r["task_content"], r["post"], known(r["due"]), int(r["days_overdue"]))
        for r in overdue.to_dict("records")
    ]
    return OfficeLine(unit, office, len(rows), int(rows["is_done"].astype(bool).sum()), tuple(lagging))
