"""A finding: what is wrong, in which cell of which unit, and how to mend it."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum


class Severity(StrEnum):
    """What a finding does to a submission: critical returns it, a warning rides along, info is only said."""

    CRITICAL = "critical"
    WARNING = "warning"
    INFO = "info"


SEVERITY_NAMES = {
    Severity.CRITICAL: "Nghiêm trọng",
    Severity.WARNING: "Cảnh báo",
    Severity.INFO: "Lưu ý",
}


@dataclass(frozen=True)
class Finding:
    """One fault of one submission; `found`, `expected` and `message` are Vietnamese, as the unit reads them."""

    unit: str
    rule: str
    severity: Severity
    found: str
    expected: str
    message: str
    element: str | None = None
    sheet: str | None = None
    cell: str | None = None

    @property
    def label(self) -> str:
        """The code that the unit reads: its message begins with it; `rule` where a message has none."""
        return label_of(self.rule, self.message)


def label_of(rule: str, message: str) -> str:
    """Return the code by which a unit knows a finding: the one that its `message` begins with, or else `rule`.

    >>> label_of("formula_error", "[DS06] TTHC!D21: công thức trong ô bị lỗi (#REF!)."), label_of("AG04", "Gửi sớm.")
    ('DS06', 'AG04')
    """
    head, closed, _ = message.partition("]")
    return head[1:] if closed and head.startswith("[") else rule
