"""How a period stands, in counts: who sent, who was late, what was returned."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import Connection

from config.load import Declarations
from config.period import Period
from tasks.store.receipts import receipts
from tasks.store.submissions import counted, newest, submissions
from tasks.store.values import Outcome, State


def overview(connection: Connection, declarations: Declarations, period: Period, as_of: datetime) -> dict[str, int]:
    """Return the counts of a period by their Vietnamese names, in the order in which they are shown."""
    versions = submissions(connection, str(period), as_of)
    last, counting = newest(versions), counted(versions)
    refused = [r for r in receipts(connection, str(period), as_of) if r.outcome is Outcome.QUARANTINED]
    return {
        "Đơn vị phải báo cáo": len(declarations.reporting(period)),
        "Đã nộp": len(last),
        "Nộp muộn": sum(s.days_late > 0 for s in last),
        "Được tổng hợp": len(counting),
        "Có cảnh báo": sum(s.state is State.ACCEPTED_WITH_WARNINGS for s in counting),
        "Đang trả lại để sửa": sum(s.state is State.RETURNED for s in last),
        "Chưa nộp": len(declarations.reporting(period)) - len(last),
        "Tệp không dùng được": len(refused),
    }
