"""What the store would hold of a sending, without a workbook in between: for trying rules and for measuring."""

from __future__ import annotations

from decimal import Decimal

from config.load import Declarations
from config.number import CellStatus
from tasks.illustrate.figures import NOTHING_AROSE, Entry
from tasks.illustrate.sendings import EMPTY, Sending
from tasks.store.submissions import NewSubmission
from tasks.store.values import Scope, Value


def kept(sending: Sending, declarations: Declarations) -> NewSubmission:
    """Return the submission that the workbook of `sending` would be read as."""
    calendar, span = declarations.calendar, declarations.calendar.span(sending.period)
    return NewSubmission(
        unit=sending.unit,
        period=str(sending.period),
        form_version=sending.form.id,
        scope=Scope.OWN,
        window_from=span.start,
        window_to=span.end,
        received_at=sending.at,
        days_late=calendar.days_late(sending.period, sending.form.level, sending.at),
        premature=calendar.is_premature(sending.period, sending.at),
        sha256=f"{hash_of(sending):064x}",
        file_name=sending.name,
        values=tuple(value_of(code, entry, sending.notes.get(code, "")) for code, entry in sending.entries.items()),
    )


def hash_of(sending: Sending) -> int:
    """Return a number that stands for the bytes of a sending: its unit, period and attempt."""
    return int.from_bytes(sending.name.encode()[-30:])


def value_of(code: str, entry: Entry, note: str = "") -> Value:
    """Return the value of one entry."""
    if isinstance(entry, str):
        status = {NOTHING_AROSE: CellStatus.NOT_APPLICABLE, EMPTY: CellStatus.EMPTY}[entry]
        return Value(code, status, None, None, None, None, entry, note)
    return Value(code, CellStatus.NUMBER, Decimal(entry), None, None, None, str(entry), note)
